package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.fail;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.SocketOptions;
import io.eventloop.engine.SlabPool;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.Transport;
import io.eventloop.spi.WriteVector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A transport with a listener and one poller whose events are kept, and peers that are the JDK's blocking sockets: what a
 * transport gets wrong at both of its ends alike shows here.
 */
public class RawRig implements AutoCloseable {
    /** Ends a wait for something that never comes; no test depends on its length. */
    public static final long PATIENCE_NANOS = Await.BOUND.toNanos();

    /** The listener's, whose generation is 0. */
    public static final int LISTENER_SLOT = 0;

    /** An option that no transport has. */
    public static final SocketOption<Integer> UNKNOWN = new SocketOption<>() {
        @Override
        public String name() {
            return "SO_UNKNOWN";
        }

        @Override
        public Class<Integer> type() {
            return Integer.class;
        }
    };

    /** What a poll reported. */
    public record Event(int slot, int generation, int ops) {}

    /** A raw socket and the ordinary one at its other end. */
    public record Link(RawSocket socket, SocketChannel peer) {}

    private final Transport transport;
    private final Poller poller;
    private final RawListener listener;
    private final List<Event> events = new ArrayList<>();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final SlabPool pool;
    private final WriteVector vector = new WriteVector();

    /** Listens on loopback. */
    public RawRig(Transport transport) throws IOException {
        this(transport, loopback());
    }

    /** Listens, and has the listener registered. */
    public RawRig(Transport transport, SocketAddress local) throws IOException {
        this.transport = transport;
        poller = closing(transport.openPoller());
        BufferPoolOptions options = BufferPoolOptions.builder().guarded(false).build();
        pool = closing(new SlabPool(options, "test", transport::address, () -> true));
        listener = closing(transport.listen(local, 16, false, SocketOptions.DEFAULT));
        poller.register(listener, LISTENER_SLOT, 0);
    }

    /** Loopback with a port the system chooses. */
    public static InetSocketAddress loopback() {
        return TransportContract.loopback();
    }

    /** The transport under test. */
    public final Transport transport() {
        return transport;
    }

    /** Where everything is registered. */
    public final Poller poller() {
        return poller;
    }

    /** Registered as {@link #LISTENER_SLOT}. */
    public final RawListener listener() {
        return listener;
    }

    /** What the last poll reported. */
    public final List<Event> events() {
        return events;
    }

    /** Has it closed at the end, later things first. */
    public final <T extends AutoCloseable> T closing(T closeable) {
        opened.push(closeable);
        return closeable;
    }

    /** An ordinary socket connected to the listener. */
    public final SocketChannel peer() throws IOException {
        return closing(SocketChannel.open(listener.localAddress()));
    }

    /** An accepted socket that is not registered. */
    public final Link link() throws IOException {
        SocketChannel peer = peer();
        return new Link(closing(accept(SocketOptions.DEFAULT)), peer);
    }

    /** An accepted socket, registered with generation 1. */
    public final Link link(int slot) throws IOException {
        Link link = link();
        poller.register(link.socket, slot, 1);
        return link;
    }

    /** Waits for a connection of the listener; not closed with the rig. */
    public RawSocket accept(SocketOptions options) throws IOException {
        return accept(listener, LISTENER_SLOT, options);
    }

    /** Waits for a connection of a registered listener; not closed with the rig. */
    public RawSocket accept(RawListener from, int slot, SocketOptions options) throws IOException {
        for (RawSocket socket = from.accept(options); ; socket = from.accept(options)) {
            if (socket != null) {
                return socket;
            }
            poller.awaitReadable(from);
            await(slot, ReadySink.READABLE);
        }
    }

    /** A socket that is neither connected nor registered. */
    public RawSocket socketTo(SocketAddress remote) throws IOException {
        return closing(transport.openSocket(remote, SocketOptions.DEFAULT));
    }

    /** Connects a socket to its remote address and registers it with generation 1. */
    public final void connect(RawSocket client, int slot) throws IOException {
        boolean isConnected = client.connect(client.remoteAddress());
        poller.register(client, slot, 1);
        while (!isConnected) {
            poller.awaitWritable(client);
            await(slot, ReadySink.WRITABLE);
            isConnected = client.finishConnect();
        }
    }

    /** A socket that fills a backlog nobody accepts from, so that the kernel leaves its connect waiting. */
    public final RawSocket pendingConnect() throws IOException {
        RawListener narrow = closing(transport.listen(loopback(), 1, false, SocketOptions.NONE));
        while (true) {
            RawSocket client = socketTo(narrow.localAddress());
            if (!client.connect(narrow.localAddress()) && !client.finishConnect()) {
                return client;
            }
        }
    }

    /** Polls once without waiting. */
    public final int poll() throws IOException {
        return poll(0);
    }

    /** Polls once. */
    public final int poll(long timeoutNanos) throws IOException {
        events.clear();
        return poller.poll(timeoutNanos, (slot, generation, ops) -> events.add(new Event(slot, generation, ops)));
    }

    /** Polls until the slot is ready for the operation. */
    public final Event await(int slot, int op) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() - deadline < 0) {
            poll(PATIENCE_NANOS);
            for (Event event : events) {
                if (event.slot == slot && (event.ops & op) != 0) {
                    return event;
                }
            }
        }
        return fail("no event " + op + " for slot " + slot);
    }

    /** A buffer of 4096 bytes. */
    public final Buffer buffer() {
        return pool.acquire(4096);
    }

    /** Waits for input and reads once: the bytes as text, or null at the end of input. */
    public final String read(RawSocket socket, int slot) throws IOException {
        Buffer target = buffer();
        try {
            int count = socket.read(target);
            while (count == 0) {
                poller.awaitReadable(socket);
                await(slot, ReadySink.READABLE);
                count = socket.read(target);
            }
            return count < 0 ? null : target.toString(StandardCharsets.US_ASCII);
        } finally {
            target.release();
        }
    }

    /** Writes the parts in one call, each from a buffer of its own. */
    public final long write(RawSocket socket, String... parts) throws IOException {
        List<Buffer> buffers = new ArrayList<>();
        for (String part : parts) {
            Buffer buffer = buffer().writeLatin1(part);
            buffers.add(buffer);
            vector.add(buffer);
        }
        try {
            return socket.write(vector);
        } finally {
            vector.clear();
            buffers.forEach(Buffer::release);
        }
    }

    /** Has a blocking peer send. */
    public static void send(SocketChannel peer, String text) throws IOException {
        peer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** What a blocking peer reads next: the bytes as text, or null at the end of input. */
    public static String receive(SocketChannel peer) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(4096);
        if (peer.read(target) < 0) {
            return null;
        }
        return new String(target.array(), 0, target.position(), StandardCharsets.US_ASCII);
    }

    /** What a blocking peer reads until so many bytes have come. */
    public static String receive(SocketChannel peer, int bytes) throws IOException {
        StringBuilder received = new StringBuilder();
        while (received.length() < bytes) {
            received.append(receive(peer));
        }
        return received.toString();
    }

    @Override
    public final void close() throws IOException {
        for (AutoCloseable closeable : opened) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
