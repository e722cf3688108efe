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
            exchange.execute(() -> failed(exchange, request, e));
            return;
        } catch (Error e) {
            exchange.execute(() -> failed(exchange, request, e));
            throw e;
        }
        exchange.execute(() -> answer(exchange, request, reply));
    }

    private static void answer(HttpExchange exchange, BlockingRequest request, HttpReply reply) {
        if (exchange.isDone() || exchange.isStarted()) {
            return;
        }
        try {
            exchange.send(Objects.requireNonNull(reply, "the handler returned no reply"));
        } catch (RuntimeException e) {
            failed(exchange, request, e);
        }
    }

    private static void failed(HttpExchange exchange, BlockingRequest request, Throwable failure) {
        exchange.report(", of " + request.method() + " " + request.path(), failure);
        if (exchange.isDone()) {
            return;
        }
        if (exchange.isStarted()) {
            exchange.abort();
        } else {
            exchange.send(ErrorReplies.of(HttpStatus.INTERNAL_SERVER_ERROR));
        }
    }
}
