package io.eventloop.http.h1;

import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.HttpVersion;

/**
 * What the form of a response depends on in its request: all that has to be remembered of it once the request itself is
 * gone. There are sixteen, made in advance.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public final class RequestTraits {
    private static final int CHUNKS = 1;
    private static final int KEPT = 2;
    private static final int HEAD = 4;
    private static final int CONNECT = 8;
    private static final RequestTraits[] ALL = new RequestTraits[16];

    static {
        for (int i = 0; i < ALL.length; i++) {
            ALL[i] = new RequestTraits(i);
        }
    }

    /** For an answer to what could not be understood: HTTP/1.1, and the connection ends. */
    public static final RequestTraits UNKNOWN = ALL[CHUNKS];

    private final int bits;

    private RequestTraits(int bits) {
        this.bits = bits;
    }

    /** Those of a request. */
    public static RequestTraits of(HttpRequest request) {
        HttpMethod method = request.method();
        int special = method == HttpMethod.HEAD ? HEAD : method == HttpMethod.CONNECT ? CONNECT : 0;
        int chunks = request.version() == HttpVersion.HTTP_1_0 ? 0 : CHUNKS;
        return ALL[special | chunks | (request.isKeptAlive() ? KEPT : 0)];
    }

    /** The same, but the connection ends after the response. */
    public RequestTraits closing() {
        return ALL[bits & ~KEPT];
    }

    /** Whether the connection may carry another request afterwards. */
    public boolean isKeptAlive() {
        return (bits & KEPT) != 0;
    }

    /** Whether the peer understands the chunked coding: HTTP/1.1. */
    public boolean takesChunks() {
        return (bits & CHUNKS) != 0;
    }

    /** Whether the response has no content, whatever its fields say. */
    public boolean isHead() {
        return (bits & HEAD) != 0;
    }

    /** Whether a 2xx makes the connection a tunnel. */
    public boolean isConnect() {
        return (bits & CONNECT) != 0;
    }
}
