package io.eventloop.tls;

import io.eventloop.Acceptor;
import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import java.util.Objects;
import java.util.Optional;

/**
 * The side that answers: whom the client wants is read first, then the engine of that host is chosen.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> see {@link ClientHelloParser}.
 */
final class ServerSide implements HandshakeSide {
    private final TlsServer server;
    private final Acceptor acceptor;
    private final ClientHelloParser parser;

    ServerSide(TlsServer server, TlsOptions options, Acceptor acceptor) {
        this.server = server;
        this.acceptor = acceptor;
        this.parser = new ClientHelloParser(options.maxClientHelloBytes());
    }

    @Override
    public boolean begins() {
        return false;
    }

    @Override
    public Optional<TlsEngine> engine(Buffer in) throws TlsException {
        return parser.parse(in) ? Optional.of(server.engine(parser.found())) : Optional.empty();
    }

    @Override
    public Optional<ConnectionHandler> early() {
        return Optional.empty();
    }

    @Override
    public ConnectionHandler handler(Connection open) {
        return Objects.requireNonNull(acceptor.accept(open), "the acceptor gave no handler");
    }
}
