package io.eventloop.engine;

import io.eventloop.Acceptor;
import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.CloseReason.Scope;
import io.eventloop.DrainReport;
import io.eventloop.Environment;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.Explanation;
import io.eventloop.ListenOptions;
import io.eventloop.ListenOptions.Distribution;
import io.eventloop.Listener;
import io.eventloop.LoopMetrics;
import io.eventloop.MemoryMetrics;
import io.eventloop.SocketOptions;
import io.eventloop.spi.Capability;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The loops of one group, its listeners, and its end.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> owns loops, listeners, watchdog.
 *
 * <p><b>Failure:</b> see {@link EventLoopGroup}.
 */
public final class LoopGroup implements EventLoopGroup {
    private final GroupSettings settings;
    private final Transport transport;
    private final String transportReason;
    private final List<Loop> loops = new ArrayList<>();
    private final List<ServerListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger runningLoops = new AtomicInteger();
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final MemoryGovernor governor;
    private final CompletableFuture<DrainReport> drainReport = new CompletableFuture<>();
    private volatile GroupDrain drain;
    private volatile boolean closeCalled;
    private Watchdog watchdog;

    private LoopGroup(GroupSettings settings, Transport transport, String transportReason) {
        this.settings = settings;
        this.transport = transport;
        this.transportReason = transportReason;
        this.governor = new MemoryGovernor(settings.memory(), settings.loops(), loops, listeners);
    }

    /** Opens the transport and starts the loops. */
    public static EventLoopGroup start(GroupSettings settings, TransportSelection selection) {
        TransportSelection.Opened opened = selection.open();
        if (opened.isFallback()) {
            System.getLogger("io.eventloop").log(System.Logger.Level.INFO, "transport " + opened.reason());
        }
        LoopGroup group = new LoopGroup(settings, opened.transport(), opened.reason());
        try {
            for (int i = 0; i < settings.loops(); i++) {
                group.loops.add(new Loop(group, i, group.transport));
            }
        } catch (IOException | RuntimeException e) {
            group.loops.forEach(loop -> loop.poller().close());
            throw e instanceof IOException io ? new UncheckedIOException(io) : (RuntimeException) e;
        }
        group.runningLoops.set(settings.loops());
        if (!settings.callerDriven()) {
            group.startThreads();
        }
        return group;
    }

    private void startThreads() {
        if (!settings.options().blockedThreshold().isZero()) {
            watchdog = new Watchdog(this, loops);
        }
        for (Loop loop : loops) {
            settings.environment().newThread(loop.name(), loop.driver()::run).start();
        }
    }

    GroupSettings settings() {
        return settings;
    }

    MemoryGovernor governor() {
        return governor;
    }

    Environment environment() {
        return settings.environment();
    }

    Loop nextLoop() {
        Loop loop = loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
        // One that is ending takes no tasks any more, before it has ended.
        for (int i = 1; i < loops.size() && loop.stopReason() != null; i++) {
            loop = loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
        }
        return loop;
    }

    void report(String what, Throwable failure) {
        try {
            settings.failureListener().accept(what, failure);
        } catch (Throwable e) {
            // Whatever it throws must not keep the loop from what it was about to do.
            System.getLogger("io.eventloop").log(System.Logger.Level.ERROR, "the failure listener threw", e);
        }
    }

    void forget(ServerListener listener) {
        listeners.remove(listener);
    }

    @Override
    public List<EventLoop> loops() {
        return List.copyOf(loops);
    }

    @Override
    public EventLoop next() {
        checkNotClosed();
        return nextLoop();
    }

    @Override
    public String transport() {
        return transport.name();
    }

    @Override
    public String transportReason() {
        return transportReason;
    }

    @Override
    public Listener listen(SocketAddress local, ListenOptions options, Acceptor acceptor) throws IOException {
        checkNotClosed();
        if (ending.get()) {
            throw new IllegalStateException("the group is shutting down");
        }
        boolean reusePort = reusesPort(local, options.distribution());
        SocketOptions listening = options.socket();
        List<RawListener> sockets = new ArrayList<>();
        try {
            sockets.add(transport.listen(local, options.backlog(), false, listening));
            if (reusePort) {
                // The first one has found out that nobody else listens there; sharing would have hidden it.
                SocketAddress bound = sockets.get(0).localAddress();
                sockets.remove(0).close();
                for (int i = 0; i < loops.size(); i++) {
                    sockets.add(transport.listen(bound, options.backlog(), true, listening));
                }
            }
        } catch (IOException | RuntimeException e) {
            sockets.forEach(RawListener::close);
            throw e;
        }
        return start(sockets, options, acceptor);
    }

    private Listener start(List<RawListener> sockets, ListenOptions options, Acceptor acceptor) {
        ServerListener listener = new ServerListener(this, sockets.get(0).localAddress(), options, acceptor);
        List<ListenerEndpoint> endpoints = new ArrayList<>();
        boolean handOver = sockets.size() == 1 && loops.size() > 1;
        Loop only = handOver || loops.size() == 1 ? nextLoop() : null;
        for (int i = 0; i < sockets.size(); i++) {
            Loop loop = only == null ? loops.get(i) : only;
            endpoints.add(new ListenerEndpoint(loop, listener, sockets.get(i), handOver));
        }
        listeners.add(listener);
        listener.start(endpoints);
        if (ending.get()) {
            listener.close();
        }
        return listener;
    }

    private boolean reusesPort(SocketAddress local, Distribution distribution) {
        boolean possible =
                local instanceof InetSocketAddress && transport.capabilities().contains(Capability.REUSE_PORT);
        if (distribution == Distribution.REUSE_PORT && !possible) {
            throw new UnsupportedOperationException(
                    "transport " + transport.name() + " cannot share " + local + " between listeners (SO_REUSEPORT)");
        }
        return possible && distribution != Distribution.ROUND_ROBIN && loops.size() > 1;
    }

    private void checkNotClosed() {
        if (closeCalled) {
            throw new IllegalStateException("the group is closed");
        }
    }

    @Override
    public CompletableFuture<DrainReport> shutdown(Duration limit) {
        checkNotClosed();
        if (limit.isNegative()) {
            throw new IllegalArgumentException("drain is " + limit + ", must not be negative");
        }
        if (ending.compareAndSet(false, true)) {
            drain = new GroupDrain(this, loops, limit);
            List<ServerListener> open = List.copyOf(listeners);
            open.forEach(ServerListener::close);
            // Only then is every accepted connection on its way to its loop.
            CompletableFuture.allOf(open.stream().map(ServerListener::closed).toArray(CompletableFuture[]::new))
                    .thenRun(drain::begin);
        }
        return drainReport.copy();
    }

    void drained(Loop loop) {
        GroupDrain running = drain;
        if (running != null) {
            running.drained(loop);
        }
    }

    /** One more connection that the drain waits for. */
    void openedWhileDraining(Loop loop) {
        drain.openedMeanwhile(loop);
    }

    /** The drain is over: the loops may end. */
    void drainEnded(DrainReport report) {
        drainReport.complete(report);
        stopLoops();
    }

    private void stopLoops() {
        CloseReason reason = CloseReason.of(Scope.GROUP, Initiator.LOCAL, Kind.SHUT_DOWN);
        for (Loop loop : loops) {
            loop.stop(reason);
        }
    }

    void loopEnded(Loop loop) {
        drained(loop);
        if (runningLoops.decrementAndGet() == 0) {
            ending.set(true);
            if (watchdog != null) {
                watchdog.stop();
            }
            drainReport.complete(new DrainReport(0, 0));
            closed.complete(null);
        }
    }

    @Override
    public LoopMetrics metrics() {
        LoopMetrics sum = null;
        for (Loop loop : loops) {
            sum = sum == null ? loop.metrics() : MetricsSum.of(sum, loop.metrics());
        }
        return sum;
    }

    @Override
    public CompletableFuture<List<Explanation>> stuckConnections(Duration still) {
        if (still.isNegative()) {
            throw new IllegalArgumentException("the time without progress is " + still + ", must not be negative");
        }
        return StuckSearch.start(loops, still);
    }

    @Override
    public MemoryMetrics memoryMetrics() {
        return governor.metrics();
    }

    @Override
    public void close() {
        closeCalled = true;
        ending.set(true);
        listeners.forEach(ServerListener::close);
        stopLoops();
        if (settings.callerDriven()) {
            for (Loop loop : loops) {
                loop.driver().finishNow();
            }
        } else if (loops.stream().noneMatch(Loop::inLoop)) {
            closed.join();
        }
    }

    @Override
    public CompletableFuture<Void> closed() {
        return closed.copy();
    }
}
