package io.eventloop.testing;

import io.eventloop.Environment;
import java.time.Duration;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/**
 * A clock that stands still until it is moved, for tests of deadlines without a simulated network: give
 * {@link #environment()} to a caller-driven group and run its loops after each move.
 *
 * <p><b>Threading:</b> moved by one thread, read by any. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> moving it back throws {@link IllegalArgumentException}; the wall clock alone may jump.
 */
public final class ManualClock implements NanoClock {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SeededRandom random = new SeededRandom(0);
    private final Environment environment = new ManualEnvironment();
    private volatile long nowNanos;
    private volatile long wallMillis;

    /** @param startNanos what it shows at first; the wall clock begins at the epoch */
    public ManualClock(long startNanos) {
        nowNanos = startNanos;
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    /** Moves both clocks. */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("a monotonic clock does not go back, by " + by);
        }
        nowNanos += by.toNanos();
        wallMillis += by.toMillis();
    }

    /** Moves the wall clock alone. */
    public void jumpWallClock(Duration by) {
        wallMillis += by.toNanos() / NANOS_PER_MILLI;
    }

    /** An environment with this clock, a fixed sequence of random numbers, and the system's threads. */
    public Environment environment() {
        return environment;
    }

    private final class ManualEnvironment implements Environment {
        @Override
        public NanoClock clock() {
            return ManualClock.this;
        }

        @Override
        public EpochClock wallClock() {
            return () -> wallMillis;
        }

        @Override
        public synchronized long randomLong() {
            return random.nextLong();
        }

        @Override
        public Thread newThread(String name, Runnable body) {
            return Environment.system().newThread(name, body);
        }
    }
}
