package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.EventLoopGroupBuilder;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.Relay;
import io.eventloop.RelayOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Two connections of a loop, the other ends of which are the test's own blocking sockets, and a relay between them. */
final class RelayFixture implements AutoCloseable {
    /** Far beyond what anything here takes: it only turns a hang into a failure. */
    static final int PATIENCE_SECONDS = 30;

    /** How both connections ended. */
    record Completion(CloseReason a, CloseReason b) {}

    final EventLoopGroup group;
    final EventLoop loop;
    final BlockingQueue<Completion> completions = new LinkedBlockingQueue<>();
    final Connection a;
    final Connection b;
    final Socket peerA;
    final Socket peerB;
    Relay relay;

    private final Listener listener;
    private final AtomicInteger completed = new AtomicInteger();
    private final BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();

    /** Two connections, not joined. */
    RelayFixture(ConnectionLimits limits) throws Exception {
        this(EventLoopGroup.builder(), limits);
    }

    RelayFixture(EventLoopGroupBuilder builder, ConnectionLimits limits) throws Exception {
        group = builder.transport("nio").loops(1).build();
        loop = group.loops().get(0);
        listener = group.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                ListenOptions.builder().limits(limits).build(),
                connection -> new Waiting(accepted));
        peerA = connect();
        a = next();
        peerB = connect();
        b = next();
    }

    /** Two connections of these limits, joined with the default options. */
    static RelayFixture joined(ConnectionLimits limits) throws Exception {
        RelayFixture fixture = new RelayFixture(limits);
        fixture.join(RelayOptions.DEFAULT);
        return fixture;
    }

    void join(RelayOptions options) {
        relay = onLoop(() -> Relay.join(a, b, options, (ended, ofA, ofB) -> {
            completed.incrementAndGet();
            completions.add(new Completion(ofA, ofB));
        }));
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(listener.address());
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        return socket;
    }

    private Connection next() throws InterruptedException {
        Connection connection = accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (connection == null) {
            throw new AssertionError("nothing was accepted");
        }
        return connection;
    }

    <T> T onLoop(Supplier<T> call) {
        return CompletableFuture.supplyAsync(call, loop)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Asks the loop again and again until it says yes. */
    void await(Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!onLoop(condition)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("still not so: " + condition);
            }
            Thread.yield();
        }
    }

    /** Whether a's end of output has been passed on, be it sent or still behind what is queued. */
    boolean isEndPassedToB() {
        try {
            b.write(new byte[0]);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    Completion completion() throws InterruptedException {
        Completion completion = completions.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (completion == null) {
            throw new AssertionError("the relay did not complete");
        }
        return completion;
    }

    /** Ends a peer's connection with a reset. */
    static void reset(Socket peer) throws IOException {
        peer.setSoLinger(true, 0);
        peer.close();
    }

    /** Bytes up to the end, which may be a reset. */
    static long readUntilReset(Socket peer) {
        long count = 0;
        byte[] chunk = new byte[64 << 10];
        try {
            InputStream in = peer.getInputStream();
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                count += n;
            }
        } catch (IOException e) {
            return count;
        }
        throw new AssertionError("an orderly end after " + count + " bytes");
    }

    /** Bytes that differ from their neighbours at every distance likely to be mixed up. */
    static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        int state = length + 1;
        for (int i = 0; i < length; i++) {
            state = state * 1_664_525 + 1_013_904_223;
            bytes[i] = (byte) (state >>> 24);
        }
        return bytes;
    }

    static CompletableFuture<Void> sendAndEnd(Socket peer, byte[] bytes) {
        return CompletableFuture.runAsync(() -> {
            try {
                peer.getOutputStream().write(bytes);
                peer.shutdownOutput();
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
    }

    static void send(Socket peer, String text) throws IOException {
        peer.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    static String receive(Socket peer, int length) throws IOException {
        return new String(peer.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }

    static String all(Socket peer) throws IOException {
        return new String(peer.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        peerA.close();
        peerB.close();
        group.close();
        assertEquals(0, group.metrics().buffers().usedBytes(), "buffer bytes not given back");
        assertEquals(relay == null ? 0 : 1, completed.get(), "completions");
    }

    /** Consumes nothing, reports the connection. */
    private record Waiting(BlockingQueue<Connection> accepted) implements ConnectionHandler {
        @Override
        public void onOpen(Connection connection) {
            accepted.add(connection);
        }

        @Override
        public void onData(Connection connection, Buffer in) {}

        @Override
        public void onInputClosed(Connection connection) {}
    }
}
