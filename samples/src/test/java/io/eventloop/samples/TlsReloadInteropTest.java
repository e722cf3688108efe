package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoopGroup;
import io.eventloop.http.server.HttpServer;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsHosts;
import io.eventloop.tls.TlsIdentity;
import io.eventloop.tls.TlsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates replaced while wrk asks over TLS: nobody notices, but for the certificate. */
@Tag("interop")
@Timeout(120)
class TlsReloadInteropTest {
    private static final int RELOADS = 1000;
    private static final TlsIdentity ONE = TlsIdentity.insecureSelfSigned("one.test", "127.0.0.1");
    private static final TlsIdentity OTHER = TlsIdentity.insecureSelfSigned("other.test", "127.0.0.1");

    private final TlsServer tls = TlsContext.server()
            .hosts(TlsHosts.of(ONE))
            .applicationProtocols("http/1.1")
            .build();

    private static Certificate shownAt(InetSocketAddress address) throws Exception {
        try (SSLSocket socket = SecureSockets.connectToAnybody(address, "http/1.1")) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private static void assertNoErrors(String output) {
        assertTrue(output.contains("Requests/sec"), output);
        assertFalse(output.contains("Non-2xx") || output.contains("Socket errors"), output);
    }

    /** Over connections that stay, and over connections that end with each response, so that each is a handshake. */
    @ParameterizedTest
    @ValueSource(strings = {"keep-alive", "close"})
    void reloadsUnderLoad(String connection) throws Exception {
        tls.warmUp(50);
        try (EventLoopGroup group = EventLoopGroup.builder().loops(1).build()) {
            HttpServer server = HttpServer.builder()
                    .handler(new HttpServerRoutes(group).router())
                    .layer(tls::acceptor)
                    .listen(group, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            InetSocketAddress address = (InetSocketAddress) server.address();
            String url = "https://127.0.0.1:" + address.getPort() + "/plaintext";
            Process wrk = Programs.start("wrk", "-t1", "-c20", "-d5s", "-H", "Connection: " + connection, url);
            Await.until("requests", () -> server.metrics().requests() > 20);
            for (int i = 1; i <= RELOADS; i++) {
                TlsIdentity next = i % 2 == 0 ? ONE : OTHER;
                tls.reload(TlsHosts.of(next));
                if (i % 100 == 0 || i % 100 == 1) {
                    assertEquals(next.chain().get(0), shownAt(address), "after reload " + i);
                }
            }
            assertTrue(wrk.isAlive(), "the reloads were not under load");
            assertNoErrors(Programs.output(wrk));
            assertEquals(ONE.chain().get(0), shownAt(address));
            assertEquals(
                    0,
                    tls.metrics().failed()
                            + tls.metrics().timedOut()
                            + tls.metrics().shed());
            if (connection.equals("close")) {
                assertTrue(
                        tls.metrics().established() > RELOADS / 10,
                        () -> tls.metrics().toString());
            }
        }
    }
}
