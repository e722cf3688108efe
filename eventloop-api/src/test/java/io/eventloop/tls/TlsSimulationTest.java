package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.testing.LegalOrder;
import io.eventloop.testing.SeededRandom;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import io.eventloop.testing.Simulation;
import io.eventloop.testing.StreamPattern;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * TLS under all faults, a fresh network for every seed: what a client sends comes back whole and in order, or the end says that
 * it did not.
 */
@Tag("simulation")
class TlsSimulationTest {
    private static final String REPLAY = "mvn -q test -pl eventloop-api -Dtest=TlsSimulationTest#";

    @Test
    void echoes() {
        TlsServer server = server();
        Simulation.of(network -> play(network, server))
                .replay(REPLAY + "echoes")
                .check(200);
    }

    /** Handshakes are computed elsewhere, later, by few; who comes when all places are taken has another shed. */
    @Test
    void echoesThroughAWaitingRoom() {
        Simulation.of(TlsSimulationTest::playWaiting)
                .replay(REPLAY + "echoesThroughAWaitingRoom")
                .check(100);
    }

    /** What a callback does to others, or throws, harms those alone. */
    @Test
    void survivesItsHandlers() {
        Simulation.of(UnrulyScenario::play)
                .replay(REPLAY + "survivesItsHandlers")
                .check(100);
    }

    private static void playWaiting(SimulatedNetwork network) throws IOException {
        SeededRandom random = network.random().split();
        HandshakeExecutor executor = HandshakeExecutor.of(
                task -> network.after(Duration.ofMillis(random.nextInt(400)), task),
                1 + random.nextInt(2),
                1 + random.nextInt(4));
        TlsServer server = TlsRig.server()
                .handshakeExecutor(executor)
                .handshakeTimeout(Duration.ofSeconds(100))
                .build();
        play(network, server);
        if (executor.waiting() > 0) {
            network.invariants().broken("handshakes of connections that are over wait: " + executor.waiting());
        }
    }

    private static TlsServer server() {
        return TlsRig.server().recordSize(RecordSize.ADAPTIVE).build();
    }

    private static void play(SimulatedNetwork network, TlsServer server) throws IOException {
        SeededRandom random = network.random();
        SimulatedHost serverHost = network.host("server");
        SimulatedHost clientHost = network.host("client");
        EventLoopGroup serving = serverHost.group(1 + random.nextInt(2));
        List<LegalOrder> orders = new ArrayList<>();
        listen(network, serving, server, orders);
        // Sessions of one run must not be known in the next: it would not be the same run again.
        TlsClient client = TlsRig.client()
                .protocols(random.nextInt(3) == 0 ? "TLSv1.2" : "TLSv1.3")
                .resumption(random.nextInt(2) == 0)
                .build();
        EventLoopGroup calling = clientHost.group(1);
        List<Talker> talkers = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Talker talker = new Talker(network, i, random.nextInt(1 << (1 + random.nextInt(18))));
            talkers.add(talker);
            LegalOrder order = LegalOrder.of(network, talker);
            orders.add(order);
            ConnectOptions options = new ConnectOptions(Duration.ofSeconds(200), limits(random), SocketOptions.NONE);
            calling.loops()
                    .get(0)
                    .execute(() -> client.connect(
                            calling.loops().get(0), serverHost.address(443), options, "a.example", order));
        }
        if (!network.runUntil(() -> orders.stream().allMatch(LegalOrder::isClosed), Duration.ofHours(1))) {
            network.invariants().broken("connections never end");
        }
        network.run(Duration.ofSeconds(10));
        for (Talker talker : talkers) {
            if (!talker.isComplete()
                    && !network.isBroken()
                    && !(talker.wasShed() && server.metrics().shed() > 0)) {
                network.invariants().broken("not complete: " + talker);
            }
        }
    }

    private static void listen(
            SimulatedNetwork network, EventLoopGroup serving, TlsServer server, List<LegalOrder> orders)
            throws IOException {
        ListenOptions options =
                ListenOptions.builder().limits(limits(network.random())).build();
        while (true) {
            try {
                serving.listen(network.host("server").address(443), options, server.acceptor(connection -> {
                    LegalOrder order = LegalOrder.of(network, new TlsRig.Echo());
                    orders.add(order);
                    return order;
                }));
                return;
            } catch (SystemCallException e) {
                if (!e.errno().isExhaustion()) {
                    throw e;
                }
            }
        }
    }

    private static ConnectionLimits limits(SeededRandom random) {
        int low = random.nextInt(4) == 0 ? 0 : random.nextInt(4096);
        return ConnectionLimits.builder()
                .readBudgetBytes(1 + random.nextInt(1 << (4 + random.nextInt(14))))
                .waterMarks(low, low + 1 + random.nextInt(8192))
                .maxQueuedBytes(1 << 20)
                .idleTimeout(Duration.ofSeconds(90))
                .writeTimeout(Duration.ofSeconds(80))
                .closeTimeout(Duration.ofSeconds(70))
                .build();
    }

    /** Sends known bytes, ends its output, and expects the same bytes back. */
    private static final class Talker implements ConnectionHandler {
        private final StreamPattern outbound;
        private final StreamPattern inbound;
        private final SeededRandom random;
        private final long total;
        private boolean isTls12;
        private boolean isOpen;
        private boolean inputClosed;
        private CloseReason reason;

        Talker(SimulatedNetwork network, int number, long total) {
            outbound = new StreamPattern(network, "out " + number, number);
            inbound = new StreamPattern(network, "in " + number, number);
            random = network.random().split();
            this.total = total;
        }

        @Override
        public void onOpen(Connection connection) {
            isOpen = true;
            isTls12 = TlsInfo.of(connection).orElseThrow().protocol().equals("TLSv1.2");
            send(connection);
        }

        private void send(Connection connection) {
            boolean more = connection.isWritable();
            while (more && outbound.position() < total) {
                int count = (int) Math.min(1 + random.nextInt(20_000), total - outbound.position());
                Buffer piece = connection.loop().buffers().acquire(count);
                outbound.write(piece, count);
                more = connection.write(piece);
            }
            endIfDone(connection);
        }

        /** Before TLS 1.3 the end of one side ends the other, so all has to be back before. */
        private void endIfDone(Connection connection) {
            boolean isBack = inbound.position() == total;
            if (outbound.position() == total && (isBack || !isTls12) && !connection.isOutputEnded()) {
                connection.shutdownOutput();
            }
        }

        @Override
        public void onWritable(Connection connection) {
            send(connection);
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            int consumed = random.nextInt(8) == 0 ? random.nextInt(in.readableBytes()) : in.readableBytes();
            inbound.check(in, consumed);
            in.skip(consumed);
            if (random.nextInt(16) == 0) {
                connection.pauseReading();
                connection.loop().schedule(Duration.ofMillis(random.nextInt(50)), () -> {
                    if (connection.state() == Connection.State.OPEN) {
                        connection.resumeReading();
                    }
                });
            } else if (in.isReadable()) {
                inbound.check(in, in.readableBytes());
                in.skip(in.readableBytes());
            }
            endIfDone(connection);
        }

        @Override
        public void onInputClosed(Connection connection) {
            inputClosed = true;
            connection.close();
        }

        @Override
        public void onClosed(Connection connection, CloseReason why) {
            reason = why;
        }

        boolean isComplete() {
            return inputClosed && inbound.position() == total;
        }

        /** Its connection was reset before it was open. */
        boolean wasShed() {
            return !isOpen && reason.kind() == CloseReason.Kind.RESET;
        }

        @Override
        public String toString() {
            return "sent " + outbound.position() + ", received " + inbound.position() + " of " + total + ", ended "
                    + reason;
        }
    }
}
