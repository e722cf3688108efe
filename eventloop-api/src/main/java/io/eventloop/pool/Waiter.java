package io.eventloop.pool;

import io.eventloop.Timer;
import io.eventloop.jfr.FlightEvents;

/**
 * One acquisition that waits, and its place in the queue.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> its endpoint's queue, until it is completed.
 *
 * <p><b>Failure:</b> its listener's are contained by the endpoint.
 */
final class Waiter implements Acquisition {
    private final PoolEndpoint endpoint;
    private final LeaseListener listener;
    private final Throwable acquiredAt;
    private final Timer timer;
    Waiter previous;
    Waiter next;
    private final long sinceNanos;
    private boolean waiting = true;

    /** @param acquiredAt null unless guarded */
    Waiter(PoolEndpoint endpoint, LeaseListener listener, Throwable acquiredAt, long timeoutNanos) {
        this.endpoint = endpoint;
        this.listener = listener;
        this.acquiredAt = acquiredAt;
        this.sinceNanos = endpoint.loop().nanoTime();
        this.timer = endpoint.loop().timer(this::timedOut);
        timer.scheduleNanos(timeoutNanos);
    }

    LeaseListener listener() {
        return listener;
    }

    Throwable acquiredAt() {
        return acquiredAt;
    }

    @Override
    public boolean isWaiting() {
        endpoint.pool().check();
        return waiting;
    }

    @Override
    public boolean cancel() {
        endpoint.pool().check();
        if (!waiting) {
            return false;
        }
        endpoint.waiters().remove(this);
        waited(false);
        endpoint.cancelled();
        return true;
    }

    private void timedOut() {
        endpoint.waiters().remove(this);
        waited(false);
        endpoint.fail(listener, AcquireFailure.Kind.TIMED_OUT);
    }

    /** The wait is over. */
    void waited(boolean served) {
        FlightEvents.events().poolWaited(endpoint.remote(), endpoint.loop().nanoTime() - sinceNanos, served);
    }

    /** It left the queue. */
    void left() {
        waiting = false;
        timer.cancel();
    }
}
