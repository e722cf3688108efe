package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import java.time.Duration;

/** Reads what a {@link FileSender} sends, slowly: it stops reading for a while after every few calls. */
final class FileReceiver implements ConnectionHandler {
    static final long STREAM = 7;
    private static final int MAX_REST_NANOS = 40_000_000;

    private final Arena arena;
    private final SeededRandom random;
    private final StreamPattern inbound;
    private final int restEvery;
    private int restsLeft = 100;
    private boolean inputClosed;

    FileReceiver(Arena arena) {
        this.arena = arena;
        this.random = arena.random.split();
        this.inbound = new StreamPattern(arena.network, "files received", STREAM);
        this.restEvery = 1 + random.nextInt(20);
    }

    long received() {
        return inbound.position();
    }

    boolean isComplete() {
        return inputClosed;
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        inbound.read(in);
        if (restsLeft > 0 && random.nextInt(restEvery) == 0) {
            restsLeft--;
            connection.pauseReading();
            connection.loop().schedule(Duration.ofNanos(random.nextInt(MAX_REST_NANOS)), connection::resumeReading);
        }
    }

    @Override
    public void onInputClosed(Connection connection) {
        inputClosed = true;
        connection.close();
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        arena.require(!inputClosed || connection.unconsumedBytes() == 0, "bytes left after the end: " + reason);
    }
}
