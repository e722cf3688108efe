package io.eventloop.testing;

import io.eventloop.BufferLimitExceededException;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import io.eventloop.ListenOptions;
import io.eventloop.ListenOptions.Distribution;
import io.eventloop.Listener;
import io.eventloop.Relay;
import io.eventloop.RelayOptions;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.WriteLimitExceededException;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * Callbacks of every kind that at their end do anything to any object of their loop, most of it at the wrong time, and throw.
 * What one does may harm another only in the way that it says it does; each end is told once; nothing is left.
 */
final class Unruly {
    /** What is thrown by intention: each is reported once. */
    static final class Outburst extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** As {@link Outburst}, and ends a loop. */
    static final class Collapse extends Error {
        private static final long serialVersionUID = 1;
    }

    private static final int MAX_DEPTH = 4;
    private static final int MOST_PARTIES = 30;
    private static final int MOST_LISTENERS = 5;
    private static final int FIRST_PORT = 7;

    final Arena arena;
    final SeededRandom random;
    final Map<SocketAddress, UnrulyParty> callers = new HashMap<>();
    private final SimulatedHost server;
    private final List<UnrulyGroup> groups = new ArrayList<>();
    private final List<UnrulyParty> parties = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final List<Throwable> thrown = new ArrayList<>();
    private final List<EventLoop> collapsed = new ArrayList<>();
    private final int outburstEvery;
    private final int endEvery;
    private int actionsLeft;
    private int depth;
    private int accepted;
    private int tasksAccepted;
    private int tasksRun;
    private int relaysBegun;
    private int relaysCompleted;
    private int endTasks;
    private int endTasksRun;

    private Unruly(Arena arena) {
        this.arena = arena;
        random = arena.random.split();
        server = arena.network.host("server");
        actionsLeft = 100 + random.nextInt(900);
        outburstEvery = 10 + random.nextInt(200);
        endEvery = 50 + random.nextInt(4000);
    }

    static void play(Arena arena) throws IOException {
        new Unruly(arena).play();
    }

    private void play() throws IOException {
        groups.add(UnrulyGroup.on(server, arena, random, this::reported));
        SimulatedHost client = arena.network.host("client");
        for (int i = random.nextInt(2); i >= 0; i--) {
            groups.add(UnrulyGroup.on(client, arena, random, this::reported));
        }
        listen(groups.get(0));
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            EventLoop loop =
                    groups.get(1 + random.nextInt(groups.size() - 1)).group.next();
            loop.execute(() -> attempt(() -> connect(loop)));
        }
        for (UnrulyGroup one : groups) {
            one.group.loops().forEach(loop -> loop.execute(() -> one.timers.add(new UnrulyTimer(this, loop))));
        }
        arena.network.runUntil(this::isQuiet, Duration.ofSeconds(60));
        actionsLeft = 0;
        arena.network.run(Duration.ofMinutes(15));
        checkQuiet();
        for (UnrulyGroup one : groups) {
            if (!one.isClosed) {
                one.promised.add(one.group.shutdown(Duration.ofSeconds(1)));
            }
        }
        arena.network.run(Duration.ofSeconds(30));
        checkEnd();
    }

    boolean isQuiet() {
        return actionsLeft <= 0;
    }

    void require(boolean holds, String what) {
        arena.require(holds, what);
    }

    private void reported(String what, Throwable failure) {
        if (failure instanceof Outburst || failure instanceof Collapse) {
            require(thrown.remove(failure), "reported twice: " + what);
        } else {
            arena.network.invariants().reported(what, failure);
        }
    }

    private UnrulyGroup groupOf(EventLoop loop) {
        for (UnrulyGroup one : groups) {
            if (one.group.loops().contains(loop)) {
                return one;
            }
        }
        throw new AssertionError("a loop of no group");
    }

    boolean isGone(EventLoop loop) {
        return collapsed.contains(loop) || groupOf(loop).isGone();
    }

    // What callbacks do.

    /** Does anything. */
    void act(EventLoop loop) {
        if (depth < MAX_DEPTH) {
            depth++;
            try {
                for (int left = random.nextInt(3); left > 0 && !isQuiet(); left--) {
                    actionsLeft--;
                    attempt(() -> actOnce(loop));
                }
            } finally {
                depth--;
            }
        }
    }

    /** Throws, now and then. */
    void burst(EventLoop loop) {
        if (!isQuiet() && random.nextInt(outburstEvery) == 0) {
            if (random.nextInt(60) == 0) {
                collapsed.add(loop);
                throw noted(new Collapse());
            }
            throw noted(new Outburst());
        }
    }

    private <T extends Throwable> T noted(T failure) {
        thrown.add(failure);
        return failure;
    }

    interface Attempt {
        void run() throws IOException;
    }

    static void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (IllegalStateException
                | RejectedExecutionException
                | WriteLimitExceededException
                | BufferLimitExceededException
                | SystemCallException e) {
            // It was the wrong time.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void actOnce(EventLoop loop) throws IOException {
        UnrulyGroup own = groupOf(loop);
        UnrulyGroup any = groups.get(random.nextInt(groups.size()));
        switch (random.nextInt(24)) {
            case 0, 1 -> connect(loop);
            case 2 -> {
                EventLoop other = any.group.next();
                execute(other, () -> connect(other));
            }
            case 3, 4 -> execute(any.group.next(), () -> {});
            case 5 -> {
                if (random.nextInt(4) == 0) {
                    while (true) {
                        execute(any.group.next(), () -> {});
                    }
                }
            }
            case 6, 7 -> timer(own, loop);
            case 8 -> join(loop);
            case 9 -> listener().pause();
            case 10, 11 -> listener().resume();
            case 12 -> {
                if (random.nextInt(10) == 0) {
                    listener().close();
                }
            }
            case 13 -> listen(groups.get(0));
            case 14 -> end(any);
            case 15 -> endTask(loop);
            case 16 -> any.promised.add(any.group.stuckConnections(Duration.ofMillis(random.nextInt(300))));
            default -> {
                UnrulyParty party = party(loop);
                if (party != null) {
                    party.treat();
                }
            }
        }
    }

    private UnrulyParty party(EventLoop loop) {
        List<UnrulyParty> here = new ArrayList<>();
        for (UnrulyParty party : parties) {
            if (party.connection() != null && party.connection().loop() == loop) {
                here.add(party);
            }
        }
        return here.isEmpty() ? null : here.get(random.nextInt(here.size()));
    }

    private Listener listener() {
        return listeners.get(random.nextInt(listeners.size()));
    }

    private void connect(EventLoop loop) {
        if (parties.size() >= MOST_PARTIES) {
            return;
        }
        UnrulyParty caller = new UnrulyParty(this, parties.size(), loop);
        ConnectionHandler watched = LegalOrder.of(arena.network, caller);
        int port = FIRST_PORT + random.nextInt(listeners.size());
        ConnectOptions options =
                new ConnectOptions(Duration.ofMillis(1 + random.nextInt(20_000)), arena.limits(), SocketOptions.NONE);
        Connection connection = loop.connect(server.address(port), options, watched);
        parties.add(caller);
        caller.begin(connection);
        if (connection.state() != Connection.State.CLOSED) {
            callers.put(connection.localAddress(), caller);
        }
    }

    private void listen(UnrulyGroup grouped) throws IOException {
        if (listeners.size() >= MOST_LISTENERS) {
            return;
        }
        ListenOptions options = ListenOptions.builder()
                .limits(arena.limits())
                .socket(SocketOptions.NONE)
                .backlog(1 + random.nextInt(8))
                .maxAcceptsPerTurn(1 + random.nextInt(3))
                .maxConnections(1 + random.nextInt(20), ListenOptions.Overflow.values()[random.nextInt(2)])
                .distribution(random.nextInt(2) == 0 ? Distribution.ROUND_ROBIN : Distribution.AUTO)
                .build();
        listeners.add(
                arena.listen(grouped.group, server.address(FIRST_PORT + listeners.size()), options, this::accept));
    }

    private ConnectionHandler accept(Connection connection) {
        accepted++;
        UnrulyParty party = new UnrulyParty(this, parties.size(), connection.loop());
        parties.add(party);
        party.begin(connection);
        UnrulyParty caller = callers.get(connection.remoteAddress());
        if (caller != null) {
            caller.meet(party);
        }
        party.accepting();
        return LegalOrder.of(arena.network, party);
    }

    private void execute(EventLoop loop, Runnable first) {
        Runnable task = new Runnable() {
            private boolean hasRun;

            @Override
            public void run() {
                require(!hasRun, "a task ran twice");
                hasRun = true;
                tasksRun++;
                attempt(first::run);
                act(loop);
                burst(loop);
            }
        };
        loop.execute(task);
        tasksAccepted++;
    }

    private void timer(UnrulyGroup own, EventLoop loop) {
        if (own.timers.isEmpty() || random.nextInt(4) == 0) {
            own.timers.add(new UnrulyTimer(this, loop));
            return;
        }
        UnrulyTimer any = own.timers.get(random.nextInt(own.timers.size()));
        if (any.loop() == loop) {
            any.disturb();
        }
    }

    private void join(EventLoop loop) {
        UnrulyParty a = party(loop);
        UnrulyParty b = party(loop);
        if (a == null || a == b || !a.mayJoin() || !b.mayJoin()) {
            return;
        }
        ConnectionHandler beforeA = a.connection().handler();
        ConnectionHandler beforeB = b.connection().handler();
        Relay.join(a.connection(), b.connection(), new RelayOptions(Duration.ofSeconds(60)), (relay, one, other) -> {
            relaysCompleted++;
            act(loop);
            burst(loop);
        });
        relaysBegun++;
        a.joined(beforeA);
        b.joined(beforeB);
    }

    private void end(UnrulyGroup any) {
        if (random.nextInt(endEvery) < 10) {
            if (random.nextInt(2) == 0) {
                any.isClosed = true;
                any.group.close();
            } else {
                long nanos = random.nextInt(4) * 700_000_000L;
                CompletableFuture<?> report = any.group.shutdown(Duration.ofNanos(nanos));
                if (any.drainEndNanos < 0) {
                    any.drainEndNanos = arena.network.time().toNanos() + nanos;
                }
                any.promised.add(report.thenRun(() -> {
                    checkDrained(any);
                    any.isClosed = true;
                    act(any.group.loops().get(0));
                }));
            }
        }
    }

    private void endTask(EventLoop loop) {
        Runnable takeBack = loop.addEndTask(() -> {
            endTasksRun++;
            act(loop);
            burst(loop);
        });
        if (random.nextInt(2) == 0) {
            takeBack.run();
        } else {
            endTasks++;
        }
    }

    // What has to hold.

    /** A group ends when it is told to, or because its drain is over. */
    void checkShutDown(EventLoop loop) {
        require(groupOf(loop).isClosed, "shut down though nobody closed the group, and it does not drain");
    }

    /** A drain waits for connections as long as it was told to. */
    private void checkDrained(UnrulyGroup drained) {
        if (!drained.isClosed && arena.network.time().toNanos() < drained.drainEndNanos) {
            for (UnrulyParty party : parties) {
                require(
                        !drained.group.loops().contains(party.loop()) || party.isDone(),
                        "a drain is over before its time, and " + party + " is not");
            }
        }
    }

    private void checkQuiet() {
        for (UnrulyParty party : parties) {
            party.checkEnd();
        }
        for (UnrulyGroup one : groups) {
            require(one.group.metrics().active() == 0, one.group.metrics().active() + " connections never end");
            for (UnrulyTimer timer : one.timers) {
                require(!timer.isPending() || isGone(timer.loop()), "a timer did not fire");
            }
        }
        require(relaysBegun == relaysCompleted, relaysBegun + " relays began, " + relaysCompleted + " completed");
        require(tasksAccepted == tasksRun, tasksAccepted + " tasks were taken, " + tasksRun + " were run");
        long told = parties.stream().filter(UnrulyParty::isOver).count();
        long counted = 0;
        for (UnrulyGroup one : groups) {
            for (Map.Entry<CloseReason.Kind, Long> kind :
                    one.group.metrics().closed().entrySet()) {
                counted += kind.getValue();
            }
        }
        long untold = parties.stream().filter(UnrulyParty::isHandlerless).count();
        require(counted == told + untold, counted + " ends were counted, " + told + " told, " + untold + " not to be");
        long byListeners = 0;
        for (Listener listener : listeners) {
            byListeners += listener.metrics().accepted();
            require(listener.metrics().active() == 0, "places are not given back: " + listener.metrics());
        }
        require(byListeners == accepted, byListeners + " accepts were counted, there were " + accepted);
    }

    private void checkEnd() {
        for (UnrulyGroup one : groups) {
            require(one.group.closed().isDone(), "a group does not end");
            for (CompletableFuture<?> future : one.promised) {
                require(future.isDone(), "a future is not completed");
            }
        }
        for (Listener listener : listeners) {
            require(listener.closed().isDone(), "a listener is not closed");
        }
        require(endTasks == endTasksRun, endTasks + " end tasks, " + endTasksRun + " were run");
        require(thrown.isEmpty(), thrown + " were not reported");
    }
}
