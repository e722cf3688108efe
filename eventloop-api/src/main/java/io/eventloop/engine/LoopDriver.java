package io.eventloop.engine;

import java.util.concurrent.locks.ReentrantLock;
import org.agrona.concurrent.IdleStrategy;

/**
 * Who makes a loop turn: a thread of its own, or a caller.
 *
 * <p><b>Threading:</b> {@link #run()} is the loop's thread; the other methods are for the thread that drives the loop.
 *
 * <p><b>Ownership:</b> none. <b>Failure:</b> whatever a turn throws ends the loop.
 */
final class LoopDriver {
    private final Loop loop;
    private final GroupSettings settings;

    /** Held during a turn driven by a caller, and by whoever ends such a loop. */
    private final ReentrantLock driving = new ReentrantLock();

    LoopDriver(Loop loop, GroupSettings settings) {
        this.loop = loop;
        this.settings = settings;
    }

    /** The body of the loop's own thread. */
    void run() {
        loop.own();
        Throwable failure = null;
        try {
            bindToCpu();
            if (settings.idleStrategy() == null) {
                while (!loop.isStopping()) {
                    loop.turn(-1);
                }
            } else {
                IdleStrategy idle = settings.idleStrategy().get();
                while (!loop.isStopping()) {
                    idle.idle(loop.turn(0) ? 1 : 0);
                }
            }
        } catch (Throwable e) {
            failure = e;
        }
        loop.finish(failure);
    }

    private void bindToCpu() {
        int[] cpus = settings.cpus();
        if (cpus.length == 0) {
            return;
        }
        int cpu = cpus[loop.index() % cpus.length];
        try {
            loop.poller().bindThread(cpu);
        } catch (Exception e) {
            // It runs all the same, only not where it was asked to.
            loop.failed(loop.name() + " cannot be bound to CPU " + cpu, e);
        }
    }

    boolean runOnce(long maxWaitNanos) {
        if (!settings.callerDriven()) {
            throw new IllegalStateException(loop.name() + " has a thread of its own");
        }
        if (driving.isHeldByCurrentThread()) {
            throw new IllegalStateException(loop.name() + " is in a turn already: runOnce was called by a callback");
        }
        boolean didSomething;
        driving.lock();
        try {
            if (loop.hasEnded()) {
                throw new IllegalStateException(loop.name() + " has ended");
            }
            loop.own();
            didSomething = turnOrFinish(maxWaitNanos);
        } finally {
            driving.unlock();
        }
        if (loop.isStopping()) {
            // The order to stop may have come after the turn and found the lock taken.
            finishNow();
        }
        return didSomething;
    }

    private boolean turnOrFinish(long maxWaitNanos) {
        boolean didSomething;
        try {
            loop.tasks().afterWait();
            didSomething = loop.turn(maxWaitNanos);
        } catch (Throwable e) {
            loop.finish(e);
            return true;
        }
        if (loop.isStopping()) {
            loop.finish(null);
        } else {
            // Until the next turn the loop waits for its caller: a task that comes wakes the poller, which tells it.
            loop.tasks().beforeWait();
            loop.time().leave();
        }
        return didSomething;
    }

    /** Ends a caller-driven loop in the calling thread, unless it is in a turn: whoever drives that ends it then. */
    void finishNow() {
        if (driving.isHeldByCurrentThread() || !driving.tryLock()) {
            return;
        }
        try {
            if (!loop.hasEnded()) {
                loop.own();
                loop.finish(null);
            }
        } finally {
            driving.unlock();
        }
    }
}
