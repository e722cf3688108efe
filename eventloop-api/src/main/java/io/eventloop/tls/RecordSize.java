package io.eventloop.tls;

/**
 * How much plaintext goes into one record. A peer can use a record only when all of it is there.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public enum RecordSize {
    /** As much as there is, up to 16 KiB: the least work for each byte. */
    FULL,
    /**
     * One packet for the first 64 KiB and after each second of rest, full ones then: the first bytes can be used before the
     * later ones have come.
     */
    ADAPTIVE
}
