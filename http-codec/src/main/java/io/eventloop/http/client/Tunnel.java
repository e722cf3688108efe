package io.eventloop.http.client;

import io.eventloop.Connection;
import io.eventloop.pool.Lease;
import java.util.Objects;

/**
 * A connection that has left HTTP: after 101, or after 2xx to CONNECT.
 *
 * <p>Its holder gives the connection a handler within {@link ResponseListener#onTunnel}, to which bytes behind the head are
 * offered, and calls {@link #end()} when the connection is over, from {@code onClosed}.
 *
 * <p><b>Threading:</b> loop-confined.
 *
 * <p><b>Ownership:</b> it counts as a leased connection of the client's pool until it is ended, and is aborted when the
 * client is closed. It is never used for another request.
 *
 * <p><b>Failure:</b> none; a second end does nothing.
 */
public final class Tunnel {
    private final Connection connection;
    private Lease lease;

    Tunnel(Lease lease) {
        this.lease = Objects.requireNonNull(lease);
        this.connection = lease.connection();
    }

    /** The connection. */
    public Connection connection() {
        return connection;
    }

    /** Ends it: a connection that is not over is aborted. */
    public void end() {
        if (lease != null) {
            Lease returned = lease;
            lease = null;
            returned.discard();
        }
    }
}
