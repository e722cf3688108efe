package io.eventloop.engine;

import io.eventloop.MemoryBudget;
import io.eventloop.MemoryMetrics;
import io.eventloop.MemoryMetrics.Pressure;
import io.eventloop.jfr.FlightEvents;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What the loops of a group know together about its memory budget: the buffers in use on all of them, the pressure that
 * follows from it, and how slow the slowest consumer of each is.
 *
 * <pre>
 *   NONE ◄──► PAUSING_READERS ◄──► NOT_ACCEPTING ◄──► SHEDDING
 *        up at a threshold, down by the hysteresis below it
 * </pre>
 *
 * <p>A loop reports its use at the end of a turn. While there is no pressure it does so only once it has changed by a
 * step, so that a loop with nothing to tell writes nothing that others read; all steps together are 1/32 of the budget.
 * The loop whose report changes the pressure has all others look and report exactly, and under pressure they go on so.
 *
 * <p><b>Threading:</b> thread-safe, without locks. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class MemoryGovernor {
    private static final Pressure[] PRESSURES = Pressure.values();

    /** Small against the distance of the thresholds, large against what connections hold for a moment within a turn. */
    private static final int STEPS_IN_BUDGET = 64;

    /** A consumer so many times less slow than another loop's slowest is left in peace. */
    private static final int MUCH_LESS = 8;

    private final MemoryBudget budget;
    private final List<Loop> loops;
    private final List<ServerListener> listeners;
    private final long leastStepBytes;

    /** By pressure: the use at which it begins, and below which it ends. */
    private final long[] beginsAt = new long[PRESSURES.length];

    private final long[] endsBelow = new long[PRESSURES.length];

    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicReference<Pressure> pressure = new AtomicReference<>(Pressure.NONE);
    private final AtomicLong acceptPauses = new AtomicLong();

    /** By loop: how slow its slowest consumer was when it looked last. */
    private final AtomicLongArray slowness;

    private volatile long notAcceptingSinceNanos;

    /** @param loops,listeners the group's, which come and go */
    MemoryGovernor(MemoryBudget budget, int loopCount, List<Loop> loops, List<ServerListener> listeners) {
        this.budget = budget;
        this.loops = loops;
        this.listeners = listeners;
        this.slowness = new AtomicLongArray(loopCount);
        this.leastStepBytes = Math.max(1, budget.bytes() / STEPS_IN_BUDGET / loopCount);
        threshold(Pressure.PAUSING_READERS, budget.pauseReadersAt());
        threshold(Pressure.NOT_ACCEPTING, budget.stopAcceptingAt());
        threshold(Pressure.SHEDDING, budget.shedAt());
    }

    private void threshold(Pressure begins, double fraction) {
        beginsAt[begins.ordinal()] = (long) (budget.bytes() * fraction);
        endsBelow[begins.ordinal()] = (long) (budget.bytes() * (fraction - budget.hysteresis()));
    }

    long budgetBytes() {
        return budget.bytes();
    }

    /** The use reported by all loops. */
    long usedBytes() {
        return usedBytes.get();
    }

    Pressure pressure() {
        return pressure.getOpaque();
    }

    boolean isAccepting() {
        return pressure.get().compareTo(Pressure.NOT_ACCEPTING) < 0;
    }

    /** By how much a loop's use may change before it has to report. */
    long stepBytes() {
        return pressure() == Pressure.NONE ? 2 * leastStepBytes : leastStepBytes;
    }

    long leastStepBytes() {
        return leastStepBytes;
    }

    /** Takes a loop's report of a change. Returns whether the pressure has changed; then all other loops look. */
    boolean report(Loop by, long changeBytes) {
        usedBytes.addAndGet(changeBytes);
        Pressure before = pressure.get();
        Pressure after = settle(before, by);
        if (after == before) {
            return false;
        }
        for (Loop loop : loops) {
            if (loop != by) {
                loop.memory().governor().askToLook();
            }
        }
        return true;
    }

    /** Until nothing changes any more: another loop may report meanwhile and see the pressure of before. */
    private Pressure settle(Pressure first, Loop by) {
        Pressure current = first;
        while (true) {
            Pressure next = next(current, usedBytes.get());
            if (next == current) {
                return current;
            }
            if (pressure.compareAndSet(current, next)) {
                changed(current, next, by);
                current = next;
            } else {
                current = pressure.get();
            }
        }
    }

    private Pressure next(Pressure current, long used) {
        int level = current.ordinal();
        while (level + 1 < PRESSURES.length && used >= beginsAt[level + 1]) {
            level++;
        }
        while (level > 0 && used < endsBelow[level]) {
            level--;
        }
        return PRESSURES[level];
    }

    private void changed(Pressure before, Pressure after, Loop by) {
        FlightEvents.events().memoryPressure(by.name(), before, after, usedBytes.get(), budget.bytes());
        boolean accepted = before.compareTo(Pressure.NOT_ACCEPTING) < 0;
        boolean accepts = after.compareTo(Pressure.NOT_ACCEPTING) < 0;
        if (accepted && !accepts) {
            notAcceptingSinceNanos = by.nanoTime();
            acceptPauses.incrementAndGet();
        } else if (!accepted && accepts) {
            listeners.forEach(ServerListener::memoryFreed);
        }
    }

    /** Down to which use consumers are to be reset now; the largest long if none is. */
    long shedGoalBytes(long nowNanos) {
        Pressure now = pressure.get();
        if (now.compareTo(Pressure.NOT_ACCEPTING) >= 0
                && !listeners.isEmpty()
                && !budget.maxAcceptPause().isZero()
                && nowNanos - notAcceptingSinceNanos >= budget.maxAcceptPause().toNanos()) {
            return endsBelow[Pressure.NOT_ACCEPTING.ordinal()];
        }
        return now == Pressure.SHEDDING ? endsBelow[Pressure.SHEDDING.ordinal()] : Long.MAX_VALUE;
    }

    /** Notes how slow the slowest consumer of a loop is. */
    void slowest(Loop loop, long score) {
        slowness.set(loop.index(), score);
    }

    /** Whether a loop may reset one so slow: unless another loop has a much slower one, and there is time for that. */
    boolean mayShed(long score) {
        if (usedBytes.get() >= budget.bytes()) {
            return true;
        }
        long most = 0;
        for (int i = 0; i < slowness.length(); i++) {
            most = Math.max(most, slowness.get(i));
        }
        return score >= most / MUCH_LESS;
    }

    MemoryMetrics metrics() {
        long used = 0;
        long paused = 0;
        long resumed = 0;
        long shed = 0;
        long freed = 0;
        for (Loop loop : loops) {
            LoopGovernor governor = loop.memory().governor();
            used += loop.pool().usedBytes();
            paused += governor.readersPaused();
            resumed += governor.readersResumed();
            shed += governor.connectionsShed();
            freed += governor.bytesFreed();
        }
        return new MemoryMetrics(
                budget.bytes(), used, pressure.get(), paused, resumed, acceptPauses.get(), shed, freed);
    }
}
