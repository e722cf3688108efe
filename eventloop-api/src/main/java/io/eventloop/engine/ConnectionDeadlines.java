package io.eventloop.engine;

import io.eventloop.Connection.State;
import java.time.Duration;

/**
 * The one timer of a connection. Activity only notes the time; when the timer expires it is found out which deadline has
 * passed, if any, and it is armed for the next one. So a byte that moves costs a field, not a timer.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> the connection's; cancelled at its close. <b>Failure:</b> none.
 */
final class ConnectionDeadlines extends TimerNode {
    private static final long NONE = Long.MAX_VALUE;

    private final SocketConnection connection;
    private final Loop loop;

    /** Of the phase: connecting or closing. Meaningful only if {@code inPhase}. */
    private long phaseEndNanos;

    private boolean inPhase;
    private long lastActivityNanos;
    private boolean stalled;
    private long stalledSinceNanos;

    ConnectionDeadlines(SocketConnection connection, Loop loop) {
        this.connection = connection;
        this.loop = loop;
        this.lastActivityNanos = loop.nanoTime();
    }

    /** Bytes moved. */
    void active() {
        lastActivityNanos = loop.nanoTime();
    }

    /** The system took queued bytes. */
    void sent() {
        lastActivityNanos = loop.nanoTime();
        stalledSinceNanos = lastActivityNanos;
    }

    /** Queued bytes wait for the peer. */
    void stall() {
        if (!stalled) {
            stalled = true;
            stalledSinceNanos = loop.nanoTime();
            rearm();
        }
    }

    /** Nothing waits for the peer any more. */
    void unstall() {
        stalled = false;
    }

    /** A connect or a close begins; zero for no limit. */
    void beginPhase(Duration limit) {
        inPhase = !limit.isZero();
        phaseEndNanos = loop.nanoTime() + limit.toNanos();
        rearm();
    }

    /** The connection is open: the phase is over, idleness counts. */
    void endPhase() {
        inPhase = false;
        active();
        rearm();
    }

    /** Arms for the earliest deadline, unless armed for it or an earlier moment already. */
    void rearm() {
        long wait = waitNanos(loop.nanoTime());
        if (wait == NONE) {
            return;
        }
        long deadline = loop.nanoTime() + wait;
        if (!isArmed() || deadline - deadlineNanos() < 0) {
            loop.wheel().schedule(this, deadline);
        }
    }

    /** From {@code now} to the earliest deadline; zero or less if one has passed. */
    private long waitNanos(long now) {
        long wait = NONE;
        if (inPhase) {
            wait = phaseEndNanos - now;
        } else if (connection.phase() == State.OPEN) {
            wait = until(lastActivityNanos, connection.bounds().idleTimeout(), now);
        }
        if (stalled) {
            wait = Math.min(wait, until(stalledSinceNanos, connection.bounds().writeTimeout(), now));
        }
        return wait;
    }

    private static long until(long since, Duration timeout, long now) {
        return timeout.isZero() ? NONE : since - now + timeout.toNanos();
    }

    @Override
    protected void expire(long nowNanos) {
        if (inPhase && phaseEndNanos - nowNanos <= 0) {
            inPhase = false;
            connection.life().phaseTimedOut();
            return;
        }
        if (stalled && until(stalledSinceNanos, connection.bounds().writeTimeout(), nowNanos) <= 0) {
            connection.life().writeTimedOut();
            return;
        }
        if (!inPhase
                && connection.phase() == State.OPEN
                && until(lastActivityNanos, connection.bounds().idleTimeout(), nowNanos) <= 0) {
            lastActivityNanos = nowNanos;
            if (connection.calls().idle()) {
                connection.life().idleTimedOut();
            }
        }
        rearm();
    }
}
