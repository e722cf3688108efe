package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.tls.OcspResponses.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a certificate is checked before a client sees it. */
class OcspAnswerTest {
    private static final TlsIdentity IDENTITY = OcspResponses.identity("a.example", "http://ocsp.example/x");
    private static final OcspQuery QUERY = OcspQuery.of(IDENTITY.chain()).orElseThrow();
    private static final Instant NOW = Certificates.NOW;

    private static OcspAnswer answer(byte[] response) {
        return OcspAnswer.of(QUERY, response, NOW);
    }

    private static void refuses(String message, byte[] response) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> answer(response));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void holdsUntilTheNextIsDue() {
        Instant next = Instant.ofEpochSecond(NOW.getEpochSecond() + 777);
        byte[] response = OcspResponses.about(IDENTITY)
                .valid(NOW.minusSeconds(5), Optional.of(next))
                .write();
        assertEquals(next, answer(response).until());
        assertArrayEquals(response, answer(response).bytes());
        byte[] unlimited = OcspResponses.about(IDENTITY)
                .valid(NOW.minusSeconds(5), Optional.empty())
                .write();
        assertEquals(NOW.plus(OcspAnswer.DEFAULT_LIFE), answer(unlimited).until());
    }

    @Test
    void refusesWhatIsNotGood() {
        refuses("revoked", OcspResponses.about(IDENTITY).status(Status.REVOKED).write());
        refuses(
                "does not hold",
                OcspResponses.about(IDENTITY).status(Status.UNKNOWN).write());
    }

    @Test
    void refusesWhatIsOutOfDate() {
        byte[] old = OcspResponses.about(IDENTITY)
                .valid(NOW.minus(Duration.ofDays(9)), Optional.of(NOW.minus(Duration.ofDays(1))))
                .write();
        refuses("does not hold", old);
        byte[] early = OcspResponses.about(IDENTITY)
                .valid(NOW.plus(Duration.ofDays(1)), Optional.of(NOW.plus(Duration.ofDays(2))))
                .write();
        refuses("does not hold", early);
    }

    @Test
    void refusesWhatSomebodyElseSigned() {
        refuses("does not hold", new OcspResponses(QUERY.certificateId(), Certificates.STRANGER.keys()).write());
        byte[] altered = OcspResponses.about(IDENTITY).write();
        altered[altered.length - 9] ^= 1;
        refuses("does not hold", altered);
    }

    @Test
    void refusesWhatIsAboutSomethingElse() {
        TlsIdentity other = OcspResponses.identity("b.example", "http://ocsp.example/x");
        refuses("about another certificate", OcspResponses.about(other).write());
    }

    @Test
    void saysHowTheResponderRefuses() {
        refuses("try later", OcspResponses.refusal(3));
        refuses("unauthorized", OcspResponses.refusal(6));
        refuses("[77]", OcspResponses.refusal(77));
    }

    @Test
    void refusesEveryPartOfAResponse() {
        byte[] whole = OcspResponses.about(IDENTITY).write();
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThrows(IllegalArgumentException.class, () -> answer(part), "of " + length + " bytes");
        }
    }

    @Test
    void asksTheResponderThatTheCertificateNames() {
        assertEquals("http://ocsp.example/x", QUERY.responder().toString());
        assertTrue(QUERY.isAskedBy(QUERY.request()));
        assertTrue(!QUERY.isAskedBy(Arrays.copyOf(QUERY.request(), QUERY.request().length - 1)));
        assertEquals(Optional.empty(), OcspQuery.of(Certificates.A.chain()), "it names none");
        List<java.security.cert.X509Certificate> alone = IDENTITY.chain().subList(0, 1);
        assertEquals(Optional.empty(), OcspQuery.of(alone), "the issuer is not known");
        for (String unusable : List.of("ldap://ocsp.example/x", "file:///etc/passwd", "http:", "no uri")) {
            TlsIdentity identity = OcspResponses.identity("a.example", unusable);
            assertEquals(Optional.empty(), OcspQuery.of(identity.chain()), unusable);
        }
    }
}
