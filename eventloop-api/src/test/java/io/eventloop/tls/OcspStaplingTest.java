package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the responder to the client, by the JDK's engine. */
class OcspStaplingTest {
    private static final String ENABLED = "jdk.tls.server.enableStatusRequestExtension";
    private static final String RESPONDER = "jdk.tls.stapling.responderURI";
    private static final String TIMEOUT = "jdk.tls.stapling.responseTimeout";

    private final AtomicReference<byte[]> response = new AtomicReference<>(new byte[0]);
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer responder;
    private TlsIdentity identity;

    @BeforeEach
    void startResponder() throws IOException {
        responder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        responder.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] body = response.get();
            exchange.sendResponseHeaders(body.length == 0 ? 503 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        responder.start();
        identity = OcspResponses.identity(
                "a.example", "http://127.0.0.1:" + responder.getAddress().getPort() + "/ocsp");
    }

    @AfterEach
    void stopResponder() {
        responder.stop(0);
        System.clearProperty(TIMEOUT);
        assertNull(System.getProperty(ENABLED), "the properties are as before");
    }

    private static TlsServer server(TlsIdentity identity) {
        return TlsRig.server(TlsHosts.of(identity)).ocspStapling().build();
    }

    /** What a client of the JDK's is shown. */
    private static List<byte[]> shown(TlsServer server, String protocol) throws Exception {
        List<byte[]> shown = new ArrayList<>();
        SSLContext clients = SSLContext.getInstance("TLS");
        clients.init(null, new TrustManager[] {new Curious(shown)}, null);
        SSLEngine client = EnginePair.client(clients, protocol, "a.example");
        try (EnginePair pair = new EnginePair(client, server.engine(EnginePair.hello("a.example"))).handshake()) {
            assertTrue(pair.server.isEstablished());
        }
        return shown;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void showsClientsTheResponse(String protocol) throws Exception {
        response.set(OcspResponses.about(identity).write());
        try (TlsServer server = server(identity)) {
            server.warmUp(1);
            List<byte[]> shown = shown(server, protocol);
            assertEquals(1, shown.size());
            assertArrayEquals(response.get(), shown.get(0));
            assertEquals(new OcspMetrics(1, 1, 1, 0), server.ocspMetrics());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void servesWithoutAResponseIfThereIsNone(String protocol) throws Exception {
        try (TlsServer server = server(identity)) {
            server.warmUp(1);
            assertEquals(List.of(), shown(server, protocol));
            assertEquals(new OcspMetrics(1, 0, 0, 1), server.ocspMetrics());
        }
        responder.stop(0);
        try (TlsServer server = server(identity)) {
            server.warmUp(1);
            assertEquals(List.of(), shown(server, protocol));
            assertEquals(1, server.ocspMetrics().failed());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void asksTheResponderForNoHandshake(boolean answers) throws Exception {
        if (answers) {
            response.set(OcspResponses.about(identity).write());
        }
        try (TlsServer server = server(identity)) {
            server.warmUp(3);
            for (int i = 0; i < 3; i++) {
                assertEquals(answers ? 1 : 0, shown(server, "TLSv1.3").size());
            }
        }
        assertEquals(1, asked.get());
    }

    @Test
    void putsTheJdksPropertiesBack() {
        System.setProperty(RESPONDER, "http://somebody.example/");
        try (TlsServer server = server(identity)) {
            assertEquals("http://somebody.example/", System.getProperty(RESPONDER));
            assertEquals(1, server.ocspMetrics().identities());
        } finally {
            System.clearProperty(RESPONDER);
        }
    }

    /** A response for one identity is not shown for another, and one that names no responder is served without. */
    @Test
    void keepsIdentitiesApart() throws Exception {
        response.set(OcspResponses.about(identity).write());
        try (TlsServer server = TlsRig.server(TlsHosts.builder()
                        .host("a.example", Certificates.A)
                        .otherwise(identity)
                        .build())
                .ocspStapling()
                .build()) {
            server.warmUp(1);
            assertEquals(List.of(), shown(server, "TLSv1.3"));
            assertEquals(1, server.ocspMetrics().identities());
        }
    }

    @Test
    void fetchesForIdentitiesThatComeLaterAndForgetsOthers() throws Exception {
        try (TlsServer server = server(Certificates.A)) {
            assertEquals(new OcspMetrics(0, 0, 0, 0), server.ocspMetrics());
            response.set(OcspResponses.about(identity).write());
            server.reload(TlsHosts.of(identity));
            server.warmUp(1);
            assertEquals(1, shown(server, "TLSv1.3").size());
            server.reload(TlsHosts.of(Certificates.A));
            assertEquals(0, server.ocspMetrics().identities());
        }
    }

    @Test
    void isNotBuiltIfTheJdkWouldNotAsk() {
        System.setProperty(TIMEOUT, "0");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> server(identity));
        assertTrue(e.getMessage().contains("cannot be had"), e.getMessage());
        try (TlsServer server = server(Certificates.A)) {
            assertThrows(IllegalArgumentException.class, () -> server.reload(TlsHosts.of(identity)));
            assertEquals(0, server.ocspMetrics().identities(), "nothing changed");
        }
    }

    /** What the JDK asks of itself is the request that we make. */
    @Test
    void asksAsTheJdkDoes() {
        OcspQuery query = OcspQuery.of(identity.chain()).orElseThrow();
        List<byte[]> asked = new ArrayList<>();
        JdkStapling.open(
                new TlsSettings(
                        Optional.of(identity),
                        ClientAuthentication.NONE,
                        Optional.empty(),
                        false,
                        TlsSettings.PROTOCOLS,
                        TlsSettings.CIPHER_SUITES,
                        List.of(),
                        true,
                        Optional.empty()),
                query,
                () -> {
                    asked.add(query.request());
                    return new byte[0];
                });
        assertEquals(1, asked.size());
    }

    /** Looks at what the server shows, and believes it. */
    private static final class Curious extends TlsServerTest.Deaf {
        private final List<byte[]> shown;

        Curious(List<byte[]> shown) {
            this.shown = shown;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            // TLS 1.2 has something to say of each certificate, if only nothing.
            ((ExtendedSSLSession) engine.getHandshakeSession())
                    .getStatusResponses().stream()
                            .filter(response -> response.length > 0)
                            .forEach(shown::add);
        }
    }
}
