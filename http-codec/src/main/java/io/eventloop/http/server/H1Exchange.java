package io.eventloop.http.server;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;
import io.eventloop.http.h1.RequestTraits;
import java.net.SocketAddress;
import java.nio.channels.FileChannel;

/**
 * An exchange over HTTP/1.1: the callbacks of its handler, and when it is over. The request's body is the matter of
 * {@link H1RequestBody}, the response of {@link H1Response}.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> used again by its loop, unless it was deferred. <b>Failure:</b> see
 * {@link HttpExchange}.
 */
final class H1Exchange extends HttpExchange {
    private final ServerLoop server;
    private final H1RequestBody body;
    private final H1Response response;
    private ExchangeDeadline deadline;

    private H1Connection owner;
    private HttpRequest request;
    private RequestTraits traits;
    private StreamHandler handler;
    private AccessEntry logged;
    private int callbacks;
    private boolean isDeferred;
    private boolean isOver;
    private boolean isInFlight;
    private boolean mayUpgrade;

    /** There was no body, and the stream handler hears so once the handler has returned. */
    private boolean isEndUntold;

    private long beganNanos;
    private long waitingSinceNanos;

    H1Exchange(ServerLoop server) {
        this.server = server;
        body = new H1RequestBody(server);
        response = new H1Response(server);
    }

    void begin(H1Connection connection, HttpRequest head) {
        owner = connection;
        request = head;
        traits = RequestTraits.of(head);
        handler = null;
        isDeferred = false;
        isOver = false;
        isEndUntold = false;
        mayUpgrade = head.asksForUpgrade();
        beganNanos = server.loop.nanoTime();
        waitingSinceNanos = beganNanos;
        parameters.clear();
        body.begin(head);
        response.begin(connection.connection);
        server.counters.count(ServerCounter.REQUESTS);
        logged = server.settings.accessLog().isPresent()
                ? AccessRecorder.begin(server, connection.connection, head)
                : null;
    }

    /** Has the request handled, or refuses it at a limit. */
    void run() {
        callbacks++;
        try {
            HttpReply refusal = owner.admit();
            isInFlight = refusal == null;
            if (!isInFlight) {
                send(refusal);
            } else {
                server.settings.handler().handle(this);
            }
            if (!response.isStarted() && !isDeferred && handler == null && !isOver) {
                throw new IllegalStateException(
                        "the handler returned without an answer, a deferral or a stream handler");
            }
        } catch (Exception e) {
            failed(e);
        } finally {
            callbacks--;
            request = null;
        }
        if (isEndUntold && !isOver) {
            tellEnd();
        }
    }

    // The request's body, from the connection.

    /**
     * Takes what there is of the body. Returns whether the body is complete and the buffer still the caller's to look at.
     */
    boolean receive(Buffer in) {
        while (!body.isEnded()) {
            boolean isDiscarded = response.isEnded();
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
                violated(e);
                return false;
            }
            if (count < 0) {
                bodyEnded();
                return true;
            }
            if (count == 0) {
                return false;
            }
            if (isDiscarded) {
                in.skip(count);
                if (body.bytes() > server.limits.maxDiscardedBytes()) {
                    over(false);
                    return false;
                }
                continue;
            }
            boolean isAll = count == in.readableBytes();
            data(in.detach(count));
            if (isOver) {
                return false;
            }
            if (isAll) {
                // The bytes went to the handler, and the buffer with them.
                if (body.isComplete()) {
                    bodyEnded();
                }
                return false;
            }
        }
        return true;
    }

    private void data(Buffer bytes) {
        callbacks++;
        try {
            handler.onData(this, bytes);
        } catch (RuntimeException e) {
            failed(e);
        } finally {
            callbacks--;
        }
    }

    private void bodyEnded() {
        body.end();
        waitingSinceNanos = server.loop.nanoTime();
        tellEnd();
        body.giveBack();
        settle();
    }

    private void tellEnd() {
        isEndUntold = false;
        if (!response.isEnded() && handler != null) {
            callbacks++;
            try {
                handler.onEnd(this);
            } catch (RuntimeException e) {
                failed(e);
            } finally {
                callbacks--;
            }
        }
    }

    private void violated(ProtocolException e) {
        server.counters.count(e.violation());
        fail(ErrorReplies.of(e));
    }

    /** The peer sends no more. */
    void inputEnded() {
        if (!body.isEnded()) {
            violated(new ProtocolException(HttpViolation.TRUNCATED, "the input ended within a body"));
        }
    }

    void writable() {
        if (handler != null && !response.isEnded()) {
            callbacks++;
            try {
                handler.onWritable(this);
            } catch (RuntimeException e) {
                failed(e);
            } finally {
                callbacks--;
            }
        }
    }

    // Deadlines.

    void arm() {
        if (deadline == null) {
            deadline = new ExchangeDeadline(this, server);
        }
        deadline.arm();
    }

    boolean awaitsBody() {
        return !body.isEnded() && (response.isEnded() || handler != null && !body.isPaused());
    }

    boolean isBodyEnded() {
        return body.isEnded();
    }

    long bodyBytes() {
        return body.bytes();
    }

    long waitingSinceNanos() {
        return waitingSinceNanos;
    }

    void bodyTooSlow() {
        server.counters.count(ServerCounter.BODY_TIMEOUTS);
        fail(ErrorReplies.of(HttpStatus.REQUEST_TIMEOUT));
    }

    void handlerTooSlow() {
        server.counters.count(ServerCounter.HANDLER_TIMEOUTS);
        fail(ErrorReplies.of(HttpStatus.SERVICE_UNAVAILABLE));
    }

    // Ends.

    /** Whatever the handler threw. */
    private void failed(Exception e) {
        Throwable cause = e instanceof HandlerException ? e.getCause() : e;
        report(cause);
        fail(ErrorReplies.of(HttpStatus.INTERNAL_SERVER_ERROR));
    }

    @Override
    void report(Throwable failure) {
        server.counters.count(ServerCounter.HANDLER_FAILURES);
        server.settings.failureListener().accept("a handler failed", failure);
    }

    /** Ends it with this reply if none has begun, else by a reset; and the connection with it. */
    private void fail(HttpReply reply) {
        if (isOver) {
            return;
        }
        tellAborted();
        if (isOver) {
            return;
        }
        if (response.isStarted()) {
            if (response.isEnded()) {
                over(false);
            } else {
                owner.connection.abort();
            }
            return;
        }
        response.send(traits.closing(), reply);
        server.batch.flush();
        over(false);
    }

    private void tellAborted() {
        StreamHandler told = handler;
        handler = null;
        if (told != null && !response.isEnded()) {
            callbacks++;
            try {
                told.onAborted(this);
            } catch (RuntimeException e) {
                report(e);
            } finally {
                callbacks--;
            }
        }
    }

    /** The connection has ended. */
    void aborted() {
        if (!response.isEnded()) {
            server.counters.count(ServerCounter.ABORTED);
        }
        tellAborted();
        close();
    }

    /** Ends it if nothing is left to do. */
    private void settle() {
        if (isOver || !response.isEnded()) {
            return;
        }
        if (body.isEnded()) {
            over(response.isKeptAlive());
        } else if (!response.isKeptAlive() || !body.isDiscardable()) {
            over(false);
        } else {
            body.resume();
            owner.release();
        }
    }

    private void over(boolean isKept) {
        H1Connection connection = owner;
        close();
        connection.finished(isKept);
    }

    private void close() {
        isOver = true;
        if (deadline != null) {
            deadline.cancel();
        }
        if (isInFlight) {
            isInFlight = false;
            owner.endInFlight();
        }
        if (response.isStarted()) {
            server.counters.countResponse(response.status());
            if (logged != null) {
                long nanos = server.loop.nanoTime() - beganNanos;
                AccessRecorder.end(server, logged, response.status(), response.bodyBytes(), nanos);
                logged = null;
            }
        }
        handler = null;
        body.giveBack();
        if (!isDeferred) {
            server.give(this);
        }
    }

    private void check() {
        if (callbacks == 0 && !isDeferred) {
            throw new IllegalStateException("the exchange is used outside its callbacks and was not deferred");
        }
    }

    // The public face.

    @Override
    public HttpRequest request() {
        if (request == null) {
            throw new IllegalStateException("the request is gone: take what is needed of it within the handler");
        }
        return request;
    }

    @Override
    public EventLoop loop() {
        return server.loop;
    }

    @Override
    public SocketAddress remoteAddress() {
        check();
        return owner.connection.remoteAddress();
    }

    @Override
    public HttpExchange defer() {
        check();
        isDeferred = true;
        return this;
    }

    @Override
    public boolean isDone() {
        check();
        return isOver || response.isEnded();
    }

    @Override
    public boolean isStarted() {
        return response.isStarted();
    }

    @Override
    public void stream(StreamHandler next) {
        check();
        if (isOver || response.isEnded()) {
            return;
        }
        boolean isFirst = handler == null;
        handler = next;
        if (isFirst && !body.isEnded()) {
            if (body.takeExpectation() && !response.isStarted()) {
                response.sendContinue();
                owner.written();
            }
            owner.release();
        } else if (isFirst) {
            isEndUntold = true;
            if (request == null) {
                tellEnd();
            }
        }
    }

    @Override
    public void pauseBody() {
        check();
        if (!isOver && !body.isEnded() && !body.isPaused()) {
            body.pause();
            if (deadline != null) {
                deadline.pause();
            }
        }
    }

    @Override
    public void resumeBody() {
        check();
        if (!isOver && body.isPaused()) {
            body.resume();
            if (deadline != null) {
                deadline.restart();
            }
            owner.release();
        }
    }

    @Override
    public HttpHeaders trailers() {
        check();
        return body.trailers();
    }

    private RequestTraits responseTraits() {
        boolean isUnread = !body.isEnded() && handler == null;
        return owner.isLast() || isUnread && !body.isDiscardable() ? traits.closing() : traits;
    }

    @Override
    public void send(HttpReply reply) {
        check();
        if (!isOver) {
            response.checkNew();
            response.send(responseTraits(), reply);
            ended();
        }
    }

    @Override
    public void sendFile(HttpReply head, FileChannel file, long position, long count) {
        check();
        if (isOver) {
            H1Response.closeQuietly(file);
            return;
        }
        response.checkNew();
        response.sendFile(responseTraits(), head, file, position, count);
        ended();
    }

    @Override
    public void start(HttpReply head, long bodyLength) {
        check();
        if (!isOver) {
            response.checkNew();
            response.start(responseTraits(), head, bodyLength);
            owner.written();
        }
    }

    @Override
    public boolean write(Buffer data) {
        if (isOver || callbacks == 0 && !isDeferred) {
            data.release();
            check();
            return false;
        }
        response.write(data);
        owner.written();
        return owner.connection.isWritable();
    }

    @Override
    public boolean write(byte[] data) {
        check();
        if (isOver) {
            return false;
        }
        response.write(data);
        owner.written();
        return owner.connection.isWritable();
    }

    @Override
    public boolean isWritable() {
        check();
        return !isOver && owner.connection.isWritable();
    }

    @Override
    public void end() {
        check();
        if (!isOver) {
            response.end();
            ended();
        }
    }

    private void ended() {
        H1Connection connection = owner;
        settle();
        connection.written();
    }

    @Override
    public void abort() {
        check();
        if (!isOver) {
            owner.connection.abort();
        }
    }

    @Override
    public Connection upgrade(HttpReply head, ConnectionHandler next) {
        check();
        if (isOver) {
            throw new IllegalStateException("the connection is over");
        }
        boolean isTunnel = traits.isConnect() && head.status().isSuccess();
        boolean isSwitch =
                mayUpgrade && head.status() == HttpStatus.SWITCHING_PROTOCOLS && head.has(HeaderName.UPGRADE);
        if (!isTunnel && !isSwitch || !body.isEnded()) {
            throw new IllegalStateException(head.status() + " cannot hand the connection over after this request");
        }
        response.checkNew();
        response.upgrade(traits, head);
        H1Connection connection = owner;
        close();
        connection.handOver(next);
        return connection.connection;
    }

    @Override
    public String toString() {
        if (!body.isEnded()) {
            return body.isPaused() ? "its handler to read on" : "the rest of a request's body";
        }
        return response.isStarted() ? "the rest of a response" : "a response";
    }
}
