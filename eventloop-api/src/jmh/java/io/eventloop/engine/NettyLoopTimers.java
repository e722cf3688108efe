package io.eventloop.engine;

import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;

/** Timers on the scheduled queue of one of Netty's event loops, which the calling thread drives. */
final class NettyLoopTimers implements ArmedTimers {
    private final Clock clock = new Clock();
    private final ManualIoEventLoop loop =
            new ManualIoEventLoop(null, Thread.currentThread(), LocalIoHandler.newFactory(), clock);
    private final Runnable rearming = this::onExpiry;
    private final Future<?>[] futures;
    private int fired;

    NettyLoopTimers(int count, IntToLongFunction delayTicks) {
        futures = new Future<?>[count];
        for (int i = 0; i < count; i++) {
            futures[i] = schedule(delayTicks.applyAsLong(i));
        }
    }

    /** Time that moves by hand. */
    private static final class Clock implements Ticker {
        private long nowNanos;

        @Override
        public long initialNanoTime() {
            return 0;
        }

        @Override
        public long nanoTime() {
            return nowNanos;
        }

        @Override
        public void sleep(long delay, TimeUnit unit) {
            throw new UnsupportedOperationException("nobody sleeps here");
        }
    }

    private void onExpiry() {
        fired++;
        schedule(TimerBenchmark.PERIOD_TICKS);
    }

    private Future<?> schedule(long delayTicks) {
        return loop.schedule(rearming, delayTicks << TICK_SHIFT, TimeUnit.NANOSECONDS);
    }

    @Override
    public void scheduleAndCancel(long delayTicks) {
        schedule(delayTicks).cancel(false);
    }

    @Override
    public void rearm(int timer, long delayTicks) {
        futures[timer].cancel(false);
        futures[timer] = schedule(delayTicks);
    }

    @Override
    public int tick() {
        clock.nowNanos += 1L << TICK_SHIFT;
        fired = 0;
        loop.runNow();
        return fired;
    }
}
