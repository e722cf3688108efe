package io.eventloop.samples.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.eventloop.EventLoopGroup;
import io.eventloop.samples.Programs;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;

/** A {@code redis-server} in a process of its own, and a proxy before it. */
final class RedisRig implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int PATIENCE_MILLIS = 20_000;

    private final Path folder;
    private final int serverPort;
    private final EventLoopGroup group;
    private final RedisProxy proxy;
    private Process server;

    RedisRig(Path folder, String transport, int shared, int pinned) throws Exception {
        Programs.require("redis-server");
        this.folder = folder;
        serverPort = Programs.unusedPort();
        startServer();
        group = EventLoopGroup.builder().transport(transport).loops(1).build();
        RedisOptions options = new RedisOptions(
                new InetSocketAddress(LOOPBACK, serverPort),
                shared,
                pinned,
                1000,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ZERO,
                RespScanner.MAX_BULK_BYTES);
        proxy = RedisProxy.listen(group, new InetSocketAddress(LOOPBACK, 0), options);
    }

    /** Starts the server, or starts it again. */
    void startServer() throws Exception {
        server = new ProcessBuilder(
                        "redis-server",
                        "--port",
                        "" + serverPort,
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--dir",
                        "" + folder)
                .redirectErrorStream(true)
                .start();
        BufferedReader log = server.inputReader(ISO_8859_1);
        StringBuilder seen = new StringBuilder();
        String line = log.readLine();
        // The sentence has begun in two ways over the years.
        while (line != null && !line.contains("eady to accept connections")) {
            seen.append(line).append('\n');
            line = log.readLine();
        }
        if (line == null) {
            throw new IllegalStateException("redis-server ended: " + seen);
        }
        Thread reader = new Thread(() -> readOn(log), "redis-server's log");
        reader.setDaemon(true);
        reader.start();
    }

    /** For a server whose log nobody takes stands still. */
    private static void readOn(BufferedReader log) {
        try {
            log.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            return; // it was ended
        }
    }

    void killServer() {
        server.destroyForcibly().onExit().join();
    }

    int serverPort() {
        return serverPort;
    }

    int proxyPort() {
        return ((InetSocketAddress) proxy.listener().address()).getPort();
    }

    String statistics() {
        return proxy.statistics();
    }

    /** All that comes back for lines sent at once, up to the end, which {@code QUIT} or the other side makes. */
    static String answer(int port, String lines) throws IOException {
        try (Socket socket = new Socket(LOOPBACK, port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(lines.replace("~", "\r\n").getBytes(ISO_8859_1));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(all);
            return all.toString(ISO_8859_1);
        }
    }

    @Override
    public void close() {
        group.close();
        killServer();
    }
}
