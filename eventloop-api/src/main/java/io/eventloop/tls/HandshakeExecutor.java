package io.eventloop.tls;

import io.eventloop.Environment;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where the arithmetic of handshakes runs: a fraction of a millisecond to some milliseconds each, which would hold up everybody
 * on a loop. A few threads and a short queue; whoever finds it full is turned away at once, which is better than to be
 * answered too late.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> its threads end when they have nothing to do for a while; nothing has to
 * be closed.
 *
 * <p><b>Failure:</b> at the limit of the queue handshakes are shed and counted.
 */
public final class HandshakeExecutor {
    private static final int MAX_THREADS = 1024;
    private static final int MAX_QUEUED = 1 << 20;

    /** A second's work of a core, about. */
    private static final int QUEUED_PER_THREAD = 512;

    private static final long IDLE_SECONDS = 30;

    private static final HandshakeExecutor ON_LOOP = new HandshakeExecutor(Runnable::run);

    private final Executor executor;

    private HandshakeExecutor(Executor executor) {
        this.executor = executor;
    }

    /** The one that contexts share unless they are given another: a thread for each processor, 512 handshakes waiting for each. */
    public static HandshakeExecutor shared() {
        return Shared.INSTANCE;
    }

    /**
     * One of its own.
     *
     * @param threads at most
     * @param maxQueued handshakes that wait for a thread; more are shed
     */
    public static HandshakeExecutor of(int threads, int maxQueued) {
        if (threads < 1 || threads > MAX_THREADS || maxQueued < 1 || maxQueued > MAX_QUEUED) {
            throw new IllegalArgumentException("threads is " + threads + ", must be within 1.." + MAX_THREADS
                    + "; maxQueued is " + maxQueued + ", must be within 1.." + MAX_QUEUED);
        }
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(maxQueued),
                task -> Environment.system().newThread("tls-handshake-" + number.getAndIncrement(), task));
        pool.allowCoreThreadTimeOut(true);
        return new HandshakeExecutor(pool);
    }

    /**
     * One that runs on an executor of the application's.
     *
     * @param executor bounded: it rejects what it has no room for
     */
    public static HandshakeExecutor of(Executor executor) {
        return new HandshakeExecutor(java.util.Objects.requireNonNull(executor));
    }

    /** The loop itself: for clients with few connections, and for simulations. */
    public static HandshakeExecutor onLoop() {
        return ON_LOOP;
    }

    boolean isOnLoop() {
        return this == ON_LOOP;
    }

    void execute(Runnable task) throws RejectedExecutionException {
        executor.execute(task);
    }

    private static final class Shared {
        static final HandshakeExecutor INSTANCE = of(
                Runtime.getRuntime().availableProcessors(),
                QUEUED_PER_THREAD * Runtime.getRuntime().availableProcessors());
    }
}
