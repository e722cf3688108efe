package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A proxy in this process, in front of any backend, and clients of plain blocking sockets. */
final class ProxyRig implements AutoCloseable {
    static final ProxyOptions OPTIONS =
            new ProxyOptions(1024, Duration.ofSeconds(Await.PATIENCE_SECONDS), Duration.ofMinutes(5));

    final EventLoopGroup group;
    final TcpProxy proxy;

    ProxyRig(InetSocketAddress backend) throws IOException {
        this(backend, OPTIONS);
    }

    ProxyRig(InetSocketAddress backend, ProxyOptions options) throws IOException {
        group = EventLoopGroup.builder()
                .transport("nio")
                .loops(2)
                .options(options.loopOptions())
                .build();
        proxy = TcpProxy.listen(group, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), backend, options);
    }

    Socket client() throws IOException {
        return connect(proxy.address());
    }

    static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.connect(address);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Await.PATIENCE_SECONDS));
        return socket;
    }

    ProxyStatistics statistics() {
        return proxy.statistics();
    }

    /** Waits until no connection is left, neither of a client nor to the backend. */
    void awaitIdle() {
        Await.until(
                "no connection is left",
                () -> statistics().active() == 0 && group.metrics().active() == 0);
    }

    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    static String receive(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }

    static String all(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    /** Connects, says it and reads to the end. One of the three has to find a reset: the first, if the proxy is quick. */
    void assertReset(String said) {
        assertReset(() -> {
            try (Socket client = client()) {
                send(client, said);
                readToEnd(client);
            }
        });
    }

    /** Reads to the end, which has to be a reset. */
    static void assertReset(Socket socket) {
        assertReset(() -> readToEnd(socket));
    }

    private static void assertReset(Exchange exchange) {
        try {
            exchange.run();
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("neither bytes nor an end", e);
        } catch (IOException e) {
            return;
        }
        throw new AssertionError("an orderly end");
    }

    private static void readToEnd(Socket socket) throws IOException {
        byte[] chunk = new byte[64 << 10];
        while (socket.getInputStream().read(chunk) >= 0) {
            // Goes on.
        }
    }

    /** What a client does, which may find a reset anywhere. */
    private interface Exchange {
        void run() throws IOException;
    }

    @Override
    public void close() {
        group.close();
        assertEquals(0, group.metrics().buffers().usedBytes(), "buffer bytes not given back");
        assertEquals(0, group.metrics().active(), "connections left");
        assertEquals(0, proxy.statistics().active(), "clients left");
        assertEquals(0, group.metrics().failedCallbacks(), "callbacks that threw");
    }
}
