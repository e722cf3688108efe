package io.eventloop.http.server;

import static io.eventloop.http.server.ServerRig.bytes;
import static io.eventloop.http.server.ServerRig.get;
import static io.eventloop.http.server.ServerRig.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpStatus;
import io.eventloop.testing.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each limit of a server, reached. */
@Timeout(60)
final class ServerLimitsTest {
    private static final HttpHandler OK = exchange -> exchange.send(HttpStatus.OK);

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }

    @Test
    void resetsConnectionsAboveTheLimit() throws IOException {
        try (ServerRig rig =
                ServerRig.of(HttpServerLimits.builder().maxConnections(1).build(), OK)) {
            ScriptedPeer first = rig.send(get("/"));
            rig.settle();
            rig.awaitReset(rig.connect());
            assertEquals(1, rig.server.listenerMetrics().refused());
            first.close();
        }
    }

    @Test
    void resetsConnectionsOfAnAddressAboveItsLimit() throws IOException {
        try (ServerRig rig = ServerRig.of(
                HttpServerLimits.builder().maxConnectionsPerAddress(2).build(), OK)) {
            ScriptedPeer first = rig.connect();
            ScriptedPeer second = rig.connect();
            rig.settle();
            rig.awaitReset(rig.connect());
            ScriptedPeer other = ScriptedPeer.connect(rig.network.host("other"), rig.host.address(ServerRig.PORT));
            rig.settle();
            assertEquals(1, rig.server.metrics().addressesRefused());
            assertEquals(3, rig.server.metrics().activeConnections());
            first.close();
            rig.settle();
            assertTrue(rig.answer(get("/")).startsWith("HTTP/1.1 200 "));
            second.close();
            other.close();
        }
    }

    @Test
    void knowsSoManyAddressesAndNoMore() throws IOException {
        HttpServerLimits limits = HttpServerLimits.builder()
                .maxConnectionsPerAddress(5)
                .maxAddresses(1)
                .build();
        try (ServerRig rig = ServerRig.of(limits, OK)) {
            ScriptedPeer first = rig.connect();
            rig.settle();
            ScriptedPeer other = ScriptedPeer.connect(rig.network.host("other"), rig.host.address(ServerRig.PORT));
            rig.awaitReset(other);
            first.close();
            rig.settle();
            ScriptedPeer again = ScriptedPeer.connect(rig.network.host("other"), rig.host.address(ServerRig.PORT));
            rig.settle();
            assertEquals(1, rig.server.metrics().activeConnections());
            again.close();
        }
    }

    @Test
    void limitsTheRateOfAnAddressOverItsConnections() throws IOException {
        HttpServerLimits limits =
                HttpServerLimits.builder().maxRequestsPerSecondPerAddress(10).build();
        try (ServerRig rig = ServerRig.of(limits, OK)) {
            String first = rig.answer(get("/").repeat(8));
            String second = rig.answer(get("/").repeat(8));
            assertEquals(8, count(first, "200 OK"));
            assertEquals(3, count(second, "200 OK"), second);
            assertEquals(5, count(second, "429 Too Many Requests"));
            assertEquals(5, count(second, "Retry-After: 1"));
            assertEquals(5, rig.server.metrics().rateLimited());
            rig.pass(Duration.ofSeconds(2));
            assertEquals(10, count(rig.answer(get("/").repeat(12)), "200 OK"));
        }
    }

    @Test
    void limitsTheRateOfAConnection() throws IOException {
        HttpServerLimits limits =
                HttpServerLimits.builder().maxRequestsPerSecondPerConnection(3).build();
        try (ServerRig rig = ServerRig.of(limits, OK)) {
            assertEquals(3, count(rig.answer(get("/").repeat(5)), "200 OK"));
            assertEquals(3, count(rig.answer(get("/").repeat(5)), "200 OK"));
        }
    }

    @Test
    void answers503AboveTheRequestsInFlight() throws IOException {
        List<HttpExchange> waiting = new ArrayList<>();
        HttpServerLimits limits =
                HttpServerLimits.builder().maxRequestsInFlight(1).build();
        try (ServerRig rig = ServerRig.of(limits, exchange -> waiting.add(exchange.defer()))) {
            ScriptedPeer first = rig.send(get("/"));
            rig.settle();
            assertTrue(rig.answer(get("/")).startsWith("HTTP/1.1 503 "));
            assertEquals(1, rig.server.metrics().overloaded());
            waiting.get(0).send(HttpStatus.OK);
            rig.settle();
            ScriptedPeer second = rig.send(get("/"));
            rig.settle();
            assertEquals(2, waiting.size());
            first.close();
            second.close();
        }
    }

    @Test
    void answers429AboveTheRequestsInFlightOfAnAddress() throws IOException {
        List<HttpExchange> waiting = new ArrayList<>();
        HttpServerLimits limits =
                HttpServerLimits.builder().maxRequestsInFlightPerAddress(1).build();
        try (ServerRig rig = ServerRig.of(limits, exchange -> waiting.add(exchange.defer()))) {
            ScriptedPeer first = rig.send(get("/"));
            rig.settle();
            assertTrue(rig.answer(get("/")).startsWith("HTTP/1.1 429 "));
            first.reset();
            rig.settle();
            ScriptedPeer second = rig.send(get("/"));
            rig.settle();
            assertEquals(2, waiting.size());
            second.close();
        }
    }

    @Test
    void closesInOrderAfterSoManyRequests() throws IOException {
        HttpServerLimits limits =
                HttpServerLimits.builder().maxRequestsPerConnection(2).build();
        try (ServerRig rig = ServerRig.of(limits, OK)) {
            String answer = rig.lastAnswer(get("/").repeat(3));
            assertEquals(2, count(answer, "200 OK"));
            assertEquals(1, count(answer, "Connection: close"));
        }
    }

    @Test
    void givesUpTheOldestPartialHeadForANewOne() throws IOException {
        HttpServerLimits limits = HttpServerLimits.builder().maxPartialHeads(2).build();
        try (ServerRig rig = ServerRig.of(limits, OK)) {
            ScriptedPeer oldest = rig.send("GET / HTTP/1.1\r\nHost: ");
            rig.settle();
            ScriptedPeer second = rig.send("GET / HTTP/1.1\r\nHost: ");
            rig.settle();
            ScriptedPeer third = rig.send("GET / HTTP/1.1\r\nHost: ");
            rig.settle();
            assertTrue(received(oldest).startsWith("HTTP/1.1 408 "));
            assertEquals(1, rig.server.metrics().partialHeadsEnded());
            second.send(bytes("a\r\n\r\n"));
            third.send(bytes("a\r\n\r\n"));
            rig.settle();
            assertTrue(received(second).startsWith("HTTP/1.1 200 "));
            assertTrue(received(third).startsWith("HTTP/1.1 200 "));
            oldest.close();
            second.close();
            third.close();
        }
    }

    /** C1: on a server that has served others before, and serves them while the flood goes on. */
    @Test
    void survivesTenThousandHalfSentRequestsWithBoundedMemory() throws IOException {
        HttpServerLimits limits =
                HttpServerLimits.builder().maxConnections(20_000).build();
        String half = "GET / HTTP/1.1\r\nHost: a\r\nX-Half";
        try (ServerRig rig = ServerRig.of(limits, OK)) {
            for (int i = 0; i < 100; i++) {
                rig.answer(get("/").repeat(20));
            }
            long before = rig.group.metrics().buffers().usedBytes();
            List<ScriptedPeer> peers = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                peers.add(rig.send(half));
                if (i % 500 == 0) {
                    assertTrue(rig.answer(get("/")).startsWith("HTTP/1.1 200 "));
                }
            }
            rig.pass(Duration.ofSeconds(1));
            HttpServerMetrics metrics = rig.server.metrics();
            assertEquals(10_000 - HttpServerLimits.DEFAULT.maxPartialHeads(), metrics.partialHeadsEnded());
            long kept = HttpServerLimits.DEFAULT.maxPartialHeads();
            long during = rig.group.metrics().buffers().usedBytes() - before;
            assertTrue(during >= kept * half.length() && during <= kept * 4096, () -> during + " bytes of buffers");
            assertTrue(rig.answer(get("/")).startsWith("HTTP/1.1 200 "));
            peers.forEach(ScriptedPeer::close);
            rig.settle();
            assertTrue(rig.group.metrics().buffers().usedBytes() <= before);
            assertEquals(0, rig.server.metrics().activeConnections());
        }
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        assertEquals(
                "maxConnections is 0, must be within 1..16777216",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> HttpServerLimits.builder()
                                        .maxConnections(0)
                                        .build())
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> HttpServerLimits.builder()
                        .headTimeout(Duration.ofNanos(1))
                        .build());
        assertThrows(
                IllegalArgumentException.class,
                () -> new ServerRig(builder -> builder.handler(OK)
                        .messageLimits(
                                HttpLimits.builder().maxFieldBytes(64 << 10).build())));
        assertEquals(
                HttpServerLimits.DEFAULT, HttpServerLimits.DEFAULT.toBuilder().build());
    }
}
