package io.eventloop.tls;

/**
 * Figures of a server's OCSP responses; all are 0 where {@link TlsServer.Builder#ocspStapling()} was not asked for.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param identities for which a responder is known
 * @param shown of these, those with a response that holds now
 * @param fetched responses fetched and found good, since the server was built
 * @param failed attempts without a good response, since the server was built
 */
public record OcspMetrics(int identities, int shown, long fetched, long failed) {}
