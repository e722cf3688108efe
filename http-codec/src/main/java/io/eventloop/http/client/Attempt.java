package io.eventloop.http.client;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Delivery;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;
import io.eventloop.http.client.HttpClientException.Kind;
import io.eventloop.http.h1.BodyEncoding;
import io.eventloop.http.h1.HeadWriter;
import io.eventloop.http.h1.RequestEncoder;
import io.eventloop.pool.AcquireFailure;
import io.eventloop.pool.Acquisition;
import io.eventloop.pool.ConnectionPool;
import io.eventloop.pool.Lease;
import io.eventloop.pool.LeaseListener;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * One request on one connection, and the response on it. It is used for the retries and redirects of an exchange, and then
 * for other exchanges; {@link #turn()} tells them apart.
 *
 * <pre>
 *   ACQUIRE ──lease──► CONTINUE ──100, or time──► WRITE ──all queued──► HEAD ──final head──► BODY ──end──► over
 *                          └──────────────final head, sooner──────────────────────────────────┘
 * </pre>
 *
 * <p>A connection is returned for reuse in one place, {@link #complete}, and only if request and response are both
 * complete; from everywhere else it is aborted.
 */
final class Attempt implements LeaseListener, ConnectionHandler {
    private static final String CONTINUE = "100-continue";

    private final HttpClient client;
    private final ResponseReader reader;
    private final Deadlines deadlines;
    private Call call;
    private Acquisition acquisition = Acquisition.COMPLETED;
    private Lease lease;
    private Connection connection;
    private BodyStream stream;
    private boolean isContinueAwaited;
    private boolean isRequestEnded;
    private boolean isDraining;
    private int turn;

    /** Bytes sent when progress was looked at last, and whether some were queued then. */
    private long sentMark;

    private boolean wasQueued;

    Attempt(HttpClient client) {
        this.client = client;
        HttpClientOptions options = client.options();
        reader = new ResponseReader(this, options.http(), options.maxDiscardedBytes());
        deadlines = new Deadlines(client.loop(), this::due);
    }

    // Its exchange.

    void begin(Call owner) {
        call = owner;
        deadlines.begin(client.nanos(Deadlines.Phase.NONE));
    }

    /** A number for what it does now: it changes when the connection is given up. */
    int turn() {
        return turn;
    }

    /** Whether the listener wants no content now. */
    boolean isHeldBack() {
        return call.isPaused() && !reader.isDiscarding();
    }

    void progress() {
        deadlines.progress();
    }

    void report(String what, Throwable failure) {
        client.report(what, failure);
    }

    /** A connection is to be found. */
    void awaitConnection() {
        deadlines.enter(Deadlines.Phase.ACQUIRE, client.nanos(Deadlines.Phase.ACQUIRE));
    }

    void acquire(ConnectionPool pool, SocketAddress endpoint, Duration timeout) {
        Acquisition begun = pool.acquire(endpoint, timeout, this);
        // Otherwise it is over by now, and this may be another attempt.
        if (begun.isWaiting()) {
            acquisition = begun;
        }
    }

    @Override
    public void onFailed(AcquireFailure failure) {
        acquisition = Acquisition.COMPLETED;
        call.notAcquired(failure);
    }

    @Override
    public void onLease(Lease given) {
        acquisition = Acquisition.COMPLETED;
        lease = given;
        connection = given.connection();
        connection.handler(this);
        isContinueAwaited = false;
        isRequestEnded = false;
        isDraining = false;
        wasQueued = false;
        reader.begin(call.request().method());
        send(call.request());
    }

    // The request.

    private void send(ClientRequest request) {
        BodyEncoding encoding;
        try {
            encoding = writeHead(request);
        } catch (RuntimeException e) {
            // Nothing of it was queued, so the connection is as good as before.
            Lease returned = lease;
            Call owner = call;
            leave();
            returned.release();
            owner.failed(Kind.REQUEST_REFUSED, Delivery.NOTHING_SENT, String.valueOf(e.getMessage()), e);
            return;
        }
        sentMark = connection.bytesSent();
        if (encoding == BodyEncoding.NONE || isAppended(request)) {
            endRequest();
        } else if (request.expectsContinue()) {
            isContinueAwaited = true;
            enter(Deadlines.Phase.CONTINUE);
        } else {
            startBody(encoding);
        }
    }

    private BodyEncoding writeHead(ClientRequest request) {
        RequestEncoder encoder = client.encoder();
        HeadWriter head = encoder.begin(request.method(), request.requestTarget(), request.authority());
        head.fields(request.fields());
        if (request.expectsContinue()) {
            head.field(HeaderName.EXPECT, CONTINUE);
        }
        long length = request.body().length();
        BodyEncoding encoding = encoder.finish(length, request.isKeptAlive());
        boolean isAppended = isAppended(request);
        Buffer out = connection.loop().buffers().acquire(encoder.length() + (isAppended ? (int) length : 0));
        encoder.writeTo(out);
        if (isAppended) {
            ((BytesBody) request.body()).appendTo(out);
        }
        connection.write(out);
        return encoding;
    }

    /** Whether the content goes behind the head, into the same buffer. */
    private static boolean isAppended(ClientRequest request) {
        return !request.expectsContinue() && request.body() instanceof BytesBody bytes && bytes.isSmall();
    }

    private void startBody() {
        startBody(call.request().body().length() < 0 ? BodyEncoding.CHUNKED : BodyEncoding.LENGTH);
    }

    private void startBody(BodyEncoding encoding) {
        isContinueAwaited = false;
        enter(Deadlines.Phase.WRITE);
        call.bodyStarts();
        stream = new BodyStream(this, connection, call.request().body(), encoding);
        stream.start();
    }

    /** All of the content is queued. */
    void requestEnded(BodyStream ended) {
        if (stream == ended) {
            endRequest();
        }
    }

    private void endRequest() {
        isRequestEnded = true;
        if (!reader.isWithinBody()) {
            enter(Deadlines.Phase.HEAD);
        }
    }

    /** The content cannot be completed, so the connection cannot go on. */
    void bodyFailed(BodyStream failed, Throwable cause) {
        if (stream == failed && lease != null) {
            fail(Kind.BODY_FAILED, "the content of the request was not completed", cause);
        }
    }

    @Override
    public void onWritable(Connection of) {
        if (stream != null) {
            stream.onWritable();
        }
    }

    // The response.

    @Override
    public void onData(Connection from, Buffer in) {
        try {
            reader.read(from, in);
        } catch (ProtocolException e) {
            malformed(e);
        }
    }

    private void malformed(ProtocolException e) {
        client.counters().countViolation(e.violation());
        boolean isTooLarge = e.violation() == HttpViolation.BODY_TOO_LARGE;
        fail(isTooLarge ? Kind.RESPONSE_TOO_LARGE : Kind.MALFORMED_RESPONSE, e.getMessage(), e);
    }

    void interim(HttpResponse response) {
        int before = turn;
        boolean isContinue = response.status() == HttpStatus.CONTINUE;
        call.interim(response);
        if (turn == before && isContinue && isContinueAwaited) {
            startBody();
        }
    }

    /** The final head. Content that waits for 100 is never sent (RFC 9110 §10.1.1). */
    void head(HttpResponse response) {
        isContinueAwaited = false;
        enter(Deadlines.Phase.BODY);
        call.head(response);
        hold();
    }

    /** A redirect is followed: its content is of no interest. */
    void discardBody() {
        reader.discard();
    }

    void data(Buffer in) {
        deadlines.progress();
        call.data(in);
    }

    /** Reads or does not, as the listener wants it. */
    void hold() {
        if (lease != null && reader.isWithinBody() && isHeldBack() != connection.isReadingPaused()) {
            deadlines.progress();
            if (isHeldBack()) {
                connection.pauseReading();
            } else {
                connection.resumeReading();
            }
        }
    }

    void tunnel(HttpResponse response) {
        boolean isUpgrade = response.status() == HttpStatus.SWITCHING_PROTOCOLS;
        if (isUpgrade ? !call.request().asksForUpgrade() : !call.request().isConnect()) {
            fail(Kind.MALFORMED_RESPONSE, response.status().code() + " to a request that asks for no upgrade", null);
            return;
        }
        turn++;
        Tunnel tunnel = new Tunnel(lease);
        lease = null;
        connection = null;
        deadlines.end();
        call.tunnel(response, tunnel);
        if (tunnel.connection().handler() == this) {
            tunnel.end();
        }
    }

    /** The response is complete. */
    void complete(HttpHeaders trailers) {
        Call owner = call;
        Lease returned = lease;
        Connection done = connection;
        boolean isReusable =
                isRequestEnded && reader.isKeptAlive() && owner.request().isKeptAlive() && !isDraining;
        leave();
        if (isReusable) {
            returned.release();
        } else if (isRequestEnded && done.queuedBytes() == 0) {
            done.close();
            returned.release();
        } else {
            returned.discard();
        }
        stopStream();
        owner.completed(trailers);
    }

    // Its end.

    /** Gives up, in whatever state it is. How far it had got. */
    Delivery abandon() {
        acquisition.cancel();
        acquisition = Acquisition.COMPLETED;
        Delivery delivery = Delivery.NOTHING_SENT;
        if (lease != null) {
            Lease returned = lease;
            // What is known of the delivery is to stay so.
            connection.abort();
            delivery = returned.delivery();
            leave();
            returned.discard();
            stopStream();
        }
        return delivery;
    }

    private void leave() {
        turn++;
        lease = null;
        connection = null;
    }

    private void stopStream() {
        if (stream != null) {
            BodyStream stopped = stream;
            stream = null;
            stopped.stop();
        }
    }

    /** The exchange is over. */
    void end() {
        turn++;
        deadlines.end();
    }

    void fail(Kind kind, String message, Throwable cause) {
        Call owner = call;
        Delivery delivery = abandon();
        owner.failed(kind, delivery, message, cause);
    }

    @Override
    public void onInputClosed(Connection from) {
        try {
            if (reader.endOfInput()) {
                return;
            }
        } catch (ProtocolException e) {
            malformed(e);
            return;
        }
        boolean wasReused = lease.uses() > 1;
        Call owner = call;
        owner.lost(abandon(), wasReused, "the peer ended the connection before " + reader, null);
    }

    @Override
    public void onClosed(Connection over, CloseReason reason) {
        if (lease == null) {
            return;
        }
        Lease returned = lease;
        Delivery delivery = returned.delivery();
        boolean wasReused = returned.uses() > 1;
        Call owner = call;
        leave();
        returned.release();
        stopStream();
        owner.lost(
                delivery,
                wasReused,
                reason + ", while waiting for " + reader,
                reason.failure().orElse(null));
    }

    // Time.

    private void enter(Deadlines.Phase phase) {
        deadlines.enter(phase, client.nanos(phase));
    }

    private void due() {
        if (deadlines.isTotalOver()) {
            fail(Kind.TOTAL_TIMEOUT, "not complete within " + client.options().totalTimeout(), null);
        } else if (deadlines.isPhaseOver()) {
            phaseOver(deadlines.phase());
        } else {
            deadlines.arm();
        }
    }

    private void phaseOver(Deadlines.Phase phase) {
        HttpClientOptions options = client.options();
        switch (phase) {
            case ACQUIRE -> fail(Kind.ACQUIRE_TIMEOUT, "no connection within " + options.acquireTimeout(), null);
            case CONTINUE -> startBody();
            case WRITE, HEAD -> {
                if (madeProgress()) {
                    deadlines.progress();
                    deadlines.arm();
                } else if (phase == Deadlines.Phase.WRITE || connection.queuedBytes() > 0) {
                    fail(Kind.WRITE_TIMEOUT, "the request made no progress for " + options.writeTimeout(), null);
                } else {
                    fail(Kind.HEAD_TIMEOUT, "no response within " + options.headTimeout(), null);
                }
            }
            case BODY -> {
                if (isHeldBack()) {
                    deadlines.progress();
                    deadlines.arm();
                } else {
                    fail(Kind.BODY_TIMEOUT, "no content for " + options.bodyTimeout(), null);
                }
            }
            default -> {
                // Over.
            }
        }
    }

    /** Whether the peer has taken some of the request since this was asked last, or all of it. */
    private boolean madeProgress() {
        boolean isQueued = connection.queuedBytes() > 0 || !isRequestEnded;
        boolean progress = isQueued ? connection.bytesSent() != sentMark : wasQueued;
        wasQueued = isQueued;
        sentMark = connection.bytesSent();
        return progress;
    }

    @Override
    public boolean onIdle(Connection resting) {
        return false;
    }

    @Override
    public void onDrain(Connection draining) {
        isDraining = true;
    }

    @Override
    public String explain(Connection of) {
        return (isRequestEnded ? "" : "the rest of the request, and ") + reader;
    }
}
