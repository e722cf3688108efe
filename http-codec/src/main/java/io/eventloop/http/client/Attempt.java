package io.eventloop.http.client;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Delivery;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;
import io.eventloop.http.client.HttpClientException.Kind;
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
    private final HttpClient client;
    private final RequestWriter writer;
    private final ResponseReader reader;
    private final Deadlines deadlines;
    private Call call;
    private Acquisition acquisition = Acquisition.COMPLETED;
    private Lease lease;
    private Connection connection;
    private boolean isDraining;
    private int turn;

    /** Calls of the pool that are under way to ask for a connection. */
    private int acquiring;

    Attempt(HttpClient client) {
        this.client = client;
        HttpClientOptions options = client.options();
        writer = new RequestWriter(this, client.encoder());
        reader = new ResponseReader(this, options.http(), options.maxDiscardedBytes());
        deadlines = new Deadlines(client.loop(), this::due);
    }

    // Its exchange.

    void begin(Call owner) {
        call = owner;
        deadlines.begin(client.nanos(Deadlines.Phase.NONE));
    }

    /** It is kept for another exchange, which may be long in coming: nothing of the one that is over is held. */
    void forget() {
        call = null;
        writer.forget();
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
        acquiring++;
        Acquisition begun = pool.acquire(endpoint, timeout, this);
        acquiring--;
        // Otherwise it is over by now.
        if (begun.isWaiting()) {
            if (call.isDone()) {
                begun.cancel();
            } else {
                acquisition = begun;
            }
        }
    }

    /**
     * Whether another exchange may have these objects. Within {@link #acquire} the exchange can be ended by somebody who was
     * told of a failure first; the pool then still has this attempt as one that waits.
     */
    boolean isFree() {
        return acquiring == 0;
    }

    @Override
    public void onFailed(AcquireFailure failure) {
        acquisition = Acquisition.COMPLETED;
        call.notAcquired(failure);
    }

    @Override
    public void onLease(Lease given) {
        acquisition = Acquisition.COMPLETED;
        if (call.isDone()) {
            given.release();
            return;
        }
        lease = given;
        connection = given.connection();
        connection.handler(this);
        isDraining = false;
        reader.begin(call.request().method());
        send(call.request());
    }

    // The request.

    private void send(ClientRequest request) {
        try {
            writer.begin(connection, request);
        } catch (RuntimeException e) {
            // Nothing of it was queued, so the connection is as good as before.
            Lease returned = lease;
            Call owner = call;
            leave();
            returned.release();
            owner.failed(Kind.REQUEST_REFUSED, String.valueOf(e.getMessage()), e);
            return;
        }
        writer.proceed();
    }

    void bodyStarts() {
        call.bodyStarts();
    }

    /** All of the content is queued. */
    void requestEnded(BodyStream ended) {
        if (writer.isWriting(ended)) {
            writer.end();
        }
    }

    /** All of the request is queued. */
    void requestEnded() {
        if (!reader.isWithinBody()) {
            enter(Deadlines.Phase.HEAD);
        }
    }

    /** The content cannot be completed, so the connection cannot go on. */
    void bodyFailed(BodyStream failed, Throwable cause) {
        if (writer.isWriting(failed) && lease != null) {
            fail(Kind.BODY_FAILED, "the content of the request was not completed", cause);
        }
    }

    @Override
    public void onWritable(Connection of) {
        writer.onWritable();
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
        if (turn == before && isContinue) {
            writer.agreed();
        }
    }

    /** The final head. */
    void head(HttpResponse response) {
        writer.answered();
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

    /** The response is complete, or enough of it was discarded. */
    void complete(HttpHeaders trailers) {
        Call owner = call;
        Lease returned = lease;
        Connection done = connection;
        boolean isWhole = writer.isEnded() && !reader.isCutShort();
        owner.reached(returned.delivery());
        boolean isReusable = isWhole && reader.isKeptAlive() && owner.request().isKeptAlive() && !isDraining;
        BodyStream stopped = leave();
        if (isReusable) {
            returned.release();
        } else if (isWhole && done.queuedBytes() == 0) {
            done.close();
            returned.release();
        } else {
            returned.discard();
        }
        stop(stopped);
        owner.completed(trailers);
    }

    // Its end.

    /** Gives up, in whatever state it is. How far this attempt had got. */
    Delivery abandon() {
        Acquisition waited = acquisition;
        acquisition = Acquisition.COMPLETED;
        Delivery delivery = Delivery.NOTHING_SENT;
        if (lease != null) {
            Lease returned = lease;
            // What is known of the delivery is to stay so.
            connection.abort();
            delivery = returned.delivery();
            call.reached(delivery);
            BodyStream stopped = leave();
            returned.discard();
            stop(stopped);
        }
        waited.cancel();
        return delivery;
    }

    /**
     * It has to do with the connection no more. What is called from here on may end the exchange and begin another one with
     * these objects, so what is left to do is done with what was taken out before.
     *
     * @return the content to be stopped; null if there is none
     */
    private BodyStream leave() {
        turn++;
        lease = null;
        connection = null;
        return writer.release();
    }

    private static void stop(BodyStream stopped) {
        if (stopped != null) {
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
        abandon();
        owner.failed(kind, message, cause);
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
        owner.reached(delivery);
        BodyStream stopped = leave();
        returned.release();
        stop(stopped);
        owner.lost(
                delivery,
                wasReused,
                reason + ", while waiting for " + reader,
                reason.failure().orElse(null));
    }

    // Time.

    void enter(Deadlines.Phase phase) {
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
            case CONTINUE -> writer.agreed();
            case WRITE, HEAD -> {
                if (writer.madeProgress()) {
                    deadlines.progress();
                    deadlines.arm();
                } else if (writer.isPending()) {
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
        return (writer.isEnded() ? "" : "the rest of the request, and ") + reader;
    }
}
