package io.eventloop.framing;

import io.eventloop.Buffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Frames with a length in their header.
 *
 * <pre>
 *   |◄── offset ──►|◄─ width ─►|◄──── value of the field + adjustment ────►|
 *   | other header |  length   | other header, payload                     |
 *   |◄──── strip ────►| what the handler gets ────────────────────────────►|
 * </pre>
 *
 * <p>So the adjustment is 0 where the field counts what follows it, −width where it counts itself too, and
 * −(offset + width) where it counts the whole frame.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> values that do not fit together throw {@link IllegalArgumentException}. A peer's length above the limit,
 * however large, is a violation of the frame limit; one that ends a frame before its header does is an error of protocol.
 *
 * @param offset bytes in front of the length; default 0
 * @param width bytes of the length, which is unsigned: 1, 2, 3, 4 or 8; default 4
 * @param order of the bytes of the length; default big-endian
 * @param adjustment added to the length to get the number of bytes behind the field; default 0
 * @param strip bytes taken off the front of each frame; default the header up to the end of the length
 * @param maxFrameBytes the largest frame, header included; default 64 KiB, as the inbound limit of a connection
 */
public record LengthField(int offset, int width, ByteOrder order, int adjustment, int strip, int maxFrameBytes)
        implements FrameFormat {
    private static final int MAX_HEADER_BYTES = 1 << 16;

    /** Checks that the fields fit together. */
    public LengthField {
        Objects.requireNonNull(order);
        FrameRanges.check("offset", offset, 0, MAX_HEADER_BYTES);
        if (width < 1 || width > 8 || width > 4 && width < 8) {
            throw new IllegalArgumentException("width is " + width + ", must be 1, 2, 3, 4 or 8");
        }
        FrameRanges.check("maxFrameBytes", maxFrameBytes, offset + width, FrameRanges.MAX_FRAME_BYTES);
        FrameRanges.check("adjustment", adjustment, -FrameRanges.MAX_FRAME_BYTES, FrameRanges.MAX_FRAME_BYTES);
        FrameRanges.check("strip", strip, 0, maxFrameBytes);
    }

    /** A builder holding the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Bytes up to the end of the length. */
    int headerBytes() {
        return offset + width;
    }

    /** The largest value that the width has room for. */
    private long maxValue() {
        return width == 8 ? Long.MAX_VALUE : (1L << (width * Byte.SIZE)) - 1;
    }

    @Override
    public FrameDecoder decoder() {
        return new LengthFieldDecoder(this);
    }

    /**
     * The encoder that puts a length in front of a payload.
     *
     * @throws IllegalStateException unless the whole header is the length, and stripped: an encoder cannot know what else
     *     belongs there. {@link #complete} serves the other formats
     */
    @Override
    public FrameEncoder encoder() {
        if (offset != 0 || strip != width) {
            throw new IllegalStateException(
                    "no encoder for " + this + ": it can only write a length of its own in front of"
                            + " the payload, offset 0 and strip " + width);
        }
        return new LengthFieldEncoder(this);
    }

    /**
     * Writes the length into a frame that was put together with its header.
     *
     * @param frame its readable bytes are the frame
     * @throws IllegalArgumentException if the length cannot be that of a frame; nothing is changed
     */
    public void complete(Buffer frame) {
        int bytes = frame.readableBytes();
        checkFrame(bytes);
        setLength(frame, frame.readIndex() + offset, value(bytes));
    }

    /** Throws if there can be no frame of this length. */
    void checkFrame(int bytes) {
        if (bytes < Math.max(headerBytes(), strip)) {
            throw new IllegalArgumentException(
                    "frame of " + bytes + " bytes, the header has " + Math.max(headerBytes(), strip));
        }
        if (bytes > maxFrameBytes) {
            throw new IllegalArgumentException("frame of " + bytes + " bytes, the limit is " + maxFrameBytes);
        }
        long value = value(bytes);
        if (value < 0 || value > maxValue()) {
            throw new IllegalArgumentException(
                    "frame of " + bytes + " bytes: " + value + " is no length of " + width + " bytes");
        }
    }

    /** What the field says in a frame of this length. */
    long value(int frameBytes) {
        return (long) frameBytes - headerBytes() - adjustment;
    }

    /** Writes a length at an absolute index. */
    void setLength(Buffer out, int at, long value) {
        boolean isBig = order == ByteOrder.BIG_ENDIAN;
        switch (width) {
            case 1 -> out.setByte(at, (int) value);
            case 2 -> out.setShort(at, isBig ? (int) value : Short.reverseBytes((short) value));
            case 3 -> {
                out.setByte(at, (int) (isBig ? value >>> 16 : value));
                out.setByte(at + 1, (int) (value >>> 8));
                out.setByte(at + 2, (int) (isBig ? value : value >>> 16));
            }
            case 4 -> out.setInt(at, isBig ? (int) value : Integer.reverseBytes((int) value));
            default -> out.setLong(at, isBig ? value : Long.reverseBytes(value));
        }
    }

    /** Collects the fields; not thread-safe. */
    public static final class Builder {
        private int offset;
        private int width = 4;
        private ByteOrder order = ByteOrder.BIG_ENDIAN;
        private int adjustment;
        private int strip = -1;
        private int maxFrameBytes = FrameRanges.DEFAULT_MAX_FRAME_BYTES;

        private Builder() {}

        /** Bytes in front of the length. */
        public Builder offset(int bytes) {
            offset = bytes;
            return this;
        }

        /** Bytes of the length. */
        public Builder width(int bytes) {
            width = bytes;
            return this;
        }

        /** The order of the bytes of the length. */
        public Builder order(ByteOrder byteOrder) {
            order = byteOrder;
            return this;
        }

        /** Added to the length to get the number of bytes behind the field. */
        public Builder adjustment(int bytes) {
            adjustment = bytes;
            return this;
        }

        /** Bytes taken off the front of each frame. */
        public Builder strip(int bytes) {
            FrameRanges.check("strip", bytes, 0, FrameRanges.MAX_FRAME_BYTES);
            strip = bytes;
            return this;
        }

        /** The largest frame. */
        public Builder maxFrameBytes(int bytes) {
            maxFrameBytes = bytes;
            return this;
        }

        /** The format. */
        public LengthField build() {
            return new LengthField(offset, width, order, adjustment, strip < 0 ? offset + width : strip, maxFrameBytes);
        }
    }
}
