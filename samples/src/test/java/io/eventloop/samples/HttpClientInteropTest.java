package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoopGroup;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.client.ClientRequest;
import io.eventloop.http.client.HttpClient;
import io.eventloop.http.client.HttpClientMetrics;
import io.eventloop.http.client.HttpClientOptions;
import io.eventloop.http.client.RequestBody;
import io.eventloop.http.client.RequestStream;
import io.eventloop.http.client.WholeResponse;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP client against nginx and against the server that comes with Node. */
@Tag("interop")
@Timeout(60)
class HttpClientInteropTest {
    private static final int TIMES = 200;
    private static final byte[] LARGE = "0123456789abcdef\n".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);

    /** Files with their length, and in chunks where something is put in or compressed on the way. */
    private static final String NGINX = """
            daemon off;
            master_process off;
            pid %1$s/pid;
            error_log stderr notice;
            events { }
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              keepalive_requests 100;
              server {
                listen 127.0.0.1:%2$d;
                root %1$s;
                default_type text/plain;
                location /ssi/ { alias %1$s/; ssi on; ssi_types text/plain; }
                location /gzip/ { alias %1$s/; gzip on; gzip_types text/plain; }
                location /one/ { alias %1$s/; keepalive_timeout 0; }
                location /moved { return 302 /small; }
              }
            }
            """;

    /** Sends bodies back, with their length or in chunks, and asks to be asked again where the path says so. */
    private static final String NODE = """
            const server = require('http').createServer((request, response) => {
              const parts = [];
              request.on('data', part => parts.push(part));
              request.on('end', () => {
                const body = Buffer.concat(parts);
                response.setHeader('X-Trailer', String(request.trailers['checksum']));
                if (request.url === '/length') response.setHeader('Content-Length', body.length);
                if (request.url === '/one') response.setHeader('Connection', 'close');
                for (let at = 0; at < body.length; at += 30000) response.write(body.slice(at, at + 30000));
                response.end();
              });
            });
            server.keepAliveTimeout = 0; // an idle connection that it ended might meet the next request
            server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
            """;

    @TempDir
    private Path folder;

    private SampleProcess process;
    private EventLoopGroup group;
    private HttpClient client;
    private String url;

    @BeforeEach
    void forgetTheLast() {
        client = null;
    }

    private void open(String transport) throws Exception {
        group = EventLoopGroup.builder().transport(transport).loops(1).build();
        HttpClientOptions options = HttpClientOptions.builder()
                .maxRedirects(1)
                .maxWholeBytes(4 << 20)
                .build();
        client = CompletableFuture.supplyAsync(
                        () -> HttpClient.builder(group.next()).options(options).build(), group.next())
                .get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        if (client != null) {
            HttpClientMetrics metrics = CompletableFuture.supplyAsync(client::metrics, group.next())
                    .get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertTrue(metrics.failed().values().stream().allMatch(count -> count == 0), metrics::toString);
            assertTrue(metrics.violations().values().stream().allMatch(count -> count == 0), metrics::toString);
            group.close();
        }
        if (process != null) {
            process.close();
        }
    }

    private void startNginx() throws Exception {
        Programs.require("nginx");
        Files.write(folder.resolve("large"), LARGE);
        Files.writeString(folder.resolve("small"), "small");
        Files.writeString(folder.resolve("included"), "before <!--#include virtual=\"/small\" --> behind");
        int port = Programs.unusedPort();
        Path conf = Files.writeString(folder.resolve("conf"), NGINX.formatted(folder, port));
        process = SampleProcess.startOther("nginx", "-p", "" + folder, "-e", "stderr", "-c", "" + conf);
        process.line("getrlimit");
        url = "http://127.0.0.1:" + port;
    }

    private void startNode() throws Exception {
        Programs.require("node");
        process = SampleProcess.startOther("node", "-e", NODE);
        url = "http://127.0.0.1:" + process.line("port ").substring("port ".length());
    }

    private static WholeResponse get(CompletableFuture<WholeResponse> answer) throws Exception {
        return answer.get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private WholeResponse get(String path) throws Exception {
        return get(client.fetch(ClientRequest.get(url + path)));
    }

    private static String text(WholeResponse answer) {
        return answer.status().code() + " " + answer.text(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void getsPagesOfNginx(String transport) throws Exception {
        startNginx();
        open(transport);
        List<CompletableFuture<WholeResponse>> answers = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            answers.add(client.fetch(ClientRequest.get(url + "/small")));
        }
        for (CompletableFuture<WholeResponse> answer : answers) {
            assertEquals("200 small", text(get(answer)));
        }
        assertArrayEquals(LARGE, get("/large").content());
        assertEquals("200 before small behind", text(get("/ssi/included")));
        assertEquals("200 small", text(get("/one/small")));
        assertEquals("200 small", text(get("/moved")));
        assertEquals(404, get("/nothing").status().code());
        assertEquals(
                "200 ",
                text(get(client.fetch(
                        ClientRequest.builder(HttpMethod.HEAD, url + "/large").build()))));
        assertEquals(
                "206 mal",
                text(get(client.fetch(ClientRequest.builder(HttpMethod.GET, url + "/small")
                        .field(HeaderName.of("Range"), "bytes=1-3")
                        .build()))));
        assertEquals(
                405, get(client.fetch(post("/small", new byte[5000]))).status().code());
        WholeResponse compressed = get(client.fetch(ClientRequest.builder(HttpMethod.GET, url + "/gzip/large")
                .field(HeaderName.ACCEPT_ENCODING, "gzip")
                .build()));
        assertTrue(compressed.content().length < LARGE.length / 10);
        assertArrayEquals(LARGE, new GZIPInputStream(new ByteArrayInputStream(compressed.content())).readAllBytes());
        assertEquals("200 small", text(get("/small")));
    }

    private ClientRequest post(String path, byte[] content) {
        return ClientRequest.builder(HttpMethod.POST, url + path)
                .body(RequestBody.of(content))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void exchangesBodiesWithNode(String transport) throws Exception {
        startNode();
        open(transport);
        List<CompletableFuture<WholeResponse>> answers = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            answers.add(client.fetch(
                    post(i % 2 == 0 ? "/length" : "/chunks", ("body " + i).getBytes(StandardCharsets.US_ASCII))));
        }
        for (int i = 0; i < TIMES; i++) {
            assertEquals("200 body " + i, text(get(answers.get(i))));
        }
        for (String path : new String[] {"/length", "/chunks", "/one"}) {
            assertArrayEquals(LARGE, get(client.fetch(post(path, LARGE))).content());
            WholeResponse answer = get(client.fetch(ClientRequest.builder(HttpMethod.PUT, url + path)
                    .body(new Chunks())
                    .expectContinue()
                    .build()));
            assertArrayEquals(LARGE, answer.content());
        }
        assertEquals("200 ", text(get("/length")));
    }

    /** {@link #LARGE} without a length, as fast as the peer takes it. */
    private static final class Chunks implements RequestBody {
        private static final int PIECE_BYTES = 10_000;

        @Override
        public long length() {
            return UNKNOWN_LENGTH;
        }

        @Override
        public boolean isReplayable() {
            return true;
        }

        @Override
        public void start(RequestStream to) {
            onWritable(to);
        }

        @Override
        public void onWritable(RequestStream to) {
            boolean goesOn = true;
            while (goesOn && to.writtenBytes() < LARGE.length) {
                int at = (int) to.writtenBytes();
                goesOn = to.write(Arrays.copyOfRange(LARGE, at, Math.min(LARGE.length, at + PIECE_BYTES)));
            }
            if (to.writtenBytes() == LARGE.length && to.isOpen()) {
                to.end();
            }
        }
    }
}
