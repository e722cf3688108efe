package io.eventloop.testing;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.Capability;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The sockets of one simulated host.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> see {@link Transport}. <b>Failure:</b> see
 * {@link Transport}; {@code EMFILE} at the host's descriptor limit, {@code EADDRNOTAVAIL} for addresses not its own.
 */
final class SimulatedTransport implements Transport {
    private final SimulatedHost host;
    private final boolean edgeTriggered;
    private final List<SimulatedPoller> pollers = new ArrayList<>();

    SimulatedTransport(SimulatedHost host, boolean edgeTriggered) {
        this.host = host;
        this.edgeTriggered = edgeTriggered;
    }

    List<SimulatedPoller> pollers() {
        return pollers;
    }

    @Override
    public String name() {
        return SimulatedTransportProvider.NAME;
    }

    @Override
    public Set<Capability> capabilities() {
        // As epoll, or as java.nio on Linux.
        return edgeTriggered
                ? EnumSet.of(Capability.REUSE_PORT, Capability.SENDFILE, Capability.PEEK)
                : EnumSet.of(Capability.REUSE_PORT, Capability.SENDFILE);
    }

    @Override
    public Poller openPoller() {
        SimulatedPoller poller =
                new SimulatedPoller(host, edgeTriggered, host.random().split());
        pollers.add(poller);
        return poller;
    }

    @Override
    public RawListener listen(SocketAddress local, int backlog, boolean reusePort, SocketOptions options)
            throws SystemCallException {
        InetSocketAddress address = SimulatedHost.requireInet(local);
        if (!host.isOwn(address.getAddress())) {
            throw new SystemCallException("bind(2)", "to " + SimulatedHost.text(local), Errno.EADDRNOTAVAIL, "");
        }
        InetSocketAddress bound = host.ports().bind(address, reusePort);
        if (!host.takeDescriptor()) {
            throw host.outOfDescriptors("socket(2)", local);
        }
        SimulatedListener listener = new SimulatedListener(host, bound, backlog, reusePort);
        host.ports().add(listener);
        host.note(Step.LISTEN, listener.id(), bound.getPort(), backlog);
        return listener;
    }

    @Override
    public RawSocket openSocket(SocketAddress remote, SocketOptions options) throws SystemCallException {
        InetSocketAddress address = SimulatedHost.requireInet(remote);
        if (!host.takeDescriptor()) {
            throw host.outOfDescriptors("socket(2)", remote);
        }
        SimulatedSocket socket = new SimulatedSocket(host, address, options);
        host.note(Step.SOCKET, socket.id(), 0, 0);
        return socket;
    }

    @Override
    public long address(ByteBuffer direct) {
        return 0;
    }
}
