package io.eventloop.engine;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.EventLoop;

/**
 * What a connection over another connection needs of the engine besides the public API: to lend buffers, to be visited
 * before the flush step, to have its failures reported, and to end the connection below with its own reason.
 *
 * <p><b>Threading:</b> loop-confined, except {@link #order}. <b>Ownership:</b> as each method says.
 *
 * <p><b>Failure:</b> as those of the engine.
 */
public final class Layering {
    private Layering() {}

    /** Throws {@link IllegalStateException} naming both threads unless the calling one is the loop's. */
    public static void check(EventLoop loop) {
        ((Loop) loop).check();
    }

    /** Lends a buffer that the layer owns, for the time of an {@code onData}. */
    public static void lend(Buffer buffer) {
        ((PooledBuffer) buffer).lend();
    }

    /** Whether the loan still runs: false once the handler detached the buffer. */
    public static boolean isLent(Buffer buffer) {
        return ((PooledBuffer) buffer).isLent();
    }

    /**
     * Ends a loan.
     *
     * @return the layer's buffer again, to be used instead of this one; null if the handler detached it
     */
    public static Buffer reclaim(Buffer buffer) {
        return ((PooledBuffer) buffer).reclaim();
    }

    /** Ends the caller's ownership in favour of the layer. Returns the buffer to be used instead. */
    public static Buffer takeOver(Buffer buffer) {
        return ((PooledBuffer) buffer).takeOver();
    }

    /**
     * Has {@code visit} run once, before connections are flushed: in this turn's step, or the next one's if this one's has
     * begun. The layer keeps it from being added twice.
     */
    public static void visit(EventLoop loop, Runnable visit) {
        ((Loop) loop).work().addVisit(visit);
    }

    /**
     * Has {@code order} run on the loop, from any thread; it is never refused for want of room, so orders must be few.
     *
     * @param order must not throw
     * @return false if the loop has ended: it never runs
     */
    public static boolean order(EventLoop loop, Runnable order) {
        return ((Loop) loop).order(order);
    }

    /**
     * Whether a connection lets others go first, as one that is not established does: in each turn what it has to read comes
     * after what the others have, for a bounded number of such connections, and stays unread for the rest.
     */
    public static void yields(Connection below, boolean on) {
        if (below instanceof Endpoint endpoint) {
            endpoint.yields = on;
        }
    }

    /** Has {@code step} run once, in its turn among what connections that yield have to read. */
    public static void yielding(EventLoop loop, Runnable step) {
        ((Loop) loop).work().addYielding(step);
    }

    /** Whether the group drains: handlers that come to a connection after that are not told by {@code onDrain}. */
    public static boolean isDraining(EventLoop loop) {
        return ((Loop) loop).connections().isDraining();
    }

    /** Reports the failure of a callback. */
    public static void failed(EventLoop loop, String what, Throwable failure) {
        ((Loop) loop).failed(what, failure);
    }

    /** Ends the connection below at once with a reset, for this reason where it can be given. */
    public static void end(Connection below, CloseReason reason) {
        if (below instanceof Endpoint endpoint) {
            endpoint.end(reason);
        } else {
            below.abort();
        }
    }
}
