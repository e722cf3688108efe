package io.eventloop.http.server;

/**
 * Answers requests: at once, or later with a deferred exchange, or piece by piece as a stream.
 *
 * <p><b>Threading:</b> called on the loop of the connection, so by several threads in a group of several loops; must not
 * block. {@link BlockingHandler} is for code that does.
 *
 * <p><b>Ownership:</b> the exchange is the handler's until it returns, and from then on only if it was deferred or has a
 * {@link StreamHandler}.
 *
 * <p><b>Failure:</b> an exception is answered with 500, or ends the connection if the response has begun; it is logged and
 * counted. A handler that returns without an answer, a deferral or a stream handler is answered with 500 as well;
 * if it has begun an answer and not ended it, the connection is reset. What is thrown later, in tasks and timers, is the
 * loop's to report: there an exchange is left without its answer until the handler's deadline.
 */
@FunctionalInterface
public interface HttpHandler {

    /** Answers one request. */
    void handle(HttpExchange exchange) throws Exception;
}
