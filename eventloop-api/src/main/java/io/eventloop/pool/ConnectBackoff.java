package io.eventloop.pool;

/**
 * The wait after connects that failed: doubling from one to the next, with a random half taken off, so that many pools do
 * not come back to a peer at the same moment.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class ConnectBackoff {
    private final long minNanos;
    private final long maxNanos;
    private long waitNanos;
    private long untilNanos;
    private boolean waiting;

    ConnectBackoff(long minNanos, long maxNanos) {
        this.minNanos = minNanos;
        this.maxNanos = maxNanos;
    }

    /** Those in flight together fail together: that is one failure. */
    void failed(long nowNanos, long randomBits) {
        if (isWaiting(nowNanos)) {
            return;
        }
        waitNanos = waitNanos == 0 ? minNanos : Math.min(maxNanos, 2 * waitNanos);
        long half = waitNanos / 2;
        untilNanos = nowNanos + waitNanos - (randomBits >>> 1) % (half + 1);
        waiting = true;
    }

    /** A connection proved useful. */
    void succeeded() {
        waitNanos = 0;
        waiting = false;
    }

    boolean isWaiting(long nowNanos) {
        waiting &= nowNanos - untilNanos < 0;
        return waiting;
    }

    /** When the wait is over; only while there is one. */
    long untilNanos() {
        return untilNanos;
    }
}
