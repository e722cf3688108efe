package io.eventloop.spi;

import io.eventloop.SocketOptions;
import java.io.IOException;

/**
 * One non-blocking listening socket.
 *
 * <p><b>Threading:</b> see {@link RawChannel}.
 *
 * <p><b>Ownership:</b> an accepted socket is the caller's to close. Closing a UNIX-domain listener removes its path.
 *
 * <p><b>Failure:</b> {@link io.eventloop.SystemCallException} with its {@code errno}; the listener stays usable.
 */
public interface RawListener extends RawChannel {

    /**
     * Accepts one connection: non-blocking, close-on-exec, options set. A connection that its peer has given up already
     * is passed over.
     *
     * @return the connection, or null if none waits
     */
    RawSocket accept(SocketOptions options) throws IOException;

    /**
     * Accepts and resets one waiting connection with the help of a descriptor kept in reserve, for when the process has
     * none left: its peer learns at once, instead of hanging in the backlog.
     *
     * @return whether one was shed; false if none waits or it cannot be done
     */
    boolean shed();
}
