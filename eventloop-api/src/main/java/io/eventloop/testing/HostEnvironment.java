package io.eventloop.testing;

import io.eventloop.Environment;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/**
 * The clocks and random numbers of a simulated host.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> none. <b>Failure:</b> a thread is refused: nothing in a
 * simulation may run beside it.
 */
final class HostEnvironment implements Environment, NanoClock, EpochClock {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** 1 January 2026, 00:00 UTC: dates in a run are plausible and always the same. */
    private static final long FIRST_MILLIS = 1_767_225_600_000L;

    private final Scheduler scheduler;
    private final SeededRandom random;
    private final long offsetNanos;
    private long wallOffsetMillis = FIRST_MILLIS;

    HostEnvironment(Scheduler scheduler, SeededRandom random) {
        this.scheduler = scheduler;
        this.random = random;
        // A monotonic clock begins anywhere, and may be about to wrap around.
        this.offsetNanos = random.nextInt(4) == 0 ? Long.MAX_VALUE - random.nextLong(1L << 36) : random.nextLong();
    }

    void jump(long millis) {
        wallOffsetMillis += millis;
    }

    @Override
    public NanoClock clock() {
        return this;
    }

    @Override
    public EpochClock wallClock() {
        return this;
    }

    @Override
    public long nanoTime() {
        return scheduler.nowNanos() + offsetNanos;
    }

    @Override
    public long time() {
        return scheduler.nowNanos() / NANOS_PER_MILLI + wallOffsetMillis;
    }

    @Override
    public long randomLong() {
        return random.nextLong();
    }

    @Override
    public Thread newThread(String name, Runnable body) {
        throw new UnsupportedOperationException("no thread " + name + ": a simulation has but one");
    }
}
