package io.eventloop.http.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventloop.tls.TlsClient;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate of a.example, b.example, 10.0.0.1 and 127.0.0.1 that signed itself, and one that has expired. The key is
 * RSA, whose signatures have one length: a simulated run depends on lengths, and has to be the same each time.
 */
public final class TestCertificate {
    private static final char[] PASSWORD = "unused".toCharArray();

    private static final Pattern CERTIFICATE = Pattern.compile("(?s)-----BEGIN CERT.*?-----END CERTIFICATE-----");

    private TestCertificate() {}

    private static String pem(String name) {
        try (InputStream in = TestCertificate.class.getResourceAsStream(name + ".pem")) {
            return new String(in.readAllBytes(), US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static TlsIdentity identity() {
        String text = pem("valid");
        return TlsIdentity.pem(text, text);
    }

    /** Of clients that trust it. */
    public static TlsClient.Builder trusting() {
        return TlsContext.client()
                .applicationProtocols("http/1.1")
                .authorities(identity().chain());
    }

    /** For a server of the JDK, which has no objection to dates. */
    static SSLContext context(String name) throws GeneralSecurityException, IOException {
        String text = pem(name);
        String key = text.replaceAll("(?s).*-BEGIN PRIVATE KEY-----|-----END PRIVATE KEY.*|\\s", "");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "it",
                KeyFactory.getInstance("RSA")
                        .generatePrivate(
                                new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key))),
                PASSWORD,
                chain(text).toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** That of whoever issued the certificate that has expired. */
    static X509Certificate authority() throws GeneralSecurityException {
        return chain(pem("expired")).get(1);
    }

    private static List<X509Certificate> chain(String text) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> chain = new ArrayList<>();
        Matcher block = CERTIFICATE.matcher(text);
        while (block.find()) {
            chain.add((X509Certificate) factory.generateCertificate(
                    new ByteArrayInputStream(block.group().getBytes(US_ASCII))));
        }
        return chain;
    }
}
