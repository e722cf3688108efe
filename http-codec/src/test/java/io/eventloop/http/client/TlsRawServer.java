package io.eventloop.http.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server over the JDK's TLS that does with each connection what a test says, on a thread of its own. */
final class TlsRawServer implements AutoCloseable {

    /** What it does; the socket below is for those who end it without a word. */
    @FunctionalInterface
    interface Acts {
        void on(SSLSocket secured, Socket below) throws IOException;
    }

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();

    TlsRawServer(SSLContext context, String protocol, Acts acts) throws IOException {
        threads.execute(() -> {
            while (!listening.isClosed()) {
                try {
                    Socket below = listening.accept();
                    threads.execute(() -> serve(context, protocol, acts, below));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private static void serve(SSLContext context, String protocol, Acts acts, Socket below) {
        try (below) {
            SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(below, null, false);
            secured.setEnabledProtocols(new String[] {protocol});
            acts.on(secured, below);
        } catch (IOException e) {
            // As of a client that gives up, which is what the test is about.
            return;
        }
    }

    /** Reads a request without content. */
    static void readHead(SSLSocket from) throws IOException {
        int ends = 0;
        while (ends < 4) {
            int c = from.getInputStream().read();
            if (c < 0) {
                throw new IOException("the end within a head");
            }
            ends = c == '\r' || c == '\n' ? ends + 1 : 0;
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }
}
