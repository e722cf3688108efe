package io.eventloop.http.client;

import io.eventloop.http.HttpViolation;
import io.eventloop.pool.PoolMetrics;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** The figures of one client: written by its loop with plain cost, read by any thread. */
final class ClientCounters {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final HttpClientException.Kind[] KINDS = HttpClientException.Kind.values();
    private static final HttpViolation[] VIOLATIONS = HttpViolation.values();

    static final int ACTIVE = 0;
    static final int STARTED = 1;
    static final int COMPLETED = 2;
    static final int TUNNELS = 3;
    static final int CANCELLED = 4;
    static final int RETRIED = 5;
    static final int REDIRECTED = 6;
    static final int LOOKUPS = 7;
    private static final int FAILED = 8;
    private static final int VIOLATED = FAILED + KINDS.length;

    private final long[] values = new long[VIOLATED + VIOLATIONS.length];

    void add(int counter, long amount) {
        LONGS.setOpaque(values, counter, values[counter] + amount);
    }

    void countFailed(HttpClientException.Kind kind) {
        add(FAILED + kind.ordinal(), 1);
    }

    void countViolation(HttpViolation violation) {
        add(VIOLATED + violation.ordinal(), 1);
    }

    private long get(int counter) {
        return (long) LONGS.getOpaque(values, counter);
    }

    private <E extends Enum<E>> Map<E, Long> by(Class<E> type, E[] keys, int first) {
        Map<E, Long> counts = new EnumMap<>(type);
        for (E key : keys) {
            counts.put(key, get(first + key.ordinal()));
        }
        return Collections.unmodifiableMap(counts);
    }

    HttpClientMetrics snapshot(PoolMetrics pool, PoolMetrics securePool) {
        return new HttpClientMetrics(
                get(ACTIVE),
                get(STARTED),
                get(COMPLETED),
                get(TUNNELS),
                get(CANCELLED),
                by(HttpClientException.Kind.class, KINDS, FAILED),
                get(RETRIED),
                get(REDIRECTED),
                get(LOOKUPS),
                by(HttpViolation.class, VIOLATIONS, VIOLATED),
                pool,
                securePool);
    }
}
