package io.eventloop;

import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/**
 * Where time, randomness and threads come from: the one place, so that a simulation can replace it.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> never throws.
 */
public interface Environment {

    /** The monotonic clock of deadlines and durations, in nanoseconds from an arbitrary origin. */
    NanoClock clock();

    /** The wall clock, for dates shown to people and peers; never for durations. */
    EpochClock wallClock();

    /** Eight random bytes: for jitter and seeds, not for secrets. */
    long randomLong();

    /** A thread, not started, that runs {@code body}. */
    Thread newThread(String name, Runnable body);

    /**
     * A thread, not started, that runs {@code body}, which may block: a virtual one where the environment has them, as the
     * system's has from Java 21 on.
     */
    default Thread newWorkerThread(String name, Runnable body) {
        return newThread(name, body);
    }

    /** The real one: the system's clocks, a random generator seeded by the system, platform daemon threads. */
    static Environment system() {
        return SystemEnvironment.INSTANCE;
    }
}
