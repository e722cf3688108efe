package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.BufferLimitExceededException;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Echoes late: it keeps what it gets, in buffers of its own, until its peer has said all or the pool has no more. */
final class Hoarder implements ConnectionHandler {
    private static final int MAX_PIECE_BYTES = 8 << 10;
    private static final Duration RETRY = Duration.ofMillis(10);

    private final Deque<Buffer> hoard = new ArrayDeque<>();
    private final int[] refusals;

    /** @param refusals its first element counts the acquisitions that were refused */
    Hoarder(int[] refusals) {
        this.refusals = refusals;
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        int count = Math.min(in.readableBytes(), MAX_PIECE_BYTES);
        try {
            hoard.add(connection.loop().buffers().acquire(count));
            hoard.getLast().writeBytes(in, count);
        } catch (BufferLimitExceededException e) {
            refusals[0]++;
            giveOut(connection);
            connection.pauseReading();
            connection.loop().schedule(RETRY, () -> resumeIfEmpty(connection));
        }
    }

    private void resumeIfEmpty(Connection connection) {
        if (hoard.isEmpty()) {
            connection.resumeReading();
        }
    }

    private void giveOut(Connection connection) {
        boolean more = connection.isWritable();
        while (more && !hoard.isEmpty()) {
            more = connection.write(hoard.poll());
        }
        if (!hoard.isEmpty()) {
            connection.pauseReading();
        }
    }

    @Override
    public void onWritable(Connection connection) {
        giveOut(connection);
        resumeIfEmpty(connection);
        if (hoard.isEmpty() && connection.isInputEnded()) {
            connection.close();
        }
    }

    @Override
    public void onInputClosed(Connection connection) {
        giveOut(connection);
        if (hoard.isEmpty()) {
            connection.close();
        }
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        hoard.forEach(Buffer::release);
        hoard.clear();
    }
}
