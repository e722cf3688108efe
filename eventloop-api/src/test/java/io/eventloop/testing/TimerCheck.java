package io.eventloop.testing;

import io.eventloop.EventLoop;
import io.eventloop.Timer;
import java.time.Duration;
import java.util.List;

/** One timer: fires once for each time it was armed, never early, never after it was cancelled, and not much too late. */
final class TimerCheck {
    static final int MAX_ROUNDS = 8;
    static final Duration LONGEST = Duration.ofDays(3);

    /** A tick, and a stall or two of the loop. */
    private static final long SLACK_NANOS = 2_000_000_000L;

    private final Arena arena;
    private final List<TimerCheck> all;
    private EventLoop loop;
    private Timer timer;
    private boolean pending;
    private long dueNanos;
    private int roundsLeft;

    TimerCheck(Arena arena, List<TimerCheck> all) {
        this.arena = arena;
        this.all = all;
        roundsLeft = arena.random.nextInt(MAX_ROUNDS);
    }

    void begin(EventLoop on) {
        loop = on;
        timer = on.timer(this::fired);
        arm();
    }

    boolean isPending() {
        return pending;
    }

    private long nowNanos() {
        return arena.network.time().toNanos();
    }

    private void arm() {
        long most = Math.min(LONGEST.toNanos(), 1L << (1 + arena.random.nextInt(48)));
        long delay = arena.random.nextLong(most);
        timer.scheduleNanos(delay);
        pending = true;
        dueNanos = nowNanos() + delay;
    }

    private void fired() {
        arena.require(pending, "a timer fired that was not armed");
        arena.require(!timer.isArmed(), "a timer that fires is armed");
        long late = nowNanos() - dueNanos;
        arena.require(late >= 0, "a timer fired " + -late + " ns early");
        arena.require(late < SLACK_NANOS, "a timer fired " + late + " ns late");
        pending = false;
        if (roundsLeft-- > 0) {
            arm();
        }
        TimerCheck other = all.get(arena.random.nextInt(all.size()));
        if (other != this && other.loop == loop && arena.random.nextInt(3) == 0) {
            other.disturb();
        }
    }

    private void disturb() {
        if (arena.random.nextInt(2) == 0) {
            boolean wasPending = pending;
            pending = false;
            arena.require(timer.cancel() == wasPending, "cancel does not say whether the timer was armed");
        } else if (roundsLeft-- > 0) {
            arm();
        }
    }
}
