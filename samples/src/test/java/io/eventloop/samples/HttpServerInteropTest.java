package io.eventloop.samples;

import static io.eventloop.samples.Programs.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final int WRK_ANSWERS = 50;
    private static final Pattern WRK_COUNT = Pattern.compile("(\\d+) requests in");

    @TempDir
    private Path folder;

    private RoutesServer server;

    @BeforeEach
    void listen() throws IOException {
        server = RoutesServer.plain(2);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void answersCurl() throws Exception {
        String twice = run("curl", "-sS", "-v", server.url("/plaintext"), server.url("/json"));
        assertTrue(twice.contains("Hello, World!") && twice.contains("{\"message\":"), twice);
        assertTrue(twice.contains("Re-using existing"), twice);
        assertTrue(run("curl", "-sS", "-I", server.url("/plaintext")).contains("Content-Length: 13"));
        assertTrue(run("curl", "-sS", "--http1.0", server.url("/json")).contains("message"));
        assertTrue(
                run("curl", "-sS", "-X", "OPTIONS", "-i", server.url("/json")).contains("Allow: GET, HEAD, OPTIONS"));
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
            run("curl", "-sS", "-H", header, "--data-binary", "@" + sent, "-o", "" + received, server.url("/echo"));
            assertArrayEquals(content, Files.readAllBytes(received), header);
        }
    }

    private Path content(int bytes) throws IOException {
        return Files.writeString(folder.resolve(bytes + " bytes"), "x".repeat(bytes));
    }

    @Test
    void answersWrkWithoutAnError() throws Exception {
        for (String path : PAGES) {
            answerWrk("-c50", server.url(path));
        }
        for (int bytes : BODIES) {
            Path script = folder.resolve("post.lua");
            Files.writeString(
                    script,
                    "wrk.method = 'POST'\nwrk.body = string.rep('x', " + bytes + ")\n"
                            + "function response(status, headers, body)\n  if #body ~= " + bytes
                            + " then error('a body of ' .. #body) end\nend\n");
            answerWrk("-c8", "-s", "" + script, server.url("/echo"));
        }
    }

    /** Has wrk ask for a second, and again until it has had some answers, which on a busy machine takes a while. */
    private void answerWrk(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("wrk", "-t1", "-d1s", "--timeout", Await.PATIENCE_SECONDS + "s"));
        command.addAll(List.of(arguments));
        long before = server.metrics().requests();
        long answers = 0;
        while (answers < WRK_ANSWERS) {
            String output = run(command.toArray(String[]::new));
            assertFalse(
                    output.contains("Non-2xx") || output.contains("Socket errors") || output.contains("a body"),
                    output);
            Matcher counted = WRK_COUNT.matcher(output);
            assertTrue(counted.find(), output);
            answers += Long.parseLong(counted.group(1));
        }
        assertTrue(server.metrics().requests() - before >= answers, answers + " answers");
    }

    @Test
    void answersAbInHttp10() throws Exception {
        for (String path : PAGES) {
            assertAllKept(run("ab", "-q", "-k", "-n", "2000", "-c", "10", server.url(path)), 2000);
        }
        for (int bytes : BODIES) {
            String body = content(bytes).toString();
            String output =
                    run("ab", "-q", "-k", "-n", "100", "-c", "10", "-p", body, "-T", "text/plain", server.url("/echo"));
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
            assertAllAnswered(run("hey", "-n", "2000", "-c", "20", server.url(path)), 2000);
        }
        for (int bytes : BODIES) {
            String body = content(bytes).toString();
            String output = run("hey", "-n", "100", "-c", "10", "-m", "POST", "-D", body, server.url("/echo"));
            assertAllAnswered(output, 100);
            assertTrue(output.contains("Size/request:\t" + bytes + " bytes"), output);
        }
    }

    private static void assertAllAnswered(String output, int requests) {
        assertTrue(output.contains("[200]\t" + requests + " responses"), output);
        assertFalse(output.contains("Error distribution"), output);
    }
}
