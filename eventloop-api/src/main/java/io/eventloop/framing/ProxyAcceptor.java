package io.eventloop.framing;

import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;

/**
 * Chooses the handler of an accepted connection once its PROXY protocol header was read.
 *
 * <p><b>Threading:</b> called on the connection's loop, so by several threads for a group of several loops.
 *
 * <p><b>Ownership:</b> none. <b>Failure:</b> an exception ends the connection and is reported; the listener goes on.
 */
@FunctionalInterface
public interface ProxyAcceptor {

    /**
     * The handler; its {@code onOpen} follows at once, and the bytes behind the header after that.
     *
     * @param header what the peer said; {@link ProxyHeader#local()} if it was allowed to say nothing, and did
     */
    ConnectionHandler accept(Connection connection, ProxyHeader header);
}
