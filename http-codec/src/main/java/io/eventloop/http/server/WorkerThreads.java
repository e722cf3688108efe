package io.eventloop.http.server;

import io.eventloop.Environment;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Makes executors for handlers that block: bounded pools, of virtual threads where the run time has them, Java 21 and newer,
 * so that there may be thousands.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> the executor is the caller's, to be shut down.
 *
 * <p><b>Failure:</b> an executor refuses a task when as many wait as it has threads, which is answered with 503.
 */
public final class WorkerThreads {
    private static final long IDLE_SECONDS = 60;

    private WorkerThreads() {}

    /**
     * An executor on the system's threads.
     *
     * @param threads the most that run at once, at least 1; as many tasks again may wait
     */
    public static ExecutorService newExecutor(int threads) {
        return newExecutor(threads, Environment.system());
    }

    /** An executor on the threads of an environment. */
    public static ExecutorService newExecutor(int threads, Environment environment) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(threads),
                body -> environment.newWorkerThread("http-worker", body));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
