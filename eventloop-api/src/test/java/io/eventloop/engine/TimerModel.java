package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * A wheel beside the obvious implementation of the same contract: a priority queue, in time that starts at zero and
 * saturates. Every call is made on both, and what they do is compared, callback by callback.
 */
final class TimerModel {
    /** Something to do to both, from outside or from a callback. */
    interface Step {
        void apply(TimerModel model);
    }

    /** Thrown by a step that stands for a failing callback. */
    @SuppressWarnings("serial")
    static final class CallbackFailure extends RuntimeException {}

    private record Entry(int timer, long deadline, long dueTick, long order) {}

    private final PriorityQueue<Entry> queue =
            new PriorityQueue<>(Comparator.comparingLong(Entry::dueTick).thenComparingLong(Entry::order));
    private final Node[] nodes;
    private final TimerWheel wheel;
    private final long start;
    private final int tickShift;
    private long elapsed;
    private long nextOrder;
    private long firstOrderOfThisAdvance;
    private int expirations;

    TimerModel(long start, int tickShift, int timers) {
        this.start = start;
        this.tickShift = tickShift;
        this.wheel = new TimerWheel(start, tickShift);
        this.nodes = new Node[timers];
        for (int i = 0; i < timers; i++) {
            nodes[i] = new Node(i);
        }
    }

    void schedule(int timer, long delay, Step onExpire) {
        nodes[timer].onExpire = onExpire;
        wheel.schedule(nodes[timer], start + elapsed + delay);
        queue.removeIf(entry -> entry.timer == timer);
        long deadline = delay > Long.MAX_VALUE - elapsed ? Long.MAX_VALUE : elapsed + delay;
        long roundedUp = Math.min(Long.MAX_VALUE >>> tickShift, ((deadline - 1) >>> tickShift) + 1);
        queue.add(new Entry(timer, deadline, delay <= 0 ? currentTick() : roundedUp, nextOrder++));
    }

    void cancel(int timer) {
        boolean armed = queue.removeIf(entry -> entry.timer == timer);
        assertEquals(armed, wheel.cancel(nodes[timer]));
    }

    /** Moves both by the time given, which may be negative; the callbacks compare themselves. */
    void advance(long nanos, int maxExpirations) {
        long clockNanos = start + elapsed + nanos;
        elapsed += Math.max(0, nanos);
        firstOrderOfThisAdvance = nextOrder;
        expirations = 0;
        try {
            assertEquals(wheel.advance(clockNanos, maxExpirations), expirations);
        } catch (CallbackFailure expected) {
            assertTrue(expirations > 0);
            return;
        }
        assertTrue(expirations <= maxExpirations, "more callbacks than allowed");
        if (expirations < maxExpirations && hasDue()) {
            assertTrue(queue.element().order >= firstOrderOfThisAdvance, "lost or late");
        }
    }

    /** Compares everything that can be asked of the wheel. */
    void check() {
        assertEquals(queue.size(), wheel.size());
        assertEquals(
                queue.size(), Arrays.stream(nodes).filter(TimerNode::isArmed).count());
        assertEquals(hasDue(), wheel.hasDue());
        long next = wheel.nextDeadlineNanos();
        if (queue.isEmpty()) {
            assertEquals(Long.MAX_VALUE, next);
        } else if (hasDue()) {
            assertEquals(start + elapsed, next);
        } else {
            long tick = queue.element().dueTick;
            long dueNanos = start + (tick << tickShift);
            assertTrue(next - (start + elapsed) > 0, "wakes for nothing");
            assertTrue(next - dueNanos <= 0, "sleeps beyond the next timer");
            if (tick >>> 6 == currentTick() >>> 6 && dueNanos != Long.MAX_VALUE) {
                assertEquals(dueNanos, next, "not exact in the lowest level");
            }
        }
    }

    private boolean hasDue() {
        return !queue.isEmpty() && queue.element().dueTick <= currentTick();
    }

    private long currentTick() {
        return elapsed >>> tickShift;
    }

    private final class Node extends TimerNode {
        private final int timer;
        private Step onExpire;

        Node(int timer) {
            this.timer = timer;
        }

        @Override
        protected void expire(long nowNanos) {
            expirations++;
            Entry entry = queue.remove();
            assertEquals(entry.timer, timer, "out of order");
            assertTrue(entry.deadline <= elapsed, "early");
            assertTrue(entry.order < firstOrderOfThisAdvance, "armed by a callback of the same advance");
            assertEquals(start + elapsed, nowNanos);
            assertFalse(isArmed());
            onExpire.apply(TimerModel.this);
        }
    }
}
