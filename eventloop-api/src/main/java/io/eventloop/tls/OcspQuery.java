package io.eventloop.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whom to ask whether a certificate is still good, and how: RFC 6960 §4.1.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none: there is a query or there is not.
 *
 * @param certificate that it is about
 * @param issuer who signed it
 * @param responder who answers, at {@code http} or {@code https}
 * @param certificateId the certificate's CertID, as a request and its response have it
 */
record OcspQuery(X509Certificate certificate, X509Certificate issuer, URI responder, byte[] certificateId) {
    private static final String INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
    private static final String OCSP = "1.3.6.1.5.5.7.48.1";
    private static final String SHA_1 = "1.3.14.3.2.26";
    private static final int URI_NAME = 0x86;

    /**
     * The query about a chain's first certificate; empty if the chain lacks the one who signed it, or it names nobody who
     * could be asked.
     */
    static Optional<OcspQuery> of(List<X509Certificate> chain) {
        if (chain.size() < 2) {
            return Optional.empty();
        }
        return responder(chain.get(0))
                .map(uri -> new OcspQuery(chain.get(0), chain.get(1), uri, id(chain.get(0), chain.get(1))));
    }

    /** RFC 5280 §4.2.2.1. */
    private static Optional<URI> responder(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(INFORMATION_ACCESS);
        if (extension == null) {
            return Optional.empty();
        }
        byte[] ocsp = new DerReader(Der.identifier(OCSP)).contents(DerReader.IDENTIFIER);
        try {
            byte[] value = new DerReader(extension).contents(DerReader.OCTETS);
            DerReader descriptions = new DerReader(value).enter(DerReader.SEQUENCE);
            while (descriptions.hasMore()) {
                DerReader description = descriptions.enter(DerReader.SEQUENCE);
                boolean isOcsp = Arrays.equals(ocsp, description.contents(DerReader.IDENTIFIER));
                if (isOcsp && description.isNext(URI_NAME)) {
                    URI uri = new URI(new String(description.contents(URI_NAME), US_ASCII));
                    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
                    if (uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                        return Optional.of(uri);
                    }
                }
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            // The authority wrote what cannot be used, which is as good as nothing.
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** SHA-1 names the issuer, as everywhere in OCSP; nothing is trusted because of it. */
    private static byte[] id(X509Certificate certificate, X509Certificate issuer) {
        DerReader key = new DerReader(issuer.getPublicKey().getEncoded()).enter(DerReader.SEQUENCE);
        key.skip();
        byte[] bits = key.contents(0x03);
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-1");
            byte[] name = sha.digest(issuer.getSubjectX500Principal().getEncoded());
            sha.update(bits, 1, bits.length - 1);
            return Der.sequence(
                    Der.sequence(Der.identifier(SHA_1), Der.nothing()),
                    Der.octets(name),
                    Der.octets(sha.digest()),
                    Der.integer(certificate.getSerialNumber()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is sent to the responder. */
    byte[] request() {
        return Der.sequence(Der.sequence(Der.sequence(Der.sequence(certificateId))));
    }

    /** Whether somebody else's request is about the same certificate. */
    boolean isAskedBy(byte[] request) {
        for (int at = 0; at + certificateId.length <= request.length; at++) {
            if (Arrays.equals(certificateId, 0, certificateId.length, request, at, at + certificateId.length)) {
                return true;
            }
        }
        return false;
    }
}
