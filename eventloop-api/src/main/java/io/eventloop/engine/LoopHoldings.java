package io.eventloop.engine;

import io.eventloop.Connection;
import io.eventloop.EventLoop;

/**
 * What the connections of a loop hold in memory, for the simulation to compare with their limits.
 *
 * <p><b>Threading:</b> the loop's thread. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> a loop of another implementation throws {@link IllegalArgumentException}.
 */
public final class LoopHoldings {
    private final Loop loop;

    private LoopHoldings(Loop loop) {
        this.loop = loop;
    }

    /** Told of one connection. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Looks at a connection.
         *
         * @param slot its place, which a later connection may have too
         * @param unconsumedBytes inbound bytes kept
         * @param queuedMemoryBytes outbound bytes queued, without those of files and pipes
         * @param queuedWrites pieces queued
         */
        void visit(int slot, Connection connection, int unconsumedBytes, long queuedMemoryBytes, int queuedWrites);
    }

    /** Those of this loop. */
    public static LoopHoldings of(EventLoop loop) {
        if (loop instanceof Loop ours) {
            return new LoopHoldings(ours);
        }
        throw new IllegalArgumentException("not a loop of this engine: " + loop);
    }

    /** The loop's pool. */
    public SlabPool pool() {
        return loop.pool();
    }

    /** How many endpoints there are: connections and listeners. */
    public int size() {
        return loop.slots().size();
    }

    /** Tasks run and timers fired so far. */
    public long callsMade() {
        return loop.counters().get(LoopCounters.TASKS_RUN) + loop.counters().get(LoopCounters.TIMERS_FIRED);
    }

    /** Visits every connection. */
    public void forEach(Visitor visitor) {
        loop.slots().forEach(endpoint -> {
            if (endpoint instanceof SocketConnection one) {
                Outbound out = one.out();
                visitor.visit(one.slot, one, one.in().keptBytes(), out.queuedMemoryBytes(), out.queuedWrites());
            }
        });
    }
}
