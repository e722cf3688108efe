package io.eventloop.http.server;

import io.eventloop.http.HttpViolation;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** The counters of one loop: written by it alone, read by anybody. */
final class ServerCounters {
    private final AtomicLongArray counts = new AtomicLongArray(ServerCounter.values().length);
    private final AtomicLongArray violations = new AtomicLongArray(HttpViolation.values().length);
    private final AtomicInteger inFlight = new AtomicInteger();

    void count(ServerCounter counter) {
        int index = counter.ordinal();
        counts.lazySet(index, counts.getPlain(index) + 1);
    }

    void count(HttpViolation violation) {
        int index = violation.ordinal();
        violations.lazySet(index, violations.getPlain(index) + 1);
    }

    /** Requests in flight now; for the loop. */
    int inFlight() {
        return inFlight.getPlain();
    }

    void addInFlight(int difference) {
        inFlight.lazySet(inFlight.getPlain() + difference);
    }

    void countResponse(int status) {
        switch (status / 100) {
            case 1 -> count(ServerCounter.RESPONSES_1XX);
            case 2 -> count(ServerCounter.RESPONSES_2XX);
            case 3 -> count(ServerCounter.RESPONSES_3XX);
            case 4 -> count(ServerCounter.RESPONSES_4XX);
            default -> count(ServerCounter.RESPONSES_5XX);
        }
    }

    static long sum(List<ServerCounters> loops, ServerCounter counter) {
        long sum = 0;
        for (ServerCounters loop : loops) {
            sum += loop.counts.get(counter.ordinal());
        }
        return sum;
    }

    private static Map<Integer, Long> responses(List<ServerCounters> loops) {
        Map<Integer, Long> responses = new TreeMap<>();
        for (int digit = 2; digit <= 5; digit++) {
            ServerCounter counter = ServerCounter.values()[ServerCounter.RESPONSES_1XX.ordinal() + digit - 1];
            responses.put(digit, sum(loops, counter));
        }
        return responses;
    }

    static HttpServerMetrics snapshot(List<ServerCounters> loops, long accessLogDropped) {
        Map<HttpViolation, Long> refused = new EnumMap<>(HttpViolation.class);
        for (HttpViolation violation : HttpViolation.values()) {
            long sum = 0;
            for (ServerCounters loop : loops) {
                sum += loop.violations.get(violation.ordinal());
            }
            refused.put(violation, sum);
        }
        long closed = sum(loops, ServerCounter.CLOSED);
        long opened = sum(loops, ServerCounter.OPENED);
        return new HttpServerMetrics(
                opened,
                opened - closed,
                sum(loops, ServerCounter.REQUESTS),
                loops.stream().mapToInt(loop -> loop.inFlight.get()).sum(),
                Collections.unmodifiableMap(responses(loops)),
                sum(loops, ServerCounter.UPGRADED),
                sum(loops, ServerCounter.ABORTED),
                sum(loops, ServerCounter.HANDLER_FAILURES),
                sum(loops, ServerCounter.ADDRESSES_REFUSED),
                sum(loops, ServerCounter.RATE_LIMITED),
                sum(loops, ServerCounter.OVERLOADED),
                sum(loops, ServerCounter.HEAD_TIMEOUTS),
                sum(loops, ServerCounter.PARTIAL_HEADS_ENDED),
                sum(loops, ServerCounter.BODY_TIMEOUTS),
                sum(loops, ServerCounter.HANDLER_TIMEOUTS),
                sum(loops, ServerCounter.IDLE_TIMEOUTS),
                sum(loops, ServerCounter.WRITE_TIMEOUTS),
                sum(loops, ServerCounter.DRAIN_CUT),
                Collections.unmodifiableMap(refused),
                accessLogDropped);
    }
}
