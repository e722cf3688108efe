package io.eventloop.http;

import io.eventloop.Buffer;

/**
 * A response that was received, of whatever version of HTTP: its head, as views of the bytes it came in. Its body follows
 * separately.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. It is good until the callback that received it returns,
 * the connection's bytes are detached, or the next head is parsed, whichever comes first. The status, the version and
 * the numbers are plain values.
 *
 * <p><b>Failure:</b> none once it is there: the decoder has refused what is malformed. Used too late it shows other
 * bytes; with guarded buffers it throws {@link IllegalStateException}.
 *
 * <p>Not for extension outside this library.
 */
public abstract class HttpResponse {
    /** What the decoder found. */
    protected HttpStatus status = HttpStatus.OK;

    /** The version it was sent in. */
    protected HttpVersion version = HttpVersion.HTTP_1_1;

    /** The bytes, and the index that the offsets count from. */
    protected Buffer bytes;

    /** See {@link #bytes}. */
    protected int base;

    /** Where the reason phrase is. */
    protected int reasonFrom;

    /** Where the reason phrase is. */
    protected int reasonLength;

    /** See {@link #bodyLength()}. */
    protected long bodyLength;

    /** See {@link #isKeptAlive()}. */
    protected boolean keptAlive;

    private final HttpHeaders headers;

    /** For decoders only. */
    protected HttpResponse(HttpHeaders headers) {
        this.headers = headers;
    }

    /** The status; its phrase is the registered one, not the one that was sent. */
    public final HttpStatus status() {
        return status;
    }

    /** The version it was sent in. */
    public final HttpVersion version() {
        return version;
    }

    /** A copy of the phrase that was sent, which means nothing and may be empty. */
    public final String reason() {
        return reasonLength == 0 ? "" : HttpText.copy(bytes, base + reasonFrom, reasonLength);
    }

    /** The header fields. */
    public final HttpHeaders headers() {
        return headers;
    }

    /** Whether a body follows, be it an empty one. */
    public final boolean hasBody() {
        return bodyLength != 0;
    }

    /** Bytes of the body, 0 without one, negative if the framing tells its end only when it is there. */
    public final long bodyLength() {
        return bodyLength;
    }

    /** Whether the connection can carry another request after the body (RFC 9112 §9.3). */
    public final boolean isKeptAlive() {
        return keptAlive;
    }

    /** A copy of the status line, for people. */
    @Override
    public final String toString() {
        return version + " " + status.code() + " " + reason();
    }
}
