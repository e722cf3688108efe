package io.eventloop.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventloop.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A chain of certificates and the private key of the first: who one is. What does not fit together is refused here and not in
 * the first handshake.
 *
 * <p>Two identities are equal if their chains and keys are, wherever they were read from.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} that names the file and what is wrong: no certificate, no key, a key of
 * another certificate, a certificate that is not valid now, a chain out of order. {@link IOException} if a file cannot be
 * read.
 */
public final class TlsIdentity {
    private static final System.Logger LOG = System.getLogger("io.eventloop.tls");

    private final List<X509Certificate> chain;
    private final PrivateKey key;

    private TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
        this.chain = List.copyOf(chain);
        this.key = Objects.requireNonNull(key);
    }

    /**
     * The identity of a chain and a key.
     *
     * @param chain the identity's own certificate first, each signed by the next
     */
    public static TlsIdentity of(List<X509Certificate> chain, PrivateKey key) {
        return checked("the identity", chain, key);
    }

    /** Reads PEM files. The chain may have its key in the same file. */
    public static TlsIdentity pem(Path chainFile, Path keyFile) throws IOException {
        List<X509Certificate> chain = Pem.certificates(chainFile.toString(), Files.readAllBytes(chainFile));
        PrivateKey key = Pem.key(keyFile.toString(), Files.readAllBytes(keyFile));
        return checked(chainFile + " with " + keyFile, chain, key);
    }

    /** Reads PEM texts. */
    public static TlsIdentity pem(String chainText, String keyText) {
        List<X509Certificate> chain = Pem.certificates("the text", chainText.getBytes(US_ASCII));
        return checked("the text", chain, Pem.key("the text", keyText.getBytes(US_ASCII)));
    }

    /** Reads the certificates of authorities from a PEM file. */
    public static List<X509Certificate> authorities(Path file) throws IOException {
        return List.copyOf(Pem.certificates(file.toString(), Files.readAllBytes(file)));
    }

    /** Reads a PKCS#12 file, which has to have exactly one key. */
    public static TlsIdentity pkcs12(Path file, char[] password) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            List<String> keys = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    keys.add(alias);
                }
            }
            if (keys.size() != 1) {
                throw new IllegalArgumentException(file + " has " + keys.size() + " keys, must have one: " + keys);
            }
            Key key = store.getKey(keys.get(0), password);
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : store.getCertificateChain(keys.get(0))) {
                chain.add((X509Certificate) certificate);
            }
            return checked(file.toString(), chain, (PrivateKey) key);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(file + " cannot be used: " + e.getMessage(), e);
        } catch (IOException e) {
            if (e.getCause() instanceof UnrecoverableKeyException) {
                throw new IllegalArgumentException(file + " is under another password", e);
            }
            throw e;
        }
    }

    /**
     * A new key with a certificate that it signed itself, for a year: for development. Whoever accepts it can be deceived by
     * anybody, so nobody should.
     *
     * @param hosts names and addresses it is for
     */
    public static TlsIdentity insecureSelfSigned(String... hosts) {
        if (hosts.length == 0) {
            throw new IllegalArgumentException("a certificate for no host is of no use");
        }
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "an INSECURE self-signed certificate was made for " + List.of(hosts) + ": for development only");
        KeyPair keys = CertificateWriter.ecKeys();
        X509Certificate certificate = new CertificateWriter("INSECURE development certificate", keys, now())
                .hosts(List.of(hosts))
                .write(Optional.empty());
        return new TlsIdentity(List.of(certificate), keys.getPrivate());
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Environment.system().wallClock().time());
    }

    private static TlsIdentity checked(String source, List<X509Certificate> chain, PrivateKey key) {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException(source + ": no certificate");
        }
        Date now = Date.from(now());
        for (X509Certificate certificate : chain) {
            if (now.after(certificate.getNotAfter())) {
                throw new IllegalArgumentException(source + ": " + text(certificate) + " expired at "
                        + certificate.getNotAfter().toInstant());
            }
            if (now.before(certificate.getNotBefore())) {
                throw new IllegalArgumentException(source + ": " + text(certificate) + " is not valid before "
                        + certificate.getNotBefore().toInstant());
            }
        }
        checkOrder(source, chain);
        checkKey(source, chain.get(0), key);
        return new TlsIdentity(chain, key);
    }

    private static void checkOrder(String source, List<X509Certificate> chain) {
        for (int i = 0; i + 1 < chain.size(); i++) {
            X509Certificate certificate = chain.get(i);
            X509Certificate next = chain.get(i + 1);
            try {
                certificate.verify(next.getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException(
                        source + ": certificate " + (i + 1) + ", " + text(certificate)
                                + ", is not signed by the one behind"
                                + " it, " + text(next) + ", but by " + certificate.getIssuerX500Principal()
                                + "; the identity's own comes first, each signed by the next",
                        e);
            }
        }
    }

    private static void checkKey(String source, X509Certificate certificate, PrivateKey key) {
        String kind = certificate.getPublicKey().getAlgorithm();
        String algorithm = switch (kind) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
            default -> throw new IllegalArgumentException(source + ": a key of kind " + kind + " is not supported");
        };
        byte[] probe = "eventloop".getBytes(US_ASCII);
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(probe);
            byte[] signed = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(probe);
            if (verifying.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw otherKey(source, certificate, key, e);
        }
        throw otherKey(source, certificate, key, null);
    }

    private static IllegalArgumentException otherKey(
            String source, X509Certificate certificate, PrivateKey key, Exception cause) {
        return new IllegalArgumentException(
                source + ": the private key (" + key.getAlgorithm() + ") is not the one of " + text(certificate) + " ("
                        + certificate.getPublicKey().getAlgorithm() + ")",
                cause);
    }

    private static String text(X509Certificate certificate) {
        return "the certificate of " + certificate.getSubjectX500Principal();
    }

    /** The certificates, its own first. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** The private key. */
    PrivateKey key() {
        return key;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlsIdentity identity && chain.equals(identity.chain) && key.equals(identity.key);
    }

    @Override
    public int hashCode() {
        return chain.hashCode();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return text(chain.get(0)) + ", valid until "
                + chain.get(0).getNotAfter().toInstant();
    }
}
