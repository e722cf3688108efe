package io.eventloop.http;

/**
 * What is wrong with a message: the name of a counter, and the status to answer with. After any of these a connection
 * is closed, for where the next message begins is not known (a server answers first).
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public enum HttpViolation {
    /** Bytes before the request line that are no empty line, or more empty lines than allowed. */
    STRAY_BYTES(400),
    /** The method is no token, or longer than {@link HttpLimits#maxMethodBytes}. */
    BAD_METHOD(400),
    /** The target has a character that no URI has, or a form that does not fit the method. */
    BAD_TARGET(400),
    /** No version where it should be, or a malformed one. */
    BAD_VERSION(400),
    /** A version other than 1.0 and 1.1. */
    UNSUPPORTED_VERSION(505),
    /** A status line that is not one. */
    BAD_STATUS_LINE(502),
    /** A CR without LF, an LF without CR. */
    BAD_LINE_ENDING(400),
    /** A field name that is empty, no token, or not followed by a colon. */
    BAD_FIELD_NAME(400),
    /** A control character in a field value. */
    BAD_FIELD_VALUE(400),
    /** A line that begins with white space: the obsolete way to continue a field. */
    FOLDED_LINE(400),
    /** HTTP/1.1 without a Host field. */
    MISSING_HOST(400),
    /** Several Host fields. */
    REPEATED_HOST(400),
    /** A Host field, or the authority of a target, that is no host with perhaps a port. */
    BAD_HOST(400),
    /** A Content-Length that is anything but digits, or too large a number. */
    BAD_CONTENT_LENGTH(400),
    /** Several Content-Length fields, even equal ones. */
    REPEATED_CONTENT_LENGTH(400),
    /** Transfer-Encoding and Content-Length together. */
    CONFLICTING_FRAMING(400),
    /** A Transfer-Encoding that is malformed, or where {@code chunked} is not the last or occurs twice. */
    BAD_TRANSFER_ENCODING(400),
    /** A Transfer-Encoding in HTTP/1.0. */
    TRANSFER_ENCODING_IN_1_0(400),
    /** A transfer coding besides {@code chunked}. */
    UNKNOWN_TRANSFER_CODING(501),
    /** Content where there must be none: with CONNECT. */
    UNEXPECTED_CONTENT(400),
    /** An Expect field other than {@code 100-continue}. */
    UNKNOWN_EXPECTATION(417),
    /** The start line is longer than {@link HttpLimits#maxStartLineBytes}. */
    START_LINE_TOO_LONG(414),
    /**
     * The fields are longer than {@link HttpLimits#maxFieldBytes}, those of a trailer included, or a name is longer than
     * {@link HeaderName#MAX_LENGTH}.
     */
    FIELDS_TOO_LARGE(431),
    /** More fields than {@link HttpLimits#maxFields}. */
    TOO_MANY_FIELDS(431),
    /** A body longer than {@link HttpLimits#maxBodyBytes}. */
    BODY_TOO_LARGE(413),
    /** A chunk size that is no hexadecimal number of up to 16 digits, or too large a number. */
    BAD_CHUNK_SIZE(400),
    /** A malformed chunk extension. */
    BAD_CHUNK_EXTENSION(400),
    /** Chunk extensions longer than {@link HttpLimits#maxChunkExtensionBytes} in all. */
    CHUNK_EXTENSIONS_TOO_LARGE(400),
    /** Chunk data that is not followed by CRLF. */
    BAD_CHUNK_END(400),
    /** A trailer field that decides about framing, routing or the connection. */
    FORBIDDEN_TRAILER(400),
    /** More interim responses than {@link HttpLimits#maxInterimResponses}. */
    TOO_MANY_INTERIM_RESPONSES(502),
    /** The input ended within a message. */
    TRUNCATED(400);

    private final HttpStatus status;

    HttpViolation(int status) {
        this.status = HttpStatus.of(status);
    }

    /** What a server answers. A proxy whose upstream did this answers 502, whatever it was. */
    public HttpStatus status() {
        return status;
    }
}
