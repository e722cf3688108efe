package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.EventLoopGroup;
import io.eventloop.testing.RecordingHandler;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets through when more clients come than can be served, on an executor whose threads work when the test says so. */
class TlsAdmissionTest {
    private final TlsRig rig = new TlsRig();
    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<Connection> connections = new ArrayList<>();
    private final TlsClient client =
            TlsRig.client().handshakeTimeout(Duration.ofMinutes(1)).build();
    private TlsServer server;
    private HandshakeExecutor executor;

    @AfterEach
    void close() {
        computeAll();
        for (Connection connection : connections) {
            rig.on(connection, connection::close);
        }
        rig.network.run(Duration.ofSeconds(20));
        rig.close();
    }

    private void listen(int maxQueued) throws IOException {
        executor = HandshakeExecutor.of(threads::add, 1, maxQueued);
        server = rig.listen(TlsContext.server()
                .hosts(TlsHosts.of(Certificates.A))
                .handshakeExecutor(executor)
                .build());
    }

    /** Has the next handshake computed, and the answer sent. */
    private void compute() {
        threads.poll().run();
        rig.network.run(Duration.ofSeconds(1));
    }

    private void computeAll() {
        while (!threads.isEmpty()) {
            compute();
        }
    }

    /** Connects, and waits until the server has the ClientHello. */
    private RecordingHandler come(TlsClient with) {
        RecordingHandler handler = new RecordingHandler();
        long before = server.metrics().begun();
        connections.add(rig.connect(with, "a.example", handler));
        rig.await(() -> server.metrics().begun() == before + 1);
        return handler;
    }

    private List<RecordingHandler> come(int count) {
        List<RecordingHandler> handlers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            handlers.add(come(TlsRig.client()
                    .handshakeTimeout(Duration.ofMinutes(1))
                    .resumption(false)
                    .build()));
        }
        return handlers;
    }

    private static List<Boolean> open(List<RecordingHandler> handlers) {
        return handlers.stream().map(handler -> handler.has("onOpen")).toList();
    }

    @Test
    void servesResumedSessionsFirst() throws IOException {
        listen(64);
        come(client);
        computeAll();
        List<RecordingHandler> full = come(3);
        RecordingHandler resumed = come(client);
        compute();
        assertEquals(List.of(false, false, false), open(full));
        assertTrue(resumed.has("onOpen"));
        assertTrue(TlsRig.info(resumed).resumed());
        assertEquals(1, server.metrics().resumed());
        compute();
        assertEquals(List.of(true, false, false), open(full), "the others in their order");
    }

    @Test
    void servesWhoCameLastWhenItIsCrowded() throws IOException {
        listen(4);
        List<RecordingHandler> full = come(3);
        compute();
        assertEquals(List.of(false, false, true), open(full));
        compute();
        assertEquals(List.of(true, false, true), open(full), "not crowded any more");
    }

    @Test
    void shedsWhoWaitedLongest() throws IOException {
        listen(2);
        List<RecordingHandler> full = come(5);
        rig.await(() -> full.get(2).isClosed());
        assertEquals(
                List.of(true, true, true, false, false),
                full.stream().map(RecordingHandler::isClosed).toList());
        assertEquals(3, server.metrics().shed());
        assertEquals(3, rig.serving.metrics().closed().get(Kind.OVERLOADED));
        assertEquals(Kind.RESET, full.get(0).reason().orElseThrow().kind());
        computeAll();
        assertEquals(List.of(false, false, false, true, true), open(full));
        assertEquals(2, server.metrics().established());
    }

    /** TLS 1.2 has a second task: what the first one cost is not to be lost behind others. */
    @Test
    void finishesWhatItBegan() throws IOException {
        listen(64);
        RecordingHandler begun = come(TlsRig.client().protocols("TLSv1.2").build());
        compute();
        assertFalse(begun.has("onOpen"));
        rig.await(() -> executor.waiting() == 1);
        assertEquals(1, threads.size());
        Runnable second = threads.poll();
        List<RecordingHandler> full = come(3);
        threads.add(second);
        compute();
        assertTrue(begun.has("onOpen"));
        assertEquals(List.of(false, false, false), open(full));
    }

    @Test
    void doesNotComputeForClientsThatGaveUp() throws IOException {
        listen(8);
        List<RecordingHandler> full = come(3);
        TlsConnection closing = (TlsConnection) connections.get(0);
        rig.on(closing, () -> closing.transport().close());
        rig.on(connections.get(1), connections.get(1)::abort);
        rig.await(() -> executor.waiting() == 1);
        computeAll();
        assertEquals(List.of(false, false, true), open(full));
        assertEquals(1, server.metrics().established());
    }

    @Test
    void doesNotComputeWhatIsTooLate() throws IOException {
        listen(8);
        List<RecordingHandler> full = come(2);
        rig.await(() -> full.get(0).isClosed() && full.get(1).isClosed());
        assertEquals(2, server.metrics().timedOut());
        assertEquals(2, rig.serving.metrics().closed().get(Kind.TLS_TIMEOUT));
        assertEquals(0, executor.waiting());
        computeAll();
        assertTrue(rig.accepted.isEmpty());
    }

    /** The client's task runs while its deadline passes. */
    @Test
    void survivesItsEndWhileATaskRuns() throws IOException {
        rig.listen(TlsRig.server(TlsHosts.of(Certificates.A)).build());
        boolean[] asked = new boolean[1];
        TlsClient slow = TlsContext.client()
                .trustManager(new Trusting(() -> {
                    asked[0] = true;
                    rig.network.run(Duration.ofSeconds(20));
                }))
                .handshakeExecutor(HandshakeExecutor.of(threads::add, 1, 8))
                .build();
        RecordingHandler handler = new RecordingHandler();
        rig.connect(slow, "a.example", handler);
        rig.await(() -> !threads.isEmpty());
        while (!asked[0]) {
            compute();
            rig.await(() -> asked[0] || !threads.isEmpty());
        }
        computeAll();
        assertEquals(Kind.TLS_TIMEOUT, handler.reason().orElseThrow().kind());
        assertEquals(Initiator.LIBRARY, handler.reason().orElseThrow().initiator());
        assertEquals(List.of("onClosed"), handler.callbacks());
    }

    /** Bytes behind the task's message wait for it. */
    @Test
    void readsOnWhatCameDuringATask() throws IOException {
        ClientPolicy needed = new ClientPolicy(ClientAuthentication.NEEDED, Certificates.authorities());
        executor = HandshakeExecutor.of(threads::add, 1, 8);
        server = rig.listen(
                TlsContext.server()
                        .hosts(TlsHosts.builder()
                                .host("a.example", Certificates.A, needed)
                                .build())
                        .handshakeExecutor(executor)
                        .build(),
                connection -> new TlsRig.Echo());
        TlsClient known = TlsRig.client().identity(Certificates.CLIENT).build();
        RecordingHandler talker = new RecordingHandler() {
            @Override
            public void onOpen(Connection connection) {
                super.onOpen(connection);
                connection.write(new byte[200_000]);
            }
        };
        connections.add(rig.connect(known, "a.example", talker));
        for (int i = 0; i < 3; i++) {
            rig.network.run(Duration.ofSeconds(1));
            computeAll();
        }
        rig.await(() -> talker.received().length == 200_000);
    }

    @Test
    void reportsATaskThatFails() throws IOException {
        List<Throwable> reported = new ArrayList<>();
        EventLoopGroup calling =
                rig.clientHost.group(builder -> builder.failureListener((what, failure) -> reported.add(failure)));
        rig.listen(TlsRig.server(TlsHosts.of(Certificates.A)).build());
        TlsClient failing = TlsContext.client()
                .trustManager(new Trusting(() -> {
                    throw new StackOverflowError("as it should");
                }))
                .handshakeExecutor(HandshakeExecutor.of(threads::add, 1, 8))
                .build();
        RecordingHandler handler = new RecordingHandler();
        calling.loops()
                .get(0)
                .execute(() -> failing.connect(
                        calling.loops().get(0), rig.address, ConnectOptions.DEFAULT, "a.example", handler));
        rig.await(() -> {
            while (!threads.isEmpty()) {
                threads.poll().run();
            }
            return handler.isClosed();
        });
        assertEquals(Kind.SYSTEM_FAILED, handler.reason().orElseThrow().kind());
        assertEquals("as it should", reported.get(0).getMessage());
    }

    /** However many come, a turn has a few of them, after those who are there. */
    @Test
    void letsEstablishedConnectionsGoFirst() throws IOException {
        listen(512);
        RecordingHandler first = come(client);
        computeAll();
        assertTrue(first.has("onOpen"));
        List<Long> begunAtData = new ArrayList<>();
        Connection there = rig.accepted.get(0);
        rig.on(
                there,
                () -> there.handler(new RecordingHandler() {
                    @Override
                    public void onData(Connection connection, Buffer in) {
                        super.onData(connection, in);
                        begunAtData.add(server.metrics().begun());
                    }
                }));
        int count = 100;
        List<RecordingHandler> strangers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            strangers.add(new RecordingHandler());
            rig.calling.connect(rig.address, ConnectOptions.DEFAULT, strangers.get(i));
        }
        rig.await(() -> rig.serving.metrics().opened() == count + 1);
        byte[] hello = new HelloBytes().serverName("a.example").record();
        rig.serverHost.stall(Duration.ofSeconds(1));
        for (RecordingHandler stranger : strangers) {
            Connection connection = stranger.connection().orElseThrow();
            connections.add(connection);
            rig.on(connection, () -> connection.write(hello));
        }
        Connection asking = first.connection().orElseThrow();
        rig.on(asking, () -> asking.write(new byte[1]));
        assertEquals(1, server.metrics().begun());
        long[] before = {1};
        List<Long> perTurn = new ArrayList<>();
        rig.await(() -> {
            long now = server.metrics().begun();
            if (now > before[0]) {
                perTurn.add(now - before[0]);
                before[0] = now;
            }
            return now == count + 1;
        });
        assertEquals(List.of(1L), begunAtData);
        assertEquals(List.of(16L, 16L, 16L, 16L, 16L, 16L, 4L), perTurn);
    }

    /** Trusts the server after it did something. */
    private static final class Trusting implements X509TrustManager {
        private final Runnable action;

        Trusting(Runnable action) {
            this.action = action;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            action.run();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
