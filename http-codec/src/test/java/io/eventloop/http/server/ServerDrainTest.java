package io.eventloop.http.server;

import static io.eventloop.http.server.ServerRig.bytes;
import static io.eventloop.http.server.ServerRig.get;
import static io.eventloop.http.server.ServerRig.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.DrainReport;
import io.eventloop.framing.ProxyHeaderHandler;
import io.eventloop.framing.ProxyHeaderOptions;
import io.eventloop.http.HttpStatus;
import io.eventloop.testing.ScriptedPeer;
import io.eventloop.testing.SystemFaults;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a server comes to its end. */
@Timeout(60)
final class ServerDrainTest {
    private static final HttpHandler AFTER_A_SECOND = exchange -> {
        exchange.defer();
        exchange.loop().schedule(Duration.ofSeconds(1), () -> exchange.send(HttpStatus.OK));
    };

    @Test
    void closesIdleConnectionsAndAnswersWhatIsInFlight() throws IOException {
        try (ServerRig rig = ServerRig.of(AFTER_A_SECOND)) {
            ScriptedPeer busy = rig.send(get("/"));
            ScriptedPeer idle = rig.connect();
            ScriptedPeer partial = rig.send("GET / HT");
            rig.settle();
            CompletableFuture<DrainReport> drained = rig.server.drain(Duration.ofSeconds(10));
            partial.send(bytes("TP/1.1\r\nHost: a\r\n\r\n"));
            rig.awaitEnd(idle);
            rig.awaitEnd(busy);
            rig.awaitEnd(partial);
            assertTrue(received(busy).contains("\r\nConnection: close\r\n"));
            assertTrue(received(partial).contains("\r\nConnection: close\r\n"));
            rig.settle();
            assertEquals(new DrainReport(3, 0), drained.join());
        }
    }

    /** Who is about to send would lose its request with a connection that is closed meanwhile. */
    @Test
    void answersTheNextRequestOfEachConnectionInItsGrace() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(HttpStatus.OK))) {
            ScriptedPeer kept = rig.send(get("/"));
            ScriptedPeer fresh = rig.connect();
            ScriptedPeer silent = rig.connect();
            rig.settle();
            Duration grace = Duration.ofSeconds(2);
            CompletableFuture<DrainReport> drained = rig.server.drain(grace, Duration.ofSeconds(10));
            rig.pass(Duration.ofSeconds(1));
            assertEquals(3, rig.server.metrics().activeConnections());
            kept.send(bytes(get("/")));
            fresh.send(bytes(get("/")));
            rig.awaitEnd(kept);
            rig.awaitEnd(fresh);
            assertEquals(1, received(kept).split("Connection: close", -1).length - 1, received(kept));
            assertTrue(received(kept).endsWith("\r\nConnection: close\r\n\r\n"), received(kept));
            assertTrue(received(fresh).contains("\r\nConnection: close\r\n"), received(fresh));
            assertFalse(drained.isDone());
            assertEquals(1, rig.server.metrics().activeConnections());
            rig.pass(Duration.ofMillis(900));
            rig.awaitEnd(silent);
            assertEquals(new DrainReport(3, 0), drained.join());
        }
    }

    @Test
    void endsItsGraceWithItsLastConnection() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(HttpStatus.OK))) {
            ScriptedPeer kept = rig.send(get("/"));
            rig.settle();
            CompletableFuture<DrainReport> drained = rig.server.drain(Duration.ofMinutes(1), Duration.ofMinutes(2));
            kept.send(bytes(get("/"))).expectEnd().close();
            rig.settle();
            assertTrue(kept.isDone());
            assertTrue(drained.isDone());
        }
    }

    @Test
    void endsItsGraceWhenItIsDrainedWithoutOne() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(HttpStatus.OK))) {
            ScriptedPeer idle = rig.connect();
            rig.settle();
            CompletableFuture<DrainReport> patient = rig.server.drain(Duration.ofMinutes(1), Duration.ofMinutes(2));
            CompletableFuture<DrainReport> hasty = rig.server.drain(Duration.ofMinutes(2));
            idle.expectEnd().close();
            rig.settle();
            assertTrue(idle.isDone());
            assertTrue(patient.isDone() && hasty.isDone());
            rig.pass(Duration.ofMinutes(2));
        }
    }

    @Test
    void refusesAGraceBeyondTheLimit() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(HttpStatus.OK))) {
            Duration second = Duration.ofSeconds(1);
            assertThrows(IllegalArgumentException.class, () -> rig.server.drain(second.plusNanos(1), second));
            assertThrows(IllegalArgumentException.class, () -> rig.server.drain(second.negated(), second));
            assertTrue(rig.answer(get("/")).startsWith("HTTP/1.1 200 "));
        }
    }

    /** Readiness may be told later than a drain. */
    @Test
    void answersRequestsThatHaveArrivedAndWereNotRead() throws IOException {
        try (ServerRig rig = ServerRig.of(AFTER_A_SECOND)) {
            ScriptedPeer fresh = rig.connect();
            ScriptedPeer kept = rig.send(get("/"));
            rig.pass(Duration.ofSeconds(2));
            rig.host.faults(SystemFaults.NONE.withReadiness(0, 0, 1, 0));
            fresh.send(bytes(get("/")));
            kept.send(bytes(get("/")));
            rig.pass(Duration.ofNanos(60_000));
            assertEquals(1, rig.server.metrics().requests());
            CompletableFuture<DrainReport> drained = rig.server.drain(Duration.ofSeconds(10));
            rig.awaitEnd(fresh);
            rig.awaitEnd(kept);
            assertTrue(received(fresh).contains("\r\nConnection: close\r\n"), received(fresh));
            assertTrue(received(kept).contains("\r\nConnection: close\r\n"), received(kept));
            assertEquals(new DrainReport(2, 0), drained.join());
        }
    }

    @Test
    void cutsWhatIsLeftAtTheDeadlineAndCountsIt() throws IOException {
        try (ServerRig rig = ServerRig.of(HttpExchange::defer)) {
            ScriptedPeer stuck = rig.send(get("/"));
            rig.settle();
            CompletableFuture<DrainReport> drained = rig.server.drain(Duration.ofSeconds(3));
            rig.awaitReset(stuck);
            rig.settle();
            assertEquals(new DrainReport(1, 1), drained.join());
            assertEquals(1, rig.server.metrics().drainCut());
        }
    }

    @Test
    void drainsWithItsGroup() throws IOException {
        try (ServerRig rig = ServerRig.of(AFTER_A_SECOND)) {
            ScriptedPeer busy = rig.send(get("/"));
            ScriptedPeer idle = rig.connect();
            rig.settle();
            CompletableFuture<DrainReport> drained = rig.group.shutdown(Duration.ofSeconds(10));
            rig.awaitEnd(idle);
            rig.awaitEnd(busy);
            rig.pass(Duration.ofSeconds(1));
            assertEquals(new DrainReport(2, 0), drained.join());
        }
    }

    /** Begins a response that ends when it is told of a drain, and not before. */
    private static void streamUntilDrain(HttpExchange exchange) {
        exchange.stream(new StreamHandler() {
            @Override
            public void onDrain(HttpExchange same) {
                same.write(bytes("bye"));
                same.end();
            }
        });
        exchange.start(HttpReply.of(HttpStatus.OK), HttpExchange.UNKNOWN_LENGTH);
    }

    @Test
    void tellsStreamsThatTheyAreToEnd() throws IOException {
        try (ServerRig rig = ServerRig.of(ServerDrainTest::streamUntilDrain)) {
            ScriptedPeer begun = rig.send(get("/"));
            ScriptedPeer late = rig.send("GET / HT");
            rig.settle();
            CompletableFuture<DrainReport> drained = rig.server.drain(Duration.ofSeconds(10));
            rig.awaitEnd(begun);
            assertTrue(received(begun).endsWith("\r\n\r\n3\r\nbye\r\n0\r\n\r\n"), received(begun));
            late.send(bytes("TP/1.1\r\nHost: a\r\n\r\n"));
            rig.awaitEnd(late);
            assertTrue(received(late).endsWith("\r\n\r\n3\r\nbye\r\n0\r\n\r\n"), received(late));
            rig.settle();
            assertEquals(new DrainReport(2, 0), drained.join());
        }
    }

    /** Deferred ones as well, and by a drain of the group; each once. */
    @Test
    void tellsDeferredStreamsOfTheGroupsDrain() throws IOException {
        List<String> told = new ArrayList<>();
        StreamHandler listening = new StreamHandler() {
            @Override
            public void onDrain(HttpExchange exchange) {
                told.add("drain");
                exchange.loop().schedule(Duration.ofSeconds(1), () -> exchange.send(HttpStatus.NO_CONTENT));
            }
        };
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.defer();
            Duration late = exchange.request().pathIs("/late") ? Duration.ofMillis(500) : Duration.ZERO;
            exchange.loop().schedule(late, () -> exchange.stream(listening));
        })) {
            ScriptedPeer before = rig.send(get("/"));
            ScriptedPeer during = rig.send(get("/late"));
            rig.settle();
            CompletableFuture<DrainReport> drained = rig.group.shutdown(Duration.ofSeconds(10));
            rig.server.drain(Duration.ofSeconds(10));
            rig.awaitEnd(before);
            rig.awaitEnd(during);
            assertEquals(List.of("drain", "drain"), told);
            rig.pass(Duration.ofSeconds(1));
            assertEquals(new DrainReport(2, 0), drained.join());
        }
    }

    /** What is told of a drain may reset others, which are not told of it any more. */
    @Test
    void tellsNobodyWhoWasResetMeanwhile() throws IOException {
        List<HttpExchange> all = new ArrayList<>();
        List<String> told = new ArrayList<>();
        StreamHandler resetting = new StreamHandler() {
            @Override
            public void onDrain(HttpExchange exchange) {
                told.add("drain");
                all.forEach(HttpExchange::abort);
            }

            @Override
            public void onAborted(HttpExchange exchange) {
                told.add("aborted");
            }
        };
        try (ServerRig rig = ServerRig.of(exchange -> {
            all.add(exchange.defer());
            exchange.stream(resetting);
        })) {
            ScriptedPeer one = rig.send(get("/"));
            ScriptedPeer other = rig.send(get("/"));
            rig.settle();
            CompletableFuture<DrainReport> drained = rig.server.drain(Duration.ofSeconds(10));
            rig.awaitReset(one);
            rig.awaitReset(other);
            rig.settle();
            assertEquals(List.of("drain", "aborted", "aborted"), told);
            assertEquals(new DrainReport(2, 0), drained.join());
        }
    }

    @Test
    void closesAtOnce() throws IOException {
        try (ServerRig rig = ServerRig.of(HttpExchange::defer)) {
            ScriptedPeer busy = rig.send(get("/"));
            rig.settle();
            rig.server.close();
            rig.awaitReset(busy);
            assertTrue(rig.server.closed().isDone());
        }
    }

    @Test
    void completesADrainThatAnotherOneCutShort() throws IOException {
        try (ServerRig rig = ServerRig.of(HttpExchange::defer)) {
            ScriptedPeer busy = rig.send(get("/"));
            rig.settle();
            CompletableFuture<DrainReport> patient = rig.server.drain(Duration.ofSeconds(30));
            rig.settle();
            rig.server.close();
            rig.awaitReset(busy);
            assertEquals(new DrainReport(1, 0), patient.getNow(null));
        }
    }

    /** Accepted before, but the server hears of it only when its layer is done with it. */
    @Test
    void servesNobodyWhoseLayerWasNotDoneBefore() throws IOException {
        try (ServerRig rig = new ServerRig(builder -> builder.handler(exchange -> exchange.send(HttpStatus.OK))
                .layer(http -> ProxyHeaderHandler.acceptor(
                        ProxyHeaderOptions.DEFAULT, (connection, header) -> http.accept(connection))))) {
            ScriptedPeer peer = rig.connect();
            rig.settle();
            rig.server.close();
            rig.settle();
            peer.send(bytes("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + get("/")));
            rig.awaitEnd(peer);
            assertEquals("", received(peer));
            assertEquals(0, rig.server.metrics().activeConnections());
        }
    }
}
