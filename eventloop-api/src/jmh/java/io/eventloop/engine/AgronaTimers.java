package io.eventloop.engine;

import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import org.agrona.DeadlineTimerWheel;

/**
 * Timers on Agrona's wheel, which names them by a number that changes with each deadline. The numbers kept here are
 * right as long as nothing expires.
 */
final class AgronaTimers implements ArmedTimers {
    private final DeadlineTimerWheel wheel = new DeadlineTimerWheel(TimeUnit.NANOSECONDS, 0, 1L << TICK_SHIFT, SLOTS);
    private final DeadlineTimerWheel.TimerHandler rearming = this::onExpiry;
    private final long[] ids;
    private long nowNanos;

    AgronaTimers(int count, IntToLongFunction delayTicks) {
        ids = new long[count];
        for (int i = 0; i < count; i++) {
            ids[i] = wheel.scheduleTimer(delayTicks.applyAsLong(i) << TICK_SHIFT);
        }
    }

    private boolean onExpiry(TimeUnit unit, long now, long timer) {
        wheel.scheduleTimer(now + (TimerBenchmark.PERIOD_TICKS << TICK_SHIFT));
        return true;
    }

    @Override
    public void scheduleAndCancel(long delayTicks) {
        wheel.cancelTimer(wheel.scheduleTimer(nowNanos + (delayTicks << TICK_SHIFT)));
    }

    @Override
    public void rearm(int timer, long delayTicks) {
        wheel.cancelTimer(ids[timer]);
        ids[timer] = wheel.scheduleTimer(nowNanos + (delayTicks << TICK_SHIFT));
    }

    @Override
    public int tick() {
        nowNanos += 1L << TICK_SHIFT;
        return wheel.poll(nowNanos, rearming, Integer.MAX_VALUE);
    }
}
