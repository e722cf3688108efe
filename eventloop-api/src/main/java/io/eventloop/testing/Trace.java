package io.eventloop.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * What happened in a simulation: a hash over all of it, and the last steps. A step is four numbers; it becomes text only
 * when somebody asks.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class Trace {
    private static final int WORDS = 4;
    private static final long FACTOR = 0x9E3779B97F4A7C15L;
    private static final Step[] STEPS = Step.values();

    /** In a step's second word: 8 bits of kind, 16 of host, 40 of subject. */
    private static final int HOST_SHIFT = 8;

    private static final int SUBJECT_SHIFT = 24;
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private final long[] ring;
    private final int mask;
    private final int[] counts = new int[STEPS.length];
    private long steps;
    private long hash = FACTOR;

    /** @param capacity the steps kept, a power of two */
    Trace(int capacity) {
        ring = new long[capacity * WORDS];
        mask = capacity - 1;
    }

    void add(long timeNanos, Step step, int host, int subject, long a, long b) {
        long what = step.ordinal() | (long) host << HOST_SHIFT | (long) subject << SUBJECT_SHIFT;
        int at = ((int) steps & mask) * WORDS;
        ring[at] = timeNanos;
        ring[at + 1] = what;
        ring[at + 2] = a;
        ring[at + 3] = b;
        steps++;
        counts[step.ordinal()]++;
        long h = (hash ^ timeNanos) * FACTOR;
        h = (h ^ (h >>> 32) ^ what) * FACTOR;
        h = (h ^ (h >>> 29) ^ a) * FACTOR;
        hash = (h ^ (h >>> 32) ^ b) * FACTOR;
    }

    boolean has(Step step) {
        return counts[step.ordinal()] > 0;
    }

    long steps() {
        return steps;
    }

    long hash() {
        return hash ^ (hash >>> 31);
    }

    List<String> last(int most, IntFunction<String> hostName) {
        long first = Math.max(0, steps - Math.min(most, mask + 1));
        List<String> lines = new ArrayList<>();
        for (long i = first; i < steps; i++) {
            int at = ((int) i & mask) * WORDS;
            long what = ring[at + 1];
            long time = ring[at];
            lines.add(String.format(
                    Locale.ROOT,
                    "%d.%09d %s %s: %s",
                    time / NANOS_PER_SECOND,
                    time % NANOS_PER_SECOND,
                    hostName.apply((int) (what >>> HOST_SHIFT) & 0xFFFF),
                    subject(what),
                    STEPS[(int) what & 0xFF].render(ring[at + 2], ring[at + 3])));
        }
        return lines;
    }

    private static String subject(long what) {
        Step step = STEPS[(int) what & 0xFF];
        long subject = what >>> SUBJECT_SHIFT;
        return switch (step) {
            case TURN, TIMER, WAKEUP, STALLED -> "loop " + subject;
            case TASK, PARTITIONED, HEALED, CRASHED, CLOCK -> "#" + subject;
            default -> "socket " + subject;
        };
    }
}
