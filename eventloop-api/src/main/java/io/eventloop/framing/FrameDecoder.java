package io.eventloop.framing;

import io.eventloop.Buffer;

/**
 * Finds the frames in the inbound bytes of one connection. It copies nothing and keeps no bytes: what it does not find
 * whole is left in the buffer and looked at again when more has come, though not the same bytes twice.
 *
 * <pre>{@code
 * for (int bytes; (bytes = decoder.next(in)) > 0; in.skip(bytes)) {
 *     int payload = in.readIndex() + decoder.payloadOffset();
 *     sum += in.getInt(payload);
 * }
 * }</pre>
 *
 * <p>{@link FramedHandler} does this and hands each payload to a {@link FrameHandler}.
 *
 * <p><b>Threading:</b> used by one thread; one for each connection.
 *
 * <p><b>Ownership:</b> the buffer stays lent; none is kept.
 *
 * <p><b>Failure:</b> {@link io.eventloop.ProtocolViolationException} for a frame over the limit or one that cannot be, after
 * which the decoder is not to be used again. The buffer is unchanged then, too.
 */
public interface FrameDecoder {

    /** As {@link FrameFormat#maxFrameBytes()}. */
    int maxFrameBytes();

    /**
     * Looks for a whole frame at the read index. No index moves: the caller skips the frame before the next call, neither more
     * nor less. Without a whole frame it consumes nothing, and expects the same bytes with more behind them the next time.
     *
     * @return the bytes that the frame takes, with all that goes with it; 0 if it is not whole yet
     */
    int next(Buffer in);

    /** Where the payload of the frame found last begins, counted from the read index. */
    int payloadOffset();

    /** The length of the payload of the frame found last; may be 0. */
    int payloadBytes();
}
