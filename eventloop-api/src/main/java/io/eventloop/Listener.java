package io.eventloop;

import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * Accepts connections at one address, on all loops of its group.
 *
 * <p><b>Threading:</b> thread-safe.
 *
 * <p><b>Ownership:</b> its connections outlive it; the group closes it at the latest.
 *
 * <p><b>Failure:</b> running out of descriptors makes it back off and go on; it ends only by {@link #close()} or with
 * its group.
 */
public interface Listener extends AutoCloseable {

    /** The bound address, with the port the system chose where 0 was asked for. */
    SocketAddress address();

    /** Stops accepting; connections wait in the kernel's backlog. */
    void pause();

    /** Accepts again. */
    void resume();

    /**
     * Accepts what is waiting in the backlog, as far as the limit and the rate allow, paused or not; the rest is reset as the
     * listening sockets close. Returns before that is done.
     */
    @Override
    void close();

    /** Completed once every listening socket is closed; {@code closed().join()} waits for it. */
    CompletableFuture<Void> closed();

    /** A snapshot of its figures. */
    ListenerMetrics metrics();
}
