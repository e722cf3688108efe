package io.eventloop.engine;

import io.eventloop.Connection.State;
import io.eventloop.jfr.FlightEvents;
import java.time.Duration;

/**
 * The one timer of a connection. Activity only notes the time; when the timer expires it is found out which deadline has
 * passed, if any, and it is armed for the next one. So a byte that moves costs a field, not a timer.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> the connection's; cancelled at its close. <b>Failure:</b> none.
 */
final class ConnectionDeadlines extends TimerNode {
    /** No deadline. */
    static final long NONE = Long.MAX_VALUE;

    private final SocketConnection connection;
    private final Loop loop;

    /** Of the phase, connecting or closing, if {@code inPhase}. Else when the handler last let idleness pass. */
    private long phaseEndNanos;

    private boolean inPhase;
    private long lastActivityNanos;
    private boolean stalled;
    private long stalledSinceNanos;
    private long stallBeganNanos;

    ConnectionDeadlines(SocketConnection connection, Loop loop) {
        this.connection = connection;
        this.loop = loop;
        this.lastActivityNanos = loop.nanoTime();
        this.phaseEndNanos = lastActivityNanos;
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

    /** Queued bytes wait for the peer. Returns whether none did before. */
    boolean stall() {
        boolean begins = !stalled;
        if (begins) {
            stalled = true;
            stallBeganNanos = loop.nanoTime();
            stalledSinceNanos = stallBeganNanos;
            rearm();
        }
        return begins;
    }

    /** Nothing waits for the peer any more. Returns whether something did. */
    boolean unstall() {
        boolean ends = stalled;
        stalled = false;
        if (ends) {
            FlightEvents.events().writeStalled(connection, loop.nanoTime() - stallBeganNanos);
        }
        return ends;
    }

    /** The connection is over. */
    void end() {
        loop.wheel().cancel(this);
        unstall();
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
        phaseEndNanos = lastActivityNanos;
        rearm();
    }

    /** The phase's name. */
    String phase() {
        return connection.phase() == State.CONNECTING ? "connect" : "close";
    }

    long phaseLeftNanos(long now) {
        return inPhase ? phaseEndNanos - now : NONE;
    }

    long writeLeftNanos(long now) {
        return stalled ? until(stalledSinceNanos, connection.bounds().writeTimeout(), now) : NONE;
    }

    long idleLeftNanos(long now) {
        return inPhase || connection.phase() != State.OPEN
                ? NONE
                : until(idleSinceNanos(), connection.bounds().idleTimeout(), now);
    }

    /** How long queued bytes have waited without one being taken, −1 if none wait. */
    long stalledNanos(long now) {
        return stalled ? now - stalledSinceNanos : -1;
    }

    /** How long nothing has moved; or nothing that is queued, if something is, whatever may come in. */
    long stillNanos(long now) {
        return Math.max(quietNanos(now), stalledNanos(now));
    }

    /** How long no byte has moved. */
    long quietNanos(long now) {
        return now - lastActivityNanos;
    }

    private long idleSinceNanos() {
        return phaseEndNanos - lastActivityNanos > 0 ? phaseEndNanos : lastActivityNanos;
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
        return Math.min(writeLeftNanos(now), inPhase ? phaseLeftNanos(now) : idleLeftNanos(now));
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
        if (writeLeftNanos(nowNanos) <= 0) {
            connection.life().writeTimedOut();
            return;
        }
        if (idleLeftNanos(nowNanos) <= 0) {
            phaseEndNanos = nowNanos;
            connection.note(ConnectionEvent.IDLE);
            if (connection.calls().idle()) {
                connection.life().idleTimedOut();
            }
            loop.memory().governor().check();
        }
        rearm();
    }
}
