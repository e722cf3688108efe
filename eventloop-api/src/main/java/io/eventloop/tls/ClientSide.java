package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import java.util.Objects;
import java.util.Optional;

/**
 * The side that asks.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class ClientSide implements HandshakeSide {
    private final TlsEngineSource source;
    private final String host;
    private final int port;
    private final ConnectionHandler handler;

    ClientSide(TlsEngineSource source, String host, int port, ConnectionHandler handler) {
        this.source = source;
        this.host = Objects.requireNonNull(host);
        this.port = port;
        this.handler = Objects.requireNonNull(handler);
    }

    @Override
    public boolean begins() {
        return true;
    }

    @Override
    public Optional<TlsEngine> engine(Buffer in) {
        return Optional.of(engine());
    }

    TlsEngine engine() {
        return source.client(host, port);
    }

    @Override
    public Optional<ConnectionHandler> early() {
        return Optional.of(handler);
    }

    @Override
    public ConnectionHandler handler(Connection open) {
        return handler;
    }
}
