package io.eventloop.contract;

import io.eventloop.EventLoop;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Code that blocks, on a thread of its own: of the platform, or virtual where the run time has them. */
final class Background {
    private Background() {}

    /** Whether the run time has virtual threads. */
    static boolean hasVirtualThreads() {
        return Runtime.version().feature() >= 21;
    }

    /** A call's outcome. */
    static final class Call<T> {
        private final CompletableFuture<T> outcome = new CompletableFuture<>();
        private final Thread thread;

        private Call(Callable<T> body, boolean virtual) {
            Runnable run = () -> {
                try {
                    outcome.complete(body.call());
                } catch (Throwable e) {
                    outcome.completeExceptionally(e);
                }
            };
            thread = virtual ? startVirtual(run) : new Thread(run, "blocking call");
            if (!virtual) {
                thread.setDaemon(true);
                thread.start();
            }
        }

        T value() {
            return Await.value("a blocking call", outcome);
        }

        /** What it threw. */
        Throwable failure() {
            return Await.value("a blocking call", outcome.handle((value, thrown) -> thrown));
        }

        boolean isDone() {
            return outcome.isDone();
        }

        void interrupt() {
            thread.interrupt();
        }

        /** Waits until its thread waits. */
        Call<T> waiting(EventLoop loop) {
            Await.until("a thread that waits", loop, () -> isWaiting() || isDone());
            return this;
        }

        private boolean isWaiting() {
            return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
        }
    }

    static <T> Call<T> call(Callable<T> body) {
        return new Call<>(body, false);
    }

    static <T> Call<T> callVirtual(Callable<T> body) {
        return new Call<>(body, true);
    }

    /** By reflection, since these classes are compiled for Java 17. */
    private static Thread startVirtual(Runnable body) {
        try {
            return (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, body);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("no virtual threads", e);
        }
    }
}
