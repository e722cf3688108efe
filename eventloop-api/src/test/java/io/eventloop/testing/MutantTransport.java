package io.eventloop.testing;

import io.eventloop.SocketOptions;
import io.eventloop.spi.Availability;
import io.eventloop.spi.Capability;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawChannel;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.Transport;
import io.eventloop.spi.TransportProvider;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Set;

/** A transport with one bug in it, which shows once, at a moment of the seed's choice. */
final class MutantTransport implements TransportProvider, Transport {
    /** The bug shows at one of its first so many opportunities. */
    private static final int OPPORTUNITIES = 8;

    private final TransportProvider real;
    private final Mutation mutation;
    private final int moment;
    private int opportunity;
    private Transport transport;

    MutantTransport(TransportProvider real, Mutation mutation, SeededRandom random) {
        this.real = real;
        this.mutation = mutation;
        this.moment = random.nextInt(OPPORTUNITIES);
    }

    boolean strikes(Mutation what) {
        return what == mutation && opportunity++ == moment;
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
        return transport.capabilities();
    }

    @Override
    public Poller openPoller() throws IOException {
        return new MutantPoller(transport.openPoller());
    }

    @Override
    public RawListener listen(SocketAddress local, int backlog, boolean reusePort, SocketOptions options)
            throws IOException {
        return new MutantListener(this, transport.listen(local, backlog, reusePort, options));
    }

    @Override
    public RawSocket openSocket(SocketAddress remote, SocketOptions options) throws IOException {
        return new MutantSocket(this, transport.openSocket(remote, options));
    }

    @Override
    public long address(ByteBuffer direct) {
        return transport.address(direct);
    }

    private static RawChannel real(RawChannel channel) {
        return channel instanceof MutantSocket socket ? socket.real() : ((MutantListener) channel).real();
    }

    private final class MutantPoller implements Poller {
        private final Poller poller;

        MutantPoller(Poller poller) {
            this.poller = poller;
        }

        @Override
        public void register(RawChannel channel, int slot, int generation) throws IOException {
            poller.register(real(channel), slot, generation);
        }

        @Override
        public void awaitReadable(RawChannel channel) {
            poller.awaitReadable(real(channel));
        }

        @Override
        public void awaitWritable(RawChannel channel) {
            poller.awaitWritable(real(channel));
        }

        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
            return poller.poll(timeoutNanos, (slot, generation, readyOps) -> {
                int ops = readyOps;
                if ((ops & ReadySink.WRITABLE) != 0 && strikes(Mutation.DROP_WRITABILITY)) {
                    ops &= ~ReadySink.WRITABLE;
                }
                sink.ready(slot, generation, ops);
            });
        }

        @Override
        public void wakeup() {
            if (!strikes(Mutation.LOSE_WAKEUP)) {
                poller.wakeup();
            }
        }

        @Override
        public void close() {
            poller.close();
        }
    }
}
