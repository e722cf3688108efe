package io.eventloop.testing;

/**
 * What a {@link FaultPlan} can do to a run; a failing run is reduced to the kinds it needs.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public enum FaultKind {
    /** Packets take a varying time. */
    JITTER,
    /** A link carries few bytes per second. */
    SLOW_LINK,
    /** Segments are split anywhere. */
    SEGMENTATION,
    /** Socket buffers are small. */
    SMALL_BUFFERS,
    /** A connection is reset after any byte. */
    RESET,
    /** A peer goes silent for good, without FIN or RST. */
    VANISH,
    /** Two hosts do not reach each other for a while. */
    PARTITION,
    /** A connect is answered by a reset. */
    REFUSE,
    /** A connect's first packet is lost. */
    DROP_CONNECT,
    /** A connection is reset right after it was accepted. */
    RESET_AFTER_ACCEPT,
    /** A read returns fewer bytes than there are. */
    SHORT_READ,
    /** A write takes fewer bytes than there is room for. */
    SHORT_WRITE,
    /** A call that could go on says it would block. */
    WOULD_BLOCK,
    /** Readiness that is not there is reported, also for registrations that have ended. */
    SPURIOUS_READINESS,
    /** Readiness is reported out of order. */
    REORDERED_READINESS,
    /** Readiness is reported late. */
    DELAYED_READINESS,
    /** A poll returns early and empty. */
    EARLY_POLL,
    /** No descriptor is to be had. */
    EXHAUSTION,
    /** A loop does not run for a while. */
    STALL,
    /** The wall clock jumps. */
    CLOCK_JUMP
}
