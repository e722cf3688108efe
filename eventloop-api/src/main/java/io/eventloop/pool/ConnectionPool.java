package io.eventloop.pool;

import io.eventloop.EventLoop;
import io.eventloop.Timer;
import io.eventloop.engine.Layering;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Connections of one loop, kept for reuse, to one or several endpoints. See {@link PoolOptions} for its limits and how to
 * choose them, and {@link Lease} for what the holder of a connection does.
 *
 * <pre>{@code
 * ConnectionPool pool = new ConnectionPool(loop, PoolOptions.DEFAULT);
 * pool.acquire(remote, Duration.ofSeconds(1), listener);
 * }</pre>
 *
 * <p>The connection returned last is leased first. Idle connections stay registered with the loop: one that the peer ends,
 * or that bytes come to, is closed at once. Before a lease the socket is read once more, so that no request goes out on a
 * connection whose end had arrived. Those who find none wait, and are served in the order they came; connects are begun
 * for them, as many as may be in flight at a time, and after one that failed none before a wait. That holds for a peer
 * that refuses as for a system without descriptors.
 *
 * <p>Nothing is allocated by an acquisition that is served at once, nor by the return.
 *
 * <p><b>Threading:</b> loop-confined, except {@link #metrics()}: other methods throw {@link IllegalStateException} naming
 * both threads.
 *
 * <p><b>Ownership:</b> owns its connections, leased ones included: what is leased is lent. Close it before its loop ends;
 * if the loop ends first, the pool closes with the first of its connections that is idle or in the making.
 *
 * <p><b>Failure:</b> told to the listener of each acquisition, exactly once. Exceptions of listeners are reported by the
 * loop.
 */
public final class ConnectionPool {
    private static final System.Logger LOG = System.getLogger("io.eventloop.pool");

    private enum Phase {
        OPEN,
        DRAINING,
        CLOSED
    }

    private final EventLoop loop;
    private final PoolOptions options;
    private final PoolConnector connector;
    private final PoolCounters counters = new PoolCounters();
    private final Map<SocketAddress, PoolEndpoint> endpoints = new LinkedHashMap<>();

    /** The endpoint of the last call, as most pools have but one. */
    private PoolEndpoint recent;

    /** Takes back what tells those who wait that the loop has ended. */
    private final Runnable forgetEnd;

    private Phase phase = Phase.OPEN;
    private Timer drainTimer;
    private final List<Runnable> drained = new ArrayList<>();
    private boolean hasEnded;

    /** A pool of plain connections. */
    public ConnectionPool(EventLoop loop, PoolOptions options) {
        this(loop, options, PoolConnector.of(loop));
    }

    /** A pool whose connections are made by {@code connector}. */
    public ConnectionPool(EventLoop loop, PoolOptions options, PoolConnector connector) {
        this.loop = loop;
        this.options = Objects.requireNonNull(options);
        this.connector = Objects.requireNonNull(connector);
        check();
        this.forgetEnd = loop.addEndTask(this::close);
    }

    /**
     * Asks for a connection. If one is idle the listener gets it within this call.
     *
     * @param timeout how long to wait for one; zero or less not at all
     * @return to give up the wait with
     */
    public Acquisition acquire(SocketAddress remote, Duration timeout, LeaseListener listener) {
        check();
        Objects.requireNonNull(listener);
        long timeoutNanos = TimeUnit.NANOSECONDS.convert(timeout);
        if (phase != Phase.OPEN) {
            fail(listener, AcquireFailure.Kind.POOL_CLOSED, remote, null);
            return Acquisition.COMPLETED;
        }
        PoolEndpoint endpoint = endpoint(remote);
        if (endpoint == null) {
            fail(listener, AcquireFailure.Kind.TOO_MANY_ENDPOINTS, remote, null);
            return Acquisition.COMPLETED;
        }
        return endpoint.acquire(timeoutNanos, listener);
    }

    /**
     * Begins to make the idle connections that are to be kept ready, without asking for one.
     *
     * @return false if the pool is draining or closed, or knows as many endpoints as it may and all are in use
     */
    public boolean warm(SocketAddress remote) {
        check();
        PoolEndpoint endpoint = phase == Phase.OPEN ? endpoint(remote) : null;
        if (endpoint != null) {
            endpoint.settle();
        }
        return endpoint != null;
    }

    /** The endpoint's state, made if it is new; null if there is no room for another. */
    private PoolEndpoint endpoint(SocketAddress remote) {
        if (recent != null && recent.remote() == remote) {
            return recent;
        }
        PoolEndpoint endpoint = endpoints.get(Objects.requireNonNull(remote));
        if (endpoint == null) {
            if (endpoints.size() >= options.maxEndpoints() && !dropUnused()) {
                return null;
            }
            endpoint = new PoolEndpoint(this, remote);
            endpoints.put(remote, endpoint);
            counters.add(PoolCounters.ENDPOINTS, 1);
        }
        recent = endpoint;
        return endpoint;
    }

    private boolean dropUnused() {
        PoolEndpoint oldest = null;
        for (PoolEndpoint endpoint : endpoints.values()) {
            if (endpoint.isUnused() && (oldest == null || endpoint.usedNanos() - oldest.usedNanos() < 0)) {
                oldest = endpoint;
            }
        }
        if (oldest == null) {
            return false;
        }
        endpoints.remove(oldest.remote());
        counters.add(PoolCounters.ENDPOINTS, -1);
        oldest.drop();
        return true;
    }

    /**
     * Lets leases come to their end: new acquisitions fail, those that wait are still served, and what is returned and
     * wanted by nobody is closed. In a drain, and after the end, another call changes nothing.
     *
     * @param limit after which the pool is closed
     * @param whenDone called once, on the loop, when no connection is left or the pool was closed; at once if it is
     */
    public void drain(Duration limit, Runnable whenDone) {
        check();
        Objects.requireNonNull(whenDone);
        if (hasEnded) {
            tell(whenDone);
            return;
        }
        drained.add(whenDone);
        if (phase == Phase.OPEN) {
            phase = Phase.DRAINING;
            drainTimer = loop.schedule(limit, this::close);
            List.copyOf(endpoints.values()).forEach(PoolEndpoint::drain);
            endIfDrained();
        }
    }

    /**
     * Closes it: those who wait fail, connects in flight and leased connections are aborted, idle ones closed. Holders of
     * leases learn by {@code onClosed}, and return them as ever. A second call does nothing.
     */
    public void close() {
        check();
        if (phase != Phase.CLOSED) {
            phase = Phase.CLOSED;
            forgetEnd.run();
            List.copyOf(endpoints.values()).forEach(PoolEndpoint::close);
            ended();
        }
    }

    /** Whether it takes acquisitions. */
    public boolean isOpen() {
        check();
        return phase == Phase.OPEN;
    }

    /** A snapshot of its figures, from any thread. */
    public PoolMetrics metrics() {
        return counters.snapshot();
    }

    // For its endpoints.

    void check() {
        if (!loop.inLoop()) {
            throw new IllegalStateException("called on thread "
                    + Thread.currentThread().getName() + ", the pool belongs to loop " + loop.name());
        }
    }

    EventLoop loop() {
        return loop;
    }

    PoolOptions options() {
        return options;
    }

    PoolConnector connector() {
        return connector;
    }

    PoolCounters counters() {
        return counters;
    }

    /**
     * Whether connections are kept that nobody waits for: not once the group drains, which the pool is not told of while all
     * of them are leased.
     */
    boolean keepsIdle() {
        return phase == Phase.OPEN && !Layering.isDraining(loop);
    }

    boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    void endIfDrained() {
        // Some that are being closed may be of endpoints that are known no more.
        if (phase == Phase.DRAINING
                && counters.get(PoolCounters.CLOSING) == 0
                && endpoints.values().stream().allMatch(PoolEndpoint::isEmpty)) {
            phase = Phase.CLOSED;
            forgetEnd.run();
            ended();
        }
    }

    /** Tells those who wait for it. */
    private void ended() {
        if (drainTimer != null) {
            drainTimer.cancel();
            drainTimer = null;
        }
        hasEnded = true;
        drained.forEach(this::tell);
        drained.clear();
    }

    private void tell(Runnable whenDone) {
        try {
            whenDone.run();
        } catch (Exception e) {
            report("the task at the end of a drain threw", e);
        }
    }

    void fail(LeaseListener listener, AcquireFailure.Kind kind, SocketAddress remote, Throwable connectFailure) {
        counters.countFailed(kind);
        try {
            listener.onFailed(new AcquireFailure(kind, remote, connectFailure));
        } catch (Exception e) {
            report("onFailed of " + listener + " threw", e);
        }
    }

    /** Has the loop report an exception, as it does with one of a task. */
    void report(String what, Exception failure) {
        try {
            loop.execute(() -> {
                throw new IllegalStateException(what, failure);
            });
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.WARNING, what, failure);
        }
    }

    void reportLeak(String what, Throwable acquiredAt) {
        counters.add(PoolCounters.LEAKS_REPORTED, 1);
        LOG.log(System.Logger.Level.WARNING, what, acquiredAt);
    }
}
