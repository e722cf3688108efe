package io.eventloop;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;

/**
 * One blocking call's waits: what is left of its time, and how far it came, for the exceptions that cut it short.
 *
 * <p>The time is the system's, as locks know no other. <b>Threading:</b> of the calling thread alone.
 *
 * <p><b>Ownership:</b> none. <b>Failure:</b> {@link SocketTimeoutException} or {@link InterruptedIOException}, both with
 * {@code bytesTransferred}.
 */
final class BlockingWait {
    /** Until the loop is asked again, after its task queue was full. */
    private static final long RETRY_NANOS = 1_000_000;

    private final String call;
    private final Duration timeout;
    private long leftNanos;
    int bytesTransferred;

    BlockingWait(String call, Duration timeout) {
        this.call = call;
        this.timeout = timeout;
        this.leftNanos = timeout.isZero() ? Long.MAX_VALUE : timeout.toNanos();
    }

    /** Waits for a signal; may return without one. */
    void on(Condition condition) throws IOException {
        on(condition, Long.MAX_VALUE);
    }

    /** Waits a moment, or for a signal. */
    void shortly(Condition condition) throws IOException {
        on(condition, RETRY_NANOS);
    }

    private void on(Condition condition, long mostNanos) throws IOException {
        if (leftNanos <= 0) {
            SocketTimeoutException late = new SocketTimeoutException(
                    call + ": not possible within " + timeout.toMillis() + " ms, " + bytesTransferred + " bytes moved");
            late.bytesTransferred = bytesTransferred;
            throw late;
        }
        long wait = Math.min(leftNanos, mostNanos);
        try {
            leftNanos -= wait - condition.awaitNanos(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            // The signal may have been meant for a thread that still wants it.
            condition.signal();
            InterruptedIOException interrupted =
                    new InterruptedIOException(call + ": interrupted, " + bytesTransferred + " bytes moved");
            interrupted.bytesTransferred = bytesTransferred;
            throw interrupted;
        }
    }

    /** Submits a task. Returns false if the loop does not take it now, or not any more. */
    static boolean submitted(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}
