package io.eventloop;

import java.util.Objects;

/**
 * Says that a peer broke the protocol, and how. A callback of a {@link ConnectionHandler} that throws it, or
 * {@link Connection#abort(ProtocolViolationException)}, ends the connection with this kind and this as its failure; it is
 * not reported as a failure of the handler, whose doing it is not.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> is one, of the peer. It has no stack trace: a peer that misbehaves often shall not cost much.
 */
public final class ProtocolViolationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CloseReason.Kind kind;

    private ProtocolViolationException(CloseReason.Kind kind, String message) {
        super(Objects.requireNonNull(message), null, false, false);
        this.kind = kind;
    }

    /** Bytes that the protocol does not allow: {@link CloseReason.Kind#PROTOCOL_ERROR}. */
    public static ProtocolViolationException malformed(String message) {
        return new ProtocolViolationException(CloseReason.Kind.PROTOCOL_ERROR, message);
    }

    /** A unit of the protocol that is larger than accepted: {@link CloseReason.Kind#FRAME_LIMIT}. */
    public static ProtocolViolationException tooLarge(String message) {
        return new ProtocolViolationException(CloseReason.Kind.FRAME_LIMIT, message);
    }

    /** A part of the protocol that did not come in time: {@link CloseReason.Kind#PROTOCOL_TIMEOUT}. */
    public static ProtocolViolationException tooSlow(String message) {
        return new ProtocolViolationException(CloseReason.Kind.PROTOCOL_TIMEOUT, message);
    }

    /** The way a connection ends by it. */
    public CloseReason.Kind kind() {
        return kind;
    }
}
