package io.eventloop.framing;

import io.eventloop.Acceptor;
import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ProtocolViolationException;
import io.eventloop.Timer;
import io.eventloop.framing.ProxyHeaderDecoder.Outcome;
import io.eventloop.framing.ProxyHeaderOptions.Presence;
import java.util.Objects;

/**
 * Takes the PROXY protocol header off an accepted connection, then hands the connection to the handler behind it. That one
 * gets its {@code onOpen} and exactly the bytes that followed the header. The connection's addresses stay those of the proxy.
 *
 * <pre>{@code
 * group.listen(address, ProxyHeaderHandler.acceptor(ProxyHeaderOptions.DEFAULT, (connection, header) -> new Session(header)));
 * }</pre>
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> one for each connection.
 *
 * <p><b>Failure:</b> a violation ends the connection, see {@link ProxyHeaderOptions}. If the connection's limit of inbound
 * bytes is below the longest header, {@link IllegalStateException}, which ends the connection and is reported.
 */
public final class ProxyHeaderHandler implements ConnectionHandler {
    private final ProxyHeaderOptions options;
    private final ProxyAcceptor acceptor;
    private final ProxyHeaderDecoder decoder;
    private Timer deadline;

    /** A handler for one accepted connection. */
    public ProxyHeaderHandler(ProxyHeaderOptions options, ProxyAcceptor acceptor) {
        this.options = options;
        this.acceptor = Objects.requireNonNull(acceptor);
        this.decoder = new ProxyHeaderDecoder(options.version(), options.presence());
    }

    /** An acceptor that gives each connection a handler of this kind. */
    public static Acceptor acceptor(ProxyHeaderOptions options, ProxyAcceptor behind) {
        Objects.requireNonNull(options);
        Objects.requireNonNull(behind);
        return connection -> new ProxyHeaderHandler(options, behind);
    }

    @Override
    public void onOpen(Connection connection) {
        FramedHandler.checkRoom("PROXY protocol headers", ProxyHeader.MAX_V2_BYTES, connection.limits());
        if (options.trusted().test(connection.remoteAddress())) {
            deadline = connection.loop().schedule(options.headerTimeout(), () -> tooSlow(connection));
        } else if (options.presence() == Presence.REQUIRED) {
            throw ProtocolViolationException.malformed(
                    connection.remoteAddress() + " is not trusted to send a PROXY protocol header");
        } else {
            handOver(connection, ProxyHeader.local());
        }
    }

    private void tooSlow(Connection connection) {
        connection.abort(ProtocolViolationException.tooSlow("PROXY protocol header not whole after "
                + options.headerTimeout() + ", " + connection.unconsumedBytes() + " bytes are there"));
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        if (decoder.decode(in) != Outcome.INCOMPLETE) {
            cancelDeadline();
            handOver(connection, decoder.header());
        }
    }

    private void handOver(Connection connection, ProxyHeader header) {
        ConnectionHandler next = acceptor.accept(connection, header);
        connection.handler(next);
        if (connection.state() == Connection.State.OPEN) {
            next.onOpen(connection);
        }
    }

    @Override
    public void onInputClosed(Connection connection) {
        int left = connection.unconsumedBytes();
        if (left > 0) {
            throw ProtocolViolationException.malformed("input ended " + left + " bytes into a PROXY protocol header");
        }
        // A peer that only tried whether it can connect.
        cancelDeadline();
        connection.close();
    }

    @Override
    public void onDrain(Connection connection) {
        cancelDeadline();
        connection.close();
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        cancelDeadline();
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel();
        }
    }
}
