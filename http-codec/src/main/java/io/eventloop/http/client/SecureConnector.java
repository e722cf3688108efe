package io.eventloop.http.client;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import io.eventloop.pool.PoolConnector;
import io.eventloop.tls.TlsClient;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsException;
import io.eventloop.tls.TlsInfo;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes connections for {@code https}: of use once the peer has proved its name, and agreed on HTTP/1.1 or on nothing.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none; its connections are the pool's.
 *
 * <p><b>Failure:</b> a {@link TlsException} that says what was wrong.
 */
final class SecureConnector implements PoolConnector {
    private static final String HTTP_1_1 = "http/1.1";

    /** The pool bounds the connect and the handshake together. */
    private static final ConnectOptions OPTIONS = ConnectOptions.DEFAULT.withConnectTimeout(Duration.ZERO);

    /** Half of what a pool grants by default, so that a peer that does not answer is told from one that cannot be reached. */
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);

    private static TlsClient shared;

    private final EventLoop loop;
    private final Optional<TlsClient> given;

    SecureConnector(EventLoop loop, Optional<TlsClient> given) {
        this.loop = loop;
        this.given = given;
    }

    @Override
    public Connection connect(SocketAddress remote, ConnectionHandler pool) {
        SecureEndpoint endpoint = (SecureEndpoint) remote;
        TlsClient tls = given.orElseGet(SecureConnector::shared);
        return tls.connect(loop, endpoint.address(), OPTIONS, endpoint.serverName(), new Opening(pool));
    }

    /** That of all clients without one of their own. Its trust anchors are read in the first handshake, off the loop. */
    private static synchronized TlsClient shared() {
        if (shared == null) {
            shared = TlsContext.client()
                    .applicationProtocols(HTTP_1_1)
                    .handshakeTimeout(HANDSHAKE_TIMEOUT)
                    .build();
        }
        return shared;
    }

    /** The handler until the connection is the pool's. */
    private static final class Opening implements ConnectionHandler {
        private final ConnectionHandler pool;
        private TlsException refusal;

        Opening(ConnectionHandler pool) {
            this.pool = pool;
        }

        @Override
        public void onOpen(Connection connection) {
            String agreed =
                    TlsInfo.of(connection).map(TlsInfo::applicationProtocol).orElse("");
            if (!agreed.isEmpty() && !agreed.equals(HTTP_1_1)) {
                refusal = new TlsException(
                        TlsException.Alert.NO_APPLICATION_PROTOCOL,
                        "the peer chose " + agreed + ", which the client should not have offered: it speaks "
                                + HTTP_1_1);
                connection.abort();
                return;
            }
            connection.handler(pool);
            pool.onOpen(connection);
        }

        /** After a refusal only: before it opens nothing comes, and then it is the pool's. */
        @Override
        public void onData(Connection connection, Buffer in) {
            in.skip(in.readableBytes());
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            if (refusal == null && reason.kind() == CloseReason.Kind.TLS_TIMEOUT) {
                refusal = new TlsException(TlsException.Alert.NONE, "the TLS handshake was not over in time");
            }
            pool.onClosed(
                    connection,
                    refusal == null
                            ? reason
                            : CloseReason.of(reason.scope(), reason.initiator(), reason.kind(), refusal));
        }
    }
}
