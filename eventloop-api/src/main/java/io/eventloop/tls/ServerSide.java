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

    /** Null once the engine is chosen: it holds the message. */
    private ClientHelloParser parser;

    private boolean resumes;

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
        if (!parser.parse(in)) {
            return Optional.empty();
        }
        ClientHello hello = parser.found();
        parser = null;
        resumes = hello.resumes();
        return Optional.of(server.engine(hello));
    }

    @Override
    public boolean isUrgent() {
        return resumes;
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
