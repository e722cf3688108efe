package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoopGroup;
import io.eventloop.http.server.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The routes of the HTTP server, asked by curl, wrk and ab. */
@Tag("interop")
@Timeout(120)
class HttpServerInteropTest {
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
        String twice = Programs.run("curl", "-sS", "-v", url + "/plaintext", url + "/json");
        assertTrue(twice.contains("Hello, World!") && twice.contains("{\"message\":"), twice);
        assertTrue(twice.contains("Re-using existing"), twice);
        assertTrue(Programs.run("curl", "-sS", "-I", url + "/plaintext").contains("Content-Length: 13"));
        assertTrue(Programs.run("curl", "-sS", "--http1.0", url + "/json").contains("message"));
        assertTrue(Programs.run("curl", "-sS", "-X", "OPTIONS", "-i", url + "/json")
                .contains("Allow: GET, HEAD, OPTIONS"));
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
            Programs.run("curl", "-sS", "-H", header, "--data-binary", "@" + sent, "-o", "" + received, url + "/echo");
            assertArrayEquals(content, Files.readAllBytes(received), header);
        }
    }

    @Test
    void answersWrkWithoutAnError() throws Exception {
        String output = Programs.run("wrk", "-t1", "-c50", "-d1s", url + "/plaintext");
        assertTrue(!output.contains("Non-2xx") && !output.contains("Socket errors"), output);
        assertTrue(server.metrics().requests() > 100, output);
    }

    @Test
    void answersAbInHttp10() throws Exception {
        String output = Programs.run("ab", "-q", "-k", "-n", "2000", "-c", "10", url + "/plaintext");
        assertTrue(output.contains("Failed requests:        0"), output);
        assertTrue(output.contains("Keep-Alive requests:    2000"), output);
    }
}
