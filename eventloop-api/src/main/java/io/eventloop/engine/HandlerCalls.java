package io.eventloop.engine;

import io.eventloop.CloseReason;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionHandler;
import io.eventloop.ProtocolViolationException;
import java.util.Objects;

/**
 * The handler of a connection, and every call to it: an exception is contained, reported, and ends the connection. The
 * peer's violations of its protocol end it too, and are not reported: they are no failure of ours.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> an {@link Error} passes through and ends the
 * loop.
 */
final class HandlerCalls {
    private final SocketConnection connection;
    private final Loop loop;
    private ConnectionHandler handler;

    HandlerCalls(SocketConnection connection, Loop loop) {
        this.connection = connection;
        this.loop = loop;
    }

    /** The handler, null before the acceptor has given one. */
    ConnectionHandler handler() {
        return handler;
    }

    void handler(ConnectionHandler next) {
        handler = Objects.requireNonNull(next);
    }

    void opened() {
        connection.life().toldOpen();
        try {
            handler.onOpen(connection);
        } catch (Exception e) {
            failed("onOpen", e);
        }
    }

    void offer(PooledBuffer bytes) {
        try {
            handler.onData(connection, bytes);
        } catch (Exception e) {
            failed("onData", e);
        }
    }

    void writable() {
        if (connection.phase() == State.OPEN && connection.out().isOpen()) {
            try {
                handler.onWritable(connection);
            } catch (Exception e) {
                failed("onWritable", e);
            }
        }
    }

    void inputClosed() {
        try {
            handler.onInputClosed(connection);
        } catch (Exception e) {
            failed("onInputClosed", e);
        }
    }

    /** Whether the idle connection is to end. */
    boolean idle() {
        try {
            return handler.onIdle(connection);
        } catch (Exception e) {
            failed("onIdle", e);
            return true;
        }
    }

    void drain() {
        if (connection.phase() == State.OPEN) {
            try {
                handler.onDrain(connection);
            } catch (Exception e) {
                failed("onDrain", e);
            }
        }
    }

    void closed(CloseReason reason) {
        if (handler != null) {
            try {
                handler.onClosed(connection, reason);
            } catch (ProtocolViolationException e) {
                // It would end the connection, which is over.
            } catch (Exception e) {
                loop.failed(connection + ": onClosed of " + handler + " threw", connection.traced(e));
            }
        }
    }

    void failed(String callback, Exception e) {
        if (e instanceof ProtocolViolationException violation) {
            connection.life().protocolViolated(violation);
            return;
        }
        loop.failed(connection + ": " + callback + " of " + handler + " threw", connection.traced(e));
        connection.life().handlerFailed(e);
    }
}
