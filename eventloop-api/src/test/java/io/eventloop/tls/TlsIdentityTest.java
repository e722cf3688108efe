package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a certificate or a key is said when it is loaded. */
class TlsIdentityTest {
    private static final char[] PASSWORD = "secret".toCharArray();

    @TempDir
    private Path folder;

    private static String pem(String kind, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }

    private static String chain(TlsIdentity identity) throws Exception {
        StringBuilder all = new StringBuilder("a comment before\n");
        for (X509Certificate certificate : identity.chain()) {
            all.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return all.toString();
    }

    private static String key(TlsIdentity identity) {
        return pem("PRIVATE KEY", identity.key().getEncoded());
    }

    private static void refuses(String message, org.junit.jupiter.api.function.Executable loading) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, loading);
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void readsPem() throws Exception {
        assertEquals(Certificates.A, TlsIdentity.pem(chain(Certificates.A), key(Certificates.A)));
        assertNotEquals(Certificates.A, Certificates.B);
        Path chain = Files.writeString(folder.resolve("chain.pem"), chain(Certificates.A));
        Path key =
                Files.writeString(folder.resolve("key.pem"), key(Certificates.A).replace("\n", "\r\n"));
        assertEquals(Certificates.A, TlsIdentity.pem(chain, key));
        assertEquals(Certificates.A.chain(), TlsIdentity.authorities(chain));
        assertTrue(!Certificates.A.toString().contains("PRIVATE"));
    }

    /** RFC 8017 and RFC 5915: the forms that older tools write. */
    @Test
    void readsTheOlderFormsOfKeys() throws Exception {
        byte[] pkcs8 = Certificates.A.key().getEncoded();
        // Version, algorithm with its nothing, octets: what is in the octets begins behind 26 bytes of a 2,048-bit key.
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        assertEquals(Certificates.A, TlsIdentity.pem(chain(Certificates.A), pem("RSA PRIVATE KEY", pkcs1)));

        KeyPair ec = CertificateWriter.ecKeys();
        X509Certificate certificate = new CertificateWriter("ec", ec, Certificates.NOW).write(Optional.empty());
        byte[] scalar =
                ((java.security.interfaces.ECPrivateKey) ec.getPrivate()).getS().toByteArray();
        byte[] fixed = new byte[32];
        int count = Math.min(32, scalar.length);
        System.arraycopy(scalar, scalar.length - count, fixed, 32 - count, count);
        byte[] sec1 =
                Der.sequence(Der.integer(1), Der.octets(fixed), Der.tagged(0, Der.identifier("1.2.840.10045.3.1.7")));
        TlsIdentity read = TlsIdentity.pem(pem("CERTIFICATE", certificate.getEncoded()), pem("EC PRIVATE KEY", sec1));
        assertEquals(List.of(certificate), read.chain());
    }

    @Test
    void readsPkcs12() throws Exception {
        Path file = store(Certificates.A, Certificates.A.key());
        assertEquals(Certificates.A, TlsIdentity.pkcs12(file, PASSWORD));
        refuses("under another password", () -> TlsIdentity.pkcs12(file, "wrong".toCharArray()));
        Path empty = folder.resolve("empty.p12");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (OutputStream out = Files.newOutputStream(empty)) {
            store.store(out, PASSWORD);
        }
        refuses("has 0 keys", () -> TlsIdentity.pkcs12(empty, PASSWORD));
    }

    private Path store(TlsIdentity identity, PrivateKey key) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("one", key, PASSWORD, identity.chain().toArray(Certificate[]::new));
        Path file = folder.resolve("store.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        }
        return file;
    }

    @Test
    void refusesAKeyOfAnotherCertificate() {
        refuses("is not the one of", () -> TlsIdentity.pem(chain(Certificates.A), key(Certificates.B)));
        KeyPair ec = CertificateWriter.ecKeys();
        refuses("(EC) is not the one of", () -> TlsIdentity.of(Certificates.A.chain(), ec.getPrivate()));
    }

    @Test
    void refusesWhatIsNotValidNow() {
        KeyPair keys = CertificateWriter.rsaKeys();
        refuses("expired at", () -> TlsIdentity.of(List.of(Certificates.expired(keys)), keys.getPrivate()));
        X509Certificate early = new CertificateWriter("early", keys, Certificates.NOW)
                .valid(Certificates.NOW.plus(Duration.ofDays(1)), Certificates.NOW.plus(Duration.ofDays(2)))
                .write(Optional.empty());
        refuses("is not valid before", () -> TlsIdentity.of(List.of(early), keys.getPrivate()));
    }

    @Test
    void refusesAChainOutOfOrder() {
        List<X509Certificate> chain = Certificates.A.chain();
        List<X509Certificate> reversed = List.of(chain.get(1), chain.get(0));
        refuses("is not signed by the one behind", () -> TlsIdentity.of(reversed, Certificates.A.key()));
        List<X509Certificate> strange = List.of(chain.get(0), Certificates.STRANGER.certificate());
        refuses("CN=Test Authority", () -> TlsIdentity.of(strange, Certificates.A.key()));
    }

    @Test
    void saysWhatAFileLacks() throws Exception {
        refuses("has no certificate", () -> TlsIdentity.pem(key(Certificates.A), key(Certificates.A)));
        refuses("has no private key", () -> TlsIdentity.pem(chain(Certificates.A), chain(Certificates.A)));
        refuses(
                "under a password",
                () -> TlsIdentity.pem(chain(Certificates.A), pem("ENCRYPTED PRIVATE KEY", new byte[9])));
        refuses("none of [RSA", () -> TlsIdentity.pem(chain(Certificates.A), pem("PRIVATE KEY", new byte[9])));
        refuses("cannot be read", () -> TlsIdentity.pem(pem("CERTIFICATE", new byte[9]), key(Certificates.A)));
        Path missing = folder.resolve("missing.pem");
        assertThrows(IOException.class, () -> TlsIdentity.pem(missing, missing));
    }

    @Test
    void makesACertificateForDevelopment() throws Exception {
        TlsIdentity identity = TlsIdentity.insecureSelfSigned("localhost", "127.0.0.1", "::1");
        X509Certificate certificate = identity.chain().get(0);
        HostNames.verify(certificate, "localhost");
        HostNames.verify(certificate, "127.0.0.1");
        HostNames.verify(certificate, "0:0:0:0:0:0:0:1");
        assertThrows(CertificateException.class, () -> HostNames.verify(certificate, "other"));
        assertTrue(certificate.getSubjectX500Principal().getName().contains("INSECURE"));
        assertEquals(-1, certificate.getBasicConstraints(), "it may not sign others");
        refuses("no host", TlsIdentity::insecureSelfSigned);
    }

    @Test
    void comparesNames() {
        assertTrue(HostNames.matches("A.example", "a.EXAMPLE."));
        assertTrue(HostNames.matches("*.example.com", "www.example.com"));
        for (String host : List.of("example.com", "a.b.example.com", ".example.com", "wwwexample.com")) {
            assertTrue(!HostNames.matches("*.example.com", host), host);
        }
        assertTrue(!HostNames.matches("*.com", "example.com"), "a whole top-level domain");
        assertTrue(!HostNames.matches("w*.example.com", "www.example.com"), "a part of a label");
    }

    @Test
    void refusesHostsThatCannotBe() {
        TlsHosts.Builder hosts = TlsHosts.builder().host("*.a.example", Certificates.A);
        refuses("twice", () -> hosts.host("*.A.example", Certificates.A));
        for (String name : List.of("", "*", "a b", "*.*.example", "a..b", "10.0.0.1/8")) {
            refuses("not a host's name", () -> hosts.host(name, Certificates.A));
        }
        refuses("no hosts", () -> TlsHosts.builder().build());
        refuses("no hosts", () -> TlsContext.server().build());
        refuses("0 authorities", () -> new ClientPolicy(ClientAuthentication.NEEDED, List.of()));
        refuses(
                "no cipher suite",
                () -> TlsRig.server().cipherSuites("TLS_NONE").build());
        refuses("maxQueued is 0", () -> HandshakeExecutor.of(1, 0));
    }
}
