package io.eventloop.engine;

import org.agrona.concurrent.NanoClock;

/**
 * A loop's time. Within a turn it stands still, so that all of a turn sees the same moment. Between the turns of a loop that
 * a caller drives any time may pass, and its thread may use the loop all the same: there the clock is read whenever the time
 * is asked for, or a timer set then would be early, and a wait that begins then would be too long.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class LoopClock {
    /** A deadline further off than this may be computed from a clock value that is one turn old. */
    private static final long NEAR_NANOS = 200_000_000L;

    private final NanoClock clock;
    private long nowNanos;
    private boolean betweenTurns;

    LoopClock(NanoClock clock, boolean callerDriven) {
        this.clock = clock;
        this.nowNanos = clock.nanoTime();
        this.betweenTurns = callerDriven;
    }

    long nanoTime() {
        if (betweenTurns) {
            nowNanos = clock.nanoTime();
        }
        return nowNanos;
    }

    /** Reads the clock for the turn that has begun. */
    long beginTurn() {
        betweenTurns = false;
        nowNanos = clock.nanoTime();
        return nowNanos;
    }

    /** Until the next turn the loop is its caller's. */
    void leave() {
        betweenTurns = true;
    }

    /** How long it is to a deadline, zero or less if it has passed. */
    long until(long deadlineNanos) {
        long wait = deadlineNanos - nanoTime();
        return wait < NEAR_NANOS ? deadlineNanos - clock.nanoTime() : wait;
    }
}
