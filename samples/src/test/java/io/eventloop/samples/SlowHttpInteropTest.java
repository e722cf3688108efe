package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoopGroup;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.server.HttpExchange;
import io.eventloop.http.server.HttpReply;
import io.eventloop.http.server.HttpServer;
import io.eventloop.http.server.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand connections of {@code slowhttptest} for some seconds in each of its ways, on a server with the default limits,
 * while others go on asking it: each of them is answered.
 */
@Tag("interop")
@Timeout(120)
class SlowHttpInteropTest {
    private static final int CONNECTIONS = 1000;
    private static final int FILE_BYTES = 4 << 20;

    /** Some seconds. */
    private static final int ASKED_AT_THE_HEIGHT = 20;

    @TempDir
    private Path folder;

    private EventLoopGroup group;
    private HttpServer server;
    private int port;

    @BeforeEach
    void listen() throws IOException {
        Programs.require("slowhttptest", "curl");
        Path file = Files.write(folder.resolve("file"), new byte[FILE_BYTES]);
        group = EventLoopGroup.builder().loops(2).build();
        server = HttpServer.builder()
                .handler(Router.builder()
                        .get("/plaintext", exchange -> exchange.send(HttpReply.text("Hello, World!")))
                        .get("/file", exchange -> sendFile(exchange, file))
                        .any(
                                "/upload",
                                exchange ->
                                        exchange.readBody(1 << 20, (same, body) -> same.send(HttpStatus.NO_CONTENT)))
                        .build())
                .listen(group, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        port = ((InetSocketAddress) server.address()).getPort();
    }

    private static void sendFile(HttpExchange exchange, Path file) throws IOException {
        exchange.sendFile(HttpReply.of(HttpStatus.OK), FileChannel.open(file), 0, FILE_BYTES);
    }

    @AfterEach
    void close() {
        if (group != null) {
            group.close();
        }
    }

    /** Runs the attack, and asks in between, until there is enough of it and a while longer: however busy the machine is. */
    private void attack(int target, String path, IntPredicate enough, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("slowhttptest", "-c", "" + CONNECTIONS, "-r", "500"));
        command.addAll(List.of("-l", "100", "-u", "http://127.0.0.1:" + target + path));
        command.addAll(List.of(options));
        Path log = folder.resolve("slowhttptest.log");
        Process slow = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int asked = 0;
        try {
            boolean isOver = false;
            for (int more = 0; more < ASKED_AT_THE_HEIGHT && !isOver; more += enough.test(asked) ? 1 : 0) {
                assertEquals("Hello, World!", ask(target, "/plaintext"));
                asked++;
                isOver = slow.waitFor(100, TimeUnit.MILLISECONDS);
            }
        } finally {
            slow.destroyForcibly();
        }
        assertTrue(enough.test(asked), "too little of an attack: " + Files.readString(log));
    }

    private static String ask(int target, String path) throws Exception {
        String url = "http://127.0.0.1:" + target + path;
        return Programs.run("curl", "-sS", "--max-time", "" + Await.PATIENCE_SECONDS, url);
    }

    /** Others are served until all of the attack's connections have been made, and this is so too. */
    private void attack(String path, BooleanSupplier and, String... options) throws Exception {
        attack(
                port,
                path,
                asked -> server.metrics().connections() - asked >= CONNECTIONS && and.getAsBoolean(),
                options);
        assertEquals(0, server.listenerMetrics().refused());
    }

    @Test
    void servesOthersDuringSlowHeads() throws Exception {
        attack("/plaintext", () -> true, "-H", "-i", "1", "-x", "24");
    }

    @Test
    void servesOthersDuringSlowBodies() throws Exception {
        attack("/upload", () -> server.metrics().bodyTimeouts() > 0, "-B", "-i", "1", "-s", "8192", "-x", "10");
    }

    @Test
    void servesOthersDuringRequestsForManyRanges() throws Exception {
        attack("/file", () -> true, "-R", "-t", "HEAD", "-a", "5", "-b", "2000");
    }

    @Test
    void servesOthersDuringSlowReads() throws Exception {
        attack("/file", () -> true, "-X", "-w", "16", "-y", "64", "-n", "1", "-z", "5", "-k", "3");
        long held = group.metrics().buffers().peakUsedBytes();
        assertTrue(held < 16 << 20, held + " bytes of buffers");
    }

    /** The sample has 1,000 connections, as many as the attack: heads that do not end have to make room. */
    @Test
    void keepsRoomForOthersWhenSlowHeadsTakeAllConnections() throws Exception {
        try (SampleProcess sample =
                SampleProcess.start("http-server", "--host", "127.0.0.1", "-p", "0", "--metrics-port", "0")) {
            int metrics = sample.metricsAddress().getPort();
            attack(
                    sample.address().getPort(),
                    "/plaintext",
                    asked -> hasMadeRoom(metrics, asked),
                    "-H",
                    "-i",
                    "1",
                    "-x",
                    "24");
            String figures = sample.end();
            assertTrue(SampleProcess.figure(figures, "connections") > CONNECTIONS, figures);
            assertTrue(SampleProcess.figure(figures, "4") > 0, figures);
        }
    }

    private static boolean hasMadeRoom(int metricsPort, int asked) {
        try {
            String page = ask(metricsPort, "/metrics");
            return SampleProcess.figure(page, "http_connections_total") - asked >= CONNECTIONS
                    && SampleProcess.figure(page, "http_responses_total{status=\"4xx\"}") > 0;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
