package io.eventloop.samples;

import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.tls.ClientHelloParser;
import io.eventloop.tls.ClientHelloReader;
import io.eventloop.tls.TlsServer;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;

/**
 * What a client meets before its session begins: nothing, TLS, or the choice of a backend by the name that it asks for.
 *
 * <p><b>Threading:</b> called on the client's loop. <b>Ownership:</b> the client's connection, until the session has it.
 *
 * <p><b>Failure:</b> a client that is not let through never has a session.
 */
@FunctionalInterface
interface ProxyFront {
    /** As long as a TLS handshake may take. */
    Duration HELLO_TIMEOUT = Duration.ofSeconds(10);

    /** Begins sessions. */
    interface Sessions {
        /** The handler of a session with the backend that all have, or with another one. */
        ConnectionHandler begin(Connection client);

        ConnectionHandler begin(Connection client, SocketAddress backend);
    }

    /** The first handler of a client. */
    ConnectionHandler meet(Connection client, Sessions sessions);

    /** Each client has a session at once. */
    static ProxyFront none() {
        return (client, sessions) -> sessions.begin(client);
    }

    /** Clients speak TLS to the proxy, and the proxy plainly to the backend. */
    static ProxyFront terminating(TlsServer tls) {
        return (client, sessions) -> tls.acceptor(sessions::begin).accept(client);
    }

    /** Clients speak TLS to the backend of the name that they ask for; others are reset. */
    static ProxyFront passing(Map<String, SocketAddress> backends) {
        return (client, sessions) ->
                new ClientHelloReader(ClientHelloParser.MAX_BYTES, HELLO_TIMEOUT, (connection, hello) -> {
                    SocketAddress backend = backends.get(hello.serverName());
                    if (backend == null) {
                        connection.abort();
                        return;
                    }
                    ConnectionHandler session = sessions.begin(connection, backend);
                    connection.handler(session);
                    session.onOpen(connection);
                });
    }
}
