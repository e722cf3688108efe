package io.eventloop.testing;

import io.eventloop.EventLoop;
import io.eventloop.Timer;

/** A timer that does anything when it fires, and that anything is done to: it fires once for each time it was armed. */
final class UnrulyTimer {
    /** Few delays, so that many timers are due in one turn. */
    private static final long STEP_NANOS = 40_000_000L;

    private final Unruly unruly;
    private final EventLoop loop;
    private final Timer timer;
    private boolean isPending;
    private long dueNanos;

    UnrulyTimer(Unruly unruly, EventLoop loop) {
        this.unruly = unruly;
        this.loop = loop;
        timer = loop.timer(this::fired);
        arm();
    }

    EventLoop loop() {
        return loop;
    }

    boolean isPending() {
        return isPending;
    }

    private void arm() {
        long delay = unruly.random.nextInt(6) * STEP_NANOS;
        timer.scheduleNanos(delay);
        isPending = true;
        dueNanos = loop.nanoTime() + delay;
    }

    private void fired() {
        unruly.require(isPending, "a timer fired that was not armed");
        unruly.require(!timer.isArmed(), "a timer that fires is armed");
        unruly.require(loop.nanoTime() - dueNanos >= 0, "a timer fired early");
        isPending = false;
        if (!unruly.isQuiet() && unruly.random.nextInt(8) > 0) {
            arm();
        }
        unruly.act(loop);
        unruly.burst(loop);
    }

    void disturb() {
        unruly.require(timer.isArmed() == isPending, "a timer is armed: " + timer.isArmed());
        if (unruly.random.nextInt(2) == 0) {
            arm();
        } else {
            boolean wasPending = isPending;
            isPending = false;
            unruly.require(timer.cancel() == wasPending, "cancel does not say whether the timer was armed");
        }
    }
}
