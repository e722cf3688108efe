package io.eventloop;

/**
 * Thrown when a buffer pool's byte limit leaves no room for an acquisition.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> is one; nothing was taken.
 */
public final class BufferLimitExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Names the size asked for, what is in use and the limit, all in bytes. */
    public BufferLimitExceededException(long askedBytes, long usedBytes, long limitBytes) {
        super("buffer pool: " + askedBytes + " bytes asked for, " + usedBytes + " in use, limit " + limitBytes);
    }
}
