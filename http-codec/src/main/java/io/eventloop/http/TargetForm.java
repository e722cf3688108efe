package io.eventloop.http;

/**
 * The four forms of a request target (RFC 9112 §3.2).
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public enum TargetForm {
    /** A path and perhaps a query: {@code /where?q=now}. */
    ORIGIN,
    /** A whole URI, as to a proxy: {@code http://host/where?q=now}. */
    ABSOLUTE,
    /** A host and a port, with CONNECT alone: {@code host:443}. */
    AUTHORITY,
    /** {@code *}, with OPTIONS alone. */
    ASTERISK
}
