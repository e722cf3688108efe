package io.eventloop.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes and signs certificates, RFC 5280: for development and for tests.
 *
 * <p><b>Threading:</b> one thread. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link IllegalStateException} if the JDK lacks an algorithm that each JDK has.
 */
final class CertificateWriter {
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
    private static final String OCSP = "1.3.6.1.5.5.7.48.1";

    /** Who signs. */
    record Signer(X509Certificate certificate, KeyPair keys) {}

    private final String subject;
    private final KeyPair keys;
    private List<String> hosts = List.of();
    private Instant from;
    private Instant to;
    private boolean authority;
    private Optional<String> responder = Optional.empty();

    /** @param now it is valid from the day before for a year */
    CertificateWriter(String subject, KeyPair keys, Instant now) {
        this.subject = subject;
        this.keys = keys;
        from = now.minus(Duration.ofDays(1));
        to = now.plus(Duration.ofDays(365));
    }

    static KeyPair ecKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair rsaKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Names and addresses it is good for. */
    CertificateWriter hosts(List<String> names) {
        hosts = List.copyOf(names);
        return this;
    }

    CertificateWriter valid(Instant first, Instant last) {
        from = first;
        to = last;
        return this;
    }

    /** Where to ask whether it is still good, RFC 5280 §4.2.2.1. */
    CertificateWriter responder(String uri) {
        responder = Optional.of(uri);
        return this;
    }

    /** It may sign others. */
    CertificateWriter authority() {
        authority = true;
        return this;
    }

    /** @param signer empty for its own key */
    X509Certificate write(Optional<Signer> signer) {
        KeyPair signing = signer.map(Signer::keys).orElse(keys);
        byte[] issuer = signer.map(
                        by -> by.certificate().getSubjectX500Principal().getEncoded())
                .orElseGet(() -> name(subject));
        boolean isEc = signing.getPublic().getAlgorithm().equals("EC");
        byte[] algorithm = isEc
                ? Der.sequence(Der.identifier("1.2.840.10045.4.3.2"))
                : Der.sequence(Der.identifier("1.2.840.113549.1.1.11"), Der.nothing());
        byte[] body = Der.sequence(
                Der.tagged(0, Der.integer(2)),
                Der.integer(serial(keys.getPublic())),
                algorithm,
                issuer,
                Der.sequence(Der.time(from), Der.time(to)),
                name(subject),
                keys.getPublic().getEncoded(),
                Der.tagged(3, extensions()));
        try {
            Signature signature = Signature.getInstance(isEc ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initSign(signing.getPrivate());
            signature.update(body);
            byte[] der = Der.sequence(body, algorithm, Der.bits(signature.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Positive, of eight bytes always, and another for another key. */
    private static BigInteger serial(PublicKey key) {
        long mixed = 1125899906842597L;
        for (byte value : key.getEncoded()) {
            mixed = 31 * mixed + value;
        }
        return BigInteger.valueOf(mixed & 0x3FFF_FFFF_FFFF_FFFFL | 0x4000_0000_0000_0000L);
    }

    private static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(Der.identifier(COMMON_NAME), Der.text(commonName))));
    }

    private byte[] extensions() {
        byte[] constraints = Der.sequence(
                Der.identifier(BASIC_CONSTRAINTS),
                Der.truth(),
                Der.octets(authority ? Der.sequence(Der.truth()) : Der.sequence()));
        List<byte[]> all = new ArrayList<>(List.of(constraints));
        if (!hosts.isEmpty()) {
            byte[][] names =
                    hosts.stream().map(CertificateWriter::alternativeName).toArray(byte[][]::new);
            all.add(Der.sequence(Der.identifier(ALTERNATIVE_NAMES), Der.octets(Der.sequence(names))));
        }
        responder.ifPresent(uri -> {
            byte[] access = Der.sequence(Der.identifier(OCSP), Der.element(0x86, uri.getBytes(US_ASCII)));
            all.add(Der.sequence(Der.identifier(INFORMATION_ACCESS), Der.octets(Der.sequence(access))));
        });
        return Der.sequence(all.toArray(byte[][]::new));
    }

    private static byte[] alternativeName(String host) {
        if (!HostNames.isAddress(host)) {
            return Der.element(0x82, host.getBytes(US_ASCII));
        }
        try {
            return Der.element(0x87, InetAddress.getByName(host).getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host + " is no address", e);
        }
    }
}
