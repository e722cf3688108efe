package io.eventloop.contract;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Runs code on a thread of its own while the test goes on: a peer that sends while another receives. */
final class Aside {
    private Aside() {}

    /** Begins to run the body; what it throws is the future's failure. */
    static <T> CompletableFuture<T> call(String what, Callable<T> body) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        outcome.complete(body.call());
                    } catch (Throwable t) {
                        outcome.completeExceptionally(t);
                    }
                },
                what);
        thread.setDaemon(true);
        thread.start();
        return outcome;
    }

    /** As {@link #call} without a value. */
    static CompletableFuture<Void> run(String what, OnLoop.Action body) {
        return call(what, () -> {
            body.run();
            return null;
        });
    }
}
