package io.eventloop.http.server;

import io.eventloop.Environment;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Makes executors for handlers that block: a virtual thread for each task where the run time has them, Java 21 and newer,
 * and a bounded pool elsewhere.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> the executor is the caller's, to be shut down. <b>Failure:</b> none.
 */
public final class WorkerThreads {
    private WorkerThreads() {}

    /**
     * An executor. What bounds virtual threads is {@link HttpServerLimits#maxRequestsInFlight}, for each serves a request.
     *
     * @param poolThreads threads of the pool, where there are no virtual ones; it queues as many tasks for each of them
     *     as there are threads, and refuses more
     */
    public static ExecutorService newExecutor(int poolThreads) {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return newPool(poolThreads);
        } catch (InvocationTargetException e) {
            // A preview feature that is not switched on.
            return newPool(poolThreads);
        }
    }

    static ExecutorService newPool(int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                60,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(threads * threads),
                body -> Environment.system().newThread("http-worker", body));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
