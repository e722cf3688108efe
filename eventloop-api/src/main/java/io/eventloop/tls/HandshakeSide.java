package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import java.util.Optional;

/**
 * What differs between the side that asks and the side that answers.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> {@link TlsException} if there can be no engine.
 */
interface HandshakeSide {

    /** Whether it speaks first. */
    boolean begins();

    /**
     * The engine, empty as long as it takes more bytes to choose one.
     *
     * @param in the first bytes, of which none is consumed
     */
    Optional<TlsEngine> engine(Buffer in) throws TlsException;

    /** Whether the handshake is of those that are computed first. */
    boolean isUrgent();

    /** The handler as far as it is known before the handshake is over. */
    Optional<ConnectionHandler> early();

    /** The handler of a connection whose handshake is over. */
    ConnectionHandler handler(Connection open);
}
