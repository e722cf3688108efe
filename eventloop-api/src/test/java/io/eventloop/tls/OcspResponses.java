package io.eventloop.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** Writes what a responder says, RFC 6960 §4.2.1, for tests: in the name of the authority, whoever signs it. */
final class OcspResponses {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    /** What is said of a certificate. */
    enum Status {
        GOOD,
        REVOKED,
        UNKNOWN
    }

    private final byte[] certificateId;
    private final KeyPair signer;
    private Status status = Status.GOOD;
    private Instant thisUpdate = Certificates.NOW.minusSeconds(60);
    private Optional<Instant> nextUpdate = Optional.of(Certificates.NOW.plusSeconds(86_400));

    OcspResponses(byte[] certificateId, KeyPair signer) {
        this.certificateId = certificateId;
        this.signer = signer;
    }

    /** About an identity, by the test's authority. */
    static OcspResponses about(TlsIdentity identity) {
        return new OcspResponses(
                OcspQuery.of(identity.chain()).orElseThrow().certificateId(), Certificates.AUTHORITY.keys());
    }

    /** An identity of the test's authority that names a responder. */
    static TlsIdentity identity(String host, String responder) {
        KeyPair keys = CertificateWriter.rsaKeys();
        X509Certificate certificate = new CertificateWriter(host, keys, Certificates.NOW)
                .hosts(List.of(host))
                .responder(responder)
                .write(Optional.of(Certificates.AUTHORITY));
        return TlsIdentity.of(List.of(certificate, Certificates.AUTHORITY.certificate()), keys.getPrivate());
    }

    /** A refusal: a status and nothing else. */
    static byte[] refusal(int status) {
        return Der.sequence(Der.element(DerReader.ENUMERATED, new byte[] {(byte) status}));
    }

    OcspResponses status(Status value) {
        status = value;
        return this;
    }

    OcspResponses valid(Instant from, Optional<Instant> next) {
        thisUpdate = from;
        nextUpdate = next;
        return this;
    }

    private static byte[] time(Instant moment) {
        return Der.element(DerReader.GENERALIZED_TIME, TIME.format(moment).getBytes(US_ASCII));
    }

    byte[] write() {
        byte[] said = switch (status) {
            case GOOD -> Der.element(0x80);
            case REVOKED -> Der.tagged(1, time(thisUpdate));
            case UNKNOWN -> Der.element(0x82);
        };
        byte[] next = nextUpdate.map(moment -> Der.tagged(0, time(moment))).orElseGet(() -> new byte[0]);
        byte[] name =
                Certificates.AUTHORITY.certificate().getSubjectX500Principal().getEncoded();
        byte[] data = Der.sequence(
                Der.tagged(1, name),
                time(thisUpdate),
                Der.sequence(Der.sequence(certificateId, said, time(thisUpdate), next)));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(signer.getPrivate());
            signature.update(data);
            byte[] algorithm = Der.sequence(Der.identifier("1.2.840.113549.1.1.11"), Der.nothing());
            byte[] basic = Der.sequence(data, algorithm, Der.bits(signature.sign()));
            byte[] typed = Der.sequence(Der.identifier("1.3.6.1.5.5.7.48.1.1"), Der.octets(basic));
            return Der.sequence(Der.element(DerReader.ENUMERATED, new byte[1]), Der.tagged(0, typed));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
