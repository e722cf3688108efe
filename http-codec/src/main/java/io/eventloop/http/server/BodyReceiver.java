package io.eventloop.http.server;

/**
 * Takes a request's whole body.
 *
 * <p><b>Threading:</b> called on the loop of the connection. <b>Ownership:</b> the array is the receiver's.
 *
 * <p><b>Failure:</b> as in {@link HttpHandler}; not called for a body that was too long or did not arrive.
 */
@FunctionalInterface
public interface BodyReceiver {

    /** The body, complete. */
    void onBody(HttpExchange exchange, byte[] body) throws Exception;
}
