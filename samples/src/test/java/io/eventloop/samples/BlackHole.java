package io.eventloop.samples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A server that accepts nobody and whose backlog is full: Linux drops what asks for more, so that a connect hangs until
 * there is room and the next retransmission, a second later or more.
 */
final class BlackHole implements AutoCloseable {
    private static final int MOST = 64;

    private final ServerSocket server;
    private final List<SocketChannel> fillers = new ArrayList<>();

    BlackHole() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try (Selector selector = Selector.open()) {
            boolean full = false;
            while (!full && fillers.size() < MOST) {
                SocketChannel filler = SocketChannel.open();
                filler.configureBlocking(false);
                fillers.add(filler);
                if (!filler.connect(address())) {
                    SelectionKey key = filler.register(selector, SelectionKey.OP_CONNECT);
                    // On loopback a connect is done at once or not at all.
                    full = selector.select(250) == 0;
                    key.cancel();
                    if (!full) {
                        filler.finishConnect();
                    }
                }
            }
            Assumptions.assumeTrue(full, "this system completes connects whatever the backlog");
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** Makes room; who is retransmitting gets in. */
    ServerSocket open() throws IOException {
        for (SocketChannel filler : fillers) {
            filler.close();
        }
        server.setSoTimeout(Await.PATIENCE_SECONDS * 1000);
        return server;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel filler : fillers) {
            filler.close();
        }
        server.close();
    }
}
