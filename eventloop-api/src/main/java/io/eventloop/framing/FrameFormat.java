package io.eventloop.framing;

/**
 * Where a frame ends in a stream of bytes.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> a format that cannot be is refused with {@link IllegalArgumentException} when it is made.
 */
public interface FrameFormat {

    /**
     * The most bytes a frame takes in the stream, with all that goes with it. A connection's
     * {@link io.eventloop.ConnectionLimits#maxInboundBytes()} must not be less.
     */
    int maxFrameBytes();

    /** A decoder for one connection. */
    FrameDecoder decoder();

    /** The encoder, which has no state and serves any number of connections. */
    FrameEncoder encoder();
}
