package io.eventloop.http.h1;

/**
 * How a body leaves, as its head has announced.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public enum BodyEncoding {
    /** There is none. */
    NONE,
    /** As many bytes as Content-Length says. */
    LENGTH,
    /** In chunks. */
    CHUNKED,
    /** Its end is the end of the connection's output. */
    UNTIL_CLOSE,
    /** There is no message any more: the bytes belong to another protocol or peer. */
    TUNNEL
}
