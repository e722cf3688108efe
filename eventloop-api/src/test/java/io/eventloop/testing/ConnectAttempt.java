package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import java.time.Duration;

/** A connect that may come to nothing, and has to be told so in time. */
final class ConnectAttempt implements ConnectionHandler {
    /** A timer tick, a stall of the loop, and the turns around them. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private final Arena arena;
    private final Duration timeout;
    private Duration begun;

    ConnectAttempt(Arena arena, Duration timeout) {
        this.arena = arena;
        this.timeout = timeout;
    }

    /** @param giveUpNanos when to abort it; 0 for never */
    void begin(Connection connection, long giveUpNanos) {
        begun = arena.network.time();
        if (giveUpNanos > 0) {
            connection.loop().schedule(Duration.ofNanos(giveUpNanos), connection::abort);
        }
    }

    @Override
    public void onOpen(Connection connection) {
        connection.close();
    }

    @Override
    public void onData(Connection connection, Buffer in) {}

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        Duration took = arena.network.time().minus(begun);
        if (reason.kind() == Kind.CONNECT_TIMEOUT) {
            arena.require(took.compareTo(timeout) >= 0, "a connect timed out early, after " + took);
        }
        if (reason.kind() == Kind.CONNECT_TIMEOUT || reason.kind() == Kind.CONNECT_FAILED) {
            arena.require(took.compareTo(timeout.plus(SLACK)) < 0, "a connect ended late, after " + took);
        }
    }
}
