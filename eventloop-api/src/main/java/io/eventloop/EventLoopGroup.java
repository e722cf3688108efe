package io.eventloop;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * A number of event loops over one transport.
 *
 * <p><b>Threading:</b> thread-safe.
 *
 * <p><b>Ownership:</b> owns its loops, listeners and connections; {@link #close()} ends them all.
 *
 * <p><b>Failure:</b> {@link #next()}, {@link #listen}, {@link #connect} and {@link #shutdown} throw
 * {@link IllegalStateException} after {@link #close()}.
 */
public interface EventLoopGroup extends AutoCloseable {

    /** A builder holding the defaults: a loop per processor, the best transport there is. */
    static EventLoopGroupBuilder builder() {
        return new EventLoopGroupBuilder();
    }

    /** The loops, in the order of their index. */
    List<EventLoop> loops();

    /** The next loop, in turn; one that has failed is passed over as long as there is another. */
    EventLoop next();

    /** The transport's name: {@code nio}, {@code epoll}. */
    String transport();

    /** Why this transport was chosen, for a log line: {@code nio (java.nio on Linux; epoll: needs Java 22, this is 17)}. */
    String transportReason();

    /**
     * Listens with the default options.
     *
     * @throws SystemCallException if the address is in use or not of this host
     */
    default Listener listen(SocketAddress local, Acceptor acceptor) throws IOException {
        return listen(local, ListenOptions.DEFAULT, acceptor);
    }

    /**
     * Listens on all loops, as the options say.
     *
     * @throws UnsupportedOperationException if {@link ListenOptions.Distribution#REUSE_PORT} is asked for and the transport
     *     or the address's family does not have it
     * @throws SystemCallException if the address is in use or not of this host
     */
    Listener listen(SocketAddress local, ListenOptions options, Acceptor acceptor) throws IOException;

    /**
     * Connects from the next loop; any thread may call it. See {@link EventLoop#connect}.
     *
     * @throws IllegalArgumentException if the address is unresolved
     * @throws java.util.concurrent.RejectedExecutionException if the loop's task queue is at its limit
     */
    default void connect(SocketAddress remote, ConnectOptions options, ConnectionHandler handler) {
        Ranges.checkResolved(remote);
        Objects.requireNonNull(options);
        Objects.requireNonNull(handler);
        EventLoop loop = next();
        loop.execute(() -> loop.connect(remote, options, handler));
    }

    /**
     * Stops accepting, tells every handler by {@code onDrain}, waits until all connections are over or the time is, aborts
     * the rest, and closes the group.
     *
     * @param drain how long connections may take; zero aborts them at once
     */
    CompletableFuture<DrainReport> shutdown(Duration drain);

    /** The figures of all loops together. */
    LoopMetrics metrics();

    /** The figures of the memory budget. */
    MemoryMetrics memoryMetrics();

    /**
     * Looks in all loops for connections without progress: for at least {@code still} no byte has moved, or none that is
     * queued was taken, although something is pending: queued bytes, unconsumed ones, bytes of the peer behind a paused
     * read, a connect, a close, or a peer's end that is not answered by ours. {@link Connection#explain} of each is in the
     * result, at most 256, those that are still for longest, and these first.
     *
     * <p>It completes once every loop has come to it; a blocked loop or one whose caller does not drive it holds it up. Do
     * not wait for it on a loop. A group that has ended has no connections.
     */
    CompletableFuture<List<Explanation>> stuckConnections(Duration still);

    /**
     * Ends everything now, every connection with {@link CloseReason.Kind#SHUT_DOWN} and without {@code onDrain}, and waits
     * for the loops unless called from one.
     */
    @Override
    void close();

    /** Completed when every loop has ended and given back its memory and descriptors. */
    CompletableFuture<Void> closed();
}
