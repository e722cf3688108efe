package io.eventloop.contract;

import io.eventloop.Environment;
import io.eventloop.EventLoop;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/** The system's environment with a clock that moves only when a test moves it. Thread-safe. */
public final class ManualEnvironment implements Environment {
    /** More than any timer may be late: deadlines are met within it, and never before their time. */
    public static final Duration SLACK = Duration.ofMillis(50);

    private final Environment system = Environment.system();

    /** Not 0, so that a deadline mistaken for a duration shows. */
    private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);

    /** Moves the clock; a loop learns of it in its next turn. */
    public void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    /** Moves the clock and waits until the loop has acted on it. */
    public void advance(Duration duration, EventLoop loop) {
        advance(duration);
        OnLoop.turns(loop, 3);
    }

    @Override
    public NanoClock clock() {
        return nanos::get;
    }

    @Override
    public EpochClock wallClock() {
        return () -> nanos.get() / 1_000_000;
    }

    @Override
    public long randomLong() {
        return 0x9E3779B97F4A7C15L;
    }

    @Override
    public Thread newThread(String name, Runnable body) {
        return system.newThread(name, body);
    }
}
