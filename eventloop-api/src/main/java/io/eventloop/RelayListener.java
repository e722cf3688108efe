package io.eventloop;

/**
 * Told how a {@link Relay} ended.
 *
 * <p><b>Threading:</b> called on the loop of the two connections.
 *
 * <p><b>Ownership:</b> none. <b>Failure:</b> an exception is reported as one of the connection that ended last; nothing
 * else comes of it.
 */
@FunctionalInterface
public interface RelayListener {

    /** Both connections are over: exactly once for each relay. */
    void onCompleted(Relay relay, CloseReason reasonOfA, CloseReason reasonOfB);
}
