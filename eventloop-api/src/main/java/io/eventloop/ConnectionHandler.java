package io.eventloop;

/**
 * What an application does with one connection. All methods run on the connection's loop and must not block.
 *
 * <p>The order is: {@code onOpen}; then {@code onData}, {@code onWritable}, {@code onIdle}, {@code onDrain} in any order
 * and number; at most one {@code onInputClosed}, after the last {@code onData}; and {@code onClosed} exactly once, last.
 * A connection that could not be made gets {@code onClosed} alone.
 *
 * <p><b>Threading:</b> loop-confined; one handler object may serve many connections of one loop.
 *
 * <p><b>Ownership:</b> the buffer in {@code onData} is lent, see {@link Buffer}.
 *
 * <p><b>Failure:</b> an exception ends the connection with {@link CloseReason.Kind#HANDLER_FAILED} and is reported; a
 * {@link ProtocolViolationException} ends it with the kind that it names and is not; an {@link Error} ends the loop.
 */
public interface ConnectionHandler {

    /** The connection is established. */
    default void onOpen(Connection connection) {}

    /**
     * Bytes arrived. What is not consumed is kept and offered again, with more behind it.
     *
     * @param in all inbound bytes not consumed yet, at least one; valid until this method returns unless detached
     */
    void onData(Connection connection, Buffer in);

    /** The outbound queue, having been above the high-water mark, fell to the low one. */
    default void onWritable(Connection connection) {}

    /**
     * The peer ended its output: no more {@code onData}. Bytes left unconsumed, {@link Connection#unconsumedBytes()} of
     * them, are dropped after this call. By default the connection is closed once what is queued has been sent.
     */
    default void onInputClosed(Connection connection) {
        connection.close();
    }

    /**
     * No byte moved in either direction for the idle timeout. By default the connection ends with
     * {@link CloseReason.Kind#IDLE_TIMEOUT}.
     *
     * @return whether to end it; false waits for another idle timeout
     */
    default boolean onIdle(Connection connection) {
        return true;
    }

    /** The group is draining: finish what is under way, then close. By default nothing is done. */
    default void onDrain(Connection connection) {}

    /**
     * What this handler waits for, in a phrase, as a part of {@link Connection#explain}: {@code "the rest of a request's
     * head"}. By default nothing is said. It may be called within any other callback.
     */
    default String explain(Connection connection) {
        return "";
    }

    /** The connection is over; nothing can be written to it any more. */
    default void onClosed(Connection connection, CloseReason reason) {}
}
