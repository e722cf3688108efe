package io.eventloop.engine;

import io.eventloop.EventLoop;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What is left to do when a loop has ended its connections.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> of the tasks, until they run or are taken back.
 *
 * <p><b>Failure:</b> whoever runs them contains their exceptions.
 */
final class EndTasks {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean closed;

    /** Adds one. Returns what takes it back. */
    Runnable add(Runnable task) {
        Objects.requireNonNull(task);
        if (closed) {
            throw new IllegalStateException("the loop has ended");
        }
        if (tasks.size() == EventLoop.MAX_END_TASKS) {
            throw new IllegalStateException("the loop has " + EventLoop.MAX_END_TASKS + " end tasks already");
        }
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    /** Runs each once, in the order in which they came; none can be added from here on. */
    void close(Consumer<Runnable> runner) {
        closed = true;
        while (!tasks.isEmpty()) {
            runner.accept(tasks.poll());
        }
    }
}
