package io.eventloop.testing;

import io.eventloop.Environment;
import io.eventloop.Errno;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.EventLoopGroupBuilder;
import io.eventloop.SystemCallException;
import io.eventloop.spi.TransportProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * One host of a simulated network: an address, clocks, ports, descriptors, and groups of event loops.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> its groups are closed with the network.
 *
 * <p><b>Failure:</b> at the descriptor limit system calls fail with {@code EMFILE}.
 */
public final class SimulatedHost {
    private static final int DEFAULT_DESCRIPTORS = 1 << 16;
    private static final long HOUR_MILLIS = 3_600_000;

    private final SimulatedNetwork network;
    private final String name;
    private final int index;
    private final SeededRandom random;
    private final InetAddress address;
    private final Ports ports = new Ports();
    private final List<EventLoopGroup> groups = new ArrayList<>();
    private final List<SimulatedLoop> loops = new ArrayList<>();
    private final HostEnvironment environment;
    private SystemFaults faults;

    /** What the group that is being built gets its pollers from. */
    private SimulatedTransportProvider provider;

    private int descriptorLimit = DEFAULT_DESCRIPTORS;
    private int descriptors;
    private boolean crashed;

    SimulatedHost(SimulatedNetwork network, String name, int index, SeededRandom random) {
        this.network = network;
        this.name = Objects.requireNonNull(name);
        this.index = index;
        this.random = random;
        this.faults = network.faults().system();
        this.environment = new HostEnvironment(network.scheduler(), random.split());
        int number = index + 1;
        try {
            address = InetAddress.getByAddress(
                    name, new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its address, {@code 10.0.0.1} for the first host. */
    public InetAddress address() {
        return address;
    }

    /** A port at its address; 0 has the system choose where it listens. */
    public InetSocketAddress address(int port) {
        return new InetSocketAddress(address, port);
    }

    /** A group of caller-driven loops on this host, run by the network. */
    public EventLoopGroup group(int loopCount) {
        return group(builder -> builder.loops(loopCount));
    }

    /**
     * A group of caller-driven loops on this host, run by the network.
     *
     * @param changes to a builder that has this host's transport and environment; a transport given instead has to wrap
     *     {@link #transport()}
     */
    public EventLoopGroup group(UnaryOperator<EventLoopGroupBuilder> changes) {
        EventLoopGroupBuilder builder = EventLoopGroup.builder()
                .loops(1)
                .namePrefix(name)
                .environment(environment)
                .transport(transport())
                .callerDriven()
                .failureListener(network.invariants()::reported);
        EventLoopGroup group = changes.apply(builder).build();
        List<SimulatedPoller> pollers = provider.pollers();
        for (EventLoop loop : group.loops()) {
            loops.add(new SimulatedLoop(this, loop, pollers.get(loop.index())));
        }
        groups.add(group);
        return group;
    }

    /** The transport of this host, to be wrapped: by a test that changes what the kernel does. */
    public TransportProvider transport() {
        provider = new SimulatedTransportProvider(this, network.isEdgeTriggered());
        return provider;
    }

    /** Its clocks and random numbers. */
    public Environment environment() {
        return environment;
    }

    /** The most descriptors it may have open at once; default 65,536. */
    public void descriptorLimit(int most) {
        descriptorLimit = most;
    }

    /** Descriptors open now. */
    public int openDescriptors() {
        return descriptors;
    }

    /** Gives it faults of its own. */
    public void faults(SystemFaults own) {
        faults = Objects.requireNonNull(own);
    }

    /** Does not let any of its loops run for a while. */
    public void stall(Duration duration) {
        loops.forEach(loop -> loop.stall(duration.toNanos()));
    }

    /** Goes silent for good: no packet leaves or reaches it, and its loops stand still. */
    public void crash() {
        crashed = true;
        note(Step.CRASHED, 0, 0, 0);
        stall(Duration.ofDays(365));
    }

    /** Moves its wall clock. */
    public void jumpWallClock(Duration by) {
        note(Step.CLOCK, 0, by.toMillis(), 0);
        environment.jump(by.toMillis());
    }

    /** Its groups. */
    public List<EventLoopGroup> groups() {
        return List.copyOf(groups);
    }

    void closeGroups() {
        groups.forEach(EventLoopGroup::close);
    }

    // For the simulation.

    SimulatedNetwork network() {
        return network;
    }

    Scheduler scheduler() {
        return network.scheduler();
    }

    int index() {
        return index;
    }

    SeededRandom random() {
        return random;
    }

    Ports ports() {
        return ports;
    }

    SystemFaults faults() {
        return faults;
    }

    boolean isCrashed() {
        return crashed;
    }

    long nanoTime() {
        return environment.nanoTime();
    }

    void afterOutsider() {
        for (SimulatedLoop loop : loops) {
            loop.afterOutsider();
        }
    }

    /** Whoever has work has to be about to run: otherwise a wake-up was lost. */
    void checkLoops() {
        for (SimulatedLoop loop : loops) {
            loop.checkScheduled();
        }
    }

    void note(Step step, int subject, long a, long b) {
        network.scheduler().note(step, this, subject, a, b);
    }

    void beforeTurn(SimulatedLoop loop) {
        if (random.chance(faults.stallProbability())) {
            loop.stall(1 + random.nextLong(Math.max(1, faults.maxStall().toNanos())));
        }
        if (random.chance(faults.clockJumpProbability())) {
            jumpWallClock(Duration.ofMillis(random.nextLong(2 * HOUR_MILLIS) - HOUR_MILLIS));
        }
    }

    boolean isOwn(InetAddress local) {
        return local.isAnyLocalAddress() || local.isLoopbackAddress() || local.equals(address);
    }

    boolean takeDescriptor() {
        if (descriptors >= descriptorLimit) {
            return false;
        }
        if (random.chance(faults.exhaustionProbability())) {
            note(Step.EXHAUSTED, 0, 0, 0);
            return false;
        }
        descriptors++;
        return true;
    }

    /** One from the reserve, for a socket that is closed at once. */
    void lendDescriptor() {
        descriptors++;
    }

    void releaseDescriptor() {
        descriptors--;
    }

    InetSocketAddress bindEphemeral(InetSocketAddress remote) throws SystemCallException {
        return address(ports.takeEphemeral("connect(2)", "to " + text(remote)));
    }

    void releasePort(SimulatedSocket socket) {
        ports.release(socket.localInet().getPort());
    }

    SystemCallException outOfDescriptors(String call, SocketAddress subject) {
        note(Step.FAILED, 0, Errno.EMFILE.ordinal(), 0);
        return new SystemCallException(call, "for " + text(subject), Errno.EMFILE, "");
    }

    static InetSocketAddress requireInet(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && !inet.isUnresolved()) {
            return inet;
        }
        throw new IllegalArgumentException("not a resolved internet address: " + address);
    }

    static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            return String.valueOf(address);
        }
        String host = inet.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
    }

    @Override
    public String toString() {
        return name + " (" + address.getHostAddress() + ")";
    }
}
