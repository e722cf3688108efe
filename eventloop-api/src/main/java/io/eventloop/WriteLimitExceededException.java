package io.eventloop;

/**
 * Thrown when a write would take a connection's outbound queue past its hard bound.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> what was to be written has been released; nothing was queued.
 *
 * <p><b>Failure:</b> is one; the connection and what it had queued are unharmed.
 */
public final class WriteLimitExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Names the connection, what was asked, what is queued, and the bound. */
    public WriteLimitExceededException(String message) {
        super(message);
    }
}
