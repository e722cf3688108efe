package io.eventloop.pool;

import io.eventloop.Delivery;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The figures of one pool: written by its loop with plain cost, read by any thread.
 *
 * <p><b>Threading:</b> loop-confined, except {@link #snapshot}. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class PoolCounters {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final AcquireFailure.Kind[] FAILURES = AcquireFailure.Kind.values();
    private static final Delivery[] DELIVERIES = Delivery.values();
    private static final Eviction[] EVICTIONS = Eviction.values();

    static final int ENDPOINTS = 0;
    static final int CONNECTING = 1;
    static final int IDLE = 2;
    static final int LEASED = 3;
    static final int CLOSING = 4;
    static final int WAITING = 5;
    static final int PEAK_CONNECTING = 6;
    static final int PEAK_CONNECTIONS = 7;
    static final int PEAK_WAITING = 8;
    static final int ACQUIRED = 9;
    static final int REUSED = 10;
    static final int CANCELLED = 11;
    static final int CONNECTS = 12;
    static final int CONNECT_FAILURES = 13;
    static final int RETURNED = 14;
    static final int DOUBLE_RETURNS = 15;
    static final int LEAKS_REPORTED = 16;
    private static final int FAILED = 17;
    private static final int UNFINISHED = FAILED + FAILURES.length;
    private static final int EVICTED = UNFINISHED + DELIVERIES.length;

    private final long[] values = new long[EVICTED + EVICTIONS.length];

    void add(int counter, long amount) {
        LONGS.setOpaque(values, counter, values[counter] + amount);
    }

    void max(int counter, long value) {
        if (value > values[counter]) {
            LONGS.setOpaque(values, counter, value);
        }
    }

    long get(int counter) {
        return (long) LONGS.getOpaque(values, counter);
    }

    void countFailed(AcquireFailure.Kind kind) {
        add(FAILED + kind.ordinal(), 1);
    }

    void countUnfinished(Delivery delivery) {
        add(UNFINISHED + delivery.ordinal(), 1);
    }

    void countEvicted(Eviction why) {
        add(EVICTED + why.ordinal(), 1);
    }

    private <E extends Enum<E>> Map<E, Long> by(Class<E> type, E[] keys, int first) {
        Map<E, Long> counts = new EnumMap<>(type);
        for (E key : keys) {
            counts.put(key, get(first + key.ordinal()));
        }
        return Collections.unmodifiableMap(counts);
    }

    PoolMetrics snapshot() {
        return new PoolMetrics(
                get(ENDPOINTS),
                get(CONNECTING),
                get(IDLE),
                get(LEASED),
                get(CLOSING),
                get(WAITING),
                get(PEAK_CONNECTING),
                get(PEAK_CONNECTIONS),
                get(PEAK_WAITING),
                get(ACQUIRED),
                get(REUSED),
                get(CANCELLED),
                by(AcquireFailure.Kind.class, FAILURES, FAILED),
                get(CONNECTS),
                get(CONNECT_FAILURES),
                get(RETURNED),
                by(Delivery.class, DELIVERIES, UNFINISHED),
                by(Eviction.class, EVICTIONS, EVICTED),
                get(DOUBLE_RETURNS),
                get(LEAKS_REPORTED));
    }
}
