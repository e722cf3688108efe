package io.eventloop.samples;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;

/** The first try of docs/testing-your-protocol.md, which shows it from the next line on. It has a bug. */
final class HastyFrameEcho implements ConnectionHandler {
    @Override
    public void onData(Connection connection, Buffer in) {
        while (in.readableBytes() >= 4) {
            int length = in.readInt();
            if (in.readableBytes() < length) {
                return; // the rest comes with the next call
            }
            Buffer frame = connection.loop().buffers().acquire(4 + length);
            frame.writeInt(length).writeBytes(in, length);
            if (!connection.write(frame)) {
                connection.pauseReading(); // the peer does not take what it gets
                return;
            }
        }
    }

    @Override
    public void onWritable(Connection connection) {
        connection.resumeReading();
    }
}
