package io.eventloop.http.client;

import io.eventloop.Buffer;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpResponse;

/**
 * Who is told what becomes of a request.
 *
 * <p>The order is: {@link #onInterim} any number of times; {@link #onHead}; {@link #onData} any number of times;
 * {@link #onComplete}. At any point {@link #onFailed} may come instead of the rest. Of {@code onComplete},
 * {@code onFailed} and {@code onTunnel} one is called, exactly once, unless the exchange is cancelled: then nothing is
 * called any more.
 *
 * <p><b>Threading:</b> called on the client's loop, within {@link HttpClient#send} if the outcome is known at once.
 *
 * <p><b>Ownership:</b> heads, fields and buffers are lent for the call.
 *
 * <p><b>Failure:</b> an exception is reported by the loop; before the end of the exchange it ends it, with
 * {@link HttpClientException.Kind#LISTENER_FAILED}.
 */
public interface ResponseListener {

    /** An interim response, such as 103 Early Hints; the final one is still to come. */
    default void onInterim(Exchange exchange, HttpResponse interim) {}

    /** The head of the final response. Redirects that are followed are not told. */
    void onHead(Exchange exchange, HttpResponse response);

    /**
     * Content, without its framing. All of it is to be consumed or detached within the call; who can take only a part
     * calls {@link Exchange#pause()} before returning, and is offered the rest after {@link Exchange#resume()}.
     *
     * @param content at least one byte; lent as in {@link io.eventloop.ConnectionHandler#onData}
     */
    void onData(Exchange exchange, Buffer content);

    /** The response is complete. */
    void onComplete(Exchange exchange, HttpHeaders trailers);

    /** There is no response, or no complete one. */
    void onFailed(Exchange exchange, HttpClientException failure);

    /**
     * The peer has agreed to an upgrade (101) or made a tunnel (2xx to CONNECT). The exchange is over; the connection is the
     * caller's now. By default it is ended.
     */
    default void onTunnel(Exchange exchange, HttpResponse response, Tunnel tunnel) {
        tunnel.end();
    }
}
