package io.eventloop.tls;

import io.eventloop.Environment;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the arithmetic of handshakes runs: a fraction of a millisecond to some milliseconds each, which would hold up everybody
 * on a loop. A few threads, and a bounded number of handshakes that wait for them.
 *
 * <p>Resumed sessions and handshakes half done go first. The others take their turns in the order they came, unless more than
 * half of the places are taken: then whoever came last is next, for its client has the most patience left. When all places are
 * taken the handshake that waited longest is shed: its connection ends as {@code OVERLOADED}. A handshake whose connection ends
 * while it waits, by its deadline or by the client, is never computed.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> its threads end when they have nothing to do for a while; nothing has to
 * be closed.
 *
 * <p><b>Failure:</b> at the limit of the places handshakes are shed and counted.
 */
public final class HandshakeExecutor {
    private static final System.Logger LOG = System.getLogger("io.eventloop.tls");
    private static final int MAX_THREADS = 1024;
    private static final int MAX_QUEUED = 1 << 20;

    /** Less than a second's work of a core, about, and some 40 MB of engines. */
    private static final int QUEUED_PER_THREAD = 2048;

    private static final long IDLE_SECONDS = 30;

    /** Below that of loops, where the system heeds it; Linux does not unless the JVM is told to. */
    private static final int PRIORITY = Thread.NORM_PRIORITY - 1;

    private static final HandshakeExecutor ON_LOOP = new HandshakeExecutor(Runnable::run, 1, 1);

    private final Executor executor;
    private final int threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitingRoom room;

    /** Guarded by the lock, as the room is: runs of {@link #work} that are under way or on their way. */
    private int working;

    private HandshakeExecutor(Executor executor, int threads, int maxQueued) {
        this.executor = executor;
        this.threads = threads;
        this.room = new WaitingRoom(maxQueued);
    }

    /** The one that contexts share unless they are given another: a thread for each processor, 2,048 handshakes waiting for each. */
    public static HandshakeExecutor shared() {
        return Shared.INSTANCE;
    }

    /**
     * One with threads of its own.
     *
     * @param threads at most
     * @param maxQueued handshakes that wait for a thread; above that the longest waiting ones are shed
     */
    public static HandshakeExecutor of(int threads, int maxQueued) {
        check(threads, maxQueued);
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(threads), task -> {
                    Thread thread = Environment.system().newThread("tls-handshake-" + number.getAndIncrement(), task);
                    thread.setPriority(PRIORITY);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return new HandshakeExecutor(pool, threads, maxQueued);
    }

    /**
     * One that runs on an executor of the application's. Each task that it is given computes one handshake. If it rejects one
     * while none is under way, all that wait are shed.
     *
     * @param threads tasks under way at a time, at most
     * @param maxQueued handshakes that wait for it; above that the longest waiting ones are shed
     */
    public static HandshakeExecutor of(Executor executor, int threads, int maxQueued) {
        check(threads, maxQueued);
        return new HandshakeExecutor(Objects.requireNonNull(executor), threads, maxQueued);
    }

    private static void check(int threads, int maxQueued) {
        if (threads < 1 || threads > MAX_THREADS || maxQueued < 1 || maxQueued > MAX_QUEUED) {
            throw new IllegalArgumentException("threads is " + threads + ", must be within 1.." + MAX_THREADS
                    + "; maxQueued is " + maxQueued + ", must be within 1.." + MAX_QUEUED);
        }
    }

    /** The loop itself: for clients with few connections, and for simulations. */
    public static HandshakeExecutor onLoop() {
        return ON_LOOP;
    }

    /** Handshakes that wait for a thread now. */
    public int waiting() {
        lock.lock();
        try {
            return room.size();
        } finally {
            lock.unlock();
        }
    }

    boolean isOnLoop() {
        return this == ON_LOOP;
    }

    /** Has a task run, or one that waited longer shed for it. */
    void execute(WaitingTask task) {
        WaitingTask shed;
        boolean begins;
        lock.lock();
        try {
            shed = room.add(task);
            begins = working < threads;
            if (begins) {
                working++;
            }
        } finally {
            lock.unlock();
        }
        if (shed != null) {
            shed.shed();
        }
        if (begins && !submit()) {
            rejected();
        }
    }

    /** Takes back a task that was not begun. */
    void forget(WaitingTask task) {
        lock.lock();
        try {
            room.remove(task);
        } finally {
            lock.unlock();
        }
    }

    private boolean submit() {
        try {
            executor.execute(this::work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        } catch (RuntimeException e) {
            // Against its contract; let out it would cost a thread's place for good.
            LOG.log(System.Logger.Level.WARNING, "the executor of handshakes threw", e);
            return false;
        }
    }

    /** Nobody else may be left to look after those who wait. */
    private void rejected() {
        List<WaitingTask> shed;
        lock.lock();
        try {
            working--;
            shed = working == 0 ? room.clear() : List.of();
        } finally {
            lock.unlock();
        }
        shed.forEach(WaitingTask::shed);
    }

    /** Does one task, and comes again if there are more; stays if the executor does not let it come again. */
    private void work() {
        WaitingTask task = next();
        while (task != null) {
            task.run();
            if (waiting() > 0 && submit()) {
                return;
            }
            task = next();
        }
    }

    private WaitingTask next() {
        lock.lock();
        try {
            WaitingTask task = room.take();
            if (task == null) {
                working--;
            }
            return task;
        } finally {
            lock.unlock();
        }
    }

    private static final class Shared {
        static final HandshakeExecutor INSTANCE = of(
                Runtime.getRuntime().availableProcessors(),
                QUEUED_PER_THREAD * Runtime.getRuntime().availableProcessors());
    }
}
