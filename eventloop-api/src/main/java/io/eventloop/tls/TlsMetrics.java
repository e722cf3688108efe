package io.eventloop.tls;

/**
 * Figures of one context since it was built.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param begun handshakes begun
 * @param established handshakes completed
 * @param resumed of these, those that resumed a session
 * @param refusedNames clients refused because nobody answers under the name they asked for
 * @param notTls clients refused because what they sent is not TLS
 * @param failed connections ended by TLS for another reason: in the handshake or after it
 * @param timedOut handshakes not done in time
 * @param shed handshakes refused because there were too many
 * @param truncated connections whose peer's bytes ended without saying so
 * @param renegotiations connections ended because the peer wanted to renegotiate
 * @param floods connections ended because the peer sent too many records that carry nothing
 */
public record TlsMetrics(
        long begun,
        long established,
        long resumed,
        long refusedNames,
        long notTls,
        long failed,
        long timedOut,
        long shed,
        long truncated,
        long renegotiations,
        long floods) {}
