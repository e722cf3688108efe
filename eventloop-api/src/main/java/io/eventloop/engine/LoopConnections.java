package io.eventloop.engine;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.CloseReason.Scope;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;

/**
 * How connections come to a loop, accepted or made, and what happens to all of them when the group drains.
 *
 * <p><b>Threading:</b> loop-confined, except {@link #adopt}. <b>Ownership:</b> a socket that becomes no connection is
 * closed. <b>Failure:</b> at the loop's limits an accepted socket is reset and counted, a connect is told its handler.
 */
final class LoopConnections {
    private final Loop loop;
    private final Transport transport;
    private long nextId;
    private boolean draining;
    private boolean drainExpired;

    /** Nothing was left to wait for, which was told; until a connection comes. */
    private boolean drainReported;

    LoopConnections(Loop loop, Transport transport) {
        this.loop = loop;
        this.transport = transport;
    }

    /** Takes an accepted socket over, in a task unless it is this loop that accepted: a thread may drive several. */
    void adopt(RawSocket socket, ServerListener listener, Loop acceptedBy) {
        if (acceptedBy == loop) {
            open(socket, listener);
            return;
        }
        try {
            loop.execute(() -> open(socket, listener));
        } catch (RejectedExecutionException e) {
            refuse(socket, listener);
        }
    }

    private static void refuse(RawSocket socket, ServerListener listener) {
        // Counted first: whoever sees the reset finds it in the metrics.
        listener.countRefused();
        socket.closeWithReset();
        listener.released();
    }

    private void open(RawSocket socket, ServerListener listener) {
        SocketConnection connection = new SocketConnection(
                loop, newId(), socket, socket.remoteAddress(), listener, listener.options.limits(), true);
        try {
            if (!loop.register(connection, socket)) {
                refuse(socket, listener);
                return;
            }
        } catch (IOException | RuntimeException e) {
            loop.failed(connection + " could not be registered", connection.traced(e));
            refuse(socket, listener);
            return;
        }
        listener.countAccepted();
        countIfDraining();
        ConnectionHandler handler;
        try {
            handler = Objects.requireNonNull(listener.acceptor.accept(connection), "the acceptor gave no handler");
        } catch (Exception e) {
            connection.calls().failed("accept", e);
            return;
        }
        connection.start(handler);
    }

    Connection connect(SocketAddress remote, ConnectOptions options, ConnectionHandler handler) {
        Objects.requireNonNull(handler);
        if (remote instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new IllegalArgumentException(remote + " is not resolved");
        }
        RawSocket socket = null;
        SocketConnection connection;
        try {
            socket = transport.openSocket(remote, options.socket());
            connection = new SocketConnection(loop, newId(), socket, remote, null, options.limits(), false);
            boolean connected = socket.connect(remote);
            if (loop.isStopping()) {
                connection.end(loop.stopReason());
            } else if (!loop.register(connection, socket)) {
                connection.end(CloseReason.of(Scope.CONNECTION, Initiator.LIBRARY, Kind.OVERLOADED));
            } else {
                countIfDraining();
                if (connected) {
                    loop.work().addReady(connection);
                } else {
                    loop.poller().awaitWritable(socket);
                }
            }
        } catch (IOException | UnsupportedOperationException | UnsupportedAddressTypeException e) {
            connection = new SocketConnection(loop, newId(), socket, remote, null, options.limits(), false);
            connection.life().connectFailed(e);
        }
        connection.start(handler);
        connection.deadlines().beginPhase(options.connectTimeout());
        return connection;
    }

    private long newId() {
        nextId++;
        return ((long) loop.index() << 48) | nextId;
    }

    boolean isDraining() {
        return draining;
    }

    /** Whether a drain has been asked for and nothing is left to wait for; true once, and again if something came since. */
    boolean hasJustDrained() {
        boolean hasJust = !drainReported && isDrained();
        drainReported |= hasJust;
        return hasJust;
    }

    private boolean isDrained() {
        return draining
                && (drainExpired
                        || loop.counters().get(LoopCounters.ACTIVE) == 0
                                && loop.tasks().isEmpty());
    }

    private void countIfDraining() {
        if (draining && !drainExpired) {
            drainReported = false;
            loop.group().openedWhileDraining(loop);
        }
    }

    /** Tells every handler that the group drains. Returns how many connections there are. */
    int drain() {
        // Counted before any is told: a handler may connect again, which is counted when it does.
        int[] count = new int[1];
        loop.slots().forEach(endpoint -> {
            if (endpoint instanceof SocketConnection) {
                count[0]++;
            }
        });
        draining = true;
        loop.slots().forEach(endpoint -> {
            if (endpoint instanceof SocketConnection connection) {
                connection.calls().drain();
            }
        });
        return count[0];
    }

    /** Ends what the drain did not bring to an end. Returns how many. */
    int abortRemaining() {
        drainExpired = true;
        CloseReason reason = CloseReason.of(Scope.GROUP, Initiator.LIBRARY, Kind.DRAIN_TIMEOUT);
        int[] cut = new int[1];
        loop.slots().forEach(endpoint -> {
            if (endpoint instanceof SocketConnection connection && connection.phase() != Connection.State.CLOSED) {
                cut[0]++;
                connection.end(reason);
            }
        });
        return cut[0];
    }
}
