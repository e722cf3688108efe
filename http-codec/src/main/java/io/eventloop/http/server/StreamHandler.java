package io.eventloop.http.server;

import io.eventloop.Buffer;

/**
 * Takes the body of a request as it arrives, and hears when more of a response may be written.
 *
 * <p><b>Threading:</b> called on the loop of the connection; must not block. One object may serve many exchanges.
 *
 * <p><b>Ownership:</b> the data is the handler's from {@link #onData} on: to be written or released.
 *
 * <p><b>Failure:</b> as in {@link HttpHandler}. {@link #onAborted} is called at most once and last; {@link #onEnd} is not
 * called after it, so half a body is never taken for a whole one.
 */
public interface StreamHandler {

    /** More of the request's body, at least one byte. By default it is dropped. */
    default void onData(HttpExchange exchange, Buffer data) {
        data.release();
    }

    /** The request's body is complete; {@link HttpExchange#trailers()} are there until this returns. */
    default void onEnd(HttpExchange exchange) {}

    /** What was written has left, as far as the low-water mark, after a write had returned false. */
    default void onWritable(HttpExchange exchange) {}

    /**
     * The server, or its group, is draining: what would go on without end is to come to one, or it is cut at the drain's
     * limit. Told at most once; an exchange that begins during a drain hears of it too, once its handler has returned. By
     * default nothing is done, which is right for everything that ends by itself.
     */
    default void onDrain(HttpExchange exchange) {}

    /** The exchange will not be completed: the peer is gone, broke the protocol, or took too long. */
    default void onAborted(HttpExchange exchange) {}
}
