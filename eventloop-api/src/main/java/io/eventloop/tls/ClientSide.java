package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SNIHostName;

/**
 * The side that asks.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> {@link IllegalArgumentException} for
 * what cannot be a host.
 */
final class ClientSide implements HandshakeSide {
    private final TlsEngineSource source;
    private final String host;
    private final int port;
    private final ConnectionHandler handler;

    ClientSide(TlsEngineSource source, String host, int port, ConnectionHandler handler) {
        this.source = source;
        // Checked here, where the caller learns of it. RFC 6066 §3
        this.host = HostNames.isAddress(host) ? host : new SNIHostName(host).getAsciiName();
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

    /** It was our wish, and the server has done its part already. */
    @Override
    public boolean isUrgent() {
        return true;
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
