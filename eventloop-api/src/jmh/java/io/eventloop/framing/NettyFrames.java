package io.eventloop.framing;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LineBasedFrameDecoder;

/** Netty's decoders, to be called without a channel. */
final class NettyFrames {
    private NettyFrames() {}

    /** A length of four bytes, stripped. */
    static final class Lengths extends LengthFieldBasedFrameDecoder {
        Lengths(int maxFrameBytes) {
            super(maxFrameBytes, 0, Integer.BYTES, 0, Integer.BYTES);
        }

        /** The next frame, or null. */
        ByteBuf next(ByteBuf in) throws Exception {
            return (ByteBuf) decode(null, in);
        }
    }

    /** Lines, their ends stripped. */
    static final class Lines extends LineBasedFrameDecoder {
        Lines(int maxLineBytes) {
            super(maxLineBytes);
        }

        /** The next line, or null. */
        ByteBuf next(ByteBuf in) throws Exception {
            return in.isReadable() ? (ByteBuf) decode(null, in) : null;
        }
    }
}
