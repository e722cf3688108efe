package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.fail;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.SocketOptions;
import io.eventloop.engine.SlabPool;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.WriteVector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A transport with one poller whose events are kept, and peers that are ordinary blocking sockets. */
final class EpollRig implements AutoCloseable {
    /** Ends a wait for something that never comes; no test depends on its length. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    static final int LISTENER_SLOT = 0;

    record Event(int slot, int generation, int ops) {}

    /** A raw socket and the ordinary one at its other end. */
    record Link(EpollSocket socket, SocketChannel peer) {}

    final EpollTransport transport;
    final EpollPoller poller;
    final EpollListener listener;
    final List<Event> events = new ArrayList<>();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final SlabPool pool;
    private final WriteVector vector = new WriteVector();

    EpollRig() throws IOException {
        this(loopback(), Syscalls::new);
    }

    EpollRig(SocketAddress local) throws IOException {
        this(local, Syscalls::new);
    }

    EpollRig(SocketAddress local, Supplier<Syscalls> kernels) throws IOException {
        transport = new EpollTransport(kernels);
        poller = (EpollPoller) closing(transport.openPoller());
        BufferPoolOptions options = BufferPoolOptions.builder().guarded(false).build();
        pool = closing(new SlabPool(options, "test", transport::address, () -> true));
        listener = (EpollListener) closing(transport.listen(local, 16, false, SocketOptions.DEFAULT));
        poller.register(listener, LISTENER_SLOT, 0);
    }

    static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Has it closed at the end. */
    <T extends AutoCloseable> T closing(T closeable) {
        opened.push(closeable);
        return closeable;
    }

    /** An accepted socket that is not registered. */
    Link link() throws IOException {
        SocketChannel peer = closing(SocketChannel.open(listener.localAddress()));
        return new Link(closing(accept(SocketOptions.DEFAULT)), peer);
    }

    /** An accepted socket, registered with generation 1. */
    Link link(int slot) throws IOException {
        Link link = link();
        poller.register(link.socket, slot, 1);
        return link;
    }

    EpollSocket accept(SocketOptions options) throws IOException {
        return accept(listener, LISTENER_SLOT, options);
    }

    EpollSocket accept(RawListener from, int slot, SocketOptions options) throws IOException {
        for (RawSocket socket = from.accept(options); ; socket = from.accept(options)) {
            if (socket != null) {
                return (EpollSocket) socket;
            }
            await(slot, ReadySink.READABLE);
        }
    }

    EpollSocket socketTo(SocketAddress remote) throws IOException {
        return (EpollSocket) closing(transport.openSocket(remote, SocketOptions.DEFAULT));
    }

    /** A connected raw socket, registered with generation 1, and the one accepted from it, which is not. */
    EpollSocket[] pair(int slot) throws IOException {
        EpollSocket client = socketTo(listener.localAddress());
        boolean isConnected = client.connect(listener.localAddress());
        poller.register(client, slot, 1);
        EpollSocket server = closing(accept(SocketOptions.DEFAULT));
        while (!isConnected) {
            isConnected = client.finishConnect();
        }
        return new EpollSocket[] {client, server};
    }

    /** Polls once without waiting. */
    int poll() throws IOException {
        return poll(0);
    }

    int poll(long timeoutNanos) throws IOException {
        events.clear();
        return poller.poll(timeoutNanos, (slot, generation, ops) -> events.add(new Event(slot, generation, ops)));
    }

    /** Polls until the slot is ready for the operation. */
    Event await(int slot, int op) throws IOException {
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

    Buffer buffer() {
        return pool.acquire(4096);
    }

    /** Waits for input and reads once: the bytes as text, or null at the end of input. */
    String read(RawSocket socket, int slot) throws IOException {
        Buffer target = buffer();
        try {
            int count = socket.read(target);
            while (count == 0) {
                await(slot, ReadySink.READABLE);
                count = socket.read(target);
            }
            return count < 0 ? null : target.toString(StandardCharsets.US_ASCII);
        } finally {
            target.release();
        }
    }

    /** Writes the parts in one call, each from a buffer of its own. */
    long write(RawSocket socket, String... parts) throws IOException {
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

    static void send(SocketChannel peer, String text) throws IOException {
        peer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** What a blocking peer reads next: the bytes as text, or null at the end of input. */
    static String receive(SocketChannel peer) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(4096);
        if (peer.read(target) < 0) {
            return null;
        }
        return new String(target.array(), 0, target.position(), StandardCharsets.US_ASCII);
    }

    /** What a blocking peer reads until so many bytes have come. */
    static String receive(SocketChannel peer, int bytes) throws IOException {
        StringBuilder received = new StringBuilder();
        while (received.length() < bytes) {
            received.append(receive(peer));
        }
        return received.toString();
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable closeable : opened) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
