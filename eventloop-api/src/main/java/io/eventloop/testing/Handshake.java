package io.eventloop.testing;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import java.net.InetSocketAddress;

/**
 * How a simulated connection comes about: SYN, its retries, the listener's backlog.
 *
 * <pre>
 *   client               server
 *     │ ──── SYN ───────►  │  no listener: RST; backlog full: dropped; else a socket, not accepted yet
 *     │ ◄─── SYN+ACK ────  │
 *     │ ──── ACK, data ─►  │  into the backlog: the listener is readable
 * </pre>
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class Handshake {
    /** Linux: the first retry after a second, then twice as long, six retries: 127 s in all. */
    private static final long FIRST_RETRY_NANOS = 1_000_000_000;

    private static final int MAX_RETRIES = 6;

    private final TcpEndpoint socket;

    /** The server's listener, while the handshake is not complete. */
    private SimulatedListener listener;

    Handshake(TcpEndpoint socket) {
        this.socket = socket;
    }

    /** Whether this is a server's end that waits for the last packet. */
    boolean isPending() {
        return listener != null;
    }

    // The client.

    void begin(InetSocketAddress remote) {
        scheduler().after(FIRST_RETRY_NANOS, Step.SYN_TIMEOUT, socket, 1, 0);
        sendSyn();
    }

    private void sendSyn() {
        SimulatedHost target = socket.host().network().hostAt(socket.host(), socket.remoteInet());
        if (target != null) {
            scheduler().at(link(target).arrival(0, 0), Step.SYN, socket, 0, 0);
        }
    }

    void synTimeout(int attempt) {
        if (!socket.isConnecting()) {
            return;
        }
        socket.host().note(Step.SYN_TIMEOUT, socket.id(), attempt, 0);
        if (attempt > MAX_RETRIES) {
            socket.host().note(Step.GIVE_UP, socket.id(), attempt, 0);
            socket.failed(Errno.ETIMEDOUT);
        } else {
            scheduler().after(FIRST_RETRY_NANOS << attempt, Step.SYN_TIMEOUT, socket, attempt + 1, 0);
            sendSyn();
        }
    }

    void synAckArrived() {
        TcpEndpoint server = socket.peer();
        if (isLost(server.host(), socket.host())) {
            return;
        }
        socket.host().note(Step.SYN_ACK, socket.id(), 0, 0);
        if (socket.isDead()) {
            socket.out().sendReset();
        } else if (socket.isConnecting()) {
            socket.out().sendHandshakeAck();
            socket.established();
        }
    }

    // The server.

    /** The client's SYN has arrived at the remote host. */
    void synArrived() {
        SimulatedHost server = socket.host().network().hostAt(socket.host(), socket.remoteInet());
        Link link = link(server);
        if (!socket.isConnecting() || isLost(socket.host(), server)) {
            return;
        }
        if (link.random().chance(link.faults().dropConnectProbability())) {
            server.note(Step.LOST_SYN, socket.id(), 0, 0);
            return;
        }
        server.note(Step.SYN, socket.id(), socket.remoteInet().getPort(), 0);
        if (socket.peer() != null) {
            // Sent again; the answer was lost or is late.
            sendSynAck(server);
            return;
        }
        SimulatedListener found = server.ports().listener(socket.remoteInet(), link.random());
        boolean isRefused = link.random().chance(link.faults().refuseProbability());
        if (isRefused) {
            server.note(Step.REFUSED, socket.id(), 0, 0);
        }
        if (found == null || isRefused) {
            refuse(server);
        } else if (found.isFull()) {
            server.note(Step.OVERFLOW, found.id(), socket.id(), 0);
        } else {
            TcpEndpoint child = new SimulatedSocket(server, socket.localInet(), SocketOptions.NONE);
            child.bindTo(socket.remoteInet());
            child.meet(socket);
            child.handshake().listener = found;
            found.begun();
            sendSynAck(server);
        }
    }

    private void sendSynAck(SimulatedHost server) {
        long arrival = scheduler().link(server, socket.host()).arrival(0, 0);
        scheduler().at(arrival, Step.SYN_ACK, socket, 0, 0);
    }

    private void refuse(SimulatedHost server) {
        long arrival = scheduler().link(server, socket.host()).arrival(0, 0);
        Runnable refused = () -> {
            if (socket.isConnecting()) {
                socket.failed(Errno.ECONNREFUSED);
            }
        };
        scheduler().at(arrival, Step.TASK, refused, socket.id(), 0);
    }

    /** The last packet arrived, or the first with data. Returns false if there is no listener any more. */
    boolean completed() {
        SimulatedListener to = listener;
        listener = null;
        return to.completed((SimulatedSocket) socket);
    }

    /** The client gave up first. */
    void abandoned() {
        listener.abandoned();
        listener = null;
    }

    private boolean isLost(SimulatedHost from, SimulatedHost to) {
        boolean lost =
                from.isCrashed() || to.isCrashed() || scheduler().link(from, to).isParted() || socket.isSilent();
        if (lost) {
            socket.host().note(Step.DROPPED, socket.id(), 0, 0);
        }
        return lost;
    }

    private Link link(SimulatedHost target) {
        return scheduler().link(socket.host(), target);
    }

    private Scheduler scheduler() {
        return socket.host().scheduler();
    }
}
