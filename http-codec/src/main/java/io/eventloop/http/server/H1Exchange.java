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
    final H1Inflow inflow;
    final ExchangeDeadline deadline;
    private final ServerLoop server;
    private final H1RequestBody body;
    private final H1Response response;
    private final AccessRecorder recorder;

    private H1Connection owner;
    private HttpRequest request;
    private RequestTraits traits;
    private boolean isRequestGone;
    private boolean isDeferred;
    private boolean isOver;
    private boolean isReturnable;
    private boolean isInFlight;
    private boolean mayUpgrade;

    /** All that the handler sends is sent; not so after an answer of the server's own. */
    private boolean isSent;

    H1Exchange(ServerLoop server) {
        this.server = server;
        inflow = new H1Inflow(this, server);
        body = inflow.body();
        response = new H1Response(server);
        recorder = new AccessRecorder(server);
        deadline = new ExchangeDeadline(this, inflow, server);
    }

    void begin(H1Connection connection, HttpRequest head) {
        // Mostly it is the same again, and then there is no store of a reference, which could be a fence.
        if (owner != connection || request != head) {
            owner = connection;
            request = head;
        }
        RequestTraits same = RequestTraits.of(head);
        if (traits != same) {
            traits = same;
        }
        isRequestGone = false;
        isDeferred = false;
        isOver = false;
        isReturnable = false;
        isSent = false;
        mayUpgrade = head.asksForUpgrade();
        parameters.begin();
        inflow.begin(connection, head);
        response.begin(connection.connection);
        server.counters.count(ServerCounter.REQUESTS);
        long now = server.loop.nanoTime();
        deadline.begin(now);
        recorder.begin(connection.connection, head, now);
    }

    /** Has the request handled, or refuses it at a limit. */
    void run() {
        HttpReply refusal = owner.admit();
        isInFlight = refusal == null;
        inflow.handle(isInFlight ? server.settings.handler() : same -> same.send(refusal));
        isRequestGone = true;
        if (!isOver) {
            inflow.tellUntold();
        }
    }

    /** After the handler: somebody has to be going to answer. */
    void checkAnswer() {
        if (!response.isEnded() && !isDeferred && !inflow.hasHandler() && !isOver && owner.isOpen()) {
            throw new IllegalStateException("the handler returned without an answer, a deferral or a stream handler");
        }
    }

    /** All of the request is there. */
    void requestEnded() {
        deadline.waitForHandler();
    }

    void violated(ProtocolException e) {
        server.counters.count(e.violation());
        fail(ErrorReplies.of(e));
    }

    /** The peer sends no more. */
    void inputEnded() {
        if (!body.isEnded()) {
            violated(new ProtocolException(HttpViolation.TRUNCATED, "the input ended within a body"));
        }
    }

    boolean isAnswered() {
        return response.isEnded();
    }

    boolean isOver() {
        return isOver;
    }

    // Deadlines.

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
    void failed(Exception e) {
        report(e instanceof HandlerException ? e.getCause() : e);
        fail(ErrorReplies.of(HttpStatus.INTERNAL_SERVER_ERROR));
    }

    void report(Throwable failure) {
        report(isRequestGone || isOver ? "" : ", of " + request.method() + " " + request.path(), failure);
    }

    @Override
    void report(String which, Throwable failure) {
        server.counters.count(ServerCounter.HANDLER_FAILURES);
        server.settings.failureListener().accept("a handler failed" + which, failure);
    }

    /** Ends it with this reply if none has begun, else by a reset; and the connection with it. */
    private void fail(HttpReply reply) {
        if (isOver || !owner.isOpen()) {
            return;
        }
        inflow.tellAborted();
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

    /** The connection has ended. */
    void aborted() {
        if (!response.isEnded()) {
            server.counters.count(ServerCounter.ABORTED);
        }
        // Before it is told: what it sends then is dropped, for an exchange that ended twice would serve two peers at
        // once.
        isOver = true;
        inflow.tellAborted();
        close();
    }

    /** Ends it if nothing is left to do. */
    void settle() {
        if (isOver || !response.isEnded()) {
            return;
        }
        if (body.isEnded()) {
            over(response.isKeptAlive());
        } else if (!response.isKeptAlive() || !body.isDiscardable()) {
            over(false);
        } else {
            body.resume();
            deadline.changed();
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
        deadline.cancel();
        if (isInFlight) {
            isInFlight = false;
            owner.endInFlight();
        }
        if (response.isStarted()) {
            recorder.end(response.status(), response.bodyBytes());
        }
        inflow.close();
        isReturnable = true;
        giveBack();
    }

    /** To be used again, once it is closed and nobody has it any more: a callback may still call {@link #defer}. */
    void giveBack() {
        if (isReturnable && !isDeferred && !inflow.isWithinCallback()) {
            isReturnable = false;
            server.give(this);
        }
    }

    private void check() {
        if (!inflow.isWithinCallback() && !isDeferred) {
            throw new IllegalStateException("the exchange is used outside its callbacks and was not deferred");
        }
    }

    /** Whether what is sent is to be dropped, since something other than the handler has ended the exchange. */
    private boolean isGone() {
        check();
        if (isOver && isSent) {
            throw new IllegalStateException("the response has ended");
        }
        return isOver;
    }

    // The public face.

    @Override
    public HttpRequest request() {
        if (isRequestGone) {
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
    public void execute(Runnable task) {
        if (!isDeferred) {
            throw new IllegalStateException("the exchange was not deferred");
        }
        server.loop.execute(() -> inflow.run(task));
    }

    @Override
    public boolean isDone() {
        check();
        return isOver || response.isEnded() || !owner.isOpen();
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
        boolean isFirst = inflow.stream(next, !isRequestGone);
        if (isFirst && !body.isEnded()) {
            if (body.takeExpectation() && !response.isStarted()) {
                response.sendContinue();
                owner.written();
            }
            deadline.changed();
            owner.release();
        }
    }

    @Override
    public void pauseBody() {
        check();
        if (!isOver && !body.isEnded() && !body.isPaused()) {
            body.pause();
            deadline.waitForHandler();
        }
    }

    @Override
    public void resumeBody() {
        check();
        if (!isOver && body.isPaused()) {
            body.resume();
            deadline.changed();
            owner.release();
        }
    }

    @Override
    public HttpHeaders trailers() {
        check();
        return body.trailers();
    }

    /** With whether somebody goes on reading the body. */
    private RequestTraits responseTraits(boolean isRead) {
        boolean isUnread = !body.isEnded() && !isRead;
        return owner.isLast() || isUnread && !body.isDiscardable() ? traits.closing() : traits;
    }

    @Override
    public void send(HttpReply reply) {
        if (!isGone()) {
            response.checkNew();
            response.send(responseTraits(false), reply);
            ended();
        }
    }

    @Override
    public void sendFile(HttpReply head, FileChannel file, long position, long count) {
        if (isOver || !inflow.isWithinCallback() && !isDeferred) {
            H1Response.closeQuietly(file);
            isGone();
            return;
        }
        response.sendFile(responseTraits(false), head, file, position, count);
        ended();
    }

    @Override
    public void start(HttpReply head, long bodyLength) {
        if (!isGone()) {
            response.checkNew();
            response.start(responseTraits(inflow.hasHandler()), head, bodyLength);
            owner.written();
        }
    }

    @Override
    public boolean write(Buffer data) {
        if (isOver || !inflow.isWithinCallback() && !isDeferred) {
            data.release();
            isGone();
            return false;
        }
        response.write(data);
        owner.written();
        return owner.connection.isWritable();
    }

    @Override
    public boolean write(byte[] data) {
        if (isGone()) {
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
        if (!isGone()) {
            response.end();
            ended();
        }
    }

    private void ended() {
        isSent = true;
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
        isSent = true;
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
