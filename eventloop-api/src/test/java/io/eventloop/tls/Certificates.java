package io.eventloop.tls;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An authority and identities for tests. Their keys are RSA, whose signatures have one length: a simulated run depends on
 * lengths, and has to be the same each time.
 */
final class Certificates {
    static final Instant NOW = Instant.ofEpochMilli(System.currentTimeMillis());

    static final CertificateWriter.Signer AUTHORITY = authority("Test Authority");
    static final CertificateWriter.Signer STRANGER = authority("Other Authority");

    static final TlsIdentity A = identity("a.example");
    static final TlsIdentity B = identity("b.example");
    static final TlsIdentity WILDCARD = identity("*.wild.example");
    static final TlsIdentity CLIENT = identity("client.example");
    static final TlsIdentity FOREIGN = issue(STRANGER, "a.example");

    private Certificates() {}

    static List<X509Certificate> authorities() {
        return List.of(AUTHORITY.certificate());
    }

    private static CertificateWriter.Signer authority(String name) {
        KeyPair keys = CertificateWriter.rsaKeys();
        X509Certificate certificate =
                new CertificateWriter(name, keys, NOW).authority().write(Optional.empty());
        return new CertificateWriter.Signer(certificate, keys);
    }

    static TlsIdentity identity(String... hosts) {
        return issue(AUTHORITY, hosts);
    }

    private static TlsIdentity issue(CertificateWriter.Signer signer, String... hosts) {
        KeyPair keys = CertificateWriter.rsaKeys();
        X509Certificate certificate =
                new CertificateWriter(hosts[0], keys, NOW).hosts(List.of(hosts)).write(Optional.of(signer));
        return TlsIdentity.of(List.of(certificate, signer.certificate()), keys.getPrivate());
    }

    static X509Certificate expired(KeyPair keys) {
        return new CertificateWriter("old.example", keys, NOW)
                .valid(NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(1)))
                .write(Optional.of(AUTHORITY));
    }
}
