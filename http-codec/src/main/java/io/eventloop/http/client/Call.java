package io.eventloop.http.client;

import io.eventloop.Buffer;
import io.eventloop.Delivery;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.client.HttpClientException.Kind;
import io.eventloop.pool.AcquireFailure;
import io.eventloop.pool.ConnectionPool;
import io.eventloop.tls.TlsException;
import java.net.SocketAddress;

/**
 * One exchange from beginning to end, over as many attempts as it takes. It alone calls the listener, and completes it once.
 */
final class Call implements Exchange {
    private final HttpClient client;
    private final ResponseListener listener;
    private ClientRequest request;
    private Attempt attempt;

    /** The endpoints of the origin, and which of them is tried. */
    private SocketAddress[] endpoints;

    private int endpoint;

    /** What follows from a redirect, once its content is done with. */
    private ClientRequest redirect;

    /** The furthest that any attempt got. */
    private Delivery reached = Delivery.NOTHING_SENT;

    private int retries;
    private int redirects;
    private boolean isBodyStarted;
    private boolean isPaused;
    private boolean isDone;

    /** Its place among the exchanges of the client. */
    Call previous;

    Call next;

    Call(HttpClient client, ClientRequest request, ResponseListener listener) {
        this.client = client;
        this.request = request;
        this.listener = listener;
    }

    // Its connection.

    void start(Attempt with) {
        attempt = with;
        attempt.begin(this);
        locate();
    }

    /** It never gets as far as that. */
    void refuse(Kind kind, String message) {
        failed(kind, message, null);
    }

    private void locate() {
        attempt.awaitConnection();
        if (request.endpoint() != null) {
            endpoints = null;
            acquire(request.endpoint());
        } else {
            client.origins().locate(request.origin(), this);
        }
    }

    void located(SocketAddress[] found) {
        if (!isDone) {
            endpoints = found;
            endpoint = 0;
            acquire(found[0]);
        }
    }

    void unresolved(String message, Throwable cause) {
        if (!isDone) {
            attempt.fail(Kind.UNRESOLVED, message, cause);
        }
    }

    private void acquire(SocketAddress where) {
        ConnectionPool pool = client.pool(request.origin().isSecure());
        attempt.acquire(pool, where, client.options().acquireTimeout());
    }

    void notAcquired(AcquireFailure failure) {
        if (isDone) {
            return;
        }
        boolean refused = failure.kind() == AcquireFailure.Kind.CONNECT_FAILED;
        if (refused && endpoints != null && endpoint + 1 < endpoints.length) {
            acquire(endpoints[++endpoint]);
            return;
        }
        Throwable cause = failure.connectFailure().orElse(null);
        Kind kind = refused && cause instanceof TlsException ? Kind.TLS_FAILED : Kind.NO_CONNECTION;
        boolean timedOut = failure.kind() == AcquireFailure.Kind.TIMED_OUT;
        attempt.fail(timedOut ? Kind.ACQUIRE_TIMEOUT : kind, failure.toString(), cause);
    }

    /** The connection is lost, and with it the response: tries again if that cannot do the same thing twice. */
    void lost(Delivery delivery, boolean wasReused, String message, Throwable cause) {
        if (isDone) {
            return;
        }
        if (retries < client.options().maxRetries() && maySendAgain(delivery, wasReused)) {
            retries++;
            client.counters().add(ClientCounters.RETRIED, 1);
            locate();
        } else {
            failed(Kind.CONNECTION_LOST, message, cause);
        }
    }

    /** RFC 9110 §9.2.2, RFC 9112 §9.3.1. */
    private boolean maySendAgain(Delivery delivery, boolean wasReused) {
        if (isBodyStarted && !request.body().isReplayable()) {
            return false;
        }
        if (delivery == Delivery.NOTHING_SENT) {
            return true;
        }
        return wasReused
                && delivery != Delivery.RESPONSE_STARTED
                && request.method().isIdempotent();
    }

    /** How far an attempt got that leaves its connection; said before anybody is called who may end the exchange. */
    void reached(Delivery delivery) {
        if (delivery.compareTo(reached) > 0) {
            reached = delivery;
        }
    }

    void bodyStarts() {
        isBodyStarted = true;
    }

    // What the listener is told.

    void interim(HttpResponse response) {
        try {
            listener.onInterim(this, response);
        } catch (RuntimeException e) {
            listenerFailed("onInterim", e);
        }
    }

    /** The final head of an attempt: for the listener, or to be followed. */
    void head(HttpResponse response) {
        if (client.options().maxRedirects() > 0) {
            try {
                redirect = Redirects.next(request, response);
            } catch (IllegalArgumentException e) {
                attempt.fail(Kind.REDIRECT_REFUSED, "by " + request + ": " + e.getMessage(), null);
                return;
            }
        }
        if (redirect == null) {
            try {
                listener.onHead(this, response);
            } catch (RuntimeException e) {
                listenerFailed("onHead", e);
            }
        } else if (redirects == client.options().maxRedirects()) {
            attempt.fail(Kind.TOO_MANY_REDIRECTS, "more than " + redirects, null);
        } else {
            attempt.discardBody();
        }
    }

    void data(Buffer content) {
        try {
            listener.onData(this, content);
        } catch (RuntimeException e) {
            listenerFailed("onData", e);
        }
    }

    private void listenerFailed(String callback, RuntimeException failure) {
        client.report(callback + " of " + listener + " threw", failure);
        if (!isDone) {
            attempt.fail(Kind.LISTENER_FAILED, callback + " threw", failure);
        }
    }

    /** The response of an attempt is complete. */
    void completed(HttpHeaders trailers) {
        if (isDone) {
            return;
        }
        if (redirect != null) {
            request = redirect;
            redirect = null;
            redirects++;
            client.counters().add(ClientCounters.REDIRECTED, 1);
            locate();
            return;
        }
        Attempt over = finish();
        client.counters().add(ClientCounters.COMPLETED, 1);
        try {
            listener.onComplete(this, trailers);
        } catch (RuntimeException e) {
            client.report("onComplete of " + listener + " threw", e);
        } finally {
            client.ended(over);
        }
    }

    void tunnel(HttpResponse response, Tunnel tunnel) {
        Attempt over = finish();
        client.counters().add(ClientCounters.TUNNELS, 1);
        try {
            listener.onTunnel(this, response, tunnel);
        } catch (RuntimeException e) {
            tunnel.end();
            client.report("onTunnel of " + listener + " threw", e);
        } finally {
            client.ended(over);
        }
    }

    void failed(Kind kind, String message, Throwable cause) {
        if (isDone) {
            return;
        }
        Attempt over = finish();
        client.counters().countFailed(kind);
        try {
            listener.onFailed(this, new HttpClientException(kind, reached, message, cause));
        } catch (RuntimeException e) {
            client.report("onFailed of " + listener + " threw", e);
        } finally {
            client.ended(over);
        }
    }

    /** It is over; nothing more reaches the attempt. Null if it had none. */
    private Attempt finish() {
        isDone = true;
        Attempt over = attempt;
        attempt = null;
        if (over != null) {
            over.end();
            client.forget(this);
        }
        return over;
    }

    void close() {
        attempt.fail(Kind.CLIENT_CLOSED, "the client was closed", null);
    }

    // For its caller.

    @Override
    public ClientRequest request() {
        return request;
    }

    @Override
    public boolean cancel() {
        client.check();
        if (isDone) {
            return false;
        }
        client.counters().add(ClientCounters.CANCELLED, 1);
        Attempt over = finish();
        over.abandon();
        client.ended(over);
        return true;
    }

    @Override
    public void pause() {
        client.check();
        hold(true);
    }

    @Override
    public void resume() {
        client.check();
        hold(false);
    }

    private void hold(boolean pauses) {
        isPaused = pauses;
        if (!isDone) {
            attempt.hold();
        }
    }

    boolean isPaused() {
        return isPaused;
    }

    @Override
    public boolean isDone() {
        return isDone;
    }

    @Override
    public String toString() {
        return request + (isDone ? ", over" : "");
    }
}
