package io.eventloop.contract;

import io.eventloop.SocketOptions;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.Transport;
import java.io.IOException;
import java.net.SocketAddress;

/** A raw listening socket for connects of the engine; it accepts one connection at a time, when it is told to. */
public final class PeerListener implements AutoCloseable {
    private final Transport transport;
    private final RawListener socket;
    private final Poller poller;

    /** Listens; connections wait in the backlog. */
    PeerListener(Transport transport, SocketAddress local, int backlog) throws IOException {
        this.transport = transport;
        socket = transport.listen(local, backlog, false, SocketOptions.NONE);
        poller = transport.openPoller();
        poller.register(socket, 0, 1);
    }

    /** Where it listens. */
    public SocketAddress address() {
        return socket.localAddress();
    }

    /** Waits for a connection. */
    public Peer accept() throws IOException {
        long deadline = System.nanoTime() + Await.BOUND.toNanos();
        RawSocket accepted = socket.accept(SocketOptions.NONE);
        while (accepted == null) {
            poller.awaitReadable(socket);
            Peer.waitUntil(poller, deadline, "a connection at " + address());
            accepted = socket.accept(SocketOptions.NONE);
        }
        return new Peer(transport, accepted);
    }

    @Override
    public void close() {
        socket.close();
        poller.close();
    }
}
