package io.eventloop.tls;

import io.eventloop.Connection;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What the two sides of a TLS connection agreed on.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param protocol such as {@code TLSv1.3}
 * @param cipherSuite such as {@code TLS_AES_128_GCM_SHA256}
 * @param applicationProtocol the name of RFC 7301, empty if none was agreed on
 * @param serverName the name the client asked for, empty if it asked for none
 * @param peerChain the peer's certificates, its own first; empty if it showed none
 * @param resumed whether a session was resumed
 */
public record TlsInfo(
        String protocol,
        String cipherSuite,
        String applicationProtocol,
        String serverName,
        List<X509Certificate> peerChain,
        boolean resumed) {

    /** Copies the list. */
    public TlsInfo {
        peerChain = List.copyOf(peerChain);
    }

    /** What was agreed on for a connection: empty if it is not one over TLS, or its handshake is not over. */
    public static Optional<TlsInfo> of(Connection connection) {
        return connection instanceof TlsConnection tls ? tls.info() : Optional.empty();
    }
}
