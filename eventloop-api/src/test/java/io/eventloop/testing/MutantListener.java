package io.eventloop.testing;

import io.eventloop.SocketOptions;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import java.io.IOException;
import java.net.SocketAddress;

/** A listener whose connections have the transport's bug. */
record MutantListener(MutantTransport transport, RawListener real) implements RawListener {

    @Override
    public RawSocket accept(SocketOptions options) throws IOException {
        RawSocket socket = real.accept(options);
        return socket == null ? null : new MutantSocket(transport, socket);
    }

    @Override
    public boolean shed() {
        return real.shed();
    }

    @Override
    public SocketAddress localAddress() {
        return real.localAddress();
    }

    @Override
    public void close() {
        real.close();
    }
}
