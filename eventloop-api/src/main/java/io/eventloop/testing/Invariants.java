package io.eventloop.testing;

import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopMetrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * What has to hold in a simulation. Looked at after every event: whatever was reported broken, and the conditions given
 * here. Looked at in the end: that nothing is left.
 *
 * <p>Reported broken are: an exception out of a handler, task or timer that is no {@link IOException} (those are the
 * network's doing); a loop that ends by a failure; a loop that spins; after a turn, more memory in a pool than its limit,
 * more unconsumed or queued bytes or pieces of a connection than its limits; callbacks out of order ({@link LegalOrder});
 * bytes that are not those that were sent ({@link StreamPattern}).
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> throws {@link SimulationFailure}, with the first thing that broke.
 */
public final class Invariants {

    private record Condition(String what, BooleanSupplier holds) {}

    private final SimulatedNetwork network;
    private final List<Condition> conditions = new ArrayList<>();
    private final List<LegalOrder> orders = new ArrayList<>();
    private boolean mayKeepTimers;
    private String broken;
    private Throwable cause;

    Invariants(SimulatedNetwork network) {
        this.network = network;
    }

    /** Has a condition looked at after every event. */
    public void always(String what, BooleanSupplier holds) {
        conditions.add(new Condition(Objects.requireNonNull(what), Objects.requireNonNull(holds)));
    }

    /** Notes that something is broken; the run ends after the current event. Anything may call it, handlers too. */
    public void broken(String what) {
        broken(what, null);
    }

    private void broken(String what, Throwable why) {
        if (broken == null) {
            broken = what;
            cause = why;
        }
    }

    /** The failure listener of simulated groups; for groups that have one of their own to call as well. */
    public void reported(String what, Throwable failure) {
        if (!(failure instanceof IOException)) {
            broken(what, failure);
        }
    }

    void watch(LegalOrder order) {
        orders.add(order);
    }

    /** Looks at everything that has to hold at any time. */
    public void check() {
        if (broken == null) {
            for (Condition condition : conditions) {
                if (!condition.holds.getAsBoolean()) {
                    broken("does not hold: " + condition.what);
                    break;
                }
            }
        }
        if (broken != null) {
            throw new SimulationFailure(network, broken, cause);
        }
    }

    /**
     * Closes all groups and looks whether anything is left: connections whose handlers were not told of the end, buffers,
     * timers, descriptors.
     */
    public void checkEnd() {
        check();
        for (SimulatedHost host : network.hosts()) {
            for (EventLoopGroup group : host.groups()) {
                if (!group.closed().isDone()) {
                    checkTimers(group);
                }
            }
        }
        network.close();
        for (LegalOrder order : orders) {
            order.checkEnd();
        }
        for (SimulatedHost host : network.hosts()) {
            host.groups().forEach(group -> checkMemory(host, group));
            if (host.openDescriptors() != 0) {
                broken(host.openDescriptors() + " descriptors of " + host + " are left open");
            }
        }
        check();
    }

    private void checkTimers(EventLoopGroup group) {
        for (EventLoop loop : group.loops()) {
            LoopMetrics metrics = loop.metrics();
            if (metrics.active() == 0 && metrics.timersArmed() > 0 && !mayKeepTimers) {
                broken(metrics.timersArmed() + " timers of " + loop.name() + " are armed without a connection");
            }
        }
    }

    /** Lets timers be armed in the end that are the scenario's own. */
    public void allowTimers() {
        mayKeepTimers = true;
    }

    private void checkMemory(SimulatedHost host, EventLoopGroup group) {
        if (!group.closed().isDone()) {
            broken("a group of " + host + " is not closed");
        }
        for (EventLoop loop : group.loops()) {
            LoopMetrics metrics = loop.metrics();
            if (metrics.buffers().usedBytes() != 0) {
                broken(metrics.buffers().usedBytes() + " bytes of buffers of " + loop.name() + " were not released");
            }
            if (metrics.active() != 0) {
                broken(metrics.active() + " connections of " + loop.name() + " are left");
            }
        }
    }
}
