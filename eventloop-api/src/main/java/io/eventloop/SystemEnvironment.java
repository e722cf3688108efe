package io.eventloop;

import java.util.concurrent.ThreadLocalRandom;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/** The system's clocks, randomness and threads. No other class of the library asks the system for them. */
enum SystemEnvironment implements Environment {
    INSTANCE;

    @Override
    public NanoClock clock() {
        return SystemNanoClock.INSTANCE;
    }

    @Override
    public EpochClock wallClock() {
        return SystemEpochClock.INSTANCE;
    }

    @Override
    public long randomLong() {
        return ThreadLocalRandom.current().nextLong();
    }

    @Override
    public Thread newThread(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }
}
