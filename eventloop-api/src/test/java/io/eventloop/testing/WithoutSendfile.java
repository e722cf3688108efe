package io.eventloop.testing;

import io.eventloop.SocketOptions;
import io.eventloop.spi.Availability;
import io.eventloop.spi.Capability;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/** The transport of a host without {@code SENDFILE}: file bytes go through a buffer of the pool. */
final class WithoutSendfile implements TransportProvider, Transport {
    private final TransportProvider real;
    private Transport transport;

    WithoutSendfile(TransportProvider real) {
        this.real = real;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public int priority() {
        return real.priority();
    }

    @Override
    public Availability availability() {
        return real.availability();
    }

    @Override
    public Transport open() throws IOException {
        transport = real.open();
        return this;
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> capabilities = EnumSet.copyOf(transport.capabilities());
        capabilities.remove(Capability.SENDFILE);
        return capabilities;
    }

    @Override
    public Poller openPoller() throws IOException {
        return transport.openPoller();
    }

    @Override
    public RawListener listen(SocketAddress local, int backlog, boolean reusePort, SocketOptions options)
            throws IOException {
        return transport.listen(local, backlog, reusePort, options);
    }

    @Override
    public RawSocket openSocket(SocketAddress remote, SocketOptions options) throws IOException {
        return transport.openSocket(remote, options);
    }

    @Override
    public long address(ByteBuffer direct) {
        return transport.address(direct);
    }
}
