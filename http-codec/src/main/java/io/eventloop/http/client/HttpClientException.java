package io.eventloop.http.client;

import io.eventloop.Delivery;
import java.io.IOException;
import java.util.Objects;

/**
 * Why there is no response, or no complete one. It has no stack trace: it is about a peer, a limit or a deadline, not about
 * the place that noticed; what was thrown somewhere is its cause.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> is one.
 */
public final class HttpClientException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The ways to fail; each is counted, see {@link HttpClientMetrics#failed}. */
    public enum Kind {
        /** The client is closed. */
        CLIENT_CLOSED,
        /** As many exchanges as there may be are under way. */
        TOO_MANY_EXCHANGES,
        /** The request cannot be encoded: a field or the head as a whole is not allowed, or there is no memory for it. */
        REQUEST_REFUSED,
        /** The name of the host has no address, or there is nobody to ask. */
        UNRESOLVED,
        /** No connection was to be had. */
        NO_CONNECTION,
        /** TLS came to nothing: the peer is not who was meant, is not trusted, did not answer, or does not speak it. */
        TLS_FAILED,
        /** None was to be had in time, the lookup of the name included. */
        ACQUIRE_TIMEOUT,
        /** The peer did not take the request in time. */
        WRITE_TIMEOUT,
        /** The head of the response was not there in time. */
        HEAD_TIMEOUT,
        /** The response's content stopped coming. */
        BODY_TIMEOUT,
        /** The exchange as a whole took too long. */
        TOTAL_TIMEOUT,
        /** The connection ended before the response was complete. */
        CONNECTION_LOST,
        /** The response is not HTTP, or ambiguous. */
        MALFORMED_RESPONSE,
        /** The response's content is above its limit. */
        RESPONSE_TOO_LARGE,
        /** The request's content could not be completed. */
        BODY_FAILED,
        /** A callback of the listener threw, or left content without pausing. */
        LISTENER_FAILED,
        /** A redirect to somewhere that is not followed: not http, from https to http, malformed. */
        REDIRECT_REFUSED,
        /** One redirect more than are followed. */
        TOO_MANY_REDIRECTS
    }

    /** What went wrong. */
    private final Kind kind;

    /** How far the last attempt had got. */
    private final Delivery delivery;

    HttpClientException(Kind kind, Delivery delivery, String message) {
        super(kind + ": " + message);
        this.kind = Objects.requireNonNull(kind);
        this.delivery = Objects.requireNonNull(delivery);
    }

    HttpClientException(Kind kind, Delivery delivery, String message, Throwable cause) {
        this(kind, delivery, message);
        if (cause != null) {
            initCause(cause);
        }
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }

    /** How far the request had got: the furthest of all the times it was sent. */
    public Delivery delivery() {
        return delivery;
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
