package io.eventloop.epoll;

import io.eventloop.SocketOptions;
import io.eventloop.contract.RawRig;
import io.eventloop.spi.RawListener;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.function.Supplier;

/** A rig of this transport, over system calls that a test may replace. */
final class EpollRig extends RawRig {
    final EpollTransport transport;
    final EpollPoller poller;
    final EpollListener listener;

    EpollRig() throws IOException {
        this(loopback());
    }

    EpollRig(SocketAddress local) throws IOException {
        this(local, Syscalls::new);
    }

    EpollRig(SocketAddress local, Supplier<Syscalls> kernels) throws IOException {
        this(new EpollTransport(kernels), local);
    }

    private EpollRig(EpollTransport transport, SocketAddress local) throws IOException {
        super(transport, local);
        this.transport = transport;
        poller = (EpollPoller) poller();
        listener = (EpollListener) listener();
    }

    @Override
    public EpollSocket accept(SocketOptions options) throws IOException {
        return (EpollSocket) super.accept(options);
    }

    @Override
    public EpollSocket accept(RawListener from, int slot, SocketOptions options) throws IOException {
        return (EpollSocket) super.accept(from, slot, options);
    }

    @Override
    public EpollSocket socketTo(SocketAddress remote) throws IOException {
        return (EpollSocket) super.socketTo(remote);
    }

    /** A connected raw socket, registered with generation 1, and the one accepted from it, which is not. */
    EpollSocket[] pair(int slot) throws IOException {
        EpollSocket client = socketTo(listener.localAddress());
        boolean isConnected = client.connect(listener.localAddress());
        poller.register(client, slot, 1);
        EpollSocket server = closing(accept(SocketOptions.DEFAULT));
        while (!isConnected) {
            isConnected = client.finishConnect();
        }
        return new EpollSocket[] {client, server};
    }
}
