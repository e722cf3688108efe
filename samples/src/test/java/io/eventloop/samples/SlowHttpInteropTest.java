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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern PORT = Pattern.compile("listening on \\S*:(\\d+)");

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

    /** Runs the attack, and asks in between. Returns how often. */
    private int attack(int target, String path, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("slowhttptest", "-c", "" + CONNECTIONS, "-r", "500"));
        command.addAll(List.of("-l", "7", "-u", "http://127.0.0.1:" + target + path));
        command.addAll(List.of(options));
        Process slow = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("slowhttptest.log").toFile())
                .start();
        int asked = 0;
        try {
            do {
                String answer = Programs.run(
                        "curl",
                        "-sS",
                        "--max-time",
                        "" + Await.PATIENCE_SECONDS,
                        "http://127.0.0.1:" + target + "/plaintext");
                assertEquals("Hello, World!", answer);
                asked++;
            } while (!slow.waitFor(100, TimeUnit.MILLISECONDS));
        } finally {
            slow.destroyForcibly();
        }
        return asked;
    }

    /** On a machine that is busy with other things the program makes fewer connections. */
    private void assertAttacked(int asked) {
        long slow = server.metrics().connections() - asked;
        assertTrue(slow >= CONNECTIONS / 2, slow + " connections");
        assertEquals(0, server.listenerMetrics().refused());
    }

    @Test
    void servesOthersDuringSlowHeads() throws Exception {
        assertAttacked(attack(port, "/plaintext", "-H", "-i", "1", "-x", "24"));
    }

    @Test
    void servesOthersDuringSlowBodies() throws Exception {
        assertAttacked(attack(port, "/upload", "-B", "-i", "1", "-s", "8192", "-x", "10"));
        assertTrue(server.metrics().bodyTimeouts() > 0);
    }

    @Test
    void servesOthersDuringRequestsForManyRanges() throws Exception {
        assertAttacked(attack(port, "/file", "-R", "-t", "HEAD", "-a", "5", "-b", "2000"));
    }

    @Test
    void servesOthersDuringSlowReads() throws Exception {
        assertAttacked(attack(port, "/file", "-X", "-w", "16", "-y", "64", "-n", "1", "-z", "5", "-k", "3"));
        long held = group.metrics().buffers().peakUsedBytes();
        assertTrue(held < 16 << 20, held + " bytes of buffers");
    }

    /** The sample has 1,000 connections, as many as the attack: heads that do not end have to make room. */
    @Test
    void keepsRoomForOthersWhenSlowHeadsTakeAllConnections() throws Exception {
        try (SampleProcess sample = SampleProcess.start("http-server", "--host", "127.0.0.1", "-p", "0")) {
            Matcher listening = PORT.matcher(sample.line("listening on"));
            assertTrue(listening.find());
            attack(Integer.parseInt(listening.group(1)), "/plaintext", "-H", "-i", "1", "-x", "24");
            sample.terminate();
            String statistics = sample.line("requests");
            Matcher counted = Pattern.compile("connections (\\d+),.* 4=(\\d+)").matcher(statistics);
            assertTrue(counted.find(), statistics);
            assertTrue(Integer.parseInt(counted.group(1)) > CONNECTIONS / 2, counted.group());
            assertTrue(Integer.parseInt(counted.group(2)) > 0, counted.group());
        }
    }
}
