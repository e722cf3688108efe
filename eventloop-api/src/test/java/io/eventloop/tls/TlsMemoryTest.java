package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoopGroup;
import io.eventloop.MemoryBudget;
import io.eventloop.testing.RecordingHandler;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a TLS connection holds above the connection below counts when the memory budget is used up. */
class TlsMemoryTest {
    private static final int LARGE = 64 << 10;
    private static final int BUDGET = 64 * LARGE;

    private final SimulatedNetwork network = SimulatedNetwork.builder().build();
    private final SimulatedHost server = network.host("server");
    private final EventLoopGroup serving = server.group(builder -> builder.loops(1)
            .memory(MemoryBudget.builder().bytes(BUDGET).build())
            .failureListener((what, failure) -> {}));
    private final EventLoopGroup calling = network.host("client").group(1);
    private final InetSocketAddress secured = server.address(443);
    private final InetSocketAddress twice = server.address(444);
    private final InetSocketAddress plain = server.address(80);
    private final TlsServer tls = TlsRig.server().build();
    private final TlsClient client = TlsRig.client().build();
    private final Deque<Buffer> hoard = new ArrayDeque<>();

    /** The server's two ends. */
    private RecordingHandler overTls = new Holding();

    private final RecordingHandler plainly = new Holding();

    /** Leaves what comes where it is, and wants no more. */
    private static final class Holding extends RecordingHandler {
        @Override
        public void onData(Connection connection, Buffer in) {
            connection.pauseReading();
        }
    }

    /** A client that is told to read nothing, so that the server's queues stand. */
    private static final class NeverReading extends RecordingHandler {
        @Override
        public void onOpen(Connection connection) {
            super.onOpen(connection);
            connection.pauseReading();
        }
    }

    @BeforeEach
    void listen() throws IOException {
        serving.listen(secured, tls.acceptor(connection -> overTls));
        serving.listen(twice, tls.acceptor(connection -> new RecordingHandler() {
            @Override
            public void onOpen(Connection outer) {
                tls.accept(outer, overTls);
            }
        }));
        serving.listen(plain, connection -> plainly);
    }

    @AfterEach
    void close() {
        on(serving, () -> hoard.forEach(Buffer::release));
        network.run(Duration.ofSeconds(1));
        network.close();
        for (EventLoopGroup group : server.groups()) {
            assertEquals(0, group.metrics().buffers().usedBytes());
        }
    }

    private void on(EventLoopGroup group, Runnable task) {
        boolean[] done = new boolean[1];
        group.loops().get(0).execute(() -> {
            task.run();
            done[0] = true;
        });
        await(() -> done[0]);
    }

    private void await(BooleanSupplier condition) {
        assertTrue(network.runUntil(condition, TlsRig.PATIENCE), "it never came to it");
    }

    /** Connects a client to each of the two ends. */
    private void connect(InetSocketAddress to, ConnectionHandler overTlsClient, ConnectionHandler plainClient) {
        on(
                calling,
                () -> client.connect(calling.loops().get(0), to, ConnectOptions.DEFAULT, "a.example", overTlsClient));
        calling.connect(plain, ConnectOptions.DEFAULT, plainClient);
        await(() -> overTls.has("onOpen") && plainly.has("onOpen"));
    }

    private static Connection of(RecordingHandler handler) {
        return handler.connection().orElseThrow();
    }

    private void write(RecordingHandler handler, int buffers) {
        for (int i = 0; i < buffers; i++) {
            of(handler).write(new byte[LARGE]);
        }
    }

    private long used() {
        return serving.memoryMetrics().usedBytes();
    }

    /** Has so much of the budget in use, for whoever it is. */
    private void use(double fraction) {
        while (used() < fraction * BUDGET) {
            hoard.push(serving.loops().get(0).buffers().acquire(LARGE));
        }
    }

    @Test
    void queuedPlaintextIsHeldByItsConnection() {
        connect(secured, new NeverReading(), new NeverReading());
        expectTheOneOverTlsToBeReset();
    }

    @Test
    void queuedPlaintextIsHeldByItsConnectionThroughTwoLayers() {
        connect(
                twice,
                new RecordingHandler() {
                    @Override
                    public void onOpen(Connection outer) {
                        client.over(outer, "a.example", new NeverReading());
                    }
                },
                new NeverReading());
        expectTheOneOverTlsToBeReset();
    }

    /** It holds twice as much as the other, and only because of that: below there is one batch. */
    private void expectTheOneOverTlsToBeReset() {
        on(serving, () -> {
            write(overTls, 20);
            write(plainly, 10);
        });
        network.run(Duration.ofSeconds(3));
        on(serving, () -> use(0.96));
        await(() -> overTls.isClosed() || plainly.isClosed());
        assertEquals(State.OPEN, of(plainly).state());
        assertEquals(Kind.MEMORY_SHED, overTls.reason().orElseThrow().kind());
        assertEquals(1, serving.memoryMetrics().connectionsShed());
        long freed = serving.memoryMetrics().bytesFreed();
        assertTrue(freed > 15 * LARGE, freed + " bytes freed");
    }

    @Test
    void unconsumedPlaintextIsHeldByItsConnection() {
        RecordingHandler sender = new RecordingHandler();
        connect(secured, sender, new NeverReading());
        on(calling, () -> of(sender).write(new byte[40_000]));
        network.run(Duration.ofSeconds(3));
        on(serving, () -> use(1.0));
        await(overTls::isClosed);
        assertEquals(Kind.MEMORY_SHED, overTls.reason().orElseThrow().kind());
        assertEquals(LARGE, serving.memoryMetrics().bytesFreed());
    }

    @Test
    void largeReadersOverTlsArePaused() {
        RecordingHandler sender = new RecordingHandler();
        overTls = new RecordingHandler() {
            @Override
            public void onData(Connection connection, Buffer in) {}
        };
        connect(secured, sender, new NeverReading());
        on(calling, () -> of(sender).write(new byte[40_000]));
        network.run(Duration.ofSeconds(3));
        on(serving, () -> use(0.72));
        network.run(Duration.ofMillis(1));
        assertEquals(1, serving.memoryMetrics().readersPaused());
    }

    /** The bytes before the end are gone, so the end must not look like one in order. */
    @Test
    void theEndOfInputIsNotToldToWhoWasReset() {
        RecordingHandler sender = new RecordingHandler();
        connect(secured, sender, new NeverReading());
        on(calling, () -> {
            of(sender).write(new byte[100]);
            of(sender).shutdownOutput();
        });
        network.run(Duration.ofSeconds(3));
        serving.loops().get(0).execute(() -> use(1.0));
        serving.loops().get(0).execute(() -> of(overTls).resumeReading());
        await(overTls::isClosed);
        assertFalse(overTls.has("onInputClosed"), overTls.callbacks().toString());
    }
}
