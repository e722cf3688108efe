package io.eventloop.http.server;

import static io.eventloop.http.server.ServerRig.bytes;
import static io.eventloop.http.server.ServerRig.get;
import static io.eventloop.http.server.ServerRig.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.DrainReport;
import io.eventloop.framing.ProxyHeaderHandler;
import io.eventloop.framing.ProxyHeaderOptions;
import io.eventloop.http.HttpStatus;
import io.eventloop.testing.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
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
