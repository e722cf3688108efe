package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.testing.RecordingHandler;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection over TLS is a connection. */
class TlsConnectionTest {
    private final TlsRig rig = new TlsRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private RecordingHandler open(String protocol) throws IOException {
        rig.listen(TlsRig.server().protocols(protocol).build(), connection -> new TlsRig.Echo());
        RecordingHandler client =
                rig.connected(TlsRig.client().protocols(protocol).build(), "a.example");
        rig.await(() -> !rig.servers.isEmpty());
        return client;
    }

    private static Connection of(RecordingHandler handler) {
        return handler.connection().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void carriesBytesBothWays(String protocol) throws IOException {
        RecordingHandler client = open(protocol);
        assertTrue(client.has("onOpen"), client.reason().toString());
        rig.on(of(client), () -> of(client).write(TlsRig.bytes("hello")));
        rig.await(() -> client.received().length == 5);
        assertEquals("hello", TlsRig.text(client));
        TlsInfo info = TlsRig.info(client);
        assertEquals(protocol, info.protocol());
        assertEquals("a.example", info.serverName());
        assertEquals(Certificates.A.chain(), info.peerChain());
        assertFalse(info.resumed());
        rig.on(of(client), of(client)::close);
        rig.await(() -> client.isClosed() && rig.servers.get(0).isClosed());
        assertEquals(Kind.CLOSED, client.reason().orElseThrow().kind());
        assertEquals(Initiator.LOCAL, client.reason().orElseThrow().initiator());
        assertEquals(Kind.FINISHED, rig.servers.get(0).reason().orElseThrow().kind());
        assertEquals(Initiator.PEER, rig.servers.get(0).reason().orElseThrow().initiator());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void carriesMuch(String protocol) throws IOException {
        RecordingHandler client = open(protocol);
        byte[] much = new byte[3 << 20];
        for (int i = 0; i < much.length; i++) {
            much[i] = (byte) (i * 31 ^ i >>> 8);
        }
        rig.on(of(client), () -> of(client).write(much));
        rig.await(() -> client.received().length == much.length || client.isClosed());
        assertArrayEquals(much, client.received());
        rig.on(of(client), () -> {
            assertEquals(much.length, of(client).bytesSent());
            assertEquals(much.length, of(client).bytesReceived());
            assertEquals(0, of(client).queuedBytes());
            of(client).close();
        });
        rig.await(() -> client.isClosed() && rig.servers.get(0).isClosed());
    }

    @Test
    void endsEachDirectionByItselfSinceTls13() throws IOException {
        RecordingHandler client = open("TLSv1.3");
        RecordingHandler server = rig.servers.get(0);
        byte[] much = new byte[300_000];
        rig.on(of(client), () -> {
            of(client).write(much);
            of(client).shutdownOutput();
        });
        rig.await(() -> client.isClosed() && server.isClosed());
        assertEquals(much.length, client.received().length);
        assertEquals(
                List.of("onOpen", "onData", "onInputClosed", "onClosed"),
                client.callbacks().stream()
                        .filter(name -> !name.equals("onWritable"))
                        .toList());
        assertEquals(Kind.FINISHED, client.reason().orElseThrow().kind());
        assertEquals(Initiator.LOCAL, client.reason().orElseThrow().initiator());
        assertEquals(Kind.FINISHED, server.reason().orElseThrow().kind());
    }

    @Test
    void endsBothDirectionsBeforeTls13() throws IOException {
        RecordingHandler client = open("TLSv1.2");
        RecordingHandler server = rig.servers.get(0);
        boolean[] outputEnded = new boolean[1];
        rig.on(of(client), () -> of(client).shutdownOutput());
        rig.await(() -> {
            outputEnded[0] |= server.has("onInputClosed");
            return client.isClosed() && server.isClosed();
        });
        assertTrue(outputEnded[0]);
        assertEquals(Kind.FINISHED, client.reason().orElseThrow().kind());
        assertEquals(Kind.FINISHED, server.reason().orElseThrow().kind());
    }
}
