package io.eventloop;

import java.time.Duration;
import java.util.Objects;

/**
 * How much buffer memory the loops of a group may have in use together, and what is done before it is used up.
 *
 * <p>The thresholds are fractions of the budget, in rising order. Above the first the largest readers are paused; above
 * the second nothing is accepted any more, too; above the third the slowest consumers are reset, too. Each measure ends
 * when the use has fallen by {@code hysteresis} below the threshold at which it began.
 *
 * <p>In use are buffers that connections, handlers and the loops hold, by their capacity. Between two looks at it the use
 * grows by what a callback of each loop acquires, so the last threshold leaves room for that. Free memory in slabs does not
 * count: slabs are kept, and {@link BufferPoolOptions#maxBytes} bounds them.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> out-of-range values throw
 * {@link IllegalArgumentException} naming the field, its value and the range.
 *
 * @param bytes the budget; default half of {@link Runtime#maxMemory()}, which is also what the JVM limits direct memory to
 *     unless told otherwise, or what the pools of all loops may hold together if that is less
 * @param pauseReadersAt fraction at which the largest readers are paused, 0.1..1; default 0.70
 * @param stopAcceptingAt fraction at which accepting stops, no less than the one before, up to 1; default 0.85
 * @param shedAt fraction at which slow consumers are reset, no less than the one before, up to 1; default 0.95
 * @param hysteresis fraction by which the use has to fall, 0.01 to half of {@code pauseReadersAt}; default 0.05
 * @param maxAcceptPause once accepting has been stopped for so long, slow consumers are reset until it goes on, so that
 *     those who are connected cannot keep everybody else out; zero for never; default 5 s
 */
public record MemoryBudget(
        long bytes,
        double pauseReadersAt,
        double stopAcceptingAt,
        double shedAt,
        double hysteresis,
        Duration maxAcceptPause) {

    /** One large buffer of the default size: less is a slip of the pen. */
    private static final long MIN_BYTES = 1 << 16;

    /** Checks the ranges. */
    public MemoryBudget {
        Ranges.check("bytes", bytes, MIN_BYTES, Long.MAX_VALUE);
        checkFraction("pauseReadersAt", pauseReadersAt, 0.1, 1);
        checkFraction("stopAcceptingAt", stopAcceptingAt, pauseReadersAt, 1);
        checkFraction("shedAt", shedAt, stopAcceptingAt, 1);
        checkFraction("hysteresis", hysteresis, 0.01, pauseReadersAt / 2);
        Ranges.checkTimeout("maxAcceptPause", Objects.requireNonNull(maxAcceptPause));
    }

    private static void checkFraction(String field, double value, double min, double max) {
        if (!(value >= min && value <= max)) {
            throw new IllegalArgumentException(field + " is " + value + ", must be within " + min + ".." + max);
        }
    }

    /** A builder holding the defaults, except that the pools are not known to it: half of the JVM's maximum memory. */
    public static Builder builder() {
        return new Builder();
    }

    /** The default for a group. */
    static MemoryBudget ofPools(int loops, BufferPoolOptions pools) {
        long least = leastBytes(loops, pools);
        long most = pools.maxBytes() > Long.MAX_VALUE / loops ? Long.MAX_VALUE : loops * pools.maxBytes();
        return builder()
                .bytes(Math.max(least, Math.min(most, Runtime.getRuntime().maxMemory() / 2)))
                .build();
    }

    /** What a group needs so that the loops' own buffers are a small part of it. */
    static long leastBytes(int loops, BufferPoolOptions pools) {
        return Math.max(MIN_BYTES, 16L * loops * pools.largeBytes());
    }

    /** Checks that the budget is no less than what the loops need. */
    MemoryBudget checkedFor(int loops, BufferPoolOptions pools) {
        long least = leastBytes(loops, pools);
        if (bytes < least) {
            throw new IllegalArgumentException("memory budget is " + bytes + " bytes, must be at least " + least
                    + " for " + loops + " loops with buffers of " + pools.largeBytes() + " bytes");
        }
        return this;
    }

    /** Collects the fields; not thread-safe. */
    public static final class Builder {
        private long bytes = Math.max(1 << 16, Runtime.getRuntime().maxMemory() / 2);
        private double pauseReadersAt = 0.70;
        private double stopAcceptingAt = 0.85;
        private double shedAt = 0.95;
        private double hysteresis = 0.05;
        private Duration maxAcceptPause = Duration.ofSeconds(5);

        private Builder() {}

        /** The budget, in bytes; at least 16 buffers of the largest size class for each loop. */
        public Builder bytes(long budget) {
            bytes = budget;
            return this;
        }

        /** The three thresholds, ascending, as fractions of the budget. */
        public Builder thresholds(double pauseReaders, double stopAccepting, double shed) {
            pauseReadersAt = pauseReaders;
            stopAcceptingAt = stopAccepting;
            shedAt = shed;
            return this;
        }

        /** How far below its threshold a measure ends, as a fraction of the budget. */
        public Builder hysteresis(double fraction) {
            hysteresis = fraction;
            return this;
        }

        /** How long accepting may be stopped before slow consumers are reset; zero for as long as it takes. */
        public Builder maxAcceptPause(Duration limit) {
            maxAcceptPause = limit;
            return this;
        }

        /** The budget. */
        public MemoryBudget build() {
            return new MemoryBudget(bytes, pauseReadersAt, stopAcceptingAt, shedAt, hysteresis, maxAcceptPause);
        }
    }
}
