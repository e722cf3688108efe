package io.eventloop.testing;

import io.eventloop.Acceptor;
import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.MemoryBudget;
import io.eventloop.MemoryMetrics;
import io.eventloop.Relay;
import io.eventloop.RelayOptions;
import io.eventloop.SocketOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A host with a small memory budget, asked for far more than that by clients that never read. Those who do read get all
 * they asked for, directly or through a relay on that host, and the budget is kept.
 */
final class MemoryScenario {
    private static final Set<FaultKind> DESTRUCTIVE = EnumSet.of(
            FaultKind.RESET,
            FaultKind.VANISH,
            FaultKind.PARTITION,
            FaultKind.REFUSE,
            FaultKind.RESET_AFTER_ACCEPT,
            FaultKind.EXHAUSTION);

    private static final int ECHO = 7;
    private static final int FLOOD = 9;
    private static final int LOOP_BUDGET_BYTES = 256 << 10;

    /** The most that one callback acquires here: up to the high-water mark and a piece above it, in whole buffers. */
    private static final int CALLBACK_BYTES = 48 << 10;

    private static final int PIECE_BYTES = 3000;
    private static final int NEVER_READING = 50;

    private static final ConnectionLimits FLOODED = ConnectionLimits.builder()
            .waterMarks(4 << 10, 12 << 10)
            .writeTimeout(Duration.ofSeconds(80))
            .build();

    private final Arena arena;
    private final int loops;
    private final EventLoopGroup middle;
    private final SimulatedHost middleHost;
    private final List<PatternClient> readers = new ArrayList<>();

    private MemoryScenario(Arena arena) {
        this.arena = arena;
        loops = 1 + arena.random.nextInt(2);
        middleHost = arena.network.host("middle");
        middle = arena.group(
                middleHost,
                loops,
                Long.MAX_VALUE,
                builder -> builder.memory(MemoryBudget.builder()
                        .bytes((long) loops * LOOP_BUDGET_BYTES)
                        .build()));
    }

    /** In three of four runs none after which bytes may be missing. */
    static FaultPlan faults(long seed) {
        FaultPlan plan = FaultPlan.random(seed);
        if (seed % 4 == 0) {
            return plan;
        }
        for (FaultKind kind : DESTRUCTIVE) {
            plan = plan.without(kind);
        }
        return plan;
    }

    static void play(Arena arena) throws IOException {
        new MemoryScenario(arena).play();
    }

    private void play() throws IOException {
        boolean relayed = arena.random.nextInt(2) == 0;
        if (relayed) {
            SimulatedHost server = arena.network.host("server");
            serve(arena.group(server, 1), server);
            listen(middle, middleHost, ECHO, front -> new Front(server, ECHO));
            listen(middle, middleHost, FLOOD, front -> new Front(server, FLOOD));
        } else {
            serve(middle, middleHost);
        }
        long mostBytes = (long) loops * (LOOP_BUDGET_BYTES + CALLBACK_BYTES);
        arena.network
                .invariants()
                .always(
                        "the memory budget is kept",
                        () -> middle.memoryMetrics().usedBytes() <= mostBytes);
        SimulatedHost client = arena.network.host("client");
        EventLoopGroup calling = arena.group(client, 1);
        for (int i = 0; i < NEVER_READING; i++) {
            long nanos = arena.random.nextLong(i < NEVER_READING / 2 ? 1_000_000_000L : 40_000_000_000L);
            arena.network.after(
                    Duration.ofNanos(nanos),
                    () -> arena.connect(calling, middleHost.address(FLOOD), new NeverReading(), FLOODED));
        }
        for (int i = 0; i < 4; i++) {
            PatternClient reader = new PatternClient(
                    arena.network, i, arena.random.nextInt(1 << 13), 1 + arena.random.nextInt(PIECE_BYTES));
            readers.add(reader);
            // Later, so that who stands still can be told from who has only just come.
            arena.network.after(Duration.ofSeconds(20), () -> arena.connect(calling, middleHost.address(ECHO), reader));
        }
        arena.network.run(Duration.ofSeconds(45));
        arena.finish();
        for (PatternClient reader : readers) {
            arena.require(
                    reader.isComplete() || arena.isDestructive(),
                    "a reader got " + reader.received() + " of " + reader.sent() + " bytes: " + reader.reason() + ", "
                            + middle.memoryMetrics());
        }
        MemoryMetrics metrics = middle.memoryMetrics();
        arena.require(metrics.pressure() == MemoryMetrics.Pressure.NONE, "pressure is left: " + metrics);
        arena.require(
                metrics.readersResumed() <= metrics.readersPaused(),
                "more readers were resumed than paused: " + metrics);
        arena.require(metrics.acceptPauses() > 0 || arena.isDestructive(), "the budget was never short: " + metrics);
    }

    private void serve(EventLoopGroup group, SimulatedHost host) throws IOException {
        listen(group, host, ECHO, connection -> new Echo());
        listen(group, host, FLOOD, connection -> new Flood());
    }

    private void listen(EventLoopGroup group, SimulatedHost host, int port, Acceptor acceptor) throws IOException {
        ListenOptions options = ListenOptions.builder()
                .limits(port == ECHO ? arena.limits() : FLOODED)
                .socket(SocketOptions.NONE)
                .build();
        arena.listen(group, host.address(port), options, connection -> arena.watched(acceptor.accept(connection)));
    }

    /** Writes as much as it may and never ends. */
    private static final class Flood implements ConnectionHandler {
        @Override
        public void onOpen(Connection connection) {
            onWritable(connection);
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            in.skip(in.readableBytes());
        }

        @Override
        public void onWritable(Connection connection) {
            boolean more = connection.isWritable();
            while (more) {
                more = connection.write(new byte[PIECE_BYTES]);
            }
        }
    }

    private static final class NeverReading implements ConnectionHandler {
        @Override
        public void onOpen(Connection connection) {
            connection.pauseReading();
        }

        @Override
        public void onData(Connection connection, Buffer in) {}
    }

    /** The near end of a relay until the far end is open. */
    private final class Front implements ConnectionHandler {
        private final SimulatedHost server;
        private final int port;

        Front(SimulatedHost server, int port) {
            this.server = server;
            this.port = port;
        }

        @Override
        public void onOpen(Connection front) {
            front.pauseReading();
            ConnectOptions options = new ConnectOptions(
                    Duration.ofSeconds(200), port == ECHO ? arena.limits() : FLOODED, SocketOptions.NONE);
            front.loop().connect(server.address(port), options, arena.watched(new Back(front)));
        }

        @Override
        public void onData(Connection front, Buffer in) {}
    }

    private final class Back implements ConnectionHandler {
        private final Connection front;

        Back(Connection front) {
            this.front = front;
        }

        @Override
        public void onOpen(Connection back) {
            if (front.state() != Connection.State.OPEN) {
                back.abort();
                return;
            }
            ConnectionHandler beforeFront = front.handler();
            ConnectionHandler beforeBack = back.handler();
            Relay.join(front, back, new RelayOptions(Duration.ofSeconds(90)), (relay, a, b) -> {});
            arena.rewatch(beforeFront, front);
            arena.rewatch(beforeBack, back);
        }

        @Override
        public void onData(Connection back, Buffer in) {}

        @Override
        public void onClosed(Connection back, CloseReason reason) {
            front.abort();
        }
    }
}
