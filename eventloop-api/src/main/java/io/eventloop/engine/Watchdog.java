package io.eventloop.engine;

import io.eventloop.jfr.FlightEvents;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;

/**
 * Looks at the loops from a thread of its own and reports one whose callbacks take too long, with its stack while they
 * still run; once per turn.
 *
 * <p><b>Threading:</b> {@link #stop()} from any thread. <b>Ownership:</b> owns its thread. <b>Failure:</b> none.
 */
final class Watchdog {
    /** The stack of a loop at the moment of the report; its own trace is the loop's. */
    static final class BlockedLoop extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BlockedLoop(String message, StackTraceElement[] stack) {
            super(message, null, false, true);
            setStackTrace(stack);
        }
    }

    private final List<Loop> loops;
    private final LoopGroup group;
    private final NanoClock clock;
    private final long thresholdNanos;
    private final long[] reportedTurns;
    private final Thread thread;
    private volatile boolean stopped;

    Watchdog(LoopGroup group, List<Loop> loops) {
        this.group = group;
        this.loops = loops;
        GroupSettings settings = group.settings();
        this.clock = settings.environment().clock();
        this.thresholdNanos = settings.options().blockedThreshold().toNanos();
        this.reportedTurns = new long[loops.size()];
        this.thread = settings.environment().newThread(settings.namePrefix() + "-watchdog", this::watch);
        thread.start();
    }

    private void watch() {
        while (!stopped) {
            LockSupport.parkNanos(this, thresholdNanos / 2);
            for (int i = 0; i < loops.size() && !stopped; i++) {
                look(i);
            }
        }
    }

    private void look(int i) {
        Loop loop = loops.get(i);
        long since = loop.busy().sinceNanos();
        long busyNanos = clock.nanoTime() - since;
        if (since == 0 || busyNanos < thresholdNanos || reportedTurns[i] == since) {
            return;
        }
        StackTraceElement[] stack = loop.thread().getStackTrace();
        if (loop.busy().sinceNanos() != since) {
            // The turn ended while we looked: the stack is of another.
            return;
        }
        reportedTurns[i] = since;
        loop.counters().countBlockedCallback();
        String what = loop.name() + " has been blocked for " + busyNanos / 1_000_000 + " ms";
        FlightEvents.events().callbackBlocked(loop.name(), Duration.ofNanos(busyNanos), stack);
        group.report(what, new BlockedLoop(what, stack));
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }
}
