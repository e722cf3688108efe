package io.eventloop.engine;

import java.util.function.IntToLongFunction;

/** Timers on a {@link TimerWheel}. */
final class OurTimers implements ArmedTimers {
    private final TimerWheel wheel = new TimerWheel(0, TICK_SHIFT);
    private final TimerNode[] nodes;
    private final TimerNode spare = new Node();
    private long nowNanos;

    OurTimers(int count, IntToLongFunction delayTicks) {
        nodes = new TimerNode[count];
        for (int i = 0; i < count; i++) {
            nodes[i] = new Node();
            rearm(i, delayTicks.applyAsLong(i));
        }
    }

    private final class Node extends TimerNode {
        @Override
        protected void expire(long now) {
            wheel.schedule(this, now + (TimerBenchmark.PERIOD_TICKS << TICK_SHIFT));
        }
    }

    @Override
    public void scheduleAndCancel(long delayTicks) {
        wheel.schedule(spare, nowNanos + (delayTicks << TICK_SHIFT));
        wheel.cancel(spare);
    }

    @Override
    public void rearm(int timer, long delayTicks) {
        wheel.schedule(nodes[timer], nowNanos + (delayTicks << TICK_SHIFT));
    }

    @Override
    public int tick() {
        nowNanos += 1L << TICK_SHIFT;
        return wheel.advance(nowNanos, Integer.MAX_VALUE);
    }
}
