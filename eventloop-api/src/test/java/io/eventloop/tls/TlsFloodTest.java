package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.testing.RecordingHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that have a server work for nothing: they are ended within their budget, and the others are served. */
class TlsFloodTest {
    private final TlsRig rig = new TlsRig();
    private TlsServer server;
    private RecordingHandler bystander;
    private Hostile hostile;
    private RecordingHandler flooding;

    @AfterEach
    void close() {
        rig.close();
    }

    private void begin(String protocol) throws Exception {
        hostile = new Hostile(EnginePair.client(EnginePair.clients(), protocol, "a.example"));
        begin(hostile);
    }

    private void begin(RecordingHandler peer) throws IOException {
        flooding = peer;
        server = rig.listen(TlsRig.server(TlsHosts.of(Certificates.A)).build(), connection -> new TlsRig.Echo());
        bystander = rig.connected(TlsRig.client().build(), "a.example");
        rig.calling.connect(rig.address, ConnectOptions.DEFAULT, peer);
        rig.await(() -> rig.servers.size() == 2);
        rig.network.run(Duration.ofSeconds(1));
        serveTheOther(0);
    }

    private void serveTheOther(int before) {
        Connection connection = bystander.connection().orElseThrow();
        rig.on(connection, () -> connection.write(TlsRig.bytes("ping")));
        rig.await(() -> bystander.received().length == before + 4);
    }

    /** Has the hostile one do something again and again, until it is ended. Returns how often. */
    private int flood(Callable<?> record) {
        Connection connection = flooding.connection().orElseThrow();
        int[] sent = new int[1];
        while (!flooding.isClosed() && sent[0] < 1000) {
            rig.on(connection, () -> {
                for (int i = 0; i < 4 && connection.isWritable(); i++) {
                    sent[0]++;
                    attempt(record);
                }
            });
            rig.network.run(Duration.ofMillis(500));
        }
        return sent[0];
    }

    private static void attempt(Callable<?> action) {
        try {
            action.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void endsWithin(int most, int sent, String message) {
        CloseReason reason = rig.servers.get(1).reason().orElseThrow();
        assertEquals(Kind.TLS_FAILED, reason.kind());
        assertEquals(Initiator.LIBRARY, reason.initiator());
        String failure = reason.failure().orElseThrow().getMessage();
        assertTrue(failure.contains(message), failure);
        assertEquals(Kind.RESET, flooding.reason().orElseThrow().kind());
        assertTrue(sent <= most, sent + " sent");
        serveTheOther(4);
        assertFalse(bystander.isClosed());
        Connection connection = bystander.connection().orElseThrow();
        rig.on(connection, connection::close);
        rig.network.run(Duration.ofSeconds(20));
    }

    /** must-survive C3. */
    @Test
    void endsAPeerThatUpdatesItsKeysAllTheTime() throws Exception {
        begin("TLSv1.3");
        int sent = flood(() -> {
            hostile.engine.beginHandshake();
            return hostile.work();
        });
        endsWithin(36, sent, "too many records without data");
        assertEquals(1, server.metrics().floods());
        assertEquals(0, server.metrics().failed());
    }

    @Test
    void endsAPeerThatSendsEmptyRecords() throws Exception {
        Emptying emptying = new Emptying();
        begin(emptying);
        Connection connection = emptying.connection().orElseThrow();
        rig.on(connection, () -> attempt(() -> connection.write(emptying.tls.data(TlsRig.bytes("hello")))));
        rig.network.run(Duration.ofSeconds(1));
        assertEquals("hello".length(), rig.accepted.get(1).bytesReceived());
        int sent = flood(() -> connection.write(emptying.tls.data(new byte[0])));
        endsWithin(36, sent, "too many records without data");
        assertEquals(1, server.metrics().floods());
    }

    @Test
    void endsAPeerThatWantsToRenegotiate() throws Exception {
        begin("TLSv1.2");
        int sent = flood(() -> {
            hostile.engine.beginHandshake();
            return hostile.work();
        });
        endsWithin(4, sent, "renegotiate");
        assertEquals(1, server.metrics().renegotiations());
    }

    /** A client that completes its handshake. */
    private static final class Emptying extends RecordingHandler {
        private final BareTls12 tls = new BareTls12();
        private boolean finished;

        @Override
        public void onOpen(Connection on) {
            super.onOpen(on);
            on.write(tls.hello());
        }

        @Override
        public void onData(Connection on, Buffer in) {
            byte[] bytes = new byte[in.readableBytes()];
            in.readBytes(bytes, 0, bytes.length);
            if (!finished) {
                attempt(() -> {
                    byte[] answer = tls.answer(bytes);
                    finished = answer.length > 0;
                    return on.write(answer);
                });
            }
        }
    }

    /** A client with the JDK's engine, and what that lets it do. */
    private static final class Hostile extends RecordingHandler {
        private final SSLEngine engine;
        private final ByteBuffer inbound = ByteBuffer.allocate(1 << 17);
        private final ByteBuffer plaintext = ByteBuffer.allocate(1 << 17);
        private final ByteBuffer record = ByteBuffer.allocate(40 << 10);

        Hostile(SSLEngine engine) {
            this.engine = engine;
        }

        @Override
        public void onOpen(Connection on) {
            super.onOpen(on);
            attempt(() -> {
                engine.beginHandshake();
                return work();
            });
        }

        @Override
        public void onData(Connection on, Buffer in) {
            byte[] bytes = new byte[in.readableBytes()];
            in.readBytes(bytes, 0, bytes.length);
            inbound.put(bytes);
            attempt(this::work);
        }

        /** What the protocol asks for. */
        private Object work() throws Exception {
            inbound.flip();
            boolean moved = true;
            while (moved) {
                HandshakeStatus status = engine.getHandshakeStatus();
                Runnable task = engine.getDelegatedTask();
                if (task != null) {
                    task.run();
                } else if (status == HandshakeStatus.NEED_WRAP) {
                    wrap();
                } else {
                    plaintext.clear();
                    moved = inbound.hasRemaining()
                            && engine.unwrap(inbound, plaintext).bytesConsumed() > 0;
                }
            }
            return inbound.compact();
        }

        private void wrap() throws Exception {
            record.clear();
            engine.wrap(ByteBuffer.allocate(0), record);
            record.flip();
            byte[] bytes = new byte[record.remaining()];
            record.get(bytes);
            connection().orElseThrow().write(bytes);
        }
    }
}
