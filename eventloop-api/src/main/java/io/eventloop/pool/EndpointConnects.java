package io.eventloop.pool;

import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.pool.PooledConnection.State;
import java.io.IOException;
import java.util.List;

/**
 * The connects of one endpoint: when one is begun, how many are in flight, and what a failure means for those who wait.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none; what it makes is the endpoint's.
 *
 * <p><b>Failure:</b> exceptions of the connector count as connects that failed.
 */
final class EndpointConnects {
    private final PoolEndpoint endpoint;
    private final ConnectionPool pool;
    private final PoolOptions options;
    private final PoolCounters counters;
    private final ConnectBackoff backoff;
    private int inFlight;
    private Throwable lastFailure;
    private boolean isBeginning;

    EndpointConnects(PoolEndpoint endpoint, ConnectionPool pool) {
        this.endpoint = endpoint;
        this.pool = pool;
        this.options = pool.options();
        this.counters = pool.counters();
        this.backoff = new ConnectBackoff(
                options.minBackoff().toNanos(), options.maxBackoff().toNanos());
    }

    ConnectBackoff backoff() {
        return backoff;
    }

    /** The failure of the last connect; null if a connection has proved useful since. */
    Throwable lastFailure() {
        return lastFailure;
    }

    /** Makes as many connections as are wanted and may be made. */
    void beginAsNeeded() {
        if (isBeginning) {
            return;
        }
        isBeginning = true;
        try {
            while (wantsMore()
                    && inFlight < options.maxConnecting()
                    && endpoint.all().size() < options.maxConnections()
                    && !backoff.isWaiting(endpoint.loop().nanoTime())) {
                begin();
            }
        } finally {
            isBeginning = false;
        }
    }

    boolean wantsMore() {
        if (pool.isClosed()) {
            return false;
        }
        int wanted = endpoint.waiters().size() + (endpoint.isKeptWarm() ? options.minIdle() : 0);
        return wanted > endpoint.idle().size() + inFlight;
    }

    private void begin() {
        List<PooledConnection> all = endpoint.all();
        PooledConnection entry = new PooledConnection(endpoint);
        entry.index = all.size();
        all.add(entry);
        inFlight++;
        counters.add(PoolCounters.CONNECTS, 1);
        counters.add(PoolCounters.CONNECTING, 1);
        counters.max(PoolCounters.PEAK_CONNECTING, inFlight);
        counters.max(PoolCounters.PEAK_CONNECTIONS, all.size());
        entry.connectTimer(endpoint.loop().schedule(options.connectTimeout(), () -> timedOut(entry)));
        try {
            entry.begun(pool.connector().connect(endpoint.remote(), entry));
        } catch (RuntimeException e) {
            failed(entry, e);
        }
    }

    private void timedOut(PooledConnection entry) {
        Connection attempt = entry.connection();
        failed(
                entry,
                new IOException(
                        "no usable connection to " + endpoint.remote() + " within " + options.connectTimeout()));
        if (attempt != null) {
            attempt.abort();
        }
    }

    /** One is of use. */
    void opened() {
        inFlight--;
        counters.add(PoolCounters.CONNECTING, -1);
    }

    void failed(PooledConnection entry, CloseReason reason) {
        failed(entry, reason.failure().orElseGet(() -> new IOException(reason.toString())));
    }

    private void failed(PooledConnection entry, Throwable failure) {
        if (entry.state() == State.CONNECTING) {
            inFlight--;
            counters.add(PoolCounters.CONNECTING, -1);
            counters.add(PoolCounters.CONNECT_FAILURES, 1);
            endpoint.forget(entry);
            lastFailure = failure;
            backOff();
            if (options.failFast() && endpoint.all().isEmpty()) {
                endpoint.failAll(AcquireFailure.Kind.CONNECT_FAILED);
            }
            endpoint.settle();
        }
    }

    /** A new connection was of no use. */
    void backOff() {
        backoff.failed(endpoint.loop().nanoTime(), pool.loop().environment().randomLong());
    }

    /** A connection proved useful. */
    void succeeded() {
        backoff.succeeded();
        lastFailure = null;
    }

    /** Gives up one that is in flight. */
    void abandon(PooledConnection entry) {
        opened();
        endpoint.forget(entry);
        if (entry.connection() != null) {
            entry.connection().abort();
        }
    }
}
