package io.eventloop.samples;

import static io.eventloop.samples.Programs.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoopGroup;
import io.eventloop.http.server.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The routes of the HTTP server, asked by curl, wrk, ab and hey. */
@Tag("interop")
@Timeout(120)
class HttpServerInteropTest {
    private static final List<String> PAGES = List.of("/plaintext", "/json");
    private static final int[] BODIES = {1 << 10, 1 << 20};

    @TempDir
    private Path folder;

    private EventLoopGroup group;
    private HttpServer server;
    private String url;

    @BeforeEach
    void listen() throws IOException {
        group = EventLoopGroup.builder().loops(2).build();
        server = HttpServer.builder()
                .handler(new HttpServerRoutes(group).router())
                .listen(group, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        url = "http://127.0.0.1:" + ((InetSocketAddress) server.address()).getPort();
    }

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void answersCurl() throws Exception {
        String twice = run("curl", "-sS", "-v", url + "/plaintext", url + "/json");
        assertTrue(twice.contains("Hello, World!") && twice.contains("{\"message\":"), twice);
        assertTrue(twice.contains("Re-using existing"), twice);
        assertTrue(run("curl", "-sS", "-I", url + "/plaintext").contains("Content-Length: 13"));
        assertTrue(run("curl", "-sS", "--http1.0", url + "/json").contains("message"));
        assertTrue(run("curl", "-sS", "-X", "OPTIONS", "-i", url + "/json").contains("Allow: GET, HEAD, OPTIONS"));
    }

    @Test
    void echoesLargeBodiesOfCurl() throws Exception {
        byte[] content = new byte[5_000_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 >>> 3);
        }
        Path sent = Files.write(folder.resolve("sent"), content);
        Path received = folder.resolve("received");
        for (String header : Arrays.asList("X: y", "Transfer-Encoding: chunked", "Expect: 100-continue")) {
            run("curl", "-sS", "-H", header, "--data-binary", "@" + sent, "-o", "" + received, url + "/echo");
            assertArrayEquals(content, Files.readAllBytes(received), header);
        }
    }

    private Path content(int bytes) throws IOException {
        return Files.writeString(folder.resolve(bytes + " bytes"), "x".repeat(bytes));
    }

    @Test
    void answersWrkWithoutAnError() throws Exception {
        for (String path : PAGES) {
            assertWithoutError(run("wrk", "-t1", "-c50", "-d1s", url + path));
        }
        for (int bytes : BODIES) {
            Path script = folder.resolve("post.lua");
            Files.writeString(
                    script,
                    "wrk.method = 'POST'\nwrk.body = string.rep('x', " + bytes + ")\n"
                            + "function response(status, headers, body)\n  if #body ~= " + bytes
                            + " then error('a body of ' .. #body) end\nend\n");
            assertWithoutError(run("wrk", "-t1", "-c8", "-d1s", "-s", "" + script, url + "/echo"));
        }
        assertTrue(server.metrics().requests() > 100);
    }

    private static void assertWithoutError(String output) {
        assertTrue(output.contains("requests in"), output);
        assertTrue(
                !output.contains("Non-2xx") && !output.contains("Socket errors") && !output.contains("a body"), output);
    }

    @Test
    void answersAbInHttp10() throws Exception {
        for (String path : PAGES) {
            assertAllKept(run("ab", "-q", "-k", "-n", "2000", "-c", "10", url + path), 2000);
        }
        for (int bytes : BODIES) {
            String body = content(bytes).toString();
            String output =
                    run("ab", "-q", "-k", "-n", "100", "-c", "10", "-p", body, "-T", "text/plain", url + "/echo");
            assertAllKept(output, 100);
            assertTrue(output.contains("Document Length:        " + bytes + " bytes"), output);
        }
    }

    private static void assertAllKept(String output, int requests) {
        assertTrue(output.contains("Failed requests:        0"), output);
        assertTrue(output.contains("Keep-Alive requests:    " + requests), output);
        assertFalse(output.contains("Non-2xx"), output);
    }

    @Test
    void answersHey() throws Exception {
        for (String path : PAGES) {
            assertAllAnswered(run("hey", "-n", "2000", "-c", "20", url + path), 2000);
        }
        for (int bytes : BODIES) {
            String body = content(bytes).toString();
            String output = run("hey", "-n", "100", "-c", "10", "-m", "POST", "-D", body, url + "/echo");
            assertAllAnswered(output, 100);
            assertTrue(output.contains("Size/request:\t" + bytes + " bytes"), output);
        }
    }

    private static void assertAllAnswered(String output, int requests) {
        assertTrue(output.contains("[200]\t" + requests + " responses"), output);
        assertFalse(output.contains("Error distribution"), output);
    }
}
