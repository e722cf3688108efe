package io.eventloop.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.eventloop.EventLoopGroup;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpMethod;
import io.eventloop.pool.PoolMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client on the sockets of this machine, against the JDK's server and against plain sockets. */
@Timeout(60)
class ClientSocketTest {
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final EventLoopGroup group = EventLoopGroup.builder().loops(1).build();
    private HttpServer server;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext("/echo", ClientSocketTest::echo);
        server.createContext(
                "/token",
                exchange -> reply(
                        exchange,
                        200,
                        exchange.getRequestHeaders().getFirst("X-Token").getBytes(StandardCharsets.US_ASCII)));
        server.createContext("/moved", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Location", "/echo");
            reply(exchange, 307, new byte[0]);
        });
        server.start();
        client = open(HttpClientOptions.builder().maxRedirects(2).maxWholeBytes(4 << 20));
    }

    @AfterEach
    void stop() throws Exception {
        onLoop(() -> {
            client.close();
            return true;
        });
        server.stop(0);
        group.close();
        threads.shutdownNow();
        PoolMetrics pool = client.metrics().pool();
        assertEquals(0, pool.leased() + pool.idle() + pool.waiting(), pool::toString);
        assertEquals(0, client.metrics().active());
    }

    private HttpClient open(HttpClientOptions.Builder options) throws Exception {
        return onLoop(() -> HttpClient.builder(group.next())
                .options(options.build())
                .resolver(NameResolver.system(threads))
                .build());
    }

    private <T> T onLoop(Callable<T> task) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        group.next().execute(() -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(20, TimeUnit.SECONDS);
    }

    private static void echo(HttpExchange exchange) throws IOException {
        reply(exchange, 200, exchange.getRequestBody().readAllBytes());
    }

    private static void reply(HttpExchange exchange, int status, byte[] content) throws IOException {
        // The JDK's server takes 0 for chunks, and −1 for nothing.
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length % 2 * content.length);
        exchange.getResponseBody().write(content);
        exchange.close();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private static WholeResponse get(Future<WholeResponse> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Test
    void givesEachRequestItsOwnResponse() throws Exception {
        List<CompletableFuture<WholeResponse>> futures = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            futures.add(client.fetch(ClientRequest.builder(HttpMethod.GET, url("/token"))
                    .field(HeaderName.of("X-Token"), "token-" + i)
                    .build()));
        }
        for (int i = 0; i < futures.size(); i++) {
            WholeResponse whole = get(futures.get(i));
            assertEquals(200, whole.status().code());
            assertEquals("token-" + i, whole.text(StandardCharsets.US_ASCII));
        }
        assertEquals(1000, client.metrics().completed());
        PoolMetrics pool = client.metrics().pool();
        assertTrue(pool.connects() <= 64 && pool.reused() >= 900, pool::toString);
    }

    @Test
    void echoesLargeContentAndSmall() throws Exception {
        for (int size : new int[] {0, 1, 1000, 70_001, 3_000_000}) {
            byte[] content = new byte[size];
            for (int i = 0; i < size; i++) {
                content[i] = (byte) (i * 31);
            }
            Source chunked = new Source(RequestBody.UNKNOWN_LENGTH, true);
            chunked.text = new String(content, StandardCharsets.ISO_8859_1);
            for (RequestBody body : new RequestBody[] {RequestBody.of(content), chunked}) {
                WholeResponse whole = get(client.fetch(ClientRequest.builder(HttpMethod.POST, url("/moved"))
                        .body(body)
                        .build()));
                assertEquals(200, whole.status().code());
                assertTrue(Arrays.equals(content, whole.content()), size + " bytes");
            }
        }
    }

    @Test
    void asksTheJdksServerBeforeItSends() throws Exception {
        WholeResponse whole = get(client.fetch(ClientRequest.builder(HttpMethod.PUT, url("/echo"))
                .body(RequestBody.of(new byte[] {'a', 'b'}))
                .expectContinue()
                .build()));
        assertEquals("ab", whole.text(StandardCharsets.US_ASCII));
    }

    @Test
    void looksNamesUpOffTheLoop() throws Exception {
        String url = "http://localhost:" + server.getAddress().getPort() + "/echo";
        assertEquals(200, get(client.fetch(ClientRequest.get(url))).status().code());
        assertEquals(1, client.metrics().lookups());
    }

    /** A server that ends each connection after its response, without saying so. */
    @Test
    void livesWithConnectionsThatEnd() throws Exception {
        byte[] response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);
        try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> {
                while (!plain.isClosed()) {
                    try (Socket accepted = plain.accept()) {
                        readHead(accepted);
                        accepted.getOutputStream().write(response);
                    } catch (IOException e) {
                        continue;
                    }
                }
            });
            for (int i = 0; i < 50; i++) {
                String url = "http://127.0.0.1:" + plain.getLocalPort() + "/";
                assertEquals("ok", get(client.fetch(ClientRequest.get(url))).text(StandardCharsets.US_ASCII));
            }
        }
    }

    private static void readHead(Socket from) throws IOException {
        int ends = 0;
        for (int c = from.getInputStream().read(); c >= 0 && ends < 4; ) {
            ends = c == '\r' || c == '\n' ? ends + 1 : 0;
            if (ends < 4) {
                c = from.getInputStream().read();
            }
        }
    }

    @Test
    void tellsAnotherThreadWhyThereIsNoResponse() throws Exception {
        // Bound, and not listening: nobody else gets the port meanwhile.
        try (Socket silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Future<WholeResponse> future =
                    client.fetch(ClientRequest.get("http://127.0.0.1:" + silent.getLocalPort() + "/"));
            Throwable cause =
                    assertThrows(ExecutionException.class, () -> get(future)).getCause();
            assertEquals(
                    HttpClientException.Kind.NO_CONNECTION,
                    cause instanceof HttpClientException e ? e.kind() : null,
                    cause::toString);
        }
    }

    @Test
    void belongsToItsLoop() {
        ClientRequest request = ClientRequest.get(url("/echo"));
        Told told = new Told();
        String message = assertThrows(IllegalStateException.class, () -> client.send(request, told))
                .getMessage();
        assertTrue(message.contains("the client belongs to loop"), message);
    }
}
