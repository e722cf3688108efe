package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.WriteLimitExceededException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sends memory and files in turn, then closes. Any of the files may be truncated before it has left. */
final class FileSender implements ConnectionHandler {
    private static final int MAX_PARTS = 8;
    private static final int MAX_PART_BYTES = 20_000;

    private final Arena arena;
    private final SeededRandom random;
    private final StreamPattern outbound;
    private final List<SimulatedFile> files = new ArrayList<>();
    private final List<SimulatedFile> handedOver = new ArrayList<>();
    private int partsLeft;
    private boolean isTruncated;
    private CloseReason reason;

    FileSender(Arena arena) {
        this.arena = arena;
        this.random = arena.random.split();
        this.outbound = new StreamPattern(arena.network, "files", FileReceiver.STREAM);
        this.partsLeft = 1 + random.nextInt(MAX_PARTS);
    }

    /** All that it wrote; less than that if a write was refused. */
    long total() {
        return outbound.position();
    }

    boolean isTruncated() {
        return isTruncated;
    }

    CloseReason reason() {
        return reason;
    }

    @Override
    public void onOpen(Connection connection) {
        if (random.nextInt(2) == 0) {
            connection.limits(connection.limits().toBuilder()
                    .waterMarks(0, 1 + random.nextInt(8000))
                    .maxQueuedBytes(8000 + random.nextInt(3 * MAX_PART_BYTES))
                    .maxQueuedWrites(1 + random.nextInt(6))
                    .build());
        }
        send(connection);
    }

    private void send(Connection connection) {
        boolean more = true;
        while (more && partsLeft > 0) {
            partsLeft--;
            int count = 1 + random.nextInt(MAX_PART_BYTES);
            try {
                more = random.nextInt(3) == 0 ? connection.write(outbound.take(count)) : sendFile(connection, count);
            } catch (WriteLimitExceededException e) {
                connection.abort();
                return;
            }
        }
        if (partsLeft == 0) {
            connection.close();
        }
    }

    private boolean sendFile(Connection connection, int count) {
        int position = random.nextInt(1000);
        byte[] content = new byte[position + count + random.nextInt(2) * 100];
        System.arraycopy(outbound.take(count), 0, content, position, count);
        SimulatedFile file = new SimulatedFile(content, random.split());
        files.add(file);
        if (random.nextInt(16) == 0) {
            int left = random.nextInt(position + count);
            connection.loop().schedule(Duration.ofNanos(random.nextInt(2_000_000)), () -> truncate(file, left));
        }
        if (random.nextInt(2) == 0) {
            handedOver.add(file);
            return connection.writeAndClose(file, position, count);
        }
        return connection.write(file, position, count);
    }

    private void truncate(SimulatedFile file, int left) {
        isTruncated = true;
        file.truncate(left);
    }

    @Override
    public void onWritable(Connection connection) {
        send(connection);
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        arena.require(false, "the receiver sends nothing");
    }

    @Override
    public void onInputClosed(Connection connection) {
        // It has nothing to say, and is sent everything all the same.
    }

    @Override
    public void onClosed(Connection connection, CloseReason why) {
        reason = why;
        for (SimulatedFile file : files) {
            boolean isOurs = !handedOver.contains(file);
            arena.require(file.isOpen() == isOurs, "a file is " + (isOurs ? "closed" : "left open"));
        }
    }
}
