package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectionLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TcpProxyTest {
    /** More than the kernel buffers of two loopback connections hold. */
    private static final int MUCH_BYTES = 64 << 20;

    @Test
    void relaysBothWaysAndCounts() throws Exception {
        try (Backend backend = new Backend();
                ProxyRig rig = new ProxyRig(backend.address());
                Socket client = rig.client();
                Socket server = backend.next()) {
            ProxyRig.send(client, "question");
            assertEquals("question", ProxyRig.receive(server, 8));
            ProxyRig.send(server, "answer");
            assertEquals("answer", ProxyRig.receive(client, 6));
            ProxyStatistics now = rig.statistics();
            assertEquals(1, now.accepted());
            assertEquals(1, now.active());
            assertEquals(0, now.refused());
            assertEquals(Map.of(), now.failedConnects());
            assertEquals(8, now.bytesToBackend());
            assertEquals(6, now.bytesToClients());
            client.shutdownOutput();
            server.shutdownOutput();
            rig.awaitIdle();
            assertEquals(8, rig.statistics().bytesToBackend());
            assertEquals(6, rig.statistics().bytesToClients());
        }
    }

    @Test
    void passesAHalfCloseOnFromEitherSide() throws Exception {
        try (Backend backend = new Backend();
                ProxyRig rig = new ProxyRig(backend.address())) {
            try (Socket client = rig.client();
                    Socket server = backend.next()) {
                ProxyRig.send(client, "all I ask");
                client.shutdownOutput();
                assertEquals("all I ask", ProxyRig.all(server));
                ProxyRig.send(server, "late answer");
                server.shutdownOutput();
                assertEquals("late answer", ProxyRig.all(client));
            }
            try (Socket client = rig.client();
                    Socket server = backend.next()) {
                ProxyRig.send(server, "all I say");
                server.shutdownOutput();
                assertEquals("all I say", ProxyRig.all(client));
                ProxyRig.send(client, "late question");
                client.shutdownOutput();
                assertEquals("late question", ProxyRig.all(server));
            }
            rig.awaitIdle();
        }
    }

    @Test
    void resetsClientsWhoseBackendRefuses() throws Exception {
        try (Socket bound = new Socket()) {
            // Bound and not listening: the port is nobody else's, and refuses.
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (ProxyRig rig = new ProxyRig((InetSocketAddress) bound.getLocalSocketAddress())) {
                for (int i = 0; i < 3; i++) {
                    rig.assertReset("");
                }
                rig.awaitIdle();
                assertEquals(Map.of(Kind.CONNECT_FAILED, 3L), rig.statistics().failedConnects());
                assertEquals(3, rig.statistics().accepted());
            }
        }
    }

    @Test
    void resetsClientsWhoseBackendDoesNotAnswerInTime() throws Exception {
        ProxyOptions hasty = new ProxyOptions(10, Duration.ofMillis(100), Duration.ofMinutes(5));
        try (BlackHole hole = new BlackHole();
                ProxyRig rig = new ProxyRig(hole.address(), hasty)) {
            rig.assertReset("anybody there?");
            rig.awaitIdle();
            assertEquals(Map.of(Kind.CONNECT_TIMEOUT, 1L), rig.statistics().failedConnects());
        }
    }

    @Test
    void cancelsTheConnectOfAClientThatIsGone() throws Exception {
        try (BlackHole hole = new BlackHole();
                ProxyRig rig = new ProxyRig(hole.address())) {
            Socket silent = rig.client();
            Socket talking = rig.client();
            ProxyRig.send(talking, "first bytes");
            Await.until("both connects are under way", () -> rig.group.metrics().active() == 4);
            ProxyRig.reset(silent);
            ProxyRig.reset(talking);
            rig.awaitIdle();
            assertEquals(Map.of(), rig.statistics().failedConnects());
        }
    }

    @Test
    void keepsWhatAClientSaidAndItsEndUntilTheBackendIsConnected() throws Exception {
        String much = "x".repeat(20_000);
        try (BlackHole hole = new BlackHole();
                ProxyRig rig = new ProxyRig(hole.address());
                Socket brief = rig.client();
                Socket verbose = rig.client()) {
            ProxyRig.send(brief, "early");
            brief.shutdownOutput();
            ProxyRig.send(verbose, much);
            verbose.shutdownOutput();
            Await.until("both connects are under way", () -> rig.group.metrics().active() == 4);
            answer(hole.open(), 2);
            assertEquals("5 bytes", ProxyRig.all(brief));
            assertEquals("20000 bytes", ProxyRig.all(verbose));
            rig.awaitIdle();
            assertEquals(20_005, rig.statistics().bytesToBackend());
        }
    }

    /** Tells clients how many bytes they sent; passes over those that filled the backlog. */
    private static void answer(java.net.ServerSocket server, int clients) throws IOException {
        for (int answered = 0; answered < clients; ) {
            try (Socket socket = server.accept()) {
                int length = socket.getInputStream().readAllBytes().length;
                if (length > 0) {
                    ProxyRig.send(socket, length + " bytes");
                    answered++;
                }
            }
        }
    }

    @Test
    void passesAResetOfTheBackendOnAndDisturbsNobody() throws Exception {
        try (TwoClients two = new TwoClients()) {
            CompletableFuture<Void> sending = two.flood();
            assertEquals(1000, two.client.getInputStream().readNBytes(1000).length);
            ProxyRig.reset(two.server);
            ProxyRig.assertReset(two.client);
            assertThrows(ExecutionException.class, () -> sending.get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS));
            two.assertOtherUndisturbed();
        }
    }

    @Test
    void passesAResetOfTheClientOnAndDisturbsNobody() throws Exception {
        try (TwoClients two = new TwoClients()) {
            CompletableFuture<Void> sending = two.flood();
            assertEquals(1000, two.client.getInputStream().readNBytes(1000).length);
            ProxyRig.reset(two.client);
            assertThrows(ExecutionException.class, () -> sending.get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS));
            two.assertOtherUndisturbed();
        }
    }

    @Test
    void holdsBackTheBackendOfAClientThatDoesNotReadAndDisturbsNobody() throws Exception {
        try (TwoClients two = new TwoClients()) {
            CompletableFuture<Void> sending = two.flood();
            ConnectionLimits limits = ProxyRig.OPTIONS.limits();
            // Where the backend is held back, the client has more than the low water queued.
            Await.until("bytes are queued", () -> two.rig.statistics().longestQueueBytes() > limits.lowWaterBytes());
            two.assertOtherUndisturbed();
            assertTrue(!sending.isDone());
            assertEquals(MUCH_BYTES, two.client.getInputStream().readNBytes(MUCH_BYTES).length);
            sending.get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
            long most = limits.highWaterBytes() + (64 << 10);
            long longest = two.rig.statistics().longestQueueBytes();
            assertTrue(longest <= most, longest + " bytes queued, at most " + most);
        }
    }

    /** A client to which something happens, and another one, each with its connection of the backend. */
    private static final class TwoClients implements AutoCloseable {
        final Backend backend = new Backend();
        final ProxyRig rig = new ProxyRig(backend.address());
        final Socket otherClient = rig.client();
        final Socket otherServer = backend.next();
        final Socket client = rig.client();
        final Socket server = backend.next();

        TwoClients() throws IOException, InterruptedException {}

        /** Has the backend send much, faster than anybody reads it. */
        CompletableFuture<Void> flood() {
            return CompletableFuture.runAsync(() -> {
                try {
                    server.getOutputStream().write(new byte[MUCH_BYTES]);
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
        }

        void assertOtherUndisturbed() throws IOException {
            ProxyRig.send(otherClient, "still here?");
            assertEquals("still here?", ProxyRig.receive(otherServer, 11));
            ProxyRig.send(otherServer, "yes");
            assertEquals("yes", ProxyRig.receive(otherClient, 3));
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : List.of(server, client, otherServer, otherClient)) {
                socket.close();
            }
            rig.close();
            backend.close();
        }
    }
}
