package io.eventloop;

import java.time.Duration;
import java.util.Objects;

/**
 * The limits of one loop.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> out-of-range values throw
 * {@link IllegalArgumentException} naming the field, its value and the range.
 *
 * @param maxQueuedTasks tasks waiting in {@code execute}'s queue, rounded up to a power of two; more are rejected;
 *     default 65,536
 * @param maxConnections connections and listeners registered at once; more are refused; default 100,000
 * @param maxTimersPerTurn timers fired in one turn, the rest in the next; default 4,096
 * @param blockedThreshold a turn's callbacks taking longer are reported with their stack; zero for never; default 1 s.
 *     A caller-driven loop is not watched
 * @param buffers its buffer pool
 */
public record LoopOptions(
        int maxQueuedTasks,
        int maxConnections,
        int maxTimersPerTurn,
        Duration blockedThreshold,
        BufferPoolOptions buffers) {

    /** The defaults. */
    public static final LoopOptions DEFAULT =
            new LoopOptions(65_536, 100_000, 4096, Duration.ofSeconds(1), BufferPoolOptions.DEFAULT);

    /** Checks the ranges. */
    public LoopOptions {
        Ranges.check("maxQueuedTasks", maxQueuedTasks, 2, 1 << 24);
        Ranges.check("maxConnections", maxConnections, 1, 1 << 24);
        Ranges.check("maxTimersPerTurn", maxTimersPerTurn, 1, 1 << 24);
        Ranges.checkTimeout("blockedThreshold", blockedThreshold);
        Objects.requireNonNull(buffers);
    }

    /** These options with another task bound. */
    public LoopOptions withMaxQueuedTasks(int tasks) {
        return new LoopOptions(tasks, maxConnections, maxTimersPerTurn, blockedThreshold, buffers);
    }

    /** These options with another connection bound. */
    public LoopOptions withMaxConnections(int connections) {
        return new LoopOptions(maxQueuedTasks, connections, maxTimersPerTurn, blockedThreshold, buffers);
    }

    /** These options with another bound of timers per turn. */
    public LoopOptions withMaxTimersPerTurn(int timers) {
        return new LoopOptions(maxQueuedTasks, maxConnections, timers, blockedThreshold, buffers);
    }

    /** These options with another threshold for reporting blocked callbacks. */
    public LoopOptions withBlockedThreshold(Duration threshold) {
        return new LoopOptions(maxQueuedTasks, maxConnections, maxTimersPerTurn, threshold, buffers);
    }

    /** These options with another buffer pool. */
    public LoopOptions withBuffers(BufferPoolOptions pool) {
        return new LoopOptions(maxQueuedTasks, maxConnections, maxTimersPerTurn, blockedThreshold, pool);
    }
}
