package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Acceptor;
import io.eventloop.BufferPoolOptions;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.Errno;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.EventLoopGroupBuilder;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.LoopOptions;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the contracts share: the group under test, peers, and the checks that hold after every test: no failure that the
 * test did not ask for, no callback out of order, one {@code onClosed} for each connection, no buffer left.
 */
@Timeout(60)
public abstract class TransportContract {
    /** Loop options of the tests: every misuse of a buffer is found, and a slow machine is not a blocked callback. */
    protected static final LoopOptions LOOP = LoopOptions.DEFAULT
            .withBuffers(BufferPoolOptions.builder().guarded(true).build())
            .withBlockedThreshold(Duration.ZERO);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final List<RecordingHandler> handlers = new ArrayList<>();
    private LeakWatch leaks;
    private Transport peers;
    private EventLoopGroup group;

    /** The time of the group, which moves only when a test moves it: no deadline helps a test that hangs. */
    protected final ManualEnvironment environment = new ManualEnvironment();

    /** What the failure listener was told; what is left here after a test fails it. */
    protected final Failures failures = new Failures();

    /** The transport under test. */
    protected abstract TransportProvider provider();

    @BeforeEach
    final void openTransport() throws IOException {
        leaks = new LeakWatch();
        peers = provider().open();
    }

    @AfterEach
    final void closeAllAndCheck() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        leaks.close();
        assertEquals(List.of(), leaks.take(), "buffers that were never released");
        assertEquals(List.of(), failures.left(), "failures the test did not expect");
        for (RecordingHandler handler : handlers) {
            assertEquals(List.of(), handler.violations(), "callbacks out of order: " + handler);
            assertTrue(handler.isComplete(), "calls of onClosed: " + handler);
        }
        handlers.clear();
        group = null;
    }

    /** A builder of groups on the transport under test: one loop, guarded buffers, manual time, failures collected. */
    protected EventLoopGroupBuilder builder() {
        return EventLoopGroup.builder()
                .loops(1)
                .transport(provider())
                .options(LOOP)
                .environment(environment)
                .failureListener(failures);
    }

    /** The group of this test, as the builder has it unless it was started otherwise before. */
    protected final EventLoopGroup group() {
        return group == null ? start(UnaryOperator.identity()) : group;
    }

    /** Starts this test's group; it is closed after the test. */
    protected final EventLoopGroup start(UnaryOperator<EventLoopGroupBuilder> changes) {
        EventLoopGroup started = changes.apply(builder()).build();
        closedLater(() -> closeBounded(started));
        group = started;
        return group;
    }

    /** A close that hangs fails its test instead of stopping all others. */
    static void closeBounded(EventLoopGroup group) {
        Thread closing = new Thread(group::close, "close of the group");
        closing.setDaemon(true);
        closing.start();
        Await.end(closing);
    }

    /** The first loop of the group. */
    protected final EventLoop loop() {
        return group().loops().get(0);
    }

    /** Has it closed after the test, later things first. */
    protected final <T extends AutoCloseable> T closedLater(T resource) {
        opened.push(resource);
        return resource;
    }

    /** A handler whose callbacks are checked after the test. */
    protected final RecordingHandler handler() {
        RecordingHandler handler = new RecordingHandler();
        handlers.add(handler);
        return handler;
    }

    /** Loopback with a port the system chooses. */
    protected static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** A listener with default options. */
    protected final Listener listen(Acceptor acceptor) throws IOException {
        return listen(ListenOptions.DEFAULT, acceptor);
    }

    /** A listener on loopback. */
    protected final Listener listen(ListenOptions options, Acceptor acceptor) throws IOException {
        return group().listen(loopback(), options, acceptor);
    }

    /** A listener's options with these limits for its connections. */
    protected static ListenOptions with(ConnectionLimits limits) {
        return ListenOptions.builder().limits(limits).build();
    }

    /** Listens for one connection with the handler, and has a peer connect to it. */
    protected final Peer peerOf(RecordingHandler handler) throws IOException {
        return peerOf(handler, ConnectionLimits.DEFAULT);
    }

    /** As {@link #peerOf(RecordingHandler)}, under these limits. */
    protected final Peer peerOf(RecordingHandler handler, ConnectionLimits limits) throws IOException {
        Peer peer = connectTo(listen(with(limits), c -> handler));
        handler.opened();
        return peer;
    }

    /** As {@link #peerOf(RecordingHandler)}, with kernel buffers so small that megabytes cannot hide in them. */
    protected final Peer slowPeerOf(RecordingHandler handler, ConnectionLimits limits) throws IOException {
        SocketOptions small = SocketOptions.builder()
                .set(StandardSocketOptions.SO_SNDBUF, 16 << 10)
                .set(StandardSocketOptions.SO_RCVBUF, 16 << 10)
                .build();
        ListenOptions options =
                ListenOptions.builder().limits(limits).socket(small).build();
        SocketAddress address = listen(options, c -> handler).address();
        Peer peer = closedLater(Peer.connect(peers, address, small));
        handler.opened();
        return peer;
    }

    /** A peer connected to a listener; it is closed after the test. */
    protected final Peer connectTo(Listener listener) throws IOException {
        return connectTo(listener.address());
    }

    /** A peer connected to an address; it is closed after the test. */
    protected final Peer connectTo(SocketAddress address) throws IOException {
        return closedLater(Peer.connect(peers, address, SocketOptions.NONE));
    }

    /** A raw listening socket on loopback that accepts nothing by itself; it is closed after the test. */
    protected final PeerListener peerListener(int backlog) throws IOException {
        return peerListener(loopback(), backlog);
    }

    /** A raw listening socket that accepts nothing by itself; it is closed after the test. */
    protected final PeerListener peerListener(SocketAddress local, int backlog) throws IOException {
        return closedLater(new PeerListener(peers, local, backlog));
    }

    /** Accepts the connection that the other side has made or is about to make; it is closed after the test. */
    protected final Peer accept(PeerListener listener) throws IOException {
        return closedLater(listener.accept());
    }

    /** A raw socket for an address; it is closed after the test. */
    protected final RawSocket rawSocket(SocketAddress remote) throws IOException {
        return closedLater(peers.openSocket(remote, SocketOptions.NONE));
    }

    /** The transport the peers use: of the same provider as the group's. */
    protected final Transport peers() {
        return peers;
    }

    /** Begins to connect from the first loop. */
    protected final Connection connect(SocketAddress remote, ConnectOptions options, RecordingHandler handler) {
        return OnLoop.call(loop(), () -> loop().connect(remote, options, handler));
    }

    /**
     * Connects and waits for the end that the listener is to make of it. A reset may come before the connect is even
     * known to have ended.
     */
    protected final Peer.End endOfConnectTo(Listener listener) throws IOException {
        try (Peer peer = Peer.connect(peers, listener.address(), SocketOptions.NONE)) {
            return peer.awaitEnd();
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ECONNRESET) {
                return Peer.End.RESET;
            }
            throw e;
        }
    }

    /** The leaks of buffers reported since the last call; they do not fail the test any more. */
    protected final List<String> takeLeaks() {
        return leaks.take();
    }

    /** Checks that no connection holds a buffer: what is in use is at most the one that the loop reads into. */
    protected final void assertNoBufferHeld() {
        OnLoop.turn(loop());
        long usedBytes = loop().metrics().buffers().usedBytes();
        assertTrue(usedBytes <= LOOP.buffers().largeBytes(), usedBytes + " bytes of buffers in use");
    }

    /** Runs something on the connection's loop. */
    protected static void on(Connection connection, OnLoop.Action action) {
        OnLoop.run(connection.loop(), action);
    }
}
