package io.eventloop.pool;

import java.net.SocketAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * Why a pool gave no connection. Nothing was sent, so whatever was to be sent may be sent elsewhere.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public final class AcquireFailure {

    /** The ways to fail; each is counted, see {@link PoolMetrics#failed}. */
    public enum Kind {
        /** None became free in time. */
        TIMED_OUT,
        /** Too many wait already. */
        TOO_MANY_WAITERS,
        /** The pool knows as many endpoints as it may, and all of them are in use. */
        TOO_MANY_ENDPOINTS,
        /** A connect failed, and there is no other connection to wait for. */
        CONNECT_FAILED,
        /** The pool is draining or closed. */
        POOL_CLOSED
    }

    private final Kind kind;
    private final SocketAddress remote;
    private final Throwable connectFailure;

    AcquireFailure(Kind kind, SocketAddress remote, Throwable connectFailure) {
        this.kind = Objects.requireNonNull(kind);
        this.remote = remote;
        this.connectFailure = connectFailure;
    }

    /** The way it failed. */
    public Kind kind() {
        return kind;
    }

    /** The endpoint asked for. */
    public SocketAddress remote() {
        return remote;
    }

    /** The failure of the last connect to the endpoint, if none has worked since. */
    public Optional<Throwable> connectFailure() {
        return Optional.ofNullable(connectFailure);
    }

    @Override
    public String toString() {
        return kind + " for " + remote + (connectFailure == null ? "" : ": " + connectFailure);
    }
}
