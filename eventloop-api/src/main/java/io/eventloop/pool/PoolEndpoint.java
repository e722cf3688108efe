package io.eventloop.pool;

import io.eventloop.Connection;
import io.eventloop.EventLoop;
import io.eventloop.Timer;
import io.eventloop.jfr.FlightEvents;
import io.eventloop.pool.PooledConnection.State;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/**
 * The connections to one endpoint and those who wait for them: who gets which, when one is made, and when one ends.
 *
 * <p>{@link #end} is the one way out for a connection. What follows from a change is the same each time: serve who waits,
 * connect if more are wanted.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns connections and waiters.
 *
 * <p><b>Failure:</b> exceptions of listeners and of the connector are contained.
 */
final class PoolEndpoint {
    /** How soon one is looked at again that cannot be read for a while, as the memory governor holds it back. */
    private static final long HELD_NANOS = 1_000_000L;

    private final ConnectionPool pool;
    private final EventLoop loop;
    private final PoolOptions options;
    private final PoolCounters counters;
    private final SocketAddress remote;
    private final WaiterQueue waiters;
    private final IdleStack idle = new IdleStack();
    private final List<PooledConnection> all = new ArrayList<>();
    private final EndpointConnects connects;
    private final IdleLearner learner = new IdleLearner();
    private final EndpointUpkeep upkeep;
    private final Runnable serving = this::serveNow;
    private final Timer lateServing;
    private int closing;
    private long usedNanos;
    private boolean isServing;
    private boolean servesLater;

    /** No connection's callback is under way. */
    private boolean isOwnStep;

    private boolean dropped;

    PoolEndpoint(ConnectionPool pool, SocketAddress remote) {
        this.pool = pool;
        this.loop = pool.loop();
        this.options = pool.options();
        this.counters = pool.counters();
        this.remote = remote;
        this.waiters = new WaiterQueue(counters);
        this.connects = new EndpointConnects(this, pool);
        this.upkeep = new EndpointUpkeep(this, options);
        this.lateServing = loop.timer(serving);
    }

    ConnectionPool pool() {
        return pool;
    }

    EventLoop loop() {
        return loop;
    }

    SocketAddress remote() {
        return remote;
    }

    WaiterQueue waiters() {
        return waiters;
    }

    IdleStack idle() {
        return idle;
    }

    /** Connecting, idle and leased. */
    List<PooledConnection> all() {
        return all;
    }

    IdleLearner learner() {
        return learner;
    }

    EndpointConnects connects() {
        return connects;
    }

    /** Whether idle connections are to be kept ready. */
    boolean isKeptWarm() {
        return pool.keepsIdle() && !dropped;
    }

    /** Nobody uses it: it has idle connections at most. */
    boolean isUnused() {
        return waiters.isEmpty() && all.size() == idle.size();
    }

    /** Nobody waits, and there is no connection but those that are being closed. */
    boolean isEmpty() {
        return waiters.isEmpty() && all.isEmpty();
    }

    long usedNanos() {
        return usedNanos;
    }

    // Acquiring.

    Acquisition acquire(long timeoutNanos, LeaseListener listener) {
        usedNanos = loop.nanoTime();
        Throwable acquiredAt = options.guarded() ? new Throwable("acquired here") : null;
        if (waiters.isEmpty()) {
            PooledConnection entry = takeIdle();
            if (entry != null) {
                lease(entry, listener, acquiredAt);
                return Acquisition.COMPLETED;
            }
        }
        if (timeoutNanos <= 0 || waiters.size() >= options.maxWaiters()) {
            fail(listener, timeoutNanos <= 0 ? AcquireFailure.Kind.TIMED_OUT : AcquireFailure.Kind.TOO_MANY_WAITERS);
            return Acquisition.COMPLETED;
        }
        Waiter waiter = new Waiter(this, listener, acquiredAt, timeoutNanos);
        waiters.add(waiter);
        settle();
        serveLater();
        return waiter;
    }

    /** The connection returned last that is still good, out of the idle ones; null if there is none. */
    private PooledConnection takeIdle() {
        long now = loop.nanoTime();
        for (int i = idle.size() - 1; i >= 0; i--) {
            if (i >= idle.size()) {
                continue;
            }
            PooledConnection entry = idle.get(i);
            Connection connection = entry.connection();
            if (!upkeep.endIfDue(entry, now) && isQuiet(entry, connection)) {
                idle.remove(entry);
                counters.add(PoolCounters.IDLE, -1);
                return entry;
            }
        }
        return null;
    }

    /** Whether nothing has come to an idle connection up to this moment; if an end or bytes have, it is evicted. */
    private boolean isQuiet(PooledConnection entry, Connection connection) {
        // False within a callback of this connection: more may follow the bytes that are being looked at.
        boolean wasRead = connection.readNow();
        if (entry.state() != State.IDLE) {
            return false;
        }
        if (connection.state() != Connection.State.OPEN) {
            endedByPeer(entry, Eviction.FAILED);
            return false;
        }
        return wasRead;
    }

    private void lease(PooledConnection entry, LeaseListener listener, Throwable acquiredAt) {
        Lease lease = entry.leased(acquiredAt, loop.nanoTime());
        counters.add(PoolCounters.LEASED, 1);
        counters.add(PoolCounters.ACQUIRED, 1);
        if (entry.uses() > 1) {
            counters.add(PoolCounters.REUSED, 1);
        }
        long use = entry.uses();
        try {
            listener.onLease(lease);
        } catch (Exception e) {
            pool.report("onLease of " + listener + " threw", e);
            // If it was returned, the same object may be another holder's by now.
            if (entry.isHeldBy(lease) && entry.uses() == use) {
                takeBack(lease, entry, true);
            }
        }
    }

    /** Serves those who wait, each that waits now at most once. */
    private void serve() {
        if (isServing) {
            return;
        }
        isServing = true;
        boolean isStuck = false;
        try {
            for (int i = waiters.size(); i > 0 && !waiters.isEmpty(); i--) {
                PooledConnection entry = takeIdle();
                if (entry == null) {
                    isStuck = isOwnStep;
                    break;
                }
                if (waiters.isEmpty()) {
                    keep(entry);
                } else {
                    Waiter waiter = waiters.take();
                    waiter.waited(true);
                    lease(entry, waiter.listener(), waiter.acquiredAt());
                }
            }
        } finally {
            isServing = false;
        }
        if (isStuck && !servesLater && !waiters.isEmpty() && idle.size() > 0) {
            servesLater = true;
            lateServing.scheduleNanos(HELD_NANOS);
        } else {
            serveLater();
        }
    }

    /** Serves in another step if there is somebody and something left: what is being read now can be leased then. */
    private void serveLater() {
        if (!servesLater && !isServing && !waiters.isEmpty() && idle.size() > 0) {
            servesLater = true;
            try {
                loop.execute(serving);
            } catch (RejectedExecutionException e) {
                lateServing.scheduleNanos(0);
            }
        }
    }

    private void serveNow() {
        servesLater = false;
        isOwnStep = true;
        try {
            offer();
        } finally {
            isOwnStep = false;
        }
    }

    void cancelled() {
        counters.add(PoolCounters.CANCELLED, 1);
        settle();
    }

    void fail(LeaseListener listener, AcquireFailure.Kind kind) {
        pool.fail(listener, kind, remote, connects.lastFailure());
        settle();
    }

    /** Fails all that wait now. */
    void failAll(AcquireFailure.Kind kind) {
        for (int i = waiters.size(); i > 0 && !waiters.isEmpty(); i--) {
            Waiter waiter = waiters.take();
            waiter.waited(false);
            fail(waiter.listener(), kind);
        }
    }

    // Returning.

    void takeBack(Lease lease, PooledConnection entry, boolean discarded) {
        pool.check();
        lease.returned();
        if (entry.state() == State.GONE) {
            // The pool took the connection away; its end, still to be told, is not the holder's any more.
            entry.connection().handler(entry);
            return;
        }
        if (!entry.isHeldBy(lease)) {
            counters.add(PoolCounters.DOUBLE_RETURNS, 1);
            return;
        }
        usedNanos = loop.nanoTime();
        entry.connection().handler(entry);
        if (discarded || !entry.restore()) {
            counters.countUnfinished(entry.delivery());
            end(entry, discarded ? Eviction.DISCARDED : Eviction.UNUSABLE);
            return;
        }
        counters.add(PoolCounters.RETURNED, 1);
        connects.succeeded();
        counters.add(PoolCounters.LEASED, -1);
        keep(entry);
        if (entry.isPastLifetime(usedNanos)) {
            end(entry, Eviction.LIFETIME);
        } else {
            offer();
        }
    }

    private void keep(PooledConnection entry) {
        long now = loop.nanoTime();
        entry.idle(now);
        idle.push(entry);
        counters.add(PoolCounters.IDLE, 1);
        upkeep.watch(entry, now);
    }

    /** A connection became idle: for one who waits, or to be kept as far as that may be. */
    private void offer() {
        serve();
        if (pool.keepsIdle()) {
            while (waiters.isEmpty() && idle.size() > options.maxIdle()) {
                end(idle.get(0), Eviction.SURPLUS);
            }
        } else if (waiters.isEmpty()) {
            endIdle(Eviction.DRAINED);
        }
    }

    void endIdle(Eviction why) {
        while (idle.size() > 0) {
            end(idle.get(idle.size() - 1), why);
        }
    }

    /** A connect came to its end. */
    void opened(PooledConnection entry) {
        connects.opened();
        entry.live(options, loop.environment(), loop.nanoTime());
        keep(entry);
        offer();
        connects.beginAsNeeded();
    }

    // The end of a connection.

    /** The peer's doing: it tells how long connections may be idle, or that new ones are of no use. */
    void endedByPeer(PooledConnection entry, Eviction why) {
        long now = loop.nanoTime();
        boolean learned = learner.observe(entry.ageNanos(now), now);
        if (entry.uses() == 0) {
            connects.backOff();
        }
        end(entry, why);
        if (learned) {
            upkeep.arm();
        }
    }

    /** The one way out of the pool for a connection that was made. */
    void end(PooledConnection entry, Eviction why) {
        if (entry.state() == State.IDLE) {
            idle.remove(entry);
            counters.add(PoolCounters.IDLE, -1);
        } else if (entry.state() == State.LEASED) {
            counters.add(PoolCounters.LEASED, -1);
        }
        counters.countEvicted(why);
        FlightEvents.events().poolEvicted(remote, entry.connection().id(), why.name());
        forget(entry);
        close(entry, entry.connection(), why.isOrderly());
        settle();
    }

    private void close(PooledConnection entry, Connection connection, boolean orderly) {
        if (connection.state() == Connection.State.OPEN && orderly && closing < options.maxConnections()) {
            connection.close();
        }
        if (connection.state() == Connection.State.CLOSING && connection.handler() == entry) {
            closing++;
            counters.add(PoolCounters.CLOSING, 1);
            entry.closing();
        } else {
            connection.abort();
        }
    }

    /** One that was closed in order has come to its end. */
    void closed() {
        closing--;
        counters.add(PoolCounters.CLOSING, -1);
        pool.endIfDrained();
    }

    /** It is in the pool no more. */
    void forget(PooledConnection entry) {
        entry.gone();
        PooledConnection last = all.remove(all.size() - 1);
        if (last != entry) {
            all.set(entry.index, last);
            last.index = entry.index;
        }
    }

    /** What follows from any change: more is made if it is wanted, now or after the wait. */
    void settle() {
        connects.beginAsNeeded();
        upkeep.changed();
        pool.endIfDrained();
    }

    // The end of the endpoint.

    /** It gives way to another one. */
    void drop() {
        dropped = true;
        endIdle(Eviction.SURPLUS);
    }

    /** The pool drains: nothing is kept that nobody waits for. */
    void drain() {
        offer();
        settle();
    }

    /** The pool is closed. */
    void close() {
        failAll(AcquireFailure.Kind.POOL_CLOSED);
        for (int i = all.size() - 1; i >= 0; i--) {
            PooledConnection entry = all.get(i);
            switch (entry.state()) {
                case CONNECTING -> connects.abandon(entry);
                case LEASED -> {
                    upkeep.expect(entry.lease());
                    end(entry, Eviction.POOL_CLOSED);
                }
                default -> end(entry, Eviction.DRAINED);
            }
        }
        upkeep.changed();
    }
}
