package io.eventloop.engine;

import io.eventloop.CloseReason;

/**
 * What a loop has registered with its poller: a connection or a listening socket.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns its raw channel. <b>Failure:</b> contains its own; an
 * {@link Error} passes through and ends the loop.
 */
abstract class Endpoint {
    /** Index into the loop's slot table, −1 while not registered. */
    int slot = -1;

    /** Tells this tenant of the slot from earlier ones. */
    int generation;

    /** Whether it is on the loop's ready list. */
    boolean onReadyList;

    /** Whether others go first when it is ready. */
    boolean yields;

    /** Notes readiness, within {@link io.eventloop.spi.Poller#poll}; must not call handlers. */
    abstract void ready(int readyOps);

    /** Does what its readiness allows, within the bounds of one turn. */
    abstract void dispatch();

    /** A call that is not expected to throw did: it must not take other endpoints along. */
    abstract void failed(RuntimeException failure);

    /** Ends it. */
    abstract void end(CloseReason reason);
}
