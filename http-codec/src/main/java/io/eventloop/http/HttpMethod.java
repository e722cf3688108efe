package io.eventloop.http;

import java.util.List;

/**
 * A request method. The registered ones are constants and are compared with {@code ==}; {@link #of} makes others.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> a name that is no token throws {@link IllegalArgumentException}.
 */
public final class HttpMethod {
    /** RFC 9110 §9.3.1. */
    public static final HttpMethod GET = new HttpMethod("GET", true, true);
    /** RFC 9110 §9.3.2: as GET, and the response has no content. */
    public static final HttpMethod HEAD = new HttpMethod("HEAD", true, true);
    /** RFC 9110 §9.3.3. */
    public static final HttpMethod POST = new HttpMethod("POST", false, false);
    /** RFC 9110 §9.3.4. */
    public static final HttpMethod PUT = new HttpMethod("PUT", false, true);
    /** RFC 9110 §9.3.5. */
    public static final HttpMethod DELETE = new HttpMethod("DELETE", false, true);
    /** RFC 9110 §9.3.6: a tunnel, if the answer is 2xx. */
    public static final HttpMethod CONNECT = new HttpMethod("CONNECT", false, false);
    /** RFC 9110 §9.3.7. */
    public static final HttpMethod OPTIONS = new HttpMethod("OPTIONS", true, true);
    /** RFC 9110 §9.3.8. */
    public static final HttpMethod TRACE = new HttpMethod("TRACE", true, true);
    /** RFC 5789. */
    public static final HttpMethod PATCH = new HttpMethod("PATCH", false, false);

    private static final List<HttpMethod> KNOWN = List.of(GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH);

    private final String name;
    private final boolean safe;
    private final boolean idempotent;

    private HttpMethod(String name, boolean safe, boolean idempotent) {
        this.name = name;
        this.safe = safe;
        this.idempotent = idempotent;
    }

    /** The method of this name, which is case-sensitive. */
    public static HttpMethod of(String name) {
        for (HttpMethod method : KNOWN) {
            if (method.name.equals(name)) {
                return method;
            }
        }
        if (!HttpSyntax.isToken(name)) {
            throw new IllegalArgumentException("a method has to be a token");
        }
        return new HttpMethod(name, false, false);
    }

    /** As it is written. */
    public String name() {
        return name;
    }

    /** Whether it only reads (RFC 9110 §9.2.1); false for methods that are not constants here. */
    public boolean isSafe() {
        return safe;
    }

    /** Whether doing it twice is doing it once (RFC 9110 §9.2.2); false for methods that are not constants here. */
    public boolean isIdempotent() {
        return idempotent;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof HttpMethod method && method.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
