package io.eventloop.tls;

import io.eventloop.Environment;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * A thread for work that has to be done now and then, and may block, so not on a loop. Between two rounds it is parked.
 *
 * <p><b>Threading:</b> thread-safe; the work is done by one thread. <b>Ownership:</b> owns its thread until {@link #close()}.
 *
 * <p><b>Failure:</b> none; the work must not throw.
 */
final class Upkeep implements AutoCloseable {
    private final LongSupplier work;
    private final Thread thread;
    private volatile boolean closed;

    /** @param work returns after how many nanoseconds it wants to be done again; it may be called earlier */
    Upkeep(Environment environment, String name, LongSupplier work) {
        this.work = work;
        thread = environment.newThread(name, this::run);
        thread.start();
    }

    private void run() {
        while (!closed) {
            long waitNanos = work.getAsLong();
            if (waitNanos > 0 && !closed) {
                LockSupport.parkNanos(this, waitNanos);
            }
        }
    }

    /** Has the work done now. */
    void hurry() {
        LockSupport.unpark(thread);
    }

    /** Ends the thread, after the round that it may be in. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
