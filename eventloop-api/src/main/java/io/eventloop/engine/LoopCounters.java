package io.eventloop.engine;

import io.eventloop.BufferPoolMetrics;
import io.eventloop.CloseReason;
import io.eventloop.LoopMetrics;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The figures of one loop: written by its thread with plain cost, read by any thread without stopping it.
 *
 * <p><b>Threading:</b> counts made by the loop are loop-confined; rejected tasks, wake-ups and watchdog reports are counted
 * from any thread; {@link #snapshot} is for any thread. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class LoopCounters {
    private static final CloseReason.Kind[] KINDS = CloseReason.Kind.values();
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    static final int TURNS = 0;
    static final int EVENTS = 1;
    static final int STALE_EVENTS = 2;
    static final int READS = 3;
    static final int BYTES_RECEIVED = 4;
    static final int WRITES = 5;
    static final int BYTES_SENT = 6;
    static final int OPENED = 7;
    static final int ACTIVE = 8;
    static final int LARGEST_QUEUE = 9;
    static final int TASKS_RUN = 10;
    static final int TIMERS_FIRED = 11;
    static final int TIMERS_ARMED = 12;
    static final int FAILED_CALLBACKS = 13;
    private static final int CLOSED = 14;

    private final long[] values = new long[CLOSED + KINDS.length];
    private final AtomicLong wakeups = new AtomicLong();
    private final AtomicLong rejectedTasks = new AtomicLong();
    private final AtomicLong blockedCallbacks = new AtomicLong();

    void add(int counter, long amount) {
        LONGS.setOpaque(values, counter, values[counter] + amount);
    }

    void set(int counter, long value) {
        LONGS.setOpaque(values, counter, value);
    }

    void max(int counter, long value) {
        if (value > values[counter]) {
            LONGS.setOpaque(values, counter, value);
        }
    }

    long get(int counter) {
        return (long) LONGS.getOpaque(values, counter);
    }

    void countClosed(CloseReason.Kind kind) {
        add(CLOSED + kind.ordinal(), 1);
    }

    void countWakeup() {
        wakeups.incrementAndGet();
    }

    void countRejectedTask() {
        rejectedTasks.incrementAndGet();
    }

    void countBlockedCallback() {
        blockedCallbacks.incrementAndGet();
    }

    LoopMetrics snapshot(BufferPoolMetrics buffers) {
        Map<CloseReason.Kind, Long> closed = new EnumMap<>(CloseReason.Kind.class);
        for (CloseReason.Kind kind : KINDS) {
            closed.put(kind, get(CLOSED + kind.ordinal()));
        }
        return new LoopMetrics(
                get(TURNS),
                get(EVENTS),
                get(STALE_EVENTS),
                wakeups.get(),
                get(READS),
                get(BYTES_RECEIVED),
                get(WRITES),
                get(BYTES_SENT),
                get(OPENED),
                get(ACTIVE),
                Collections.unmodifiableMap(closed),
                get(LARGEST_QUEUE),
                get(TASKS_RUN),
                rejectedTasks.get(),
                get(TIMERS_FIRED),
                get(TIMERS_ARMED),
                get(FAILED_CALLBACKS),
                blockedCallbacks.get(),
                buffers);
    }
}
