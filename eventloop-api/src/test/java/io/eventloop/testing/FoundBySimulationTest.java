package io.eventloop.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.DrainReport;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.ListenOptions.Distribution;
import io.eventloop.Relay;
import io.eventloop.RelayOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Bugs of the engine that the simulation found: the seed that did, and the same without chance. A seed says less once the
 * simulator or its scenario draws other numbers; the scripted test beside it stays.
 */
class FoundBySimulationTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HALF_A_LATENCY = LinkFaults.NONE.latency().dividedBy(2);
    private static final byte[] PART = "the first half".getBytes(US_ASCII);

    private static void play(long seed, EngineSimulationTest.Play play) {
        Simulation.of(network -> play.in(new Arena(network))).run(seed);
    }

    @Test
    void passesTheSeedOfThePauseOnBrokenOutput() {
        play(31, EngineScenarios::accept);
    }

    @Test
    void passesTheSeedOfTheHandOver() {
        play(1, EngineScenarios::talk);
    }

    @Test
    void passesTheSeedOfTheIdleRelay() {
        play(459, EngineScenarios::relay);
    }

    /** The output broke, then the handler paused reading: no event would have told of the end, and it lingered. */
    @Test
    void endsAConnectionPausedAfterItsOutputBroke() throws IOException {
        try (SimulatedNetwork network = SimulatedNetwork.builder().build()) {
            SimulatedHost server = network.host("server");
            RecordingHandler handler = new RecordingHandler() {
                @Override
                public void onData(Connection connection, Buffer in) {
                    super.onData(connection, in);
                    connection.write(PART);
                    connection.flush();
                    connection.pauseReading();
                }
            };
            server.group(1).listen(server.address(7), connection -> handler);
            ScriptedPeer.connect(network.host("client"), server.address(7))
                    .send(PART)
                    .reset();
            // Bytes and reset are there when the loop reads the bytes: its write meets the reset.
            server.stall(Duration.ofSeconds(1));
            assertTrue(network.runUntil(handler::isClosed, Duration.ofSeconds(10)), "the end is not told");
            assertEquals(Kind.RESET, handler.reason().orElseThrow().kind());
        }
    }

    /** One thread drove two loops, and one took a connection of the other over in the middle of its own turn. */
    @Test
    void handsOverBetweenLoopsOfOneThread() throws IOException {
        try (SimulatedNetwork network =
                SimulatedNetwork.builder().edgeTriggered(false).build()) {
            SimulatedHost server = network.host("server");
            List<EventLoop> turns = new ArrayList<>();
            EventLoopGroup group = server.group(2);
            ListenOptions options = ListenOptions.builder()
                    .distribution(Distribution.ROUND_ROBIN)
                    .build();
            group.listen(server.address(7), options, connection -> {
                turns.add(connection.loop());
                // Nothing but the hand-over wakes the loop that is to send this.
                connection.write(PART);
                return new Echo();
            });
            for (int i = 0; i < 4; i++) {
                ScriptedPeer peer = ScriptedPeer.connect(network.host("client"), server.address(7))
                        .expect(PART)
                        .close();
                assertTrue(network.runUntil(peer::isDone, MINUTE), "nothing came");
            }
            assertEquals(4, turns.size());
            assertEquals(2, turns.stream().distinct().count());
            network.run(MINUTE);
            network.invariants().checkEnd();
        }
    }

    /** A relay that was idle ended in order, and half an answer passed for a whole one. */
    @Test
    void resetsAnIdleRelayThatPassedAPart() throws IOException {
        try (SimulatedNetwork network = SimulatedNetwork.builder().build()) {
            SimulatedHost proxy = network.host("proxy");
            SimulatedHost server = network.host("server");
            ScriptedListener.listen(
                    server, server.address(7), 1, peer -> peer.send(PART).expectReset());
            proxy.group(1).listen(proxy.address(8), front -> new ConnectionHandler() {
                @Override
                public void onOpen(Connection connection) {
                    connection.loop().connect(server.address(7), ConnectOptions.DEFAULT, new Joining(connection));
                }

                @Override
                public void onData(Connection connection, Buffer in) {}
            });
            ScriptedPeer peer = ScriptedPeer.connect(network.host("client"), proxy.address(8))
                    .expect(PART)
                    .expectReset()
                    .close();
            assertTrue(network.runUntil(peer::isDone, MINUTE));
            network.run(MINUTE);
        }
    }

    private record Joining(Connection front) implements ConnectionHandler {
        @Override
        public void onOpen(Connection back) {
            Relay.join(front, back, new RelayOptions(Duration.ofSeconds(5)), (relay, a, b) -> {});
        }

        @Override
        public void onData(Connection back, Buffer in) {}
    }

    /** One that came to its loop after the drain had begun was cut at the deadline, and not among those counted. */
    @Test
    void countsWhatConnectsDuringADrain() throws IOException {
        assertEquals(new DrainReport(1, 1), drained((network, group, to) -> {
            CompletableFuture<DrainReport> report = group.shutdown(Duration.ofSeconds(5));
            group.next().execute(() -> group.next().connect(to, ConnectOptions.DEFAULT, new RecordingHandler()));
            return report;
        }));
    }

    /** A connect under way when the drain began was counted then, and again when it was established. */
    @Test
    void countsAConnectUnderWayOnce() throws IOException {
        assertEquals(new DrainReport(1, 1), drained((network, group, to) -> {
            group.connect(to, ConnectOptions.DEFAULT, new RecordingHandler());
            network.run(HALF_A_LATENCY);
            return group.shutdown(Duration.ofSeconds(5));
        }));
    }

    private interface Draining {
        CompletableFuture<DrainReport> begin(SimulatedNetwork network, EventLoopGroup group, InetSocketAddress to);
    }

    private static DrainReport drained(Draining draining) throws IOException {
        try (SimulatedNetwork network = SimulatedNetwork.builder().build()) {
            SimulatedHost server = network.host("server");
            ScriptedListener.listen(server, server.address(7), 1, peer -> peer.expectReset());
            EventLoopGroup group = network.host("client").group(1);
            network.run(Duration.ofSeconds(1));
            CompletableFuture<DrainReport> report = draining.begin(network, group, server.address(7));
            assertTrue(network.runUntil(report::isDone, MINUTE));
            return report.join();
        }
    }
}
