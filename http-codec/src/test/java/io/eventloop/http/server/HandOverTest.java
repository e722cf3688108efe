package io.eventloop.http.server;

import static io.eventloop.http.server.ServerRig.bytes;
import static io.eventloop.http.server.ServerRig.get;
import static io.eventloop.http.server.ServerRig.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpStatus;
import io.eventloop.testing.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that become another protocol's. */
@Timeout(60)
final class HandOverTest {
    private static final String ASKS = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n";
    private static final HttpReply SWITCH =
            HttpReply.of(HttpStatus.SWITCHING_PROTOCOLS).with(HeaderName.UPGRADE, "shout");
    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: shout\r\nConnection: Upgrade\r\n\r\n";

    /** Sends back what comes. */
    private static final class Echo implements ConnectionHandler {
        @Override
        public void onData(Connection connection, Buffer in) {
            connection.write(in.detach());
        }
    }

    @Test
    void handsOverAfterAnUpgradeWithTheBytesBehindTheRequest() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.upgrade(SWITCH, new Echo()))) {
            ScriptedPeer peer =
                    rig.send(ASKS + "early").pause(Duration.ofMillis(100)).send(bytes(", late"));
            rig.settle();
            rig.settle();
            assertEquals(SWITCHED + "early, late", received(peer));
            assertEquals(1, rig.server.metrics().upgrades());
            assertEquals(0, rig.server.metrics().activeConnections());
            peer.close();
            rig.settle();
        }
    }

    @Test
    void handsOverLater() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.defer();
            exchange.loop().schedule(Duration.ofMillis(500), () -> exchange.upgrade(SWITCH, new Echo()));
        })) {
            ScriptedPeer peer = rig.send(ASKS + "early");
            rig.pass(Duration.ofSeconds(1));
            assertEquals(SWITCHED + "early", received(peer));
            peer.close();
        }
    }

    /** The end of the input is told to whom the connection belongs, be it that it came before. */
    @Test
    void handsOverTheEndOfTheInput() throws IOException {
        assertHandsOverTheEnd(exchange -> exchange.upgrade(SWITCH, new Echo()));
    }

    @Test
    void handsOverTheEndOfTheInputInATask() throws IOException {
        assertHandsOverTheEnd(exchange -> exchange.execute(() -> exchange.upgrade(SWITCH, new Echo())));
    }

    @Test
    void handsOverTheEndOfTheInputWithoutRoomForATask() throws IOException {
        assertHandsOverTheEnd(exchange -> {
            assertThrows(RejectedExecutionException.class, () -> {
                while (true) {
                    exchange.loop().execute(() -> {});
                }
            });
            exchange.upgrade(SWITCH, new Echo());
        });
    }

    private static void assertHandsOverTheEnd(Consumer<HttpExchange> upgrade) throws IOException {
        try (ServerRig rig = ServerRig.of(
                exchange -> exchange.defer().loop().schedule(Duration.ofMillis(500), () -> upgrade.accept(exchange)))) {
            ScriptedPeer silent = rig.send(ASKS).shutdownOutput();
            ScriptedPeer early = rig.send(ASKS + "early").shutdownOutput();
            rig.pass(Duration.ofSeconds(1));
            silent.expectEnd();
            early.expectEnd();
            rig.pass(Duration.ofSeconds(1));
            assertTrue(silent.isDone());
            assertTrue(early.isDone());
            assertEquals(SWITCHED, received(silent));
            assertEquals(SWITCHED + "early", received(early));
        }
    }

    @Test
    void tunnelsAfterConnect() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.upgrade(HttpReply.of(HttpStatus.OK), new Echo()))) {
            ScriptedPeer peer = rig.send("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\nraw");
            rig.settle();
            assertEquals("HTTP/1.1 200 OK\r\n\r\nraw", received(peer));
            peer.close();
        }
    }

    @Test
    void refusesToHandOverWhatDidNotAskForIt() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.upgrade(SWITCH, new Echo()))) {
            assertTrue(rig.answer(get("/")).startsWith("HTTP/1.1 500 "));
            assertTrue(rig.lastAnswer("POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: shout\r\n"
                            + "Content-Length: 100\r\n\r\nbody")
                    .startsWith("HTTP/1.1 500 "));
        }
        try (ServerRig rig = ServerRig.of(exchange -> exchange.upgrade(HttpReply.of(HttpStatus.OK), new Echo()))) {
            assertTrue(rig.answer(ASKS).startsWith("HTTP/1.1 500 "));
        }
    }

    @Test
    void answersAnUpgradeItDoesNotTakeAsAnyRequest() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(HttpStatus.OK))) {
            String answer = rig.answer(ASKS + get("/"));
            assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".repeat(2), answer);
        }
    }

    @Test
    void refusesASuccessToConnectThatIsNoTunnel() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(HttpStatus.OK))) {
            assertTrue(rig.answer("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 500 "));
        }
    }
}
