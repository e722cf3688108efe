package io.eventloop.framing;

import io.eventloop.Buffer;

/** Puts the length of a {@link LengthField} in front of a payload. */
final class LengthFieldEncoder implements FrameEncoder {
    private final LengthField format;

    LengthFieldEncoder(LengthField format) {
        this.format = format;
    }

    @Override
    public int headerBytes() {
        return format.width();
    }

    @Override
    public int trailerBytes() {
        return 0;
    }

    @Override
    public void check(Buffer payload) {
        int most = format.maxFrameBytes() - format.width();
        if (payload.readableBytes() > most) {
            throw new IllegalArgumentException(
                    "payload of " + payload.readableBytes() + " bytes, the limit is " + most);
        }
        format.checkFrame(payload.readableBytes() + format.width());
    }

    @Override
    public void writeHeader(Buffer out, int payloadBytes) {
        int at = out.writeIndex();
        if (out.writableBytes() < format.width()) {
            throw new IndexOutOfBoundsException(
                    "header of " + format.width() + " bytes, writable are " + out.writableBytes());
        }
        out.writeIndex(at + format.width());
        format.setLength(out, at, format.value(payloadBytes + format.width()));
    }

    @Override
    public void writeTrailer(Buffer out) {
        // There is none.
    }
}
