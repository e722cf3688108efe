package io.eventloop.tls;

import java.util.List;

/**
 * What a client asks for in its first message, RFC 8446 §4.1.2: as much of it as decides who answers.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param serverName the host asked for, RFC 6066 §3, in lower case; empty if the client names none
 * @param applicationProtocols the names of RFC 7301 in the client's order, as ISO-8859-1; empty if it offers none
 * @param versions the protocol versions offered, such as 0x0304 for TLS 1.3; unknown ones included
 * @param cipherSuites the numbers offered
 * @param signatureAlgorithms the numbers of RFC 8446 §4.2.3; empty if the client says nothing of it
 * @param resumes whether it offers to resume a session: by a key of RFC 8446 §4.2.11, a ticket of RFC 5077, or, before TLS 1.3, an id
 * @param recordBytes the length of the records it came in
 */
public record ClientHello(
        String serverName,
        List<String> applicationProtocols,
        List<Integer> versions,
        List<Integer> cipherSuites,
        List<Integer> signatureAlgorithms,
        boolean resumes,
        int recordBytes) {

    /** The number of TLS 1.2. */
    public static final int TLS_1_2 = 0x0303;

    /** The number of TLS 1.3. */
    public static final int TLS_1_3 = 0x0304;

    /** Copies the lists. */
    public ClientHello {
        applicationProtocols = List.copyOf(applicationProtocols);
        versions = List.copyOf(versions);
        cipherSuites = List.copyOf(cipherSuites);
        signatureAlgorithms = List.copyOf(signatureAlgorithms);
    }

    /** Whether a version is among those offered. */
    public boolean offers(int version) {
        return versions.contains(version);
    }
}
