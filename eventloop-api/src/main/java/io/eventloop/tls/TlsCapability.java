package io.eventloop.tls;

/**
 * What not every TLS engine can. A context asks for what it needs, and is not built on an engine without it.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
public enum TlsCapability {
    /** Resumes sessions by tickets or stored sessions. */
    RESUMPTION,
    /** One direction of a TLS 1.3 connection can end before the other. */
    HALF_CLOSE,
    /** Accepts data before the handshake is complete, RFC 8446 §2.3. */
    EARLY_DATA,
    /** Ticket keys can be given, so that several processes accept each other's tickets. */
    SHARED_TICKET_KEYS,
    /** Sends OCSP responses that it is given, RFC 6066 §8. */
    OCSP_BYTES,
    /** Gives the keys of a connection away, for encryption in the kernel. */
    KEY_EXPORT
}
