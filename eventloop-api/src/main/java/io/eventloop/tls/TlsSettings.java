package io.eventloop.tls;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.X509TrustManager;

/**
 * What a source of engines is made from.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param identity what is shown to the peer; a client may have none
 * @param clientAuthentication what a server asks of its clients
 * @param trust who is believed; empty for those whom the JDK trusts
 * @param verifiesHostName whether a client compares the host's name with the certificate
 * @param protocols names such as {@code TLSv1.3}
 * @param cipherSuites names, the preferred first
 * @param applicationProtocols names of RFC 7301, the preferred first; empty for none
 * @param resumes whether a client offers to resume sessions
 * @param ocspResponse gives what a server shows to clients that ask, a DER OCSPResponse about its own certificate, empty if it
 *     has none now; asked from any thread, and at once. Only engines with {@link TlsCapability#OCSP_BYTES} look at it.
 */
public record TlsSettings(
        Optional<TlsIdentity> identity,
        ClientAuthentication clientAuthentication,
        Optional<X509TrustManager> trust,
        boolean verifiesHostName,
        List<String> protocols,
        List<String> cipherSuites,
        List<String> applicationProtocols,
        boolean resumes,
        Optional<Supplier<byte[]>> ocspResponse) {

    /** The versions that are spoken: 1.3 and 1.2. */
    public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    /** Suites with forward secrecy and authenticated encryption only. */
    public static final List<String> CIPHER_SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** Copies the lists. */
    public TlsSettings {
        Objects.requireNonNull(identity);
        Objects.requireNonNull(clientAuthentication);
        Objects.requireNonNull(trust);
        Objects.requireNonNull(ocspResponse);
        protocols = List.copyOf(protocols);
        cipherSuites = List.copyOf(cipherSuites);
        applicationProtocols = List.copyOf(applicationProtocols);
    }
}
