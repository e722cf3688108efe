package io.eventloop.contract;

import io.eventloop.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits of the tests: each ends with what was waited for, or fails within a bound that no healthy run comes near. */
public final class Await {
    /** Generous, so that only a missing event reaches it. */
    public static final Duration BOUND = Duration.ofSeconds(30);

    private Await() {}

    /** The value of a future; its failure is thrown as an {@link AssertionError}. */
    public static <T> T value(String what, CompletableFuture<T> future) {
        try {
            return future.get(BOUND.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw missing(what, "");
        } catch (ExecutionException e) {
            throw new AssertionError(what + " failed", e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(what);
        }
    }

    /** Waits for a latch; may be used inside a task to hold a loop. */
    public static void latch(String what, CountDownLatch latch) {
        try {
            if (!latch.await(BOUND.toNanos(), TimeUnit.NANOSECONDS)) {
                throw missing(what, "");
            }
        } catch (InterruptedException e) {
            throw interrupted(what);
        }
    }

    /**
     * Waits on a monitor that whoever changes the condition notifies. The caller holds the monitor.
     *
     * @param seen what is said about the state when the wait fails
     */
    public static void notified(Object monitor, String what, BooleanSupplier condition, Supplier<String> seen) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw missing(what, seen.get());
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(monitor, left);
            } catch (InterruptedException e) {
                throw interrupted(what);
            }
        }
    }

    /** Waits, one turn of the loop after the other, for a condition that nothing announces. */
    public static void until(String what, EventLoop loop, BooleanSupplier condition) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw missing(what, "");
            }
            OnLoop.turn(loop);
        }
    }

    /** Waits for the end of a thread. */
    public static void end(Thread thread) {
        try {
            thread.join(BOUND.toMillis());
        } catch (InterruptedException e) {
            throw interrupted(thread.getName());
        }
        if (thread.isAlive()) {
            throw missing("the end of thread " + thread.getName(), "");
        }
    }

    private static AssertionError missing(String what, String seen) {
        String suffix = seen.isEmpty() ? "" : "; seen: " + seen;
        return new AssertionError(what + ": nothing within " + BOUND.toSeconds() + " s" + suffix);
    }

    private static AssertionError interrupted(String what) {
        Thread.currentThread().interrupt();
        return new AssertionError(what + ": interrupted");
    }
}
