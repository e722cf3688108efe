package io.eventloop.http.server;

import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The answers to what went wrong: a problem document (RFC 9457) with the status and a code to tell the reasons of one
 * status apart. Nothing of the peer's bytes and nothing of a stack trace is in it.
 */
final class ErrorReplies {
    private static final HttpReply[] BY_VIOLATION = new HttpReply[HttpViolation.values().length];
    private static final HttpReply[] BY_STATUS = new HttpReply[600];

    static {
        for (HttpViolation violation : HttpViolation.values()) {
            BY_VIOLATION[violation.ordinal()] = make(violation.status(), violation.name());
        }
        for (int code = 400; code < BY_STATUS.length; code++) {
            HttpStatus status = HttpStatus.of(code);
            String name = status.reason().isEmpty() ? "STATUS_" + code : status.reason();
            BY_STATUS[code] = make(status, name.replace(' ', '_').replace('-', '_'));
        }
    }

    /** 429, with the time after which it is worth trying again. */
    static final HttpReply TOO_MANY_REQUESTS = of(HttpStatus.TOO_MANY_REQUESTS).with(HeaderName.RETRY_AFTER, "1");

    /** 503, for limits of the server's own. */
    static final HttpReply OVERLOADED = of(HttpStatus.SERVICE_UNAVAILABLE).with(HeaderName.RETRY_AFTER, "1");

    private ErrorReplies() {}

    private static HttpReply make(HttpStatus status, String code) {
        String body = "{\"status\":" + status.code() + ",\"title\":\"" + status.reason() + "\",\"code\":\""
                + code.toLowerCase(Locale.ROOT) + "\"}\n";
        return HttpReply.of(status, "application/problem+json", body.getBytes(StandardCharsets.US_ASCII));
    }

    /** For a status of 400..599. */
    static HttpReply of(HttpStatus status) {
        return BY_STATUS[status.code()];
    }

    static HttpReply of(ProtocolException violation) {
        return BY_VIOLATION[violation.violation().ordinal()];
    }
}
