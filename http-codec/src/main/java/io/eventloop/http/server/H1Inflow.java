package io.eventloop.http.server;

import io.eventloop.Buffer;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.ProtocolException;

/**
 * The request's way to its handler: every callback is made here, so that an exchange knows whether it is within one, and
 * what a callback throws has one place to go.
 */
final class H1Inflow {
    private final H1Exchange exchange;
    private final H1RequestBody body;
    private H1Connection owner;
    private StreamHandler handler;
    private int callbacks;

    /** There was no body, and the stream handler hears so once the handler has returned. */
    private boolean isEndUntold;

    /** The server drains, and the stream handler hears so then, too. */
    private boolean isDrainUntold;

    /** The last callback was made, and no handler is taken any more. */
    private boolean isAborted;

    H1Inflow(H1Exchange exchange, ServerLoop server) {
        this.exchange = exchange;
        body = new H1RequestBody(server);
    }

    void begin(H1Connection connection, HttpRequest request) {
        if (owner != connection) {
            owner = connection;
        }
        isEndUntold = false;
        isDrainUntold = false;
        isAborted = false;
        body.begin(request);
    }

    H1RequestBody body() {
        return body;
    }

    boolean isWithinCallback() {
        return callbacks > 0;
    }

    boolean hasHandler() {
        return handler != null;
    }

    /** Whether the next bytes of the body would be read. */
    boolean awaitsBody() {
        return !body.isEnded() && (exchange.isAnswered() || handler != null && !body.isPaused());
    }

    void close() {
        // A store of a reference can be a fence.
        if (handler != null) {
            handler = null;
        }
        body.giveBack();
    }

    // Callbacks.

    void handle(HttpHandler requests) {
        callbacks++;
        try {
            requests.handle(exchange);
            exchange.checkAnswer();
        } catch (Exception e) {
            exchange.failed(e);
        } finally {
            leave();
        }
    }

    /** A task that was deferred. */
    void run(Runnable task) {
        callbacks++;
        try {
            task.run();
        } catch (RuntimeException e) {
            exchange.failed(e);
        } finally {
            leave();
        }
    }

    private void leave() {
        callbacks--;
        exchange.giveBack();
    }

    /** After the handler has returned. */
    void tellUntold() {
        if (isEndUntold) {
            tellEnd();
        }
        if (isDrainUntold) {
            tellDrain();
        }
    }

    private void data(Buffer bytes) {
        callbacks++;
        try {
            handler.onData(exchange, bytes);
        } catch (RuntimeException e) {
            exchange.failed(e);
        } finally {
            leave();
        }
    }

    private void tellEnd() {
        isEndUntold = false;
        tell(StreamHandler::onEnd);
    }

    void tellWritable() {
        tell(StreamHandler::onWritable);
    }

    /** The server drains; a handler that comes later is told when it does. */
    void tellDrain() {
        isDrainUntold = false;
        tell(StreamHandler::onDrain);
    }

    private void tell(Callback callback) {
        if (handler != null && !exchange.isAnswered() && owner.isOpen()) {
            callbacks++;
            try {
                callback.call(handler, exchange);
            } catch (RuntimeException e) {
                exchange.failed(e);
            } finally {
                leave();
            }
        }
    }

    /** The last callback. */
    void tellAborted() {
        StreamHandler told = handler;
        handler = null;
        isAborted = true;
        if (told != null && !exchange.isAnswered()) {
            callbacks++;
            try {
                told.onAborted(exchange);
            } catch (RuntimeException e) {
                exchange.report(e);
            } finally {
                leave();
            }
        }
    }

    /** One of a stream handler's methods. */
    private interface Callback {
        void call(StreamHandler handler, HttpExchange exchange);
    }

    // The body.

    /** Gives the body to a handler. Returns whether it is the first. */
    boolean stream(StreamHandler next, boolean isWithinHandler) {
        if (isAborted) {
            return false;
        }
        boolean isFirst = handler == null;
        handler = next;
        if (isFirst) {
            isEndUntold = body.isEnded();
            isDrainUntold = owner.isDraining();
            if (!isWithinHandler) {
                tellUntold();
            }
        }
        return isFirst;
    }

    /**
     * Takes what there is of the body. Returns whether the body is complete and the buffer still the caller's to look at.
     */
    boolean receive(Buffer in) {
        while (!body.isEnded()) {
            if (!owner.isOpen()) {
                return false;
            }
            boolean isDiscarded = exchange.isAnswered();
            if (!isDiscarded && (handler == null || body.isPaused())) {
                if (in.isReadable()) {
                    owner.hold();
                }
                return false;
            }
            int count;
            try {
                count = body.next(in);
            } catch (ProtocolException e) {
                exchange.violated(e);
                return false;
            }
            if (count < 0) {
                ended();
                return true;
            }
            if (count == 0) {
                return false;
            }
            if (isDiscarded) {
                // No more than may be: the exchange would have been over with its answer.
                in.skip(count);
            } else if (!deliver(in, count)) {
                return false;
            }
        }
        return true;
    }

    /** Whether there is more to look at, and the buffer still ours. */
    private boolean deliver(Buffer in, int count) {
        boolean isAll = count == in.readableBytes();
        data(in.detach(count));
        if (exchange.isOver() || !owner.isOpen()) {
            return false;
        }
        if (isAll && body.isComplete()) {
            ended();
        }
        return !isAll;
    }

    private void ended() {
        body.end();
        exchange.requestEnded();
        tellEnd();
        body.giveBack();
        exchange.settle();
    }
}
