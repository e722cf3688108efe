package io.eventloop.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server of plain blocking sockets that a test plays itself: it takes the next connection and does what it likes. */
final class Backend implements AutoCloseable {
    private final ServerSocket server;
    private final BlockingQueue<Socket> waiting = new LinkedBlockingQueue<>();
    private final Queue<Socket> all = new ConcurrentLinkedQueue<>();

    Backend() throws IOException {
        server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        Thread acceptor = new Thread(this::accept, "backend");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Await.PATIENCE_SECONDS));
                all.add(socket);
                waiting.add(socket);
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    Socket next() throws InterruptedException {
        Socket socket = waiting.poll(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (socket == null) {
            throw new AssertionError("nobody connected");
        }
        return socket;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : all) {
            socket.close();
        }
    }
}
