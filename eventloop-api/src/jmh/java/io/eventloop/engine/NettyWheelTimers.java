package io.eventloop.engine;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;

/** Timers on Netty's wheel, which has a thread and a clock of its own and takes orders through queues. */
final class NettyWheelTimers implements ArmedTimers {
    private static final TimerTask NOTHING = timeout -> {};

    private final HashedWheelTimer wheel = new HashedWheelTimer(
            new DefaultThreadFactory("wheel", true), 1L << TICK_SHIFT, TimeUnit.NANOSECONDS, SLOTS);
    private final Timeout[] timeouts;

    NettyWheelTimers(int count, IntToLongFunction delayTicks) {
        timeouts = new Timeout[count];
        for (int i = 0; i < count; i++) {
            timeouts[i] = schedule(delayTicks.applyAsLong(i));
        }
    }

    private Timeout schedule(long delayTicks) {
        return wheel.newTimeout(NOTHING, delayTicks << TICK_SHIFT, TimeUnit.NANOSECONDS);
    }

    @Override
    public void scheduleAndCancel(long delayTicks) {
        schedule(delayTicks).cancel();
    }

    @Override
    public void rearm(int timer, long delayTicks) {
        timeouts[timer].cancel();
        timeouts[timer] = schedule(delayTicks);
    }

    @Override
    public int tick() {
        throw new UnsupportedOperationException("its time cannot be moved");
    }

    @Override
    public void close() {
        wheel.stop();
    }
}
