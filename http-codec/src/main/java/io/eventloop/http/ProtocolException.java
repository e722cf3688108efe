package io.eventloop.http;

/**
 * A message that breaks the protocol or a limit. It has no stack trace: it is about the peer's bytes, not about the
 * place that noticed, and a peer that sends nothing else should cost little.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> is one: answer {@link #status()}, if there is somebody to answer, and close the connection.
 */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What is wrong. */
    private final HttpViolation violation;

    /**
     * A violation.
     *
     * @param detail for the log, never the peer's bytes
     */
    public ProtocolException(HttpViolation violation, String detail) {
        super(violation + ": " + detail, null, false, false);
        this.violation = violation;
    }

    /** What is wrong: what to count. */
    public HttpViolation violation() {
        return violation;
    }

    /** What a server answers before it closes. */
    public HttpStatus status() {
        return violation.status();
    }
}
