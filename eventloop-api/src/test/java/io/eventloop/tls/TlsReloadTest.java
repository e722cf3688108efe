package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** New certificates without a new server. */
class TlsReloadTest {
    private static final TlsIdentity RENEWED = Certificates.identity("a.example");

    private final SSLContext clients = clients();
    private final TlsServer server = TlsRig.server(TlsHosts.of(Certificates.A)).build();

    private static SSLContext clients() {
        try {
            return EnginePair.clients();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private record Outcome(boolean resumed, X509Certificate certificate) {}

    private Outcome handshake(String protocol) throws Exception {
        try (EnginePair pair = new EnginePair(
                        EnginePair.client(clients, protocol, "a.example"), server.engine(EnginePair.hello("a.example")))
                .handshake()) {
            return new Outcome(pair.server.info().resumed(), (X509Certificate)
                    pair.client.getSession().getPeerCertificates()[0]);
        }
    }

    /** The certificate was read again, and is the same: tickets go on being good. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void keepsTheTicketKeysOfAHostThatDidNotChange(String protocol) throws Exception {
        assertFalse(handshake(protocol).resumed());
        TlsIdentity again = TlsIdentity.of(
                List.copyOf(Certificates.A.chain()),
                java.security.KeyFactory.getInstance("RSA")
                        .generatePrivate(new java.security.spec.PKCS8EncodedKeySpec(
                                Certificates.A.key().getEncoded())));
        server.reload(TlsHosts.builder()
                .host("b.example", Certificates.B)
                .otherwise(again)
                .build());
        assertTrue(handshake(protocol).resumed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void forgetsTheTicketsOfACertificateThatChanged(String protocol) throws Exception {
        handshake(protocol);
        server.reload(TlsHosts.of(RENEWED));
        assertEquals(new Outcome(false, RENEWED.chain().get(0)), handshake(protocol));
    }

    /** must-survive C5: a session from when nobody was asked is not good once clients are. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void forgetsTheTicketsOfAPolicyThatChanged(String protocol) throws Exception {
        handshake(protocol);
        ClientPolicy wanted = new ClientPolicy(ClientAuthentication.WANTED, Certificates.authorities());
        server.reload(TlsHosts.builder().otherwise(Certificates.A, wanted).build());
        assertFalse(handshake(protocol).resumed());
    }

    @Test
    void changesNothingIfAHostCannotBeServed() throws Exception {
        handshake("TLSv1.3");
        TlsHosts broken = TlsHosts.builder()
                .host("b.example", RENEWED)
                .otherwise(Unusable.IDENTITY)
                .build();
        try (TlsServer stapling =
                TlsRig.server(TlsHosts.of(Certificates.A)).ocspStapling().build()) {
            System.setProperty("jdk.tls.stapling.responseTimeout", "0");
            assertThrows(IllegalArgumentException.class, () -> stapling.reload(broken));
            try (EnginePair pair = new EnginePair(
                            EnginePair.client(clients, "TLSv1.3", "a.example"),
                            stapling.engine(EnginePair.hello("a.example")))
                    .handshake()) {
                assertEquals(
                        Certificates.A.chain().get(0), pair.client.getSession().getPeerCertificates()[0]);
            }
        } finally {
            System.clearProperty("jdk.tls.stapling.responseTimeout");
        }
    }

    /** A handshake sees the hosts of before or those of after, and no others. */
    @Test
    void isAtOnceForHandshakesThatBeginMeanwhile() throws Exception {
        TlsHosts before = TlsHosts.builder()
                .host("a.example", Certificates.A)
                .host("b.example", Certificates.B)
                .build();
        TlsHosts after = TlsHosts.builder()
                .host("a.example", RENEWED)
                .host("c.example", Certificates.B)
                .build();
        server.reload(before);
        AtomicInteger chosen = new AtomicInteger();
        AtomicReference<Optional<Throwable>> failure = new AtomicReference<>(Optional.empty());
        Thread client = new Thread(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    server.engine(EnginePair.hello("a.example"));
                    chosen.incrementAndGet();
                }
            } catch (TlsException | RuntimeException e) {
                failure.set(Optional.of(e));
            }
        });
        client.start();
        for (int i = 0; i < 100 || chosen.get() < 100 && client.isAlive(); i++) {
            server.reload(i % 2 == 0 ? after : before);
        }
        client.interrupt();
        client.join();
        assertEquals(Optional.empty(), failure.get());
    }

    /** Names a responder, which a test below can make impossible. */
    private static final class Unusable {
        static final TlsIdentity IDENTITY = OcspResponses.identity("u.example", "http://127.0.0.1:9/");
    }
}
