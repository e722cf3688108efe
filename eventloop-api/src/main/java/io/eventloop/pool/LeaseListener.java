package io.eventloop.pool;

/**
 * Who asked a pool for a connection. Of the two methods one is called, once, unless the acquisition is cancelled: then
 * none is.
 *
 * <p><b>Threading:</b> called on the pool's loop: within {@code acquire} if the outcome is known at once.
 *
 * <p><b>Ownership:</b> the lease is the listener's, to be returned.
 *
 * <p><b>Failure:</b> an exception is reported by the loop; a lease whose {@code onLease} throws is discarded.
 */
public interface LeaseListener {

    /** A connection, open and with nothing unread, to be used and returned. */
    void onLease(Lease lease);

    /** There is none. Nothing was sent. */
    void onFailed(AcquireFailure failure);
}
