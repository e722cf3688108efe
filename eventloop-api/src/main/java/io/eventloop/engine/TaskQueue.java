package io.eventloop.engine;

import io.eventloop.spi.Poller;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jctools.queues.varhandle.MpscChunkedVarHandleArrayQueue;

/**
 * Tasks handed to a loop by other threads, and the wake-up that goes with them.
 *
 * <p>The loop announces that it is about to wait ({@link #beforeWait()}); the first submission that sees the
 * announcement takes it back and wakes the poller, so any number of submissions between two waits costs one wake-up.
 *
 * <p><b>Threading:</b> {@link #execute}, {@link #wakeup} and {@link #size} from any thread, the rest loop-confined.
 *
 * <p><b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> a submission at the limit, or after {@link #close}, throws {@link RejectedExecutionException}, and
 * such a task never runs; every task accepted runs.
 */
final class TaskQueue {
    private static final int FIRST_CHUNK = 1024;
    private static final VarHandle WAITING;

    static {
        try {
            WAITING = MethodHandles.lookup().findVarHandle(TaskQueue.class, "waiting", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MpscChunkedVarHandleArrayQueue<Runnable> queue;
    private final Poller poller;
    private final LoopCounters counters;
    private final String loopName;
    private final List<Runnable> late = new ArrayList<>();
    private volatile boolean waiting;
    private volatile boolean closed;

    TaskQueue(int limit, Poller poller, LoopCounters counters, String loopName) {
        this.queue =
                new MpscChunkedVarHandleArrayQueue<>(Math.max(2, Math.min(FIRST_CHUNK, limit / 2)), Math.max(4, limit));
        this.poller = poller;
        this.counters = counters;
        this.loopName = loopName;
    }

    void execute(Runnable task) {
        if (closed) {
            throw ended();
        }
        if (!queue.offer(task)) {
            counters.countRejectedTask();
            throw new RejectedExecutionException(
                    loopName + ": " + queue.size() + " tasks wait already, the limit is " + queue.capacity());
        }
        // An offer for which the queue grows ends with a store that the two reads below may overtake. Without the fence
        // the
        // loop can find the queue empty and wait, or end, while we find it neither waiting nor ended.
        VarHandle.fullFence();
        wakeup();
        if (closed && cameLate(task)) {
            throw ended();
        }
    }

    private RejectedExecutionException ended() {
        counters.countRejectedTask();
        return new RejectedExecutionException(loopName + " has ended");
    }

    /** Ends the loop's wait, if it waits. */
    void wakeup() {
        if (waiting && WAITING.compareAndSet(this, true, false)) {
            counters.countWakeup();
            poller.wakeup();
        }
    }

    /** Announces a wait. Returns false if there is a task to run first. */
    boolean beforeWait() {
        waiting = true;
        if (queue.isEmpty()) {
            return true;
        }
        WAITING.setOpaque(this, false);
        return false;
    }

    void afterWait() {
        WAITING.setOpaque(this, false);
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int size() {
        return queue.size();
    }

    /** The next task, or null. */
    Runnable poll() {
        return queue.poll();
    }

    /** Refuses tasks from now on, and hands those accepted before to {@code runner}. */
    synchronized void close(Consumer<Runnable> runner) {
        closed = true;
        for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
            runner.accept(task);
        }
    }

    /** Whether a task offered while the queue was being closed missed the last run; it is then taken out. */
    private synchronized boolean cameLate(Runnable task) {
        for (Runnable missed = queue.poll(); missed != null; missed = queue.poll()) {
            late.add(missed);
        }
        // By identity: a task may be equal to another that did run.
        return late.removeIf(missed -> missed == task);
    }
}
