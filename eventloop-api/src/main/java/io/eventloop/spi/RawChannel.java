package io.eventloop.spi;

import java.net.SocketAddress;

/**
 * What a {@link Poller} can wait for: a {@link RawSocket} or a {@link RawListener}.
 *
 * <p><b>Threading:</b> used by one thread at a time, the polling thread's once registered.
 *
 * <p><b>Ownership:</b> holds one descriptor until {@link #close()}, which may be called more than once.
 *
 * <p><b>Failure:</b> {@link #close()} never throws.
 */
public interface RawChannel extends AutoCloseable {

    /** The local address; for a UNIX-domain socket without a name, one with an empty path. */
    SocketAddress localAddress();

    /** Deregisters and closes the descriptor. */
    @Override
    void close();
}
