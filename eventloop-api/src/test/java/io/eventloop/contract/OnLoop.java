package io.eventloop.contract;

import io.eventloop.EventLoop;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Runs code on a loop from a test's thread, and brings its outcome back. */
public final class OnLoop {
    private OnLoop() {}

    /** Code that may throw. */
    @FunctionalInterface
    public interface Action {
        /** Runs it. */
        void run() throws Exception;
    }

    /** Runs the body on the loop; what it throws is thrown here and not seen by the loop. */
    public static <T> T call(EventLoop loop, Callable<T> body) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                outcome.complete(body.call());
            } catch (Throwable t) {
                outcome.completeExceptionally(t);
            }
        });
        CompletableFuture<Throwable> failure = outcome.handle((value, thrown) -> thrown);
        Throwable thrown = Await.value("the outcome of a task", failure);
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        if (thrown != null) {
            throw new CompletionException(thrown);
        }
        return outcome.join();
    }

    /** As {@link #call} without a value. */
    public static void run(EventLoop loop, Action body) {
        call(loop, () -> {
            body.run();
            return null;
        });
    }

    /** Waits until the loop has run the tasks step of another turn. */
    public static void turn(EventLoop loop) {
        run(loop, () -> {});
    }

    /** Waits for so many turns: whatever was pending when it was called has been worked off when it returns. */
    public static void turns(EventLoop loop, int count) {
        for (int i = 0; i < count; i++) {
            turn(loop);
        }
    }
}
