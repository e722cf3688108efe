package io.eventloop.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A responder's word that a certificate is good, RFC 6960 §4.2: checked as a client will check it, so that nobody who alters
 * it on its way can have clients turned away.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} that says why it cannot be used: it is damaged, about something else, not
 * signed by who should have, out of date, or says that the certificate is revoked or unknown.
 *
 * @param bytes the OCSPResponse, DER
 * @param until it is to be shown
 */
record OcspAnswer(byte[] bytes, Instant until) {
    /** For responses that do not say when the next one is due: it may be at any moment. */
    static final Duration DEFAULT_LIFE = Duration.ofHours(1);

    private static final int SUCCESSFUL = 0;

    /** RFC 6960 §4.2.1. */
    private static final List<String> STATUSES = List.of(
            "successful",
            "malformed request",
            "internal error",
            "try later",
            "4",
            "signature required",
            "unauthorized");

    static OcspAnswer of(OcspQuery query, byte[] bytes, Instant now) {
        Instant until = nextUpdate(query.certificate().getSerialNumber(), bytes, now);
        verify(query, bytes, now);
        return new OcspAnswer(bytes, until);
    }

    /** RFC 6960 §4.2.1: until when the response for the certificate of this number holds. */
    static Instant nextUpdate(BigInteger serialNumber, byte[] bytes, Instant now) {
        DerReader response = new DerReader(bytes).enter(DerReader.SEQUENCE);
        byte[] status = response.contents(DerReader.ENUMERATED);
        if (status.length != 1 || status[0] != SUCCESSFUL) {
            boolean isKnown = status.length == 1 && status[0] > 0 && status[0] < STATUSES.size();
            throw new IllegalArgumentException(
                    "the responder refuses: " + (isKnown ? STATUSES.get(status[0]) : Arrays.toString(status)));
        }
        DerReader typed = response.enter(0xA0).enter(DerReader.SEQUENCE);
        typed.skip();
        byte[] basic = typed.contents(DerReader.OCTETS);
        DerReader data = new DerReader(basic).enter(DerReader.SEQUENCE).enter(DerReader.SEQUENCE);
        if (data.isNext(0xA0)) {
            data.skip();
        }
        // Who responds, and when it was made.
        data.skip();
        data.skip();
        DerReader singles = data.enter(DerReader.SEQUENCE);
        while (singles.hasMore()) {
            DerReader single = singles.enter(DerReader.SEQUENCE);
            DerReader id = single.enter(DerReader.SEQUENCE);
            id.skip();
            id.skip();
            id.skip();
            // The status is verified with everything else.
            single.skip();
            single.generalizedTime();
            if (id.integer().equals(serialNumber)) {
                return single.isNext(0xA0) ? single.enter(0xA0).generalizedTime() : now.plus(DEFAULT_LIFE);
            }
        }
        throw new IllegalArgumentException("the response is about another certificate");
    }

    private static void verify(OcspQuery query, byte[] bytes, Instant now) {
        try {
            CertPathValidator validator = CertPathValidator.getInstance("PKIX");
            PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
            checker.setOcspResponses(Map.of(query.certificate(), bytes));
            checker.setOptions(
                    EnumSet.of(PKIXRevocationChecker.Option.ONLY_END_ENTITY, PKIXRevocationChecker.Option.NO_FALLBACK));
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(query.issuer(), null)));
            parameters.setDate(Date.from(now));
            parameters.addCertPathChecker(checker);
            validator.validate(
                    CertificateFactory.getInstance("X.509").generateCertPath(List.of(query.certificate())), parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the response does not hold: " + e.getMessage(), e);
        }
    }
}
