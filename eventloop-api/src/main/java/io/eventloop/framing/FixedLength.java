package io.eventloop.framing;

import io.eventloop.Buffer;

/**
 * Frames of one length, without a header.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> an impossible length throws {@link IllegalArgumentException}; the encoder refuses any other length.
 *
 * @param frameBytes the length
 */
public record FixedLength(int frameBytes) implements FrameFormat {

    /** Checks the range. */
    public FixedLength {
        FrameRanges.check("frameBytes", frameBytes, 1, FrameRanges.MAX_FRAME_BYTES);
    }

    @Override
    public int maxFrameBytes() {
        return frameBytes;
    }

    @Override
    public FrameDecoder decoder() {
        return new Decoder(frameBytes);
    }

    @Override
    public FrameEncoder encoder() {
        return new Encoder(frameBytes);
    }

    private record Decoder(int maxFrameBytes) implements FrameDecoder {
        @Override
        public int next(Buffer in) {
            return in.readableBytes() >= maxFrameBytes ? maxFrameBytes : 0;
        }

        @Override
        public int payloadOffset() {
            return 0;
        }

        @Override
        public int payloadBytes() {
            return maxFrameBytes;
        }
    }

    private record Encoder(int frameBytes) implements FrameEncoder {
        @Override
        public int headerBytes() {
            return 0;
        }

        @Override
        public int trailerBytes() {
            return 0;
        }

        @Override
        public void check(Buffer payload) {
            if (payload.readableBytes() != frameBytes) {
                throw new IllegalArgumentException(
                        "payload of " + payload.readableBytes() + " bytes, each frame has " + frameBytes);
            }
        }

        @Override
        public void writeHeader(Buffer out, int payloadBytes) {
            // There is none.
        }

        @Override
        public void writeTrailer(Buffer out) {
            // There is none.
        }
    }
}
