package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Timer;
import java.time.Duration;
import java.util.Objects;

/**
 * Reads the ClientHello of a connection and leaves it there, for somebody to decide who gets the connection: a {@link TlsServer}
 * here, or a server elsewhere that it is relayed to as it is.
 *
 * <pre>{@code
 * group.listen(address, connection -> new ClientHelloReader(16 << 10, Duration.ofSeconds(10), (client, hello) -> {
 *     client.pauseReading();
 *     connectTo(hello.serverName(), backend -> Relay.join(client, backend));
 * }));
 * }</pre>
 *
 * <p><b>Threading:</b> loop-confined; one for each connection. <b>Ownership:</b> the connection, until the listener is called.
 *
 * <p><b>Failure:</b> a connection whose first message is none, too long or too late is reset, and nobody is called.
 */
public final class ClientHelloReader implements ConnectionHandler {

    /** Decides who gets the connection. */
    @FunctionalInterface
    public interface Decision {
        /**
         * Gives the connection another handler, now or, with reading paused, later. All bytes of the ClientHello are
         * unconsumed.
         */
        void decide(Connection connection, ClientHello hello);
    }

    private final ClientHelloParser parser;
    private final Duration timeout;
    private final Decision decision;
    private Timer deadline;
    private boolean decided;

    /**
     * A reader for one connection.
     *
     * @param maxBytes of the records it may come in
     * @param timeout from the opening to the whole message
     */
    public ClientHelloReader(int maxBytes, Duration timeout, Decision decision) {
        TlsOptions.checkTimeout("timeout", timeout);
        this.parser = new ClientHelloParser(maxBytes);
        this.timeout = timeout;
        this.decision = Objects.requireNonNull(decision);
    }

    @Override
    public void onOpen(Connection connection) {
        deadline = connection.loop().schedule(timeout, () -> {
            if (!decided) {
                connection.abort();
            }
        });
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        try {
            if (!decided && parser.parse(in)) {
                decided = true;
                deadline.cancel();
                decision.decide(connection, parser.found());
            }
        } catch (TlsException e) {
            connection.abort();
        }
    }

    @Override
    public void onInputClosed(Connection connection) {
        if (!decided) {
            connection.abort();
        }
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        if (deadline != null) {
            deadline.cancel();
        }
    }
}
