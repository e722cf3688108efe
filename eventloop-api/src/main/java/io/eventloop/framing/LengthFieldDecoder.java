package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.ProtocolViolationException;
import java.nio.ByteOrder;

/** Decodes {@link LengthField}. It has no state but the frame found last: a length is cheap to read again. */
final class LengthFieldDecoder implements FrameDecoder {
    private final LengthField format;
    private final int offset;
    private final int width;
    private final int headerBytes;
    private final int strip;
    private final boolean isBigEndian;

    /** Bytes of the frame that the field does not count; may be negative. */
    private final long uncounted;

    /** The largest value of the field with which the frame is within the limit; may be negative. */
    private final long maxLength;

    private int frameBytes;

    LengthFieldDecoder(LengthField format) {
        this.format = format;
        offset = format.offset();
        width = format.width();
        headerBytes = format.headerBytes();
        strip = format.strip();
        isBigEndian = format.order() == ByteOrder.BIG_ENDIAN;
        uncounted = (long) headerBytes + format.adjustment();
        maxLength = format.maxFrameBytes() - uncounted;
    }

    @Override
    public int maxFrameBytes() {
        return format.maxFrameBytes();
    }

    @Override
    public int next(Buffer in) {
        int available = in.readableBytes();
        if (available < headerBytes) {
            return 0;
        }
        long length = length(in, in.readIndex() + offset);
        // Unsigned: what is negative here is 2^63 and above.
        if (length < 0 || length > maxLength) {
            throw ProtocolViolationException.tooLarge("frame with a length of " + Long.toUnsignedString(length)
                    + " in its header, the limit is " + format.maxFrameBytes() + " bytes");
        }
        long whole = length + uncounted;
        if (whole < headerBytes || whole < strip) {
            throw ProtocolViolationException.malformed("frame of " + whole + " bytes by the length of " + length
                    + " in its header, which alone has " + Math.max(headerBytes, strip));
        }
        frameBytes = (int) whole;
        return whole <= available ? frameBytes : 0;
    }

    private long length(Buffer in, int at) {
        return switch (width) {
            case 1 -> in.getByte(at) & 0xFF;
            case 2 -> (isBigEndian ? in.getShort(at) : in.getShortLE(at)) & 0xFFFF;
            case 3 -> medium(in, at);
            case 4 -> (isBigEndian ? in.getInt(at) : in.getIntLE(at)) & 0xFFFF_FFFFL;
            default -> isBigEndian ? in.getLong(at) : in.getLongLE(at);
        };
    }

    private int medium(Buffer in, int at) {
        int first = in.getByte(at) & 0xFF;
        int middle = (in.getByte(at + 1) & 0xFF) << 8;
        int last = in.getByte(at + 2) & 0xFF;
        return isBigEndian ? first << 16 | middle | last : last << 16 | middle | first;
    }

    @Override
    public int payloadOffset() {
        return strip;
    }

    @Override
    public int payloadBytes() {
        return frameBytes - strip;
    }
}
