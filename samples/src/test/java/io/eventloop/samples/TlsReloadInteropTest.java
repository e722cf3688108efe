package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsHosts;
import io.eventloop.tls.TlsIdentity;
import io.eventloop.tls.TlsServer;
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
        try (RoutesServer server = RoutesServer.secured(1, tls)) {
            // For as long as the reloads take.
            Process wrk = Programs.start(
                    "wrk",
                    "-t1",
                    "-c20",
                    "-d100s",
                    "--timeout",
                    Await.PATIENCE_SECONDS + "s",
                    "-H",
                    "Connection: " + connection,
                    server.url("/plaintext"));
            try {
                Await.until("requests", () -> server.metrics().requests() > 20);
                reload(server.address(), connection.equals("close") ? RELOADS / 10 : 0);
                assertTrue(wrk.isAlive(), "the reloads were not under load");
                Programs.interrupt(wrk);
                assertNoErrors(Programs.output(wrk));
            } finally {
                wrk.destroyForcibly();
            }
            assertEquals(
                    0,
                    tls.metrics().failed()
                            + tls.metrics().timedOut()
                            + tls.metrics().shed());
        }
    }

    /** Reloads until there have been enough reloads, and handshakes during them. */
    private void reload(InetSocketAddress address, int leastHandshakes) throws Exception {
        long before = tls.metrics().established();
        for (int i = 1; i <= RELOADS || tls.metrics().established() - before <= leastHandshakes; i++) {
            TlsIdentity next = i % 2 == 0 ? ONE : OTHER;
            tls.reload(TlsHosts.of(next));
            if (i % 100 == 0 || i % 100 == 1) {
                assertEquals(next.chain().get(0), shownAt(address), "after reload " + i);
            }
        }
    }
}
