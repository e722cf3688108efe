package io.eventloop.testing;

import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoop;
import io.eventloop.engine.LoopHoldings;
import java.util.Arrays;

/**
 * Compares what a loop holds with its limits, after a turn: the pool's memory, and the bytes and pieces of each connection.
 *
 * <p>Limits may be lowered while more is held, which only stops more from coming. So what counts for a connection is the
 * largest limit it has had.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> more than a limit allows is reported to the network's {@link Invariants}.
 */
final class MemoryCheck {
    /** Connections looked at in a turn, on average: a loop with many is looked at less often. */
    private static final int CONNECTIONS_PER_TURN = 64;

    /** The largest limits that the connection in a slot has had. */
    private static final class Bounds {
        private long connection;
        private ConnectionLimits last;
        private int inboundBytes;
        private int queuedBytes;
        private int queuedWrites;

        void raise(long id, ConnectionLimits limits) {
            if (id == connection && limits == last) {
                return;
            }
            boolean isSame = id == connection;
            connection = id;
            last = limits;
            inboundBytes = Math.max(isSame ? inboundBytes : 0, limits.maxInboundBytes());
            queuedBytes = Math.max(isSame ? queuedBytes : 0, limits.maxQueuedBytes());
            queuedWrites = Math.max(isSame ? queuedWrites : 0, limits.maxQueuedWrites());
        }
    }

    private final Invariants invariants;
    private final EventLoop loop;
    private final LoopHoldings holdings;
    private final LoopHoldings.Visitor visitor = this::check;
    private Bounds[] bounds = new Bounds[16];
    private int credit;

    MemoryCheck(Invariants invariants, EventLoop loop) {
        this.invariants = invariants;
        this.loop = loop;
        this.holdings = LoopHoldings.of(loop);
    }

    void afterTurn() {
        long held = holdings.pool().heldBytes();
        if (held > holdings.pool().maxBytes()) {
            invariants.broken("the pool of " + loop.name() + " holds " + held + " bytes, its limit is "
                    + holdings.pool().maxBytes());
        }
        credit += CONNECTIONS_PER_TURN;
        if (credit >= holdings.size()) {
            credit = 0;
            holdings.forEach(visitor);
        }
    }

    void check(int slot, Connection connection, int unconsumedBytes, long queuedBytes, int queuedWrites) {
        if (slot >= bounds.length) {
            bounds = Arrays.copyOf(bounds, slot * 2);
        }
        Bounds most = bounds[slot];
        if (most == null) {
            most = new Bounds();
            bounds[slot] = most;
        }
        most.raise(connection.id(), connection.limits());
        if (unconsumedBytes > most.inboundBytes) {
            broken(connection, "unconsumed bytes", unconsumedBytes, "maxInboundBytes", most.inboundBytes);
        }
        if (queuedBytes > most.queuedBytes) {
            broken(connection, "queued bytes", queuedBytes, "maxQueuedBytes", most.queuedBytes);
        }
        if (queuedWrites > most.queuedWrites) {
            broken(connection, "queued pieces", queuedWrites, "maxQueuedWrites", most.queuedWrites);
        }
    }

    private void broken(Connection connection, String what, long held, String limit, int most) {
        invariants.broken("connection " + connection.id() + " of " + loop.name() + " has " + held + " " + what + ", "
                + limit + " is " + most);
    }
}
