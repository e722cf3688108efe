package io.eventloop.testing;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * A network of simulated hosts with virtual time: the loops of all hosts run in one thread, and time is what the next
 * event says. The same seed gives the same run, step by step, on every machine and Java version.
 *
 * <pre>{@code
 * try (SimulatedNetwork network = SimulatedNetwork.builder().seed(42).build()) {
 *     SimulatedHost server = network.host("server");
 *     server.group(1).listen(server.address(7), connection -> new Echo());
 *     network.host("client").group(1).connect(server.address(7), ConnectOptions.DEFAULT, client);
 *     network.runUntil(client::isDone, Duration.ofMinutes(1));
 * }
 * }</pre>
 *
 * <p>A run is as deterministic as the code in it: handlers that read the system's clock, draw from the system's random
 * numbers or start threads are not.
 *
 * <p><b>Threading:</b> used by one thread; hosts, groups and handlers run in it.
 *
 * <p><b>Ownership:</b> {@link #close()} closes the groups of all hosts.
 *
 * <p><b>Failure:</b> a broken invariant, see {@link Invariants}, ends the run with {@link SimulationFailure}.
 */
public final class SimulatedNetwork implements AutoCloseable {

    private final long seed;
    private final FaultPlan faults;
    private final boolean edgeTriggered;
    private final Scheduler scheduler;
    private final List<SimulatedHost> hosts = new ArrayList<>();
    private final Invariants invariants = new Invariants(this);
    private final SeededRandom random;
    private boolean closed;

    private SimulatedNetwork(Builder builder) {
        seed = builder.seed;
        faults = builder.faults;
        edgeTriggered = builder.edgeTriggered;
        random = new SeededRandom(seed);
        scheduler = new Scheduler(this, builder.traceCapacity, random.split());
    }

    /** A builder: seed 0, no faults, edge-triggered. */
    public static Builder builder() {
        return new Builder();
    }

    /** The host of this name, made when it is first asked for. */
    public SimulatedHost host(String name) {
        for (SimulatedHost host : hosts) {
            if (host.name().equals(name)) {
                return host;
            }
        }
        SimulatedHost host = new SimulatedHost(this, name, hosts.size(), random.split());
        hosts.add(host);
        return host;
    }

    /** All hosts, in the order they were made. */
    public List<SimulatedHost> hosts() {
        return List.copyOf(hosts);
    }

    /** The seed. */
    public long seed() {
        return seed;
    }

    /** A generator for the scenario's own choices, seeded by the run's seed. */
    public SeededRandom random() {
        return random;
    }

    /** Time since the start. */
    public Duration time() {
        return Duration.ofNanos(scheduler.nowNanos());
    }

    /** Lets time pass, and everything happen that falls into it. */
    public void run(Duration duration) {
        afterOutsider();
        long end = scheduler.nowNanos() + duration.toNanos();
        while (scheduler.firstTime() <= end) {
            scheduler.step();
            invariants.check();
        }
        scheduler.advanceTo(end);
    }

    /**
     * Runs until the condition holds, which is looked at after every event.
     *
     * @return whether it came to hold; false if the time is over, or if nothing is left that could happen
     */
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
        afterOutsider();
        long end = scheduler.nowNanos() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (scheduler.firstTime() > end) {
                return false;
            }
            scheduler.step();
            invariants.check();
        }
        return true;
    }

    /** Has {@code task} run after {@code delay}, outside any loop. */
    public void after(Duration delay, Runnable task) {
        scheduler.after(delay.toNanos(), Step.TASK, Objects.requireNonNull(task), 0, 0);
    }

    /** Parts two hosts: packets between them are held back until {@link #heal} and count as lost meanwhile. */
    public void partition(SimulatedHost one, SimulatedHost other) {
        scheduler.link(one, other).partition(Long.MAX_VALUE);
        scheduler.link(other, one).partition(Long.MAX_VALUE);
    }

    /** Ends a partition; what was held back is sent again. */
    public void heal(SimulatedHost one, SimulatedHost other) {
        scheduler.link(one, other).heal();
        scheduler.link(other, one).heal();
    }

    /** Gives the link between two hosts, in both directions, faults of its own. */
    public void faults(SimulatedHost one, SimulatedHost other, LinkFaults own) {
        scheduler.link(one, other).faults(own);
        scheduler.link(other, one).faults(own);
    }

    /** What is checked in this run. */
    public Invariants invariants() {
        return invariants;
    }

    /** A hash over every step so far. */
    public long traceHash() {
        return scheduler.trace().hash();
    }

    /** How many steps there were: packets, turns, readiness, system calls. */
    public long events() {
        return scheduler.trace().steps();
    }

    /** The last steps as text, oldest first. */
    public List<String> lastEvents(int most) {
        return scheduler.trace().last(most, i -> hosts.get(i).name());
    }

    /** Closes the groups of all hosts. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            hosts.forEach(SimulatedHost::closeGroups);
        }
    }

    /** The host that has this address, seen from {@code from}; null if none has. */
    SimulatedHost hostAt(SimulatedHost from, InetSocketAddress remote) {
        if (from.isOwn(remote.getAddress())) {
            return from;
        }
        for (SimulatedHost host : hosts) {
            if (host.address().equals(remote.getAddress())) {
                return host;
            }
        }
        return null;
    }

    /** The scenario's own code ran: it may have used connections directly, which wakes no loop. */
    void afterOutsider() {
        hosts.forEach(SimulatedHost::afterOutsider);
    }

    void checkLoops() {
        hosts.forEach(SimulatedHost::checkLoops);
    }

    /** Whether something happened after which bytes may be missing: a reset, silence, a partition, a connect refused or given up. */
    public boolean isBroken() {
        Trace trace = scheduler.trace();
        return trace.has(Step.CUT)
                || trace.has(Step.CUT_ACCEPTED)
                || trace.has(Step.VANISHED)
                || trace.has(Step.PARTITIONED)
                || trace.has(Step.CRASHED)
                || trace.has(Step.REFUSED)
                || trace.has(Step.GIVE_UP)
                || trace.has(Step.EXHAUSTED);
    }

    /** Whether a connection went silent, or a host. */
    public boolean hasVanished() {
        return scheduler.trace().has(Step.VANISHED) || scheduler.trace().has(Step.CRASHED);
    }

    FaultPlan faults() {
        return faults;
    }

    boolean isEdgeTriggered() {
        return edgeTriggered;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /** Collects what a network is made of; not thread-safe. */
    public static final class Builder {
        private long seed;
        private FaultPlan faults = FaultPlan.NONE;
        private boolean edgeTriggered = true;
        private int traceCapacity = 1024;

        private Builder() {}

        /** Where every choice of the run comes from. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** The faults of links and hosts that are not given others. */
        public Builder faults(FaultPlan plan) {
            faults = Objects.requireNonNull(plan);
            return this;
        }

        /**
         * Whether pollers report changes, as epoll with {@code EPOLLET}, with ends and errors told apart, or what is awaited,
         * once for each await, as the selector of {@code java.nio}; default true.
         */
        public Builder edgeTriggered(boolean edges) {
            edgeTriggered = edges;
            return this;
        }

        /** How many steps are kept for a failure's report, rounded up to a power of two; default 1,024. */
        public Builder traceCapacity(int steps) {
            if (steps < 1 || steps > 1 << 24) {
                throw new IllegalArgumentException("traceCapacity is " + steps + ", must be within 1..16777216");
            }
            traceCapacity = Integer.highestOneBit(2 * steps - 1);
            return this;
        }

        /** The network, without hosts. */
        public SimulatedNetwork build() {
            return new SimulatedNetwork(this);
        }
    }
}
