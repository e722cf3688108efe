package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.EventLoopGroup;
import io.eventloop.testing.RecordingHandler;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is served, and who is not. */
class TlsServerTest {
    private final TlsRig rig = new TlsRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private static CloseReason reason(RecordingHandler handler) {
        return handler.reason().orElseThrow();
    }

    private static String failure(RecordingHandler handler) {
        return reason(handler).failure().orElseThrow().getMessage();
    }

    private void end(RecordingHandler... handlers) {
        for (RecordingHandler handler : handlers) {
            Connection connection = handler.connection().orElseThrow();
            if (!handler.isClosed()) {
                rig.on(connection, connection::close);
            }
        }
        rig.network.run(Duration.ofSeconds(20));
    }

    /** Sends bytes without TLS. */
    private RecordingHandler raw(byte[] bytes) {
        RecordingHandler handler = new RecordingHandler() {
            @Override
            public void onOpen(Connection on) {
                super.onOpen(on);
                on.write(bytes);
            }
        };
        rig.calling.connect(rig.address, ConnectOptions.DEFAULT, handler);
        return handler;
    }

    @Test
    void answersByName() throws IOException {
        rig.listen(TlsRig.server().build());
        TlsClient client = TlsRig.client().build();
        RecordingHandler a = rig.connected(client, "A.example");
        RecordingHandler b = rig.connected(client, "b.example");
        RecordingHandler wild = rig.connected(client, "x.wild.example");
        assertEquals(Certificates.A.chain(), TlsRig.info(a).peerChain());
        assertEquals(Certificates.B.chain(), TlsRig.info(b).peerChain());
        assertEquals(Certificates.WILDCARD.chain(), TlsRig.info(wild).peerChain());
        end(a, b, wild);
    }

    @Test
    void refusesNamesNobodyAnswersTo() throws IOException {
        TlsServer server = rig.listen(TlsRig.server().build());
        TlsClient client = TlsRig.client().build();
        for (String name : List.of("c.example", "x.y.wild.example", "wild.example")) {
            RecordingHandler handler = rig.connected(client, name);
            assertEquals(Kind.TLS_FAILED, reason(handler).kind());
            assertTrue(failure(handler).contains("unrecognized_name"), failure(handler));
        }
        assertEquals(3, server.metrics().refusedNames());
        assertTrue(rig.accepted.isEmpty());
    }

    @Test
    void resumesUnlessTheHostsPolicyChanged() throws IOException {
        TlsHosts hosts = TlsHosts.of(Certificates.A);
        TlsServer server = rig.listen(TlsRig.server(hosts).build());
        TlsClient client = TlsRig.client().build();
        RecordingHandler first = rig.connected(client, "a.example");
        rig.network.run(Duration.ofSeconds(1));
        server.reload(TlsHosts.builder()
                .host("b.example", Certificates.B)
                .otherwise(Certificates.A)
                .build());
        RecordingHandler second = rig.connected(client, "a.example");
        assertTrue(TlsRig.info(second).resumed());
        rig.network.run(Duration.ofSeconds(1));
        server.reload(TlsHosts.of(Certificates.identity("a.example")));
        RecordingHandler third = rig.connected(client, "a.example");
        assertFalse(TlsRig.info(third).resumed());
        rig.await(() -> server.metrics().established() == 3);
        assertEquals(1, server.metrics().resumed());
        end(first, second, third);
    }

    @Test
    void keepsConnectionsAcrossAReload() throws IOException {
        TlsServer server = rig.listen(TlsRig.server(TlsHosts.of(Certificates.A)).build(), c -> new TlsRig.Echo());
        TlsClient client = TlsRig.client().build();
        RecordingHandler first = rig.connected(client, "a.example");
        server.reload(TlsHosts.of(Certificates.identity("a.example")));
        Connection connection = first.connection().orElseThrow();
        rig.on(connection, () -> connection.write(TlsRig.bytes("still here")));
        rig.await(() -> first.received().length == 10);
        end(first);
    }

    @Test
    void asksClientsWhoTheyAre() throws IOException {
        ClientPolicy needed = new ClientPolicy(ClientAuthentication.NEEDED, Certificates.authorities());
        ClientPolicy wanted = new ClientPolicy(ClientAuthentication.WANTED, Certificates.authorities());
        rig.listen(TlsRig.server(TlsHosts.builder()
                        .host("a.example", Certificates.A, needed)
                        .host("b.example", Certificates.B, wanted)
                        .build())
                .build());
        TlsClient known = TlsRig.client().identity(Certificates.CLIENT).build();
        TlsClient anonymous = TlsRig.client().build();
        RecordingHandler a = rig.connected(known, "a.example");
        rig.await(() -> rig.servers.size() == 1);
        assertEquals(
                Certificates.CLIENT.chain(), TlsRig.info(rig.servers.get(0)).peerChain());
        RecordingHandler b = rig.connected(anonymous, "b.example");
        rig.await(() -> rig.servers.size() == 2);
        assertEquals(List.of(), TlsRig.info(rig.servers.get(1)).peerChain());
        RecordingHandler refused = rig.connected(anonymous, "a.example");
        rig.await(refused::isClosed);
        assertEquals(Kind.TLS_FAILED, reason(refused).kind());
        TlsClient foreign = TlsRig.client().identity(Certificates.FOREIGN).build();
        RecordingHandler stranger = rig.connected(foreign, "b.example");
        rig.await(stranger::isClosed);
        assertEquals(Kind.TLS_FAILED, reason(stranger).kind());
        assertEquals(2, rig.servers.size());
        end(a, b);
    }

    @Test
    void agreesOnAnApplicationProtocol() throws IOException {
        rig.listen(TlsRig.server().applicationProtocols("h2", "http/1.1").build());
        RecordingHandler both = rig.connected(
                TlsRig.client().applicationProtocols("http/1.1", "h2").build(), "a.example");
        assertEquals("h2", TlsRig.info(both).applicationProtocol());
        RecordingHandler none = rig.connected(TlsRig.client().build(), "a.example");
        assertEquals("", TlsRig.info(none).applicationProtocol());
        RecordingHandler other =
                rig.connected(TlsRig.client().applicationProtocols("mqtt").build(), "a.example");
        assertTrue(failure(other).contains("no_application_protocol"), failure(other));
        end(both, none);
    }

    /** must-survive C4. */
    @Test
    void comparesTheHostsNameWhateverTheTrustManager() throws IOException {
        rig.listen(TlsRig.server(TlsHosts.of(Certificates.A)).build());
        List<X509TrustManager> managers =
                List.of(TrustAnchors.of(Certificates.authorities()), new Gullible(), new Deaf());
        for (X509TrustManager manager : managers) {
            TlsClient client = TlsContext.client()
                    .trustManager(manager)
                    .handshakeExecutor(HandshakeExecutor.onLoop())
                    .build();
            RecordingHandler wrong = rig.connected(client, "b.example");
            assertEquals(Kind.TLS_FAILED, reason(wrong).kind(), manager.toString());
            assertTrue(failure(wrong).contains("not for b.example, but for [a.example]"), failure(wrong));
            RecordingHandler right = rig.connected(client, "a.example");
            assertTrue(right.has("onOpen"), manager.toString());
            end(right);
        }
        RecordingHandler any =
                rig.connected(TlsRig.client().insecureAnyHostName().build(), "b.example");
        assertTrue(any.has("onOpen"));
        end(any);
    }

    @Test
    void believesItsAuthoritiesOnly() throws IOException {
        TlsServer server =
                rig.listen(TlsRig.server(TlsHosts.of(Certificates.FOREIGN)).build());
        RecordingHandler handler = rig.connected(TlsRig.client().build(), "a.example");
        assertEquals(Kind.TLS_FAILED, reason(handler).kind());
        assertTrue(failure(handler).contains("PKIX"), failure(handler));
        rig.await(() -> server.metrics().failed() == 1);
        assertTrue(rig.accepted.isEmpty());
    }

    @Test
    void resetsWhoDoesNotSpeakTls() throws IOException {
        TlsServer server = rig.listen(TlsRig.server().build());
        RecordingHandler http = raw(TlsRig.bytes("GET / HTTP/1.1\r\n\r\n"));
        rig.await(http::isClosed);
        assertEquals(Kind.RESET, reason(http).kind());
        assertEquals(1, server.metrics().notTls());
        assertEquals(0, http.received().length);
    }

    @Test
    void tellsByAnAlertWhatWasWrongWithAHello() throws IOException {
        TlsServer server = rig.listen(TlsRig.server().build());
        RecordingHandler raw = raw(new HelloBytes().serverName("a b").record());
        rig.await(() -> raw.has("onInputClosed"));
        assertEquals("15030300020232", java.util.HexFormat.of().formatHex(raw.received()));
        assertEquals(1, server.metrics().failed());
        end(raw);
    }

    /** must-survive C1: from the accept on, however the bytes trickle. */
    @Test
    void endsHandshakesThatTakeTooLong() throws IOException {
        TlsServer server = rig.listen(
                TlsRig.server().handshakeTimeout(Duration.ofSeconds(5)).build());
        RecordingHandler silent = raw(new byte[0]);
        RecordingHandler slow = raw(new byte[] {22});
        for (int i = 0; i < 4; i++) {
            rig.network.run(Duration.ofSeconds(1));
            Connection connection = slow.connection().orElseThrow();
            byte next = new byte[] {3, 1, 0, 100}[i];
            rig.on(connection, () -> connection.write(new byte[] {next}));
        }
        rig.await(() -> silent.isClosed() && slow.isClosed());
        assertEquals(2, server.metrics().timedOut());
        assertEquals(2, rig.serving.metrics().closed().get(Kind.TLS_TIMEOUT));
        assertTrue(
                rig.network.time().compareTo(Duration.ofSeconds(6)) < 0,
                rig.network.time().toString());
    }

    @Test
    void endsConnectionsThatWereCut() throws IOException {
        TlsServer server = rig.listen(TlsRig.server().build());
        RecordingHandler client = rig.connected(TlsRig.client().build(), "a.example");
        rig.await(() -> rig.servers.size() == 1);
        TlsConnection connection = (TlsConnection) client.connection().orElseThrow();
        rig.on(connection, () -> connection.transport().shutdownOutput());
        RecordingHandler handler = rig.servers.get(0);
        rig.await(handler::isClosed);
        assertEquals(Kind.TLS_TRUNCATED, reason(handler).kind());
        assertEquals(Initiator.PEER, reason(handler).initiator());
        assertFalse(handler.has("onInputClosed"));
        assertEquals(1, server.metrics().truncated());
        rig.await(client::isClosed);
    }

    @Test
    void shedsHandshakesWhenThereAreTooMany() throws IOException {
        TlsServer server = rig.listen(TlsContext.server()
                .hosts(TlsHosts.of(Certificates.A))
                .handshakeExecutor(HandshakeExecutor.of(
                        task -> {
                            throw new RejectedExecutionException("full");
                        },
                        2,
                        8))
                .build());
        RecordingHandler client = rig.connected(TlsRig.client().build(), "a.example");
        assertEquals(Kind.RESET, reason(client).kind());
        assertEquals(1, server.metrics().shed());
        assertEquals(1, rig.serving.metrics().closed().get(Kind.OVERLOADED));
    }

    @Test
    void waitsForTasksThatRunElsewhere() throws IOException {
        List<Runnable> tasks = new ArrayList<>();
        rig.listen(
                TlsContext.server()
                        .hosts(TlsHosts.of(Certificates.A))
                        .handshakeExecutor(HandshakeExecutor.of(tasks::add, 1, 8))
                        .build(),
                c -> new TlsRig.Echo());
        RecordingHandler client = new RecordingHandler();
        rig.connect(TlsRig.client().build(), "a.example", client);
        rig.await(() -> tasks.size() == 1);
        rig.network.run(Duration.ofSeconds(1));
        assertFalse(client.has("onOpen"));
        tasks.remove(0).run();
        rig.await(() -> client.has("onOpen"));
        Connection connection = client.connection().orElseThrow();
        rig.on(connection, () -> connection.write(TlsRig.bytes("echo")));
        rig.await(() -> client.received().length == 4);
        end(client);
    }

    @Test
    void survivesTheEndOfAConnectionWhoseTaskStillRuns() throws IOException {
        List<Runnable> tasks = new ArrayList<>();
        TlsServer server = rig.listen(TlsContext.server()
                .hosts(TlsHosts.of(Certificates.A))
                .handshakeExecutor(HandshakeExecutor.of(tasks::add, 1, 8))
                .handshakeTimeout(Duration.ofSeconds(3))
                .build());
        RecordingHandler client = new RecordingHandler();
        rig.connect(TlsRig.client().build(), "a.example", client);
        rig.await(() -> tasks.size() == 1);
        rig.await(client::isClosed);
        assertEquals(1, server.metrics().timedOut());
        tasks.remove(0).run();
        rig.network.run(Duration.ofSeconds(1));
        assertTrue(rig.accepted.isEmpty());
    }

    @Test
    void endsAConnectionWhoseAcceptorFails() throws IOException {
        List<String> reported = new ArrayList<>();
        EventLoopGroup group =
                rig.serverHost.group(builder -> builder.failureListener((what, failure) -> reported.add(what)));
        group.listen(rig.address, TlsRig.server().build().acceptor(connection -> {
            throw new IllegalStateException("as it should");
        }));
        RecordingHandler client = rig.connected(TlsRig.client().build(), "a.example");
        rig.await(client::isClosed);
        assertEquals(1, reported.size(), reported.toString());
        assertEquals(1, group.metrics().closed().get(Kind.HANDLER_FAILED));
    }

    @Test
    void warmsUp() {
        TlsServer server = TlsRig.server().build();
        server.warmUp(3);
        assertEquals(0, server.metrics().begun());
    }

    /** Believes everybody. */
    private static final class Gullible implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Believes everybody, and is one of those that the JDK leaves the comparison of names to. */
    static class Deaf extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
