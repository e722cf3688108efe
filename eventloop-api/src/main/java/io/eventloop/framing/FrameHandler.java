package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ProtocolViolationException;

/**
 * What an application does with the frames of one connection: a {@link io.eventloop.ConnectionHandler} that gets frames
 * instead of bytes. All methods run on the connection's loop and must not block.
 *
 * <p><b>Threading:</b> loop-confined; one handler object may serve many connections of one loop.
 *
 * <p><b>Ownership:</b> the buffer in {@code onFrame} is lent, as that of {@code onData} is.
 *
 * <p><b>Failure:</b> as with {@link io.eventloop.ConnectionHandler}.
 */
@FunctionalInterface
public interface FrameHandler {

    /** The connection is established. Not called if the {@link FramedHandler} takes over a connection that was. */
    default void onOpen(Connection connection) {}

    /**
     * A frame arrived. Its readable bytes are the payload, and no other bytes can be read or overwritten through it; those
     * not consumed are dropped. {@code frame.detach()} takes the payload over, without a copy if nothing has arrived behind it
     * yet. A handler that pauses reading, or is replaced, gets no further frame; they wait, or go to the next handler.
     *
     * @param frame the payload, possibly empty; valid until this method returns unless detached
     */
    void onFrame(Connection connection, Buffer frame);

    /** As {@link io.eventloop.ConnectionHandler#onWritable}. */
    default void onWritable(Connection connection) {}

    /** The peer ended its output after a whole frame. By default the connection is closed. */
    default void onInputClosed(Connection connection) {
        connection.close();
    }

    /**
     * The peer sent a frame over the limit, or one that cannot be, or ended its output within a frame. No frame follows; by
     * default the connection is aborted, with this as the reason. A handler that rather answers writes, and closes.
     */
    default void onViolation(Connection connection, ProtocolViolationException violation) {
        connection.abort(violation);
    }

    /** As {@link io.eventloop.ConnectionHandler#onIdle}. */
    default boolean onIdle(Connection connection) {
        return true;
    }

    /** As {@link io.eventloop.ConnectionHandler#onDrain}. */
    default void onDrain(Connection connection) {}

    /** The connection is over; nothing can be written to it any more. */
    default void onClosed(Connection connection, CloseReason reason) {}
}
