package io.eventloop.testing;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/**
 * A listening socket of a simulated host. It keeps a descriptor in reserve, as the real ones do.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> what waits in the backlog is reset by a close.
 *
 * <p><b>Failure:</b> see {@link RawListener}.
 */
final class SimulatedListener extends SimulatedChannel implements RawListener {
    private final InetSocketAddress local;
    private final int backlog;
    private final boolean reusePort;
    private final ArrayDeque<SimulatedSocket> waiting = new ArrayDeque<>();

    /** Handshakes that are not complete. */
    private int begun;

    SimulatedListener(SimulatedHost host, InetSocketAddress local, int backlog, boolean reusePort) {
        super(host);
        this.local = local;
        this.backlog = backlog;
        this.reusePort = reusePort;
    }

    boolean sharesPort() {
        return reusePort;
    }

    boolean isFull() {
        return waiting.size() + begun >= backlog;
    }

    void begun() {
        begun++;
    }

    void abandoned() {
        begun--;
    }

    boolean completed(SimulatedSocket socket) {
        begun--;
        if (isClosed()) {
            return false;
        }
        waiting.add(socket);
        changed();
        return true;
    }

    @Override
    int readyOps() {
        return waiting.isEmpty() ? 0 : ReadySink.READABLE;
    }

    @Override
    public RawSocket accept(SocketOptions options) throws IOException {
        if (waiting.isEmpty()) {
            return null;
        }
        if (host().random().chance(host().faults().wouldBlockProbability())) {
            readyLater();
            return null;
        }
        if (!host().takeDescriptor()) {
            host().note(Step.FAILED, id(), Errno.EMFILE.ordinal(), 0);
            throw new SystemCallException("accept(2)", "on " + SimulatedHost.text(local), Errno.EMFILE, "");
        }
        SimulatedSocket socket = waiting.poll();
        socket.configure(options);
        host().note(Step.ACCEPT, id(), socket.id(), 0);
        Link link = host().scheduler().link(socket.peer().host(), host());
        if (link.random().chance(link.faults().resetAfterAcceptProbability())) {
            host().note(Step.CUT_ACCEPTED, socket.id(), 0, 0);
            socket.peer().out().sendReset();
            socket.out().sendReset();
        }
        return socket;
    }

    @Override
    public boolean shed() {
        SimulatedSocket socket = waiting.poll();
        if (socket == null) {
            return false;
        }
        host().note(Step.SHED, id(), socket.id(), 0);
        host().lendDescriptor();
        socket.closeWithReset();
        return true;
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public void close() {
        if (closeDescriptor()) {
            host().note(Step.CLOSE, id(), waiting.size(), 0);
            host().ports().release(this);
            for (SimulatedSocket socket : waiting) {
                host().lendDescriptor();
                socket.closeWithReset();
            }
            waiting.clear();
        }
    }

    @Override
    public String toString() {
        return "simulated listener on " + SimulatedHost.text(local);
    }
}
