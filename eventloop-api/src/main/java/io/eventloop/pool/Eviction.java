package io.eventloop.pool;

/**
 * Why a connection left its pool; each is counted, see {@link PoolMetrics#evicted}.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public enum Eviction {
    /** It was idle for the idle timeout. */
    IDLE_TIMEOUT(true),
    /** It was idle for nearly as long as the peer was seen to allow. */
    PEER_IDLE_TIMEOUT(true),
    /** It was as old as a connection may be. */
    LIFETIME(true),
    /** More were idle than may be. */
    SURPLUS(true),
    /** The pool or the group is draining, or the pool was closed, while it was idle. */
    DRAINED(true),
    /** The peer ended it while it was idle. */
    PEER_CLOSED(true),
    /** It was reset, or failed otherwise, while it was idle. */
    FAILED(false),
    /** Bytes came while it was idle: whatever they answer, it is nobody's question any more. */
    STRAY_BYTES(false),
    /** It was returned in a state that nobody else could use it in: over, half-closed, bytes unread or unsent. */
    UNUSABLE(false),
    /** Its holder discarded it. */
    DISCARDED(false),
    /** It had ended, and its holder did not return it. */
    ABANDONED(false),
    /** The pool was closed while it was leased. */
    POOL_CLOSED(false);

    private final boolean orderly;

    Eviction(boolean orderly) {
        this.orderly = orderly;
    }

    /** Whether the peer sees a FIN instead of a reset. */
    public boolean isOrderly() {
        return orderly;
    }
}
