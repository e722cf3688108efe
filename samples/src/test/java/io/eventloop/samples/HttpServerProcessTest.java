package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP server in a process of its own, with the JDK's client. */
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "no SIGTERM there")
class HttpServerProcessTest {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private HttpResponse<String> send(int port, String path, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(
                request.uri(URI.create("http://127.0.0.1:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return send(port, path, HttpRequest.newBuilder());
    }

    @Test
    void servesItsRoutesLogsAndCountsThemAndDrains(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("access.log");
        try (SampleProcess sample = SampleProcess.start(
                "http-server", "--host", "127.0.0.1", "--port", "0", "--metrics-port", "0", "--access-log", "" + log)) {
            int port = sample.address().getPort();
            assertEquals("Hello, World!", get(port, "/plaintext").body());
            assertEquals("{\"message\":\"Hello, World!\"}", get(port, "/json").body());
            assertTrue(get(port, "/api/status").body().contains("\"loops\":"));
            String body = "0123456789".repeat(50_000);
            HttpRequest.BodyPublisher whole = HttpRequest.BodyPublishers.ofString(body);
            assertEquals(
                    body,
                    send(port, "/echo", HttpRequest.newBuilder().POST(whole)).body());
            HttpRequest.BodyPublisher chunked = HttpRequest.BodyPublishers.fromPublisher(whole);
            assertEquals(
                    body,
                    send(port, "/echo", HttpRequest.newBuilder().PUT(chunked)).body());
            assertEquals(404, get(port, "/nothing").statusCode());
            try (Socket events = new Socket(InetAddress.getLoopbackAddress(), port)) {
                events.getOutputStream()
                        .write("GET /events HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                String first = "data: {\"count\":1}\n";
                StringBuilder seen = new StringBuilder();
                while (seen.indexOf(first) < 0) {
                    seen.append((char) events.getInputStream().read());
                }
                String page = get(sample.metricsAddress().getPort(), "/metrics").body();
                assertTrue(page.contains("http_responses_total{status=\"4xx\"} 1"), page);
                assertEquals(7, SampleProcess.figure(sample.end(), "requests"));
                // The drain ends the events in order: a reset would be an exception here.
                String rest = new String(events.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertTrue(rest.endsWith("0\r\n\r\n"), rest);
            }
            List<String> lines = Files.readAllLines(log);
            assertTrue(lines.get(0).contains("\"GET /plaintext HTTP/1.1\" 200 13"), lines.toString());
            assertEquals(7, lines.size(), lines.toString());
        }
    }

    @Test
    void speaksTlsAndAgreesOnHttp11() throws Exception {
        try (SampleProcess sample = SampleProcess.start(
                "http-server", "--host", "127.0.0.1", "-p", "0", "--metrics-port", "0", "--tls", "--self-signed")) {
            try (SSLSocket socket = SecureSockets.connectToAnybody(sample.address(), "h2", "http/1.1")) {
                String request = "GET /json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertTrue(answer.endsWith("{\"message\":\"Hello, World!\"}"), answer);
                assertEquals("http/1.1", socket.getApplicationProtocol());
            }
            // What is for Prometheus is not for the world, and stays plain.
            String page = get(sample.metricsAddress().getPort(), "/metrics").body();
            assertTrue(page.contains("http_requests_total 1"), page);
            assertTrue(page.contains("tls_handshakes_total 1"), page);
            assertEquals(1, SampleProcess.figure(sample.end(), "requests"));
        }
    }

    @Test
    void answers429AboveTheRate() throws Exception {
        try (SampleProcess sample = SampleProcess.start(
                "http-server", "--host", "127.0.0.1", "-p", "0", "--metrics-port", "0", "--rate-limit", "1/s")) {
            try (Socket socket = ProxyRig.connect(sample.address())) {
                String request = "GET /json HTTP/1.1\r\nHost: a\r\n\r\n".repeat(9)
                        + "GET /json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertTrue(answers.startsWith("HTTP/1.1 200 OK"), answers);
                assertTrue(answers.contains("HTTP/1.1 429 Too Many Requests"), answers);
            }
        }
    }
}
