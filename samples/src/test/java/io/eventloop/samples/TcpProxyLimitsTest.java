package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.DrainReport;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TcpProxyLimitsTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void resetsClientsAboveTheLimitAndGivesEveryDescriptorBack() throws Exception {
        // Once before, so that what the JDK opens for good is open.
        serve(10, 20);
        int baseline = Descriptors.open();
        serve(1024, 2000);
        Await.until("descriptors are back at " + baseline, () -> Descriptors.open() <= baseline);
    }

    private static void serve(int limit, int clients) throws IOException {
        try (EventLoopGroup echoes =
                EventLoopGroup.builder().transport("nio").loops(1).build()) {
            Listener backend = echoes.listen(ANY, connection -> new EchoCommand.Echo());
            ProxyOptions options = new ProxyOptions(limit, Duration.ofSeconds(30), Duration.ofMinutes(5));
            try (ProxyRig rig = new ProxyRig((InetSocketAddress) backend.address(), options)) {
                List<Socket> sockets = new ArrayList<>();
                int served = 0;
                for (int i = 0; i < clients; i++) {
                    try {
                        Socket client = rig.client();
                        sockets.add(client);
                        served += isServed(client) ? 1 : 0;
                    } catch (SocketException e) {
                        // The reset came before the connect returned.
                        assertEquals(limit, served);
                    }
                }
                assertEquals(limit, served);
                ProxyStatistics full = rig.statistics();
                assertEquals(limit, full.accepted());
                assertEquals(limit, full.active());
                assertEquals(clients - limit, full.refused());
                assertTrue(isServed(sockets.get(0)), "the first client is disturbed");
                for (Socket client : sockets) {
                    client.close();
                }
                rig.awaitIdle();
                try (Socket client = rig.client()) {
                    assertTrue(isServed(client), "places are not given back");
                }
                assertEquals(limit + 2, rig.statistics().bytesToBackend());
            }
        }
    }

    /** Whether a byte comes back; otherwise it has to be a reset. */
    private static boolean isServed(Socket client) {
        try {
            client.getOutputStream().write('x');
            return client.getInputStream().read() == 'x';
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void letsATransferFinishWhileDraining() throws Exception {
        byte[] bytes = new byte[16 << 20];
        try (Backend backend = new Backend();
                ProxyRig rig = new ProxyRig(backend.address());
                Socket client = rig.client();
                Socket server = backend.next()) {
            server.getOutputStream().write(1);
            assertEquals(1, client.getInputStream().read());
            CompletableFuture<DrainReport> drain = rig.group.shutdown(Duration.ofSeconds(Await.PATIENCE_SECONDS));
            CompletableFuture<Integer> received = CompletableFuture.supplyAsync(() -> count(client));
            server.getOutputStream().write(bytes);
            server.shutdownOutput();
            assertEquals(bytes.length, received.get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS));
            client.shutdownOutput();
            DrainReport report = drain.get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertEquals(0, report.aborted());
            rig.group.closed().get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertEquals(bytes.length + 1, rig.statistics().bytesToClients());
        }
    }

    @Test
    void cutsWhatDoesNotEndWithinTheDrain() throws Exception {
        try (Backend backend = new Backend();
                ProxyRig rig = new ProxyRig(backend.address());
                Socket client = rig.client();
                Socket server = backend.next()) {
            ProxyRig.send(client, "x");
            assertEquals("x", ProxyRig.receive(server, 1));
            DrainReport report =
                    rig.group.shutdown(Duration.ofMillis(50)).get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertEquals(new DrainReport(2, 2), report);
            ProxyRig.assertReset(client);
            ProxyRig.assertReset(server);
        }
    }

    private static int count(Socket client) {
        try {
            return client.getInputStream().readAllBytes().length;
        } catch (IOException e) {
            return -1;
        }
    }
}
