package io.eventloop.pool;

import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;

/**
 * How a pool makes a connection: by a plain connect, or with what has to happen before it is of use, such as a TLS
 * handshake or a login.
 *
 * <pre>{@code
 * PoolConnector login = (remote, pool) -> loop.connect(remote, ConnectOptions.DEFAULT, new Login(pool));
 *
 * // in Login, once the peer has accepted it:
 * connection.handler(pool);
 * pool.onOpen(connection);
 * // and in its onClosed, if it comes first:
 * pool.onClosed(connection, reason);
 * }</pre>
 *
 * <p><b>Threading:</b> called on the pool's loop.
 *
 * <p><b>Ownership:</b> the connection is the pool's, which bounds the time it takes and aborts it.
 *
 * <p><b>Failure:</b> an exception counts as a connect that failed.
 */
@FunctionalInterface
public interface PoolConnector {

    /**
     * Begins to make a connection.
     *
     * @param handler the pool's: to be the connection's handler, and called by {@code onOpen} once, when the connection is
     *     of use, or by {@code onClosed} alone
     * @return the connection that is being made, for the pool to abort
     */
    Connection connect(SocketAddress remote, ConnectionHandler handler);

    /** Plain connects; of the options' timeout and the pool's the shorter counts. */
    static PoolConnector of(EventLoop loop, ConnectOptions options) {
        Objects.requireNonNull(options);
        return (remote, handler) -> loop.connect(remote, options, handler);
    }

    /** Plain connects with default options, bounded by the pool's connect timeout alone. */
    static PoolConnector of(EventLoop loop) {
        return of(loop, ConnectOptions.DEFAULT.withConnectTimeout(Duration.ZERO));
    }
}
