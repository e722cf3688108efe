package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoopGroup;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.client.ClientRequest;
import io.eventloop.http.client.HttpClient;
import io.eventloop.http.client.HttpClientOptions;
import io.eventloop.http.client.RequestBody;
import io.eventloop.http.client.WholeResponse;
import io.eventloop.http.server.HttpExchange;
import io.eventloop.http.server.HttpReply;
import io.eventloop.http.server.HttpServer;
import io.eventloop.pool.PoolOptions;
import io.eventloop.testing.FaultKind;
import io.eventloop.testing.FaultPlan;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import io.eventloop.testing.Simulation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The proxy of docs/building-an-http-proxy.md, in simulated networks with every fault, and on real sockets. */
@Timeout(120)
final class HttpProxyExampleTest {
    private static final String PAGE = "docs/building-an-http-proxy.md";
    private static final String SOURCE = "samples/src/test/java/io/eventloop/samples/HttpProxyExample.java";
    private static final HeaderName TOKEN = HeaderName.of("X-Token");
    private static final int SEEDS = 60;
    private static final int CLIENTS = 5;
    private static final int REQUESTS = 20;
    private static final int MAX_BYTES = 100_000;

    /** Without a report of exchanges that take minutes, as they do in such networks. */
    private static final HttpClientOptions PATIENT = HttpClientOptions.builder()
            .pool(PoolOptions.builder().reportAfter(Duration.ZERO).build())
            .build();

    /** Answers with the token of the request, and sends its body back. */
    private static void tokenAndBody(HttpExchange exchange) {
        HttpReply head = HttpReply.of(HttpStatus.OK)
                .with(TOKEN, exchange.request().headers().first(TOKEN).orElse("none"));
        exchange.readBody(MAX_BYTES, (same, body) -> {
            same.start(head, HttpExchange.UNKNOWN_LENGTH);
            same.write(body);
            same.end();
        });
    }

    /** Must-survive A18: an answer is to its own question, or it is an error. */
    @Test
    void mixesNothingUpWhateverBreaks() {
        AtomicInteger answered = new AtomicInteger();
        Simulation.of(network -> play(network, answered))
                .faults(seed -> FaultPlan.random(seed).without(FaultKind.EXHAUSTION))
                .check(SEEDS);
        int asked = SEEDS * CLIENTS * REQUESTS;
        assertTrue(answered.get() > asked / 2, answered + " of " + asked + " were answered");
    }

    private static void play(SimulatedNetwork network, AtomicInteger answered) throws IOException {
        SimulatedHost server = network.host("server");
        HttpServer.builder().handler(HttpProxyExampleTest::tokenAndBody).listen(server.group(1), server.address(9));
        SimulatedHost proxy = network.host("proxy");
        new HttpProxyExample(server.address(9), PATIENT).listen(proxy.group(1), proxy.address(7));
        EventLoopGroup group = network.host("clients").group(1);
        AtomicInteger over = new AtomicInteger();
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            group.next()
                    .execute(() -> new Asker(
                                    number,
                                    HttpClient.builder(group.next())
                                            .options(PATIENT)
                                            .build(),
                                    proxy,
                                    over,
                                    answered)
                            .ask());
        }
        assertTrue(network.runUntil(() -> over.get() == CLIENTS, Duration.ofHours(2)), "a client is still waiting");
        network.run(Duration.ofHours(1));
    }

    /** Asks one thing after the other, with a body of its own in bytes and length. */
    private static final class Asker {
        private final int number;
        private final HttpClient client;
        private final SimulatedHost proxy;
        private final AtomicInteger over;
        private final AtomicInteger answered;
        private int asked;

        Asker(int number, HttpClient client, SimulatedHost proxy, AtomicInteger over, AtomicInteger answered) {
            this.number = number;
            this.client = client;
            this.proxy = proxy;
            this.over = over;
            this.answered = answered;
        }

        void ask() {
            if (++asked > REQUESTS) {
                over.incrementAndGet();
                return;
            }
            String token = number + "-" + asked;
            byte[] body = new byte[asked * 997 % 20 == 0 ? MAX_BYTES : asked * 100];
            Arrays.fill(body, (byte) (number * REQUESTS + asked));
            ClientRequest request = ClientRequest.builder(HttpMethod.PUT, "http://example.org/" + token)
                    .address(proxy.address(7))
                    .field(TOKEN, token)
                    .body(RequestBody.of(body))
                    .build();
            client.fetch(request).whenComplete((response, failure) -> {
                if (response != null && response.status() == HttpStatus.OK) {
                    check(response, token, body);
                }
                ask();
            });
        }

        private void check(WholeResponse response, String token, byte[] body) {
            assertEquals(token, response.fields().first(TOKEN).orElse("none"));
            assertArrayEquals(body, response.content());
            answered.incrementAndGet();
        }
    }

    @Test
    void passesBodiesOnAndSaysWhatIsMissing() throws IOException, InterruptedException {
        byte[] large = new byte[5_000_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 >>> 7);
        }
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (EventLoopGroup group = EventLoopGroup.builder().loops(2).build()) {
            HttpServer backend = HttpServer.builder()
                    .handler(exchange -> {
                        if (exchange.request().hasBody()) {
                            tokenAndLength(exchange);
                        } else {
                            exchange.send(HttpReply.of(HttpStatus.OK, "application/octet-stream", large));
                        }
                    })
                    .listen(group, anyPort);
            HttpServer proxy =
                    new HttpProxyExample((InetSocketAddress) backend.address(), PATIENT).listen(group, anyPort);
            URI uri = URI.create("http://127.0.0.1:" + ((InetSocketAddress) proxy.address()).getPort() + "/a?b=c");
            assertArrayEquals(large, send(HttpRequest.newBuilder(uri)).body());
            HttpResponse<byte[]> head = send(HttpRequest.newBuilder(uri).method("HEAD", none()));
            assertEquals("5000000", head.headers().firstValue("Content-Length").orElse(""));
            assertEquals("1.1 example", head.headers().firstValue("Via").orElse(""));
            HttpRequest.BodyPublisher chunks =
                    HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large));
            byte[] answer = send(HttpRequest.newBuilder(uri).POST(chunks)).body();
            assertEquals("5000000 bytes from 127.0.0.1", new String(answer, StandardCharsets.US_ASCII));
            backend.close();
            backend.closed().join();
            assertEquals(502, send(HttpRequest.newBuilder(uri)).statusCode());
        }
    }

    /** A target that is no URI of java.net.URI, and one that is no path. */
    @Test
    void passesOnWhateverIsATarget() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (EventLoopGroup group = EventLoopGroup.builder().loops(1).build()) {
            HttpServer backend = HttpServer.builder()
                    .handler(exchange ->
                            exchange.send(HttpReply.text(exchange.request().toString())))
                    .listen(group, anyPort);
            HttpServer proxy =
                    new HttpProxyExample((InetSocketAddress) backend.address(), PATIENT).listen(group, anyPort);
            for (String line : List.of("GET /a[1]?b[]=| HTTP/1.1", "OPTIONS * HTTP/1.1", "GET /a[1]?b[] HTTP/1.1")) {
                String answer = ask((InetSocketAddress) proxy.address(), line);
                boolean isTarget = line.indexOf('|') < 0;
                assertTrue(isTarget ? answer.endsWith("\r\n\r\n" + line) : answer.contains(" 400 "), answer);
            }
        }
    }

    private static String ask(InetSocketAddress address, String line) throws IOException {
        try (Socket socket = ProxyRig.connect(address)) {
            ProxyRig.send(socket, line + "\r\nHost: a\r\nConnection: close\r\n\r\n");
            return ProxyRig.all(socket);
        }
    }

    private static void tokenAndLength(HttpExchange exchange) {
        String from = exchange.request()
                .headers()
                .first(HeaderName.of("X-Forwarded-For"))
                .orElse("");
        exchange.readBody(10_000_000, (same, body) -> same.send(HttpReply.text(body.length + " bytes from " + from)));
    }

    private static HttpRequest.BodyPublisher none() {
        return HttpRequest.BodyPublishers.noBody();
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return java.net.http.HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void thePageShowsTheCodeAsItIs() throws IOException {
        Repository repository = Repository.find();
        String source = repository.text(SOURCE);
        String shown = source.substring(source.indexOf("public final class"));
        assertTrue(repository.text(PAGE).contains("```java\n" + shown + "```"));
    }
}
