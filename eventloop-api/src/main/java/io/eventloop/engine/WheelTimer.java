package io.eventloop.engine;

import io.eventloop.Timer;
import java.util.Objects;

/**
 * A timer of the public API on its loop's wheel.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> whoever made it. <b>Failure:</b> an exception of the task is
 * reported by the loop.
 */
final class WheelTimer extends TimerNode implements Timer {
    private final Loop loop;
    private final Runnable task;

    WheelTimer(Loop loop, Runnable task) {
        this.loop = loop;
        this.task = Objects.requireNonNull(task);
    }

    @Override
    public void scheduleNanos(long delayNanos) {
        loop.check();
        loop.wheel().schedule(this, loop.nanoTime() + Math.max(0, delayNanos));
    }

    @Override
    public boolean cancel() {
        loop.check();
        return loop.wheel().cancel(this);
    }

    @Override
    protected void expire(long nowNanos) {
        try {
            task.run();
        } catch (Exception e) {
            loop.failed("timer task " + task + " threw", e);
        }
        loop.memory().governor().check();
    }
}
