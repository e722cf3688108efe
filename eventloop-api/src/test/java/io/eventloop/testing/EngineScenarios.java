package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.DrainReport;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.ListenOptions.Distribution;
import io.eventloop.ListenOptions.Overflow;
import io.eventloop.Listener;
import io.eventloop.Relay;
import io.eventloop.RelayOptions;
import io.eventloop.SocketOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The engine in a network that misbehaves, each scenario with sizes and limits from the seed. */
final class EngineScenarios {
    private EngineScenarios() {}

    /** Clients send, a server echoes; what was sent comes back in order, all of it unless something broke it. */
    static void echo(Arena arena) throws IOException {
        SimulatedHost server = arena.network.host("server");
        SimulatedHost client = arena.network.host("client");
        EventLoopGroup serving = arena.group(server, 1 + arena.random.nextInt(2));
        listen(arena, serving, server);
        List<PatternClient> clients = clients(arena, arena.group(client, 1), server.address(7));
        arena.finish();
        requireComplete(arena, clients);
    }

    /** The same through a relay on a third host. */
    static void relay(Arena arena) throws IOException {
        List<PatternClient> clients = relayed(arena);
        arena.finish();
        requireComplete(arena, clients);
    }

    /** Clients that are served through a relay; in the end as many relays have to be over as began. */
    static List<PatternClient> relayed(Arena arena) throws IOException {
        SimulatedHost server = arena.network.host("server");
        SimulatedHost proxy = arena.network.host("proxy");
        SimulatedHost client = arena.network.host("client");
        listen(arena, arena.group(server, 1), server);
        EventLoopGroup proxying = arena.group(proxy, 1 + arena.random.nextInt(2));
        int[] relays = new int[2];
        arena.listen(
                proxying,
                proxy.address(8),
                options(arena),
                connection -> arena.watched(new ConnectionHandler() {
                    @Override
                    public void onOpen(Connection front) {
                        front.pauseReading();
                        ConnectOptions options =
                                new ConnectOptions(Duration.ofSeconds(200), arena.limits(), SocketOptions.NONE);
                        front.loop()
                                .connect(server.address(7), options, arena.watched(new Joiner(arena, front, relays)));
                    }

                    @Override
                    public void onData(Connection front, Buffer in) {}
                }));
        arena.inTheEnd(
                () -> arena.require(relays[0] == relays[1], relays[0] + " relays began, " + relays[1] + " completed"));
        return clients(arena, arena.group(client, 1), proxy.address(8));
    }

    /** Joins the back connection with the front one as soon as it is open. */
    private record Joiner(Arena arena, Connection front, int[] relays) implements ConnectionHandler {
        @Override
        public void onOpen(Connection back) {
            if (front.state() == Connection.State.OPEN) {
                relays[0]++;
                ConnectionHandler beforeFront = front.handler();
                ConnectionHandler beforeBack = back.handler();
                Relay.join(front, back, new RelayOptions(Duration.ofSeconds(90)), (relay, a, b) -> relays[1]++);
                arena.rewatch(beforeFront, front);
                arena.rewatch(beforeBack, back);
            } else {
                back.abort();
            }
        }

        @Override
        public void onData(Connection back, Buffer in) {}

        @Override
        public void onClosed(Connection back, CloseReason reason) {
            front.abort();
        }
    }

    /** Two parties that do anything they may, at any time. An end of input comes after all bytes, or not at all. */
    static void talk(Arena arena) throws IOException {
        SimulatedHost server = arena.network.host("server");
        SimulatedHost client = arena.network.host("client");
        Map<SocketAddress, Actor> callers = new HashMap<>();
        int[] numbers = new int[1];
        EventLoopGroup serving = arena.group(server, 1 + arena.random.nextInt(2));
        arena.listen(serving, server.address(7), options(arena), connection -> {
            Actor answering = new Actor(arena, ++numbers[0]);
            callers.get(connection.remoteAddress()).meet(answering);
            return arena.watched(answering);
        });
        EventLoop calling = arena.group(client, 1).next();
        int count = 1 + arena.random.nextInt(4);
        for (int i = 0; i < count; i++) {
            Actor caller = new Actor(arena, ++numbers[0]);
            // Of use until the server has accepted, if it ever does.
            caller.meet(new Actor(arena, 0));
            ConnectionHandler watched = arena.watched(caller);
            ConnectOptions options = new ConnectOptions(Duration.ofSeconds(200), arena.limits(), SocketOptions.NONE);
            calling.execute(() -> {
                Connection connection = calling.connect(server.address(7), options, watched);
                if (connection.state() != Connection.State.CLOSED) {
                    callers.put(connection.localAddress(), caller);
                }
            });
        }
        arena.finish();
    }

    /** A server drains while clients are at work, and is gone in time. */
    static void drain(Arena arena) throws IOException {
        SimulatedHost server = arena.network.host("server");
        SimulatedHost client = arena.network.host("client");
        EventLoopGroup serving = arena.group(server, 1 + arena.random.nextInt(3));
        int[] drained = new int[1];
        arena.listen(serving, server.address(7), options(arena), connection -> arena.watched(new Drained(drained)));
        List<PatternClient> clients = clients(arena, arena.group(client, 1), server.address(7));
        arena.network.run(Duration.ofNanos(arena.random.nextLong(1L << (15 + arena.random.nextInt(18)))));
        Duration limit = Duration.ofMillis(arena.random.nextInt(20_000));
        CompletableFuture<DrainReport> report = serving.shutdown(limit);
        boolean isGone = arena.network.runUntil(() -> serving.closed().isDone(), limit.plus(Duration.ofSeconds(10)));
        arena.require(isGone, "the server is not gone " + limit + " after the drain began");
        arena.require(report.isDone(), "a drained group has no report");
        if (report.isDone()) {
            DrainReport figures = report.join();
            arena.require(figures.aborted() <= figures.draining(), "cut what it did not count: " + figures);
            arena.require(drained[0] <= figures.draining(), figures + ", but " + drained[0] + " were told");
        }
        arena.finish();
        for (PatternClient one : clients) {
            arena.require(one.isComplete() || !one.isInputClosed() || one.isCut(), "orderly end, bytes missing");
        }
    }

    /** A listener with few places, a rate, pauses: never more connections than it may have, and all served in the end. */
    static void accept(Arena arena) throws IOException {
        SimulatedHost server = arena.network.host("server");
        SimulatedHost client = arena.network.host("client");
        EventLoopGroup serving = arena.group(server, 1 + arena.random.nextInt(3));
        int places = 1 + arena.random.nextInt(4);
        boolean waits = arena.random.nextInt(2) == 0;
        ListenOptions options = ListenOptions.builder()
                .limits(arena.limits())
                .socket(SocketOptions.NONE)
                .backlog(1 + arena.random.nextInt(20))
                .maxConnections(places, waits ? Overflow.WAIT : Overflow.RESET)
                .maxAcceptsPerSecond(arena.random.nextInt(2) == 0 ? 0 : 1 + arena.random.nextInt(50))
                .maxAcceptsPerTurn(1 + arena.random.nextInt(3))
                .distribution(arena.random.nextInt(2) == 0 ? Distribution.ROUND_ROBIN : Distribution.AUTO)
                .build();
        Listener listener = arena.listen(serving, server.address(7), options, connection -> arena.watched(new Echo()));
        arena.network
                .invariants()
                .always("connections within the limit", () -> listener.metrics().active() <= places);
        for (int i = arena.random.nextInt(4); i > 0; i--) {
            long pauseNanos = arena.random.nextLong(5_000_000_000L);
            arena.network.after(Duration.ofNanos(pauseNanos), listener::pause);
            arena.network.after(Duration.ofNanos(pauseNanos + arena.random.nextLong(2_000_000_000L)), listener::resume);
        }
        arena.network.after(Duration.ofSeconds(8), listener::resume);
        boolean closes = arena.random.nextInt(4) == 0;
        if (closes) {
            arena.network.after(Duration.ofNanos(arena.random.nextLong(9_000_000_000L)), listener::close);
        }
        List<PatternClient> clients = clients(arena, arena.group(client, 1), server.address(7));
        clients.addAll(clients(arena, arena.group(client, 1), server.address(7)));
        arena.finish();
        arena.require(listener.metrics().active() == 0, "places are not given back: " + listener.metrics());
        arena.require(!closes || listener.closed().isDone(), "a listener does not close");
        if (waits && !closes) {
            requireComplete(arena, clients);
        }
    }

    /** Connects that nobody answers, that are refused, that are given up: told once, and in time. */
    static void connect(Arena arena) throws IOException {
        SimulatedHost server = arena.network.host("server");
        SimulatedHost client = arena.network.host("client");
        EventLoopGroup serving = arena.group(server, 1);
        Listener paused = arena.listen(
                serving, server.address(7), ListenOptions.builder().backlog(1).build(), c -> arena.watched(new Echo()));
        paused.pause();
        EventLoop calling = arena.group(client, 1).next();
        InetSocketAddress nowhere = new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 9, 9, 9}), 7);
        List<InetSocketAddress> targets = List.of(server.address(7), server.address(9), nowhere, client.address(1));
        for (int i = 1 + arena.random.nextInt(8); i > 0; i--) {
            InetSocketAddress target = targets.get(arena.random.nextInt(targets.size()));
            Duration timeout = Duration.ofMillis(1 + arena.random.nextInt(150_000));
            ConnectOptions options = new ConnectOptions(timeout, arena.limits(), SocketOptions.NONE);
            ConnectAttempt attempt = new ConnectAttempt(arena, timeout);
            ConnectionHandler watched = arena.watched(attempt);
            long giveUp = arena.random.nextInt(3) == 0 ? arena.random.nextLong(2_000_000_000L) : 0;
            calling.execute(() -> attempt.begin(calling.connect(target, options, watched), giveUp));
        }
        if (arena.random.nextInt(2) == 0) {
            arena.network.partition(server, client);
            arena.network.after(Duration.ofSeconds(30), () -> arena.network.heal(server, client));
        }
        arena.finish();
    }

    private static void listen(Arena arena, EventLoopGroup group, SimulatedHost host) throws IOException {
        arena.listen(group, host.address(7), options(arena), connection -> arena.watched(new Echo()));
    }

    static ListenOptions options(Arena arena) {
        ConnectionLimits limits = arena.limits();
        return ListenOptions.builder()
                .limits(limits)
                .socket(SocketOptions.NONE)
                .backlog(1 + arena.random.nextInt(8))
                .maxAcceptsPerTurn(1 + arena.random.nextInt(3))
                .distribution(arena.random.nextInt(2) == 0 ? Distribution.ROUND_ROBIN : Distribution.AUTO)
                .build();
    }

    static List<PatternClient> clients(Arena arena, EventLoopGroup group, InetSocketAddress to) {
        List<PatternClient> clients = new ArrayList<>();
        int count = 1 + arena.random.nextInt(4);
        for (int i = 0; i < count; i++) {
            long total = arena.random.nextInt(1 << (4 + arena.random.nextInt(13)));
            PatternClient client = new PatternClient(arena.network, i, total, 1 + arena.random.nextInt(3000));
            clients.add(client);
            arena.connect(group, to, client);
        }
        return clients;
    }

    static void requireComplete(Arena arena, List<PatternClient> clients) {
        for (PatternClient client : clients) {
            arena.require(
                    client.isComplete() || arena.isDestructive(),
                    "a client got " + client.received() + " of " + client.sent() + " bytes: " + client.reason());
            arena.require(
                    client.isComplete() || !client.isInputClosed(),
                    "orderly end without all bytes, " + client.received() + " of " + client.sent() + ": "
                            + client.reason());
        }
    }
}
