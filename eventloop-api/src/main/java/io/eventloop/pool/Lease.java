package io.eventloop.pool;

import io.eventloop.Connection;
import io.eventloop.Delivery;
import java.net.SocketAddress;

/**
 * A connection of a pool in the hands of one holder. The holder gives the connection a handler of its own, exchanges what
 * it has to, and returns the lease exactly once, whatever became of the connection: by {@link #release()} when the
 * exchange is complete and all its bytes are consumed, by {@link #discard()} when it is given up. The pool then puts its
 * own handler back, so no callback of the holder's comes after the return.
 *
 * <pre>{@code
 * public void onLease(Lease lease) {
 *     this.lease = lease;
 *     lease.connection().handler(this);
 *     lease.connection().write(request);
 * }
 *
 * public void onData(Connection connection, Buffer in) {
 *     if (consumedWholeResponse(in)) {
 *         lease.release();
 *     }
 * }
 *
 * public void onClosed(Connection connection, CloseReason reason) {
 *     boolean maySendAgain = lease.delivery() == Delivery.NOTHING_SENT;
 *     lease.release();
 * }
 * }</pre>
 *
 * <p><b>Threading:</b> loop-confined.
 *
 * <p><b>Ownership:</b> the holder's until it is returned; then neither the lease nor its connection may be used. Without
 * guarded mode the object is used again for the next lease of the connection.
 *
 * <p><b>Failure:</b> in guarded mode any use after the return throws {@link IllegalStateException} whose cause is the
 * stack that returned it; otherwise a second return is counted and ignored, unless the connection is leased again. A lease
 * that is not returned is reported in guarded mode, with the stack that acquired it: when it was held too long, or some
 * seconds after its connection ended or the pool was closed.
 */
public final class Lease {
    private final PooledConnection entry;
    private final Throwable acquiredAt;
    private Throwable returnedAt;

    /** @param acquiredAt null unless guarded */
    Lease(PooledConnection entry, Throwable acquiredAt) {
        this.entry = entry;
        this.acquiredAt = acquiredAt;
    }

    /** The connection. */
    public Connection connection() {
        checkHeld();
        return entry.connection();
    }

    /** The endpoint asked for. */
    public SocketAddress remote() {
        return entry.endpoint().remote();
    }

    /** How many leases the connection has had, this one included: on a first one a failure is not that it was stale. */
    public long uses() {
        checkHeld();
        return entry.uses();
    }

    /**
     * How far the exchange has got since the lease was acquired, for the choice whether its request may be sent again; see
     * {@link Connection#delivery} for what it is worth before the connection is over.
     */
    public Delivery delivery() {
        checkHeld();
        return entry.delivery();
    }

    /**
     * Returns it. The connection is kept for others if it is open both ways, with nothing unconsumed and nothing queued;
     * otherwise it is closed.
     */
    public void release() {
        entry.endpoint().takeBack(this, entry, false);
    }

    /** Returns it after an exchange that did not come to its end: the connection is aborted. */
    public void discard() {
        entry.endpoint().takeBack(this, entry, true);
    }

    Throwable acquiredAt() {
        return acquiredAt;
    }

    /** Whether it was returned; known in guarded mode alone. */
    boolean isReturned() {
        return returnedAt != null;
    }

    private void checkHeld() {
        entry.endpoint().pool().check();
        if (returnedAt != null) {
            throw new IllegalStateException("a lease to " + remote() + " was used after its return", returnedAt);
        }
    }

    /** Notes the return, in guarded mode. */
    void returned() {
        if (acquiredAt != null) {
            if (returnedAt != null) {
                throw new IllegalStateException("a lease to " + remote() + " was returned before", returnedAt);
            }
            returnedAt = new Throwable("returned here");
        }
    }
}
