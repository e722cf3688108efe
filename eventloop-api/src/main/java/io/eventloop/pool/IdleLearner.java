package io.eventloop.pool;

/**
 * Learns from connections that the peer ended while they were idle how long it lets them be.
 *
 * <p>Connections of a peer with a timeout end at about the same idle age; those of a peer that is restarted end together,
 * at any age. So an age counts once two connections in a row ended at it, and ends that came close together count as one.
 * What was learned is forgotten after a number of evictions by it, as the peer may allow more by then.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class IdleLearner {
    static final long NONE = Long.MAX_VALUE;

    /** Shorter ones are not timeouts: the peer ends connections after each answer, or is going down. */
    private static final long LEAST_NANOS = 100_000_000L;

    /** Two ages are the same if they differ by less than this part; ends within this part of an age came together. */
    private static final int TOLERANCE = 10;

    /** This part of the age is kept as a distance from it. */
    private static final int MARGIN = 5;

    private static final int FORGET_AFTER = 100;

    private long lastAgeNanos;
    private long lastEndNanos;
    private long limitNanos = NONE;
    private int evictions;

    /** How long a connection may be idle; {@link #NONE} if nothing is known. */
    long limitNanos() {
        return limitNanos;
    }

    /** The peer ended a connection. Returns whether something was learned from it. */
    boolean observe(long ageNanos, long nowNanos) {
        if (ageNanos < LEAST_NANOS) {
            return false;
        }
        boolean isFirst = lastAgeNanos == 0;
        boolean isTogether = !isFirst && nowNanos - lastEndNanos < ageNanos / TOLERANCE;
        boolean isSame = !isFirst && Math.abs(ageNanos - lastAgeNanos) <= ageNanos / TOLERANCE;
        lastEndNanos = nowNanos;
        if (isTogether) {
            return false;
        }
        if (isSame) {
            long age = Math.min(ageNanos, lastAgeNanos);
            limitNanos = age - age / MARGIN;
            evictions = 0;
        }
        lastAgeNanos = ageNanos;
        return isSame;
    }

    /** A connection was closed because of what was learned. */
    void evicted() {
        if (++evictions >= FORGET_AFTER) {
            limitNanos = NONE;
            lastAgeNanos = 0;
            evictions = 0;
        }
    }
}
