package io.eventloop.http.server;

import io.eventloop.http.HttpStatus;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Answers requests on a thread that may block: given all of a request as a value, returns a reply.
 *
 * <p><b>Threading:</b> called on the executor's threads. <b>Ownership:</b> plain memory.
 *
 * <p><b>Failure:</b> an exception, and a reply that is null or cannot be sent, is logged, counted and answered with 500; an
 * executor that refuses, with 503. An error is answered too, and goes on to the executor.
 */
@FunctionalInterface
public interface BlockingHandler {

    /** Answers one request. */
    HttpReply handle(BlockingRequest request) throws Exception;

    /**
     * A handler that collects the body on the loop and then goes to an executor, such as {@link WorkerThreads#newExecutor}.
     *
     * @param maxBodyBytes above, the answer is 413
     */
    static HttpHandler on(Executor executor, int maxBodyBytes, BlockingHandler handler) {
        return exchange -> {
            BlockingRequest head = BlockingRequest.of(exchange);
            exchange.readBody(maxBodyBytes, (ready, body) -> {
                ready.defer();
                try {
                    executor.execute(() -> run(ready, handler, head.withBody(body)));
                } catch (RejectedExecutionException e) {
                    ready.send(ErrorReplies.OVERLOADED);
                }
            });
        };
    }

    private static void run(HttpExchange exchange, BlockingHandler handler, BlockingRequest request) {
        HttpReply reply;
        try {
            reply = handler.handle(request);
        } catch (Exception e) {
            exchange.execute(() -> failed(exchange, e));
            return;
        } catch (Error e) {
            exchange.execute(() -> failed(exchange, e));
            throw e;
        }
        exchange.execute(() -> answer(exchange, reply));
    }

    private static void answer(HttpExchange exchange, HttpReply reply) {
        if (exchange.isDone() || exchange.isStarted()) {
            return;
        }
        exchange.send(Objects.requireNonNull(reply, "the handler returned no reply"));
    }

    private static void failed(HttpExchange exchange, Throwable failure) {
        exchange.report(failure);
        if (!exchange.isDone() && !exchange.isStarted()) {
            exchange.send(ErrorReplies.of(HttpStatus.INTERNAL_SERVER_ERROR));
        }
    }
}
