package io.eventloop.http;

/**
 * A version of HTTP that is spoken here.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public enum HttpVersion {
    /** HTTP/1.0: no chunked coding, one request per connection unless both say otherwise. */
    HTTP_1_0("HTTP/1.0"),
    /** HTTP/1.1. */
    HTTP_1_1("HTTP/1.1"),
    /** HTTP/2. */
    HTTP_2("HTTP/2");

    private final String text;

    HttpVersion(String text) {
        this.text = text;
    }

    /** As it is written in a request line. */
    @Override
    public String toString() {
        return text;
    }
}
