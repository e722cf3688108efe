package io.eventloop;

import java.io.IOException;

/**
 * Thrown by a {@link BlockingConnection} whose connection is over, or could not be made.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> is one; its cause is the failure behind the
 * reason, if there is one.
 */
public final class ConnectionClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient CloseReason reason;

    /** Names the connection and the reason. */
    ConnectionClosedException(String subject, CloseReason reason) {
        super(subject + ": " + reason, reason.failure().orElse(null));
        this.reason = reason;
    }

    /** Why it ended; null after serialization. */
    public CloseReason reason() {
        return reason;
    }
}
