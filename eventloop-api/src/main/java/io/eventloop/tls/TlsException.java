package io.eventloop.tls;

import java.io.IOException;
import java.util.Objects;

/**
 * A peer that broke TLS, or that cannot be served: with the alert it is told, RFC 8446 §6.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public final class TlsException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The alerts this library sends itself, by their numbers in RFC 8446 §6 and RFC 7301 §3.2. */
    public enum Alert {
        /** Not an alert: what the peer sent is not TLS, so it is told nothing. */
        NONE(-1),
        /** A message out of order. */
        UNEXPECTED_MESSAGE(10),
        /** A record or message over its limit. */
        RECORD_OVERFLOW(22),
        /** No acceptable set of parameters. */
        HANDSHAKE_FAILURE(40),
        /** A field out of its range. */
        ILLEGAL_PARAMETER(47),
        /** A message that could not be parsed. */
        DECODE_ERROR(50),
        /** A protocol version that is not supported. */
        PROTOCOL_VERSION(70),
        /** Something here failed. */
        INTERNAL_ERROR(80),
        /** Renegotiation is not done. */
        NO_RENEGOTIATION(100),
        /** There is no identity of that name. */
        UNRECOGNIZED_NAME(112),
        /** No application protocol in common. */
        NO_APPLICATION_PROTOCOL(120);

        private final int number;

        Alert(int number) {
            this.number = number;
        }

        /** The number on the wire; −1 if there is none. */
        public int number() {
            return number;
        }
    }

    private final Alert alert;
    private final boolean isFlood;

    /** A failure that the peer is told by an alert. */
    public TlsException(Alert alert, String message) {
        this(alert, message, false);
    }

    private TlsException(Alert alert, String message, boolean isFlood) {
        super(message);
        this.alert = Objects.requireNonNull(alert);
        this.isFlood = isFlood;
    }

    /** A peer that has us work for nothing. */
    static TlsException flood(String message) {
        return new TlsException(Alert.UNEXPECTED_MESSAGE, message, true);
    }

    /** A failure with its cause. */
    public TlsException(Alert alert, String message, Throwable cause) {
        super(message, cause);
        this.alert = Objects.requireNonNull(alert);
        this.isFlood = false;
    }

    boolean isFlood() {
        return isFlood;
    }

    /** What the peer is told. */
    public Alert alert() {
        return alert;
    }
}
