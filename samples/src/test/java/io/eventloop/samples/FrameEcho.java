package io.eventloop.samples;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;

/** The protocol of docs/testing-your-protocol.md as it should be; the page shows it from the next line on. */
class FrameEcho implements ConnectionHandler {
    private static final int HEADER_BYTES = 4;
    private static final int MAX_FRAME_BYTES = 16 << 10;

    /** The whole length of the first frame, or 0 if not all of it is there. Consumes nothing. */
    static int frameBytes(Buffer in) {
        if (in.readableBytes() < HEADER_BYTES) {
            return 0;
        }
        int length = in.getInt(in.readIndex());
        if (length < 0 || length > MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("a frame of " + length + " bytes");
        }
        return in.readableBytes() < HEADER_BYTES + length ? 0 : HEADER_BYTES + length;
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        for (int count = frameBytes(in); count > 0; count = frameBytes(in)) {
            Buffer frame = connection.loop().buffers().acquire(count);
            frame.writeBytes(in, count);
            if (!connection.write(frame)) {
                connection.pauseReading(); // the peer does not take what it gets
                return;
            }
        }
    }

    @Override
    public void onWritable(Connection connection) {
        connection.resumeReading(); // what was not consumed is offered again
    }
}
