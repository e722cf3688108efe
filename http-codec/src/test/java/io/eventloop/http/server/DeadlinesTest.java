package io.eventloop.http.server;

import static io.eventloop.http.server.ServerRig.bytes;
import static io.eventloop.http.server.ServerRig.get;
import static io.eventloop.http.server.ServerRig.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.http.HttpStatus;
import io.eventloop.testing.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that take their time. */
@Timeout(60)
final class DeadlinesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static void collect(HttpExchange exchange) {
        exchange.readBody(1 << 20, (same, body) -> same.send(HttpReply.text("got " + body.length)));
    }

    @Test
    void endsAHeadThatDribblesInAtItsDeadline() throws IOException {
        try (ServerRig rig = ServerRig.of(DeadlinesTest::collect)) {
            ScriptedPeer peer = rig.send("GET / HTTP/1.1\r\n");
            for (int i = 0; i < 100; i++) {
                peer.pause(SECOND).send(bytes("X"));
            }
            rig.pass(Duration.ofSeconds(9));
            assertEquals("", received(peer));
            rig.pass(Duration.ofSeconds(2));
            assertTrue(received(peer).startsWith("HTTP/1.1 408 Request Timeout\r\n"));
            assertEquals(1, rig.server.metrics().headTimeouts());
            rig.pass(Duration.ofSeconds(10));
            assertEquals(0, rig.server.metrics().activeConnections());
        }
    }

    /** Silence within a head is the head's deadline's to end, and with an answer, however short a connection may idle. */
    @Test
    void waitsForTheRestOfAHeadLongerThanForARequest() throws IOException {
        HttpServerLimits limits = HttpServerLimits.builder()
                .keepAliveTimeout(SECOND.multipliedBy(2))
                .headTimeout(SECOND.multipliedBy(10))
                .build();
        try (ServerRig rig = ServerRig.of(limits, DeadlinesTest::collect)) {
            ScriptedPeer late =
                    rig.send("GET / HTTP/1.1\r\n").pause(SECOND.multipliedBy(8)).send(bytes("Host: a\r\n\r\n"));
            ScriptedPeer never = rig.send("GET / HTTP/1.1\r\n");
            rig.pass(SECOND.multipliedBy(9));
            assertTrue(received(late).startsWith("HTTP/1.1 200 "), received(late));
            rig.awaitEnd(never);
            assertTrue(received(never).startsWith("HTTP/1.1 408 "), received(never));
            assertEquals(1, rig.server.metrics().headTimeouts());
            late.close();
        }
    }

    @Test
    void endsABodyThatDribblesIn() throws IOException {
        try (ServerRig rig = ServerRig.of(DeadlinesTest::collect)) {
            ScriptedPeer peer = rig.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
            for (int i = 0; i < 100; i++) {
                peer.pause(SECOND).send(bytes("x"));
            }
            rig.pass(Duration.ofSeconds(7));
            assertTrue(received(peer).startsWith("HTTP/1.1 408 "), received(peer));
            assertEquals(1, rig.server.metrics().bodyTimeouts());
        }
    }

    /** C1: what frames a body is no progress of it. */
    @Test
    void endsChunksAndTrailersThatDribbleIn() throws IOException {
        String head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (String begin : new String[] {"1;", "1\r\na\r\n0\r\nX: "}) {
            try (ServerRig rig = ServerRig.of(DeadlinesTest::collect)) {
                ScriptedPeer peer = rig.send(head + begin);
                for (int i = 0; i < 100; i++) {
                    peer.pause(SECOND).send(bytes("xxxxxxxxxx".repeat(30)));
                }
                rig.pass(Duration.ofSeconds(20));
                assertTrue(received(peer).startsWith("HTTP/1.1 4"), received(peer));
                assertEquals(
                        "{2=0, 3=0, 4=1, 5=0}", rig.server.metrics().responses().toString());
                assertEquals(0, rig.server.metrics().activeConnections());
            }
        }
    }

    @Test
    void takesABodyAtTheLeastRate() throws IOException {
        try (ServerRig rig = ServerRig.of(DeadlinesTest::collect)) {
            ScriptedPeer peer = rig.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30000\r\n\r\n");
            for (int i = 0; i < 100; i++) {
                peer.pause(SECOND).send(bytes("x".repeat(300)));
            }
            rig.pass(Duration.ofSeconds(110));
            assertTrue(received(peer).endsWith("got 30000"), received(peer));
            peer.close();
        }
    }

    @Test
    void endsABodyThatTakesTooLongAsAWhole() throws IOException {
        try (ServerRig rig = ServerRig.of(DeadlinesTest::collect)) {
            ScriptedPeer peer = rig.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
            for (int i = 0; i < 400; i++) {
                peer.pause(SECOND).send(bytes("x".repeat(300)));
            }
            rig.pass(Duration.ofSeconds(299));
            assertEquals("", received(peer));
            rig.pass(Duration.ofSeconds(5));
            assertTrue(received(peer).startsWith("HTTP/1.1 408 "), received(peer));
        }
    }

    @Test
    void doesNotCountTheTimeAHandlerHoldsABodyBack() throws IOException {
        HttpServerLimits limits =
                HttpServerLimits.builder().handlerTimeout(Duration.ZERO).build();
        try (ServerRig rig = ServerRig.of(limits, exchange -> {
            exchange.defer();
            collect(exchange);
            exchange.pauseBody();
            exchange.loop().schedule(Duration.ofMinutes(20), exchange::resumeBody);
        })) {
            ScriptedPeer peer = rig.send(ServerRig.post("/", "12345"));
            rig.pass(Duration.ofMinutes(21));
            assertTrue(received(peer).endsWith("got 5"), received(peer));
            peer.close();
        }
    }

    /** It is held back for a moment now and then, not for a minute. */
    @Test
    void takesALongBodyThatIsHeldBackForMoments() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.stream(new StreamHandler() {
            @Override
            public void onData(HttpExchange same, Buffer data) {
                data.release();
                same.defer().pauseBody();
                same.loop().schedule(Duration.ofMillis(900), same::resumeBody);
            }

            @Override
            public void onEnd(HttpExchange same) {
                same.send(HttpStatus.OK);
            }
        }))) {
            ScriptedPeer peer = rig.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
            for (int i = 0; i < 100; i++) {
                peer.pause(SECOND).send(bytes("x".repeat(1000)));
            }
            rig.pass(Duration.ofSeconds(110));
            assertTrue(received(peer).startsWith("HTTP/1.1 200 "), received(peer));
            peer.close();
        }
    }

    @Test
    void endsAHandlerThatHoldsABodyBackForTooLong() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.defer().stream(new StreamHandler() {});
            exchange.loop().schedule(Duration.ofSeconds(3), exchange::pauseBody);
        })) {
            ScriptedPeer peer = rig.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n");
            rig.pass(Duration.ofSeconds(62));
            assertEquals("", received(peer));
            rig.pass(Duration.ofSeconds(7));
            assertTrue(received(peer).startsWith("HTTP/1.1 503 "), received(peer));
            assertEquals(1, rig.server.metrics().handlerTimeouts());
        }
    }

    /** The time before somebody asked for the body is not the peer's: it was not even told to send it. */
    @Test
    void countsTheTimeOfABodyFromWhenItIsAskedFor() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.defer();
            exchange.loop()
                    .schedule(
                            Duration.ofSeconds(50),
                            () -> exchange.stream(new StreamHandler() {
                                @Override
                                public void onEnd(HttpExchange same) {
                                    same.send(HttpStatus.OK);
                                }
                            }));
        })) {
            String head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9000\r\n\r\n";
            ScriptedPeer peer = rig.send(head).expect(bytes("HTTP/1.1 100 Continue\r\n\r\n"));
            ScriptedPeer silent = rig.send(head);
            for (int i = 0; i < 30; i++) {
                peer.pause(SECOND).send(bytes("x".repeat(300)));
            }
            rig.pass(Duration.ofSeconds(56));
            assertTrue(received(silent).contains("HTTP/1.1 408 "), received(silent));
            rig.pass(Duration.ofSeconds(30));
            assertTrue(received(peer).contains("HTTP/1.1 200 "), received(peer));
            peer.close();
        }
    }

    @Test
    void countsTheTimeOfABodyThatNobodyWantsFromTheAnswer() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.defer().stream(new StreamHandler() {});
            exchange.pauseBody();
            exchange.loop().schedule(Duration.ofSeconds(58), () -> exchange.send(HttpStatus.OK));
        })) {
            ScriptedPeer peer = rig.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n")
                    .pause(Duration.ofSeconds(58));
            for (int i = 0; i < 10; i++) {
                peer.pause(SECOND).send(bytes("x".repeat(300)));
            }
            rig.pass(Duration.ofSeconds(75));
            assertTrue(received(peer).startsWith("HTTP/1.1 200 "), received(peer));
            assertEquals(0, rig.server.metrics().bodyTimeouts());
            assertEquals(1, rig.server.metrics().activeConnections());
            peer.close();
        }
    }

    @Test
    void answersForAHandlerInTimeWhateverABodyMayTake() throws IOException {
        HttpServerLimits limits =
                HttpServerLimits.builder().minBodyBytesPerSecond(0).build();
        try (ServerRig rig = ServerRig.of(limits, exchange -> exchange.defer().stream(new StreamHandler() {}))) {
            ScriptedPeer peer = rig.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na")
                    .pause(SECOND)
                    .send(bytes("b"));
            rig.pass(Duration.ofSeconds(62));
            assertTrue(received(peer).startsWith("HTTP/1.1 503 "), received(peer));
        }
    }

    @Test
    void closesAConnectionThatIsIdleOrSilent() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(HttpStatus.OK))) {
            ScriptedPeer silent = rig.connect();
            ScriptedPeer idle = rig.send(get("/"));
            rig.pass(Duration.ofSeconds(59));
            assertEquals(2, rig.server.metrics().activeConnections());
            rig.pass(Duration.ofSeconds(2));
            assertEquals(2, rig.server.metrics().idleTimeouts());
            assertEquals(0, rig.server.metrics().activeConnections());
            silent.close();
            idle.close();
        }
    }

    @Test
    void answersForAHandlerThatDoesNot() throws IOException {
        List<HttpExchange> kept = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> kept.add(exchange.defer()))) {
            ScriptedPeer peer = rig.send(get("/"));
            rig.pass(Duration.ofSeconds(59));
            assertEquals("", received(peer));
            rig.awaitEnd(peer);
            assertTrue(received(peer).startsWith("HTTP/1.1 503 "));
            assertEquals(1, rig.server.metrics().handlerTimeouts());
            assertTrue(kept.get(0).isDone());
            kept.get(0).send(HttpStatus.OK);
        }
    }

    @Test
    void letsAStreamBeSilent() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.defer().start(HttpReply.of(HttpStatus.OK), HttpExchange.UNKNOWN_LENGTH);
            exchange.loop().schedule(Duration.ofHours(1), exchange::end);
        })) {
            ScriptedPeer peer = rig.send(get("/"));
            rig.pass(Duration.ofMinutes(59));
            assertFalse(received(peer).endsWith("0\r\n\r\n"));
            rig.pass(Duration.ofMinutes(2));
            assertTrue(received(peer).endsWith("0\r\n\r\n"));
            peer.close();
        }
    }

    @Test
    void endsALineOfEmptyLinesWithoutAWord() throws IOException {
        try (ServerRig rig = ServerRig.of(DeadlinesTest::collect)) {
            assertEquals("", rig.lastAnswer("\r\n"));
        }
    }
}
