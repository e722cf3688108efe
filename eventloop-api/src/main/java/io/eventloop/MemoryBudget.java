package io.eventloop;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;

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
 * <p>The default is half of {@link Runtime#maxMemory()}, or half of {@code -XX:MaxDirectMemorySize} if that is given and
 * less. The other half is for what the JVM counts towards its limit and the budget does not: free memory in slabs, of which each
 * size class keeps the most it ever used, large buffers that wait for the garbage collector, and the direct memory of
 * others. With {@code -Xmx64m -XX:MaxDirectMemorySize=32m} the budget is 16 MiB: readers are paused from 11.2 MiB in use on
 * and consumers reset from 15.2 MiB on, where half of the 64 MiB would have let the JVM refuse memory first. The option
 * is known if the module {@code jdk.management} is there, and asking for it takes some 20 ms once; a budget given by
 * {@code bytes} does without. A group whose loops need more than the default for themselves has the least they need, see
 * {@link Builder#bytes}.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> out-of-range values throw
 * {@link IllegalArgumentException} naming the field, its value and the range.
 *
 * @param bytes the budget; default half of {@link Runtime#maxMemory()} or of what the JVM limits direct memory to, the
 *     smaller of the two, or what the pools of all loops may hold together if that is less
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

    /** A builder holding the defaults, except that loops and pools are not known to it. */
    public static Builder builder() {
        return new Builder();
    }

    /** The default for a group. */
    static MemoryBudget ofPools(int loops, BufferPoolOptions pools) {
        long least = leastBytes(loops, pools);
        long most = pools.maxBytes() > Long.MAX_VALUE / loops ? Long.MAX_VALUE : loops * pools.maxBytes();
        return builder().bytes(Math.max(least, Math.min(most, ofJvm()))).build();
    }

    /** What suits the JVM. It may have no limit to speak of, or one that is a slip of the pen. */
    private static long ofJvm() {
        long most = Math.min(Runtime.getRuntime().maxMemory(), DirectMemory.maxBytes());
        return Math.max(MIN_BYTES, most / 2);
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
        private OptionalLong bytes = OptionalLong.empty();
        private double pauseReadersAt = 0.70;
        private double stopAcceptingAt = 0.85;
        private double shedAt = 0.95;
        private double hysteresis = 0.05;
        private Duration maxAcceptPause = Duration.ofSeconds(5);

        private Builder() {}

        /** The budget, in bytes; at least 16 buffers of the largest size class for each loop. */
        public Builder bytes(long budget) {
            bytes = OptionalLong.of(budget);
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
            return new MemoryBudget(
                    bytes.orElseGet(MemoryBudget::ofJvm),
                    pauseReadersAt,
                    stopAcceptingAt,
                    shedAt,
                    hysteresis,
                    maxAcceptPause);
        }
    }
}
