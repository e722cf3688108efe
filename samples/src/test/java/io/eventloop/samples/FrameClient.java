package io.eventloop.samples;

import io.eventloop.Connection;
import io.eventloop.testing.RecordingHandler;
import io.eventloop.testing.SeededRandom;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The client of docs/testing-your-protocol.md, which shows it from the next line on. */
final class FrameClient extends RecordingHandler {
    private final byte[] frames;
    private int sent;

    FrameClient(SeededRandom random) {
        ByteBuffer bytes = ByteBuffer.allocate(20_000);
        for (int i = random.nextInt(20); i >= 0; i--) {
            byte[] frame = new byte[random.nextInt(900)];
            Arrays.fill(frame, (byte) i);
            bytes.putInt(frame.length).put(frame);
        }
        frames = Arrays.copyOf(bytes.array(), bytes.position());
    }

    byte[] frames() {
        return frames;
    }

    @Override
    public void onOpen(Connection connection) {
        super.onOpen(connection);
        send(connection);
    }

    @Override
    public void onWritable(Connection connection) {
        super.onWritable(connection);
        send(connection);
    }

    private void send(Connection connection) {
        while (sent < frames.length && connection.isWritable()) {
            int end = Math.min(frames.length, sent + 1000);
            connection.write(Arrays.copyOfRange(frames, sent, end));
            sent = end;
        }
        if (sent == frames.length) {
            connection.shutdownOutput();
        }
    }

    @Override
    public void onInputClosed(Connection connection) {
        super.onInputClosed(connection);
        connection.close();
    }
}
