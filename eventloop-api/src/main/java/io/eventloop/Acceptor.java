package io.eventloop;

/**
 * Chooses the handler of an accepted connection.
 *
 * <p><b>Threading:</b> called on the connection's loop, so by several threads for a group of several loops.
 *
 * <p><b>Ownership:</b> none. <b>Failure:</b> an exception ends the connection and is reported; the listener goes on.
 */
@FunctionalInterface
public interface Acceptor {

    /** The handler; its {@code onOpen} follows at once. The connection may be inspected and its limits replaced. */
    ConnectionHandler accept(Connection connection);
}
