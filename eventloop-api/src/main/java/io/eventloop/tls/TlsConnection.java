package io.eventloop.tls;

import io.eventloop.Connection;
import java.util.Optional;

/**
 * A connection whose bytes travel over another one, encrypted. It is {@code CONNECTING} until the handshake is over; bytes
 * written before are queued. Its marks, bounds and counts are about plaintext.
 *
 * <p>A direction's end is told by TLS itself, so that nobody on the way can feign it: the end of the connection below without
 * it ends this one as {@link io.eventloop.CloseReason.Kind#TLS_TRUNCATED}. Since TLS 1.3 each direction ends by itself;
 * before, the peer's end is the end of our output too, and what is still queued then is lost.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns the connection below.
 *
 * <p><b>Failure:</b> as {@link Connection}; what TLS refuses ends it as {@code TLS_FAILED} with a {@link TlsException}.
 */
public interface TlsConnection extends Connection {

    /** What was agreed on; empty as long as the handshake is not over. */
    Optional<TlsInfo> info();

    /** The connection below: to be looked at, and nothing else. */
    Connection transport();
}
