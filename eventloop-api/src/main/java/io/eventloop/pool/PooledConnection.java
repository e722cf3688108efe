package io.eventloop.pool;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.Delivery;
import io.eventloop.Environment;
import io.eventloop.Timer;

/**
 * One connection of an endpoint, from the begin of its connect until it leaves the pool, and its handler while nobody has
 * leased it.
 *
 * <pre>
 *   CONNECTING ──usable──► IDLE ──acquire──► LEASED
 *       │                  │ ▲                 │ │
 *       │                  │ └──fit for reuse──┘ │
 *       └─failed, late─────┴──evicted──► GONE ◄──┘ unfit, discarded
 * </pre>
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> its endpoint's.
 *
 * <p><b>Failure:</b> told to the endpoint, which ends it.
 */
final class PooledConnection implements ConnectionHandler {

    enum State {
        CONNECTING,
        IDLE,
        LEASED,
        GONE
    }

    private static final long NEVER = Long.MAX_VALUE;

    private final PoolEndpoint endpoint;
    private final Lease reused = new Lease(this, null);
    private State state = State.CONNECTING;
    private Connection connection;
    private Timer connectTimer;
    private ConnectionLimits limits;
    private Lease lease;
    private long uses;
    private long openedNanos;
    private long lifetimeNanos;
    private long idleTimeoutNanos;

    /** When it became idle, or was leased. */
    private long sinceNanos;

    private long sentBefore;
    private long receivedBefore;

    /** Seen to be over while leased. */
    private boolean suspected;

    private boolean reported;

    /** Whether the endpoint counts it as closing. */
    private boolean closing;

    /** Its place among the endpoint's connections. */
    int index;

    PooledConnection(PoolEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    PoolEndpoint endpoint() {
        return endpoint;
    }

    State state() {
        return state;
    }

    /** The connection; null before the connector has given one. */
    Connection connection() {
        return connection;
    }

    Lease lease() {
        return lease;
    }

    long uses() {
        return uses;
    }

    // The connect.

    void connectTimer(Timer timer) {
        connectTimer = timer;
    }

    /** The connection that is being made, unless it is there already; given up if the connector closed the pool. */
    void begun(Connection attempt) {
        if (connection == null) {
            connection = attempt;
            if (state == State.GONE) {
                attempt.abort();
            }
        }
    }

    @Override
    public void onOpen(Connection opened) {
        if (state != State.CONNECTING) {
            opened.abort();
            return;
        }
        connection = opened;
        if (opened.handler() != this) {
            opened.handler(this);
        }
        limits = opened.limits();
        endpoint.opened(this);
    }

    /** Gives it its timeouts: each connection a little less, at random. */
    void live(PoolOptions options, Environment environment, long nowNanos) {
        openedNanos = nowNanos;
        lifetimeNanos = jittered(options.maxLifetime().toNanos(), options.jitterPercent(), environment.randomLong());
        idleTimeoutNanos = jittered(options.idleTimeout().toNanos(), options.jitterPercent(), environment.randomLong());
    }

    private static long jittered(long nanos, int percent, long randomBits) {
        return nanos == 0 ? NEVER : nanos - (randomBits >>> 1) % (nanos / 100 * percent + 1);
    }

    // Its states.

    void idle(long nowNanos) {
        endConnectTimer();
        state = State.IDLE;
        lease = null;
        sinceNanos = nowNanos;
    }

    /** @param acquiredAt null unless guarded */
    Lease leased(Throwable acquiredAt, long nowNanos) {
        state = State.LEASED;
        uses++;
        sinceNanos = nowNanos;
        suspected = false;
        reported = false;
        sentBefore = connection.bytesSent();
        receivedBefore = connection.bytesReceived();
        lease = acquiredAt == null ? reused : new Lease(this, acquiredAt);
        return lease;
    }

    void gone() {
        endConnectTimer();
        state = State.GONE;
    }

    private void endConnectTimer() {
        if (connectTimer != null) {
            connectTimer.cancel();
            connectTimer = null;
        }
    }

    boolean isHeldBy(Lease candidate) {
        return state == State.LEASED && lease == candidate;
    }

    Delivery delivery() {
        return connection.delivery(sentBefore, receivedBefore);
    }

    /** Whether somebody else could use it; then it is as it was when it was new. */
    boolean restore() {
        if (connection.state() != Connection.State.OPEN
                || connection.isInputEnded()
                || connection.isOutputEnded()
                || connection.unconsumedBytes() > 0
                || connection.queuedBytes() > 0) {
            return false;
        }
        if (connection.limits() != limits) {
            connection.limits(limits);
        }
        if (connection.isReadingPaused()) {
            connection.resumeReading();
        }
        return true;
    }

    // Its age.

    /** How long it has been idle, or leased. */
    long ageNanos(long nowNanos) {
        return nowNanos - sinceNanos;
    }

    boolean isPastLifetime(long nowNanos) {
        return nowNanos - openedNanos >= lifetimeNanos;
    }

    boolean isPastIdleTimeout(long nowNanos) {
        return ageNanos(nowNanos) >= idleTimeoutNanos;
    }

    /** How long until the end of its lifetime. */
    long leftOfLifeNanos(long nowNanos) {
        return lifetimeNanos == NEVER ? NEVER : lifetimeNanos - (nowNanos - openedNanos);
    }

    /** How long until its idle timeout. */
    long leftOfIdlingNanos(long nowNanos) {
        return idleTimeoutNanos == NEVER ? NEVER : idleTimeoutNanos - ageNanos(nowNanos);
    }

    /** Whether its connection is over, and was when this was asked before. */
    boolean isAbandoned() {
        boolean before = suspected;
        suspected = connection.state() == Connection.State.CLOSED;
        return before && suspected;
    }

    /** Whether its lease is to be reported now: once, after so long. */
    boolean isHeldTooLong(long nowNanos, long reportNanos) {
        if (reported || reportNanos == 0 || ageNanos(nowNanos) < reportNanos) {
            return false;
        }
        reported = true;
        return true;
    }

    // Its events while it is nobody's.

    @Override
    public void onData(Connection from, Buffer in) {
        // While leased nothing is done: the bytes are kept for the handler that the holder is to give.
        if (state == State.IDLE) {
            endpoint.end(this, Eviction.STRAY_BYTES);
        } else if (state == State.CONNECTING) {
            from.abort();
        }
    }

    @Override
    public void onInputClosed(Connection from) {
        if (state == State.IDLE) {
            endpoint.endedByPeer(this, Eviction.PEER_CLOSED);
        } else {
            from.close();
        }
    }

    /** The pool has timeouts of its own. */
    @Override
    public boolean onIdle(Connection resting) {
        return false;
    }

    @Override
    public void onDrain(Connection draining) {
        if (state == State.IDLE) {
            endpoint.end(this, Eviction.DRAINED);
        }
    }

    @Override
    public void onClosed(Connection over, CloseReason reason) {
        if (closing) {
            closing = false;
            endpoint.closed();
        }
        if (reason.scope() != CloseReason.Scope.CONNECTION) {
            endpoint.pool().close();
        } else if (state == State.CONNECTING) {
            endpoint.connects().failed(this, reason);
        } else if (state == State.IDLE) {
            endpoint.endedByPeer(this, Eviction.FAILED);
        }
    }

    /** It is about to be closed in order, and will say when that is done. */
    void closing() {
        closing = true;
    }
}
