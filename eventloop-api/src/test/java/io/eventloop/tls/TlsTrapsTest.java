package io.eventloop.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.tls.TlsException.Alert;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the JDK's engine does if one lets it. */
class TlsTrapsTest {
    private final TlsServer server = TlsRig.server().build();

    private EnginePair pair(SSLContext clients, String protocol, String name) throws Exception {
        return new EnginePair(EnginePair.client(clients, protocol, name), server.engine(EnginePair.hello(name)));
    }

    private EnginePair established(String protocol) throws Exception {
        EnginePair pair = pair(EnginePair.clients(), protocol, "a.example").handshake();
        assertTrue(pair.server.isEstablished());
        return pair;
    }

    /** The JDK asks for keys also when it restores a session, without a handshake to look at. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void resumesBecauseTheKeyDoesNotDependOnTheHandshake(String protocol) throws Exception {
        SSLContext clients = EnginePair.clients();
        try (EnginePair first = pair(clients, protocol, "a.example").handshake();
                EnginePair second = pair(clients, protocol, "a.example").handshake()) {
            assertFalse(first.server.info().resumed());
            assertTrue(second.server.info().resumed());
        }
        FixedKey key = new FixedKey(Certificates.A);
        assertEquals("identity", key.chooseEngineServerAlias("RSA", null, null));
        assertEquals(null, key.chooseEngineServerAlias("EC", null, null));
        assertEquals(2, key.getCertificateChain("identity").length);
    }

    /** The name in the handshake has to be the one that the connection was routed by. */
    @Test
    void refusesAnotherNameThanTheOneRoutedBy() throws Exception {
        try (EnginePair pair = new EnginePair(
                EnginePair.client(EnginePair.clients(), "TLSv1.3", "b.example"),
                server.engine(EnginePair.hello("a.example")))) {
            assertThrows(Exception.class, pair::handshake);
            assertFalse(pair.server.isEstablished());
        }
    }

    /**
     * must-survive C5: one identity for both names, so the JDK could. Its client asks for the name of the session, so another
     * one is put into its message; the handshake fails for that, but at the end of a full one, which the server sees.
     */
    @Test
    void doesNotResumeASessionOfAnotherName() throws Exception {
        SSLContext clients = EnginePair.clients();
        try (EnginePair first = pair(clients, "TLSv1.2", "x.wild.example").handshake();
                EnginePair again = pair(clients, "TLSv1.2", "x.wild.example").handshake();
                EnginePair other = new EnginePair(
                        EnginePair.client(clients, "TLSv1.2", "x.wild.example"),
                        server.engine(EnginePair.hello("y.wild.example")))) {
            assertFalse(first.server.info().resumed());
            assertTrue(again.server.info().resumed());
            other.client.beginHandshake();
            other.clientSends();
            int length = other.toServer.readableBytes();
            byte[] hello = new byte[length];
            other.toServer.getBytes(other.toServer.readIndex(), hello, 0, length);
            int name = new String(hello, ISO_8859_1).indexOf("x.wild.example");
            other.toServer.setByte(other.toServer.readIndex() + name, 'y');
            other.serverTakes();
            other.clientTakes();
            other.clientSends();
            TlsException e = assertThrows(TlsException.class, other::serverTakes);
            // As Java 25 and Java 17 say it.
            assertTrue(e.getMessage().matches(".*(bad_record_mac|Tag mismatch).*"), e.getMessage());
        }
    }

    /** must-survive C5: neither the name nor the key tells these two apart. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void doesNotResumePastAPolicyForClients(String protocol) throws Exception {
        TlsServer open = TlsRig.server(TlsHosts.of(Certificates.A)).build();
        SSLContext clients = EnginePair.clients();
        try (EnginePair first = new EnginePair(
                        EnginePair.client(clients, protocol, "a.example"), open.engine(EnginePair.hello("a.example")))
                .handshake()) {
            assertTrue(first.server.isEstablished());
        }
        ClientPolicy needed = new ClientPolicy(ClientAuthentication.NEEDED, Certificates.authorities());
        open.reload(TlsHosts.builder().otherwise(Certificates.A, needed).build());
        try (EnginePair second = new EnginePair(
                EnginePair.client(clients, protocol, "a.example"), open.engine(EnginePair.hello("a.example")))) {
            assertThrows(Exception.class, second::handshake);
            assertFalse(second.server.isEstablished());
        }
    }

    /** The JDK's key managers look for a key in each handshake, some twice as long as it takes otherwise. */
    @Test
    void looksForNoKey() throws Exception {
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java/io/eventloop/tls"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                assertFalse(Files.readString(source).contains("KeyManagerFactory"), source.toString());
            }
        }
        TlsIdentity identity = Certificates.A;
        FixedKey key = new FixedKey(identity);
        assertSame(key.getPrivateKey("identity"), key.getPrivateKey("identity"));
    }

    /** must-survive C3. */
    @Test
    void endsWhereTheEngineGoesRoundWithoutProgress() throws Exception {
        try (EnginePair pair = new EnginePair(
                EnginePair.client(EnginePair.clients(), "TLSv1.3", "a.example"),
                new JdkEngine(new StuckEngine(), "a.example"))) {
            pair.toServer.writeBytes(new HelloBytes().serverName("a.example").record());
            TlsException e = assertThrows(TlsException.class, pair::serverTakes);
            assertEquals(Alert.INTERNAL_ERROR, e.alert());
            assertTrue(e.getMessage().contains("without progress"), e.getMessage());
        }
    }

    /** must-survive C3. */
    @Test
    void refusesToRenegotiate() throws Exception {
        try (EnginePair pair = established("TLSv1.2")) {
            pair.client.beginHandshake();
            pair.clientSends();
            TlsException e = assertThrows(TlsException.class, pair::serverTakes);
            assertEquals(Alert.NO_RENEGOTIATION, e.alert());
        }
    }

    @Test
    void encryptsIntoLessRoomThanTheJdkWants() throws Exception {
        try (EnginePair pair = established("TLSv1.3")) {
            Buffer out = pair.pool.acquire(300);
            byte[] data = {1, 2, 3};
            int taken = pair.server.encrypt(
                    (target, offset, most) -> {
                        System.arraycopy(data, 0, target, offset, data.length);
                        return data.length;
                    },
                    40,
                    out);
            assertEquals(3, taken);
            assertTrue(out.readableBytes() <= 3 + TlsEngine.MAX_OVERHEAD_BYTES, out.toString());
            out.release();
        }
    }

    @Test
    void leavesCiphertextOfOthersAsItIs() throws Exception {
        try (EnginePair pair = established("TLSv1.3")) {
            pair.wrap(ByteBuffer.wrap(new byte[500]));
            int length = pair.toServer.readableBytes();
            byte[] before = new byte[length];
            pair.toServer.getBytes(pair.toServer.readIndex(), before, 0, length);
            int from = pair.toServer.readIndex();
            pair.server.feed(pair.toServer, pair.atServer);
            byte[] after = new byte[length];
            pair.toServer.getBytes(from, after, 0, length);
            assertArrayEquals(before, after);
            assertEquals(500, pair.atServer.readableBytes());
        }
    }

    @Test
    void tellsThatTheBytesWereCut() throws Exception {
        try (EnginePair pair = established("TLSv1.3")) {
            pair.server.endInput();
            assertEquals(TlsEngine.InputState.TRUNCATED, pair.server.inputState());
        }
        try (EnginePair pair = established("TLSv1.3")) {
            pair.client.closeOutbound();
            pair.clientSends();
            pair.serverTakes();
            pair.server.endInput();
            assertEquals(TlsEngine.InputState.CLOSE_NOTIFY, pair.server.inputState());
            assertFalse(pair.server.isOutputEnded());
        }
        try (EnginePair pair = established("TLSv1.2")) {
            pair.client.closeOutbound();
            pair.clientSends();
            pair.serverTakes();
            assertEquals(TlsEngine.InputState.CLOSE_NOTIFY, pair.server.inputState());
            assertTrue(pair.server.isOutputEnded(), "TLS 1.2 has no half-close");
        }
    }

    @Test
    void answersKeyUpdatesAsFarAsTheBudgetGoes() throws Exception {
        try (EnginePair pair = established("TLSv1.3")) {
            TlsException e = assertThrows(TlsException.class, () -> {
                for (int i = 0; i < 100; i++) {
                    pair.client.beginHandshake();
                    pair.clientSends();
                    pair.serverTakes();
                    pair.clientTakes();
                    pair.wrap(ByteBuffer.wrap(new byte[] {(byte) i}));
                    pair.serverTakes();
                    assertEquals((byte) i, pair.atServer.readByte());
                    assertTrue(i <= 32, "more key updates than the budget has");
                }
            });
            assertTrue(e.getMessage().contains("too many records without data"), e.getMessage());
        }
    }

    @Test
    void earnsItsBudgetBackByData() throws Exception {
        RecordBudget budget = new RecordBudget();
        budget.established();
        for (int i = 0; i < 1000; i++) {
            budget.received(0);
            for (int bytes = 0; bytes < 64 << 10; bytes += 1 << 14) {
                budget.received(1 << 14);
            }
        }
        for (int i = 0; i < 32; i++) {
            budget.received(0);
        }
        assertThrows(TlsException.class, () -> budget.received(0));
    }

    @Test
    void boundsTheRecordsOfAHandshake() throws Exception {
        RecordBudget budget = new RecordBudget();
        for (int i = 0; i < 256; i++) {
            budget.received(0);
        }
        assertThrows(TlsException.class, () -> budget.received(0));
    }

    @Test
    void isNotBuiltOnAnEngineWithoutWhatWasAskedFor() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> TlsRig.server()
                        .require(TlsCapability.EARLY_DATA, TlsCapability.HALF_CLOSE)
                        .build());
        assertTrue(e.getMessage().contains("jdk lacks [EARLY_DATA]"), e.getMessage());
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> TlsRig.client().engine("other").build())
                .getMessage()
                .contains("no TLS engine other"));
        assertEquals(Arrays.asList("TLSv1.3", "TLSv1.2"), TlsSettings.PROTOCOLS);
    }

    @Test
    void refusesRecordsThatAreTooLongAtTheirHeader() throws Exception {
        try (EnginePair pair = established("TLSv1.3")) {
            pair.toServer.writeBytes(new byte[] {23, 3, 3, 0x48, 1});
            TlsException e = assertThrows(TlsException.class, pair::serverTakes);
            assertEquals(Alert.RECORD_OVERFLOW, e.alert());
        }
        try (EnginePair pair = established("TLSv1.3")) {
            pair.toServer.writeByte('G');
            assertThrows(TlsException.class, pair::serverTakes);
        }
    }

    @Test
    void failsOnADamagedRecord() throws Exception {
        try (EnginePair pair = established("TLSv1.3")) {
            pair.wrap(ByteBuffer.wrap(new byte[100]));
            pair.toServer.setByte(pair.toServer.readIndex() + 50, 77);
            assertThrows(TlsException.class, pair::serverTakes);
            Buffer alert = pair.pool.acquire(TlsEngine.MAX_RECORD_BYTES);
            pair.server.drain(alert);
            assertTrue(alert.isReadable(), "an alert");
            alert.release();
        }
    }

    @ParameterizedTest
    @CsvSource({"ffdhe2048, false", "ffdhe8192, false", "secp256r1, true", "x25519, true"})
    void agreesOnKeysByCurvesOnly(String group, boolean isAgreed) throws Exception {
        SSLEngine client = EnginePair.client(EnginePair.clients(), "TLSv1.3", "a.example");
        SSLParameters parameters = client.getSSLParameters();
        parameters.setAlgorithmConstraints(new OnlyGroup(group));
        client.setSSLParameters(parameters);
        try (EnginePair pair = new EnginePair(client, server.engine(EnginePair.hello("a.example")))) {
            if (isAgreed) {
                assertTrue(pair.handshake().server.isEstablished());
            } else {
                assertThrows(TlsException.class, pair::handshake);
            }
        }
    }

    /** Has the JDK offer one group. */
    private record OnlyGroup(String group) implements AlgorithmConstraints {
        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, String algorithm, AlgorithmParameters parameters) {
            boolean isGroup =
                    algorithm.startsWith("ffdhe") || algorithm.startsWith("secp") || algorithm.startsWith("x");
            return !isGroup || algorithm.equals(group);
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
            return true;
        }

        @Override
        public boolean permits(
                Set<CryptoPrimitive> primitives, String algorithm, Key key, AlgorithmParameters parameters) {
            return true;
        }
    }
}
