package io.eventloop.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.DrainReport;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.SystemCallException;
import io.eventloop.Timer;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.ProtocolException;
import io.eventloop.http.client.TestCertificate;
import io.eventloop.testing.SeededRandom;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import io.eventloop.testing.Simulation;
import io.eventloop.tls.HandshakeExecutor;
import io.eventloop.tls.TlsClient;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsHosts;
import io.eventloop.tls.TlsServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Handlers that do anything at any time (see {@link Unruly}), clients that send ahead, deadlines that answer in the
 * handler's place, and a network with every fault: a response is that of its own request or the server's own, each request
 * is counted once, and nothing is left in the end (must-survive A18).
 */
@Tag("simulation")
@Timeout(120)
final class UnrulyHandlerTest {
    private static final int CLIENTS = 3;
    private static final int REQUESTS = 40;

    private static final HttpServerLimits LIMITS = HttpServerLimits.builder()
            .bodyTimeout(Duration.ofSeconds(2))
            .handlerTimeout(Duration.ofSeconds(1))
            .maxRequestsInFlight(4)
            .build();

    private static final ConnectionLimits NARROW = ConnectionLimits.builder()
            .waterMarks(4 << 10, 16 << 10)
            .maxQueuedBytes(96 << 10)
            .build();

    /** Sends its requests in clumps over one connection after the other, and looks at what comes back. */
    private static final class Client implements ConnectionHandler, ResponseFeed.Responses {
        private static final Duration PATIENCE = Duration.ofSeconds(20);

        private final String name;
        private final SimulatedHost server;
        private final EventLoop loop;
        private final SeededRandom random;
        private final Optional<TlsClient> tls;
        private final Deque<String> sent = new ArrayDeque<>();
        private final ResponseFeed feed = new ResponseFeed(this);
        private Timer patience;
        private boolean isOwn;
        private int next;
        private int answered;

        Client(String name, SimulatedHost server, EventLoop loop, SeededRandom random, Optional<TlsClient> tls) {
            this.tls = tls;
            this.name = name;
            this.server = server;
            this.loop = loop;
            this.random = random;
        }

        void connect() {
            feed.restart();
            sent.clear();
            if (tls.isPresent()) {
                tls.get().connect(loop, server.address(80), ConnectOptions.DEFAULT, "10.0.0.1", this);
            } else {
                loop.connect(server.address(80), ConnectOptions.DEFAULT, this);
            }
        }

        boolean isDone() {
            return next >= REQUESTS && (patience == null || !patience.isArmed());
        }

        @Override
        public void onOpen(Connection connection) {
            patience = loop.schedule(PATIENCE, connection::abort);
            sendSome(connection);
        }

        private void sendSome(Connection connection) {
            for (int i = random.nextInt(6); i >= 0 && next < REQUESTS; i--) {
                String token = name + "-" + next++;
                String request = request(token);
                sent.add(token);
                connection.write(request.getBytes(StandardCharsets.US_ASCII));
            }
            if (random.nextInt(20) == 0) {
                connection.shutdownOutput();
            }
        }

        private String request(String token) {
            String host = " HTTP/1." + (random.nextInt(12) == 0 ? 0 : 1) + "\r\nHost: a\r\n";
            String content = "x".repeat(random.nextInt(random.nextInt(3) == 0 ? 200_000 : 50));
            String expect = random.nextInt(6) == 0 ? "Expect: 100-continue\r\n" : "";
            return switch (random.nextInt(7)) {
                case 0 ->
                    "POST /" + token + host + expect + "Content-Length: " + content.length() + "\r\n\r\n" + content;
                case 1 ->
                    "PUT /" + token + " HTTP/1.1\r\nHost: a\r\n" + expect + "Transfer-Encoding: chunked\r\n\r\n"
                            + chunk(content) + chunk("y") + "0\r\nX-Sum: 1\r\n\r\n";
                case 2 -> "GET /" + token + host + "Connection: Upgrade\r\nUpgrade: x\r\n\r\n";
                default -> "GET /" + token + host + "\r\n";
            };
        }

        private static String chunk(String content) {
            return content.isEmpty() ? "" : Integer.toHexString(content.length()) + "\r\n" + content + "\r\n";
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            try {
                if (!feed.read(in)) {
                    connection.close();
                    return;
                }
            } catch (ProtocolException e) {
                throw new AssertionError("a response is malformed", e);
            }
            if (!sent.isEmpty() || feed.isWithin()) {
                return;
            }
            if (next < REQUESTS && !connection.isOutputEnded()) {
                sendSome(connection);
            } else {
                connection.close();
            }
        }

        @Override
        public void head(HttpResponse response) {
            isOwn = response.status() == HttpStatus.OK;
            assertEquals(
                    isOwn ? sent.element() : "none",
                    response.headers().first(Unruly.TOKEN).orElse("none"));
        }

        @Override
        public void whole(String content) {
            String own = sent.remove() + ";";
            if (isOwn) {
                assertEquals(own.repeat(content.length() / own.length()), content);
            }
            answered += isOwn ? 1 : 0;
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            if (patience != null) {
                patience.cancel();
            }
            if (next < REQUESTS) {
                // One is lost with each connection, so that it comes to an end.
                next++;
                loop.schedule(Duration.ofMillis(10), this::connect);
            }
        }
    }

    private static TlsServer tlsServer() {
        return TlsContext.server()
                .hosts(TlsHosts.of(TestCertificate.identity()))
                .handshakeExecutor(HandshakeExecutor.onLoop())
                .build();
    }

    /** Of one run only: its sessions must not be known in the next. */
    private static TlsClient tlsClient(SeededRandom random) {
        return TestCertificate.trusting()
                .protocols(random.nextInt(3) == 0 ? "TLSv1.2" : "TLSv1.3")
                .handshakeExecutor(HandshakeExecutor.onLoop())
                .build();
    }

    private static void play(SimulatedNetwork network, boolean isSecure, AtomicInteger answered) throws IOException {
        SimulatedHost host = network.host("server");
        SeededRandom random = network.random();
        List<Throwable> failures = new ArrayList<>();
        StringBuilder wrong = new StringBuilder();
        List<HttpServer> servers = new ArrayList<>();
        List<CompletableFuture<DrainReport>> drains = new ArrayList<>();
        HttpServer server;
        try {
            server = HttpServer.builder()
                    .limits(LIMITS)
                    .listenOptions(ListenOptions.builder().limits(NARROW).build())
                    .layer(isSecure ? tlsServer()::acceptor : UnaryOperator.identity())
                    .handler(exchange -> {
                        if (random.nextInt(300) == 0) {
                            Duration grace = Duration.ofMillis(random.nextInt(2) * random.nextInt(2000));
                            drains.add(servers.get(0).drain(grace, grace.plusMillis(random.nextInt(5000))));
                        }
                        Unruly.handle(exchange, random, wrong);
                    })
                    .failureListener((what, failure) -> failures.add(failure))
                    .listen(host.group(1), host.address(80));
        } catch (SystemCallException e) {
            // No descriptor is left from the beginning.
            return;
        }
        servers.add(server);
        EventLoopGroup group = network.host("client").group(1);
        Optional<TlsClient> tls = isSecure ? Optional.of(tlsClient(random)) : Optional.empty();
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Client client = new Client("c" + i, host, group.next(), network.random(), tls);
            clients.add(client);
            group.next().execute(client::connect);
        }
        network.runUntil(() -> clients.stream().allMatch(Client::isDone), Duration.ofMinutes(20));
        drains.add(server.drain(Duration.ofSeconds(5)));
        network.run(Duration.ofMinutes(10));
        clients.forEach(client -> answered.addAndGet(client.answered));
        assertEquals("", wrong.toString());
        assertTrue(drains.stream().allMatch(CompletableFuture::isDone), "a drain does not end");
        for (Throwable failure : failures) {
            assertTrue(isExpected(failure), () -> "the server failed: " + failure);
        }
        HttpServerMetrics metrics = server.metrics();
        assertEquals(0, metrics.activeConnections());
        assertEquals(failures.size(), metrics.handlerFailures());
        long responses =
                metrics.responses().values().stream().mapToLong(count -> count).sum();
        String figures = metrics.toString();
        assertTrue(metrics.requests() <= responses + metrics.upgrades() + metrics.aborted(), figures);
        assertTrue(responses <= metrics.requests() + violations(metrics) + metrics.headTimeouts(), figures);
        assertEquals(0, metrics.requestsInFlight(), figures);
    }

    private static long violations(HttpServerMetrics metrics) {
        return metrics.violations().values().stream().mapToLong(count -> count).sum();
    }

    private static boolean isExpected(Throwable failure) {
        return failure instanceof Unruly.Outburst
                || failure instanceof WriteLimitExceededException
                || failure instanceof IllegalStateException
                        && failure.getMessage().startsWith("the handler returned without an answer");
    }

    @Test
    void harmsNobodyElse() {
        simulate("harmsNobodyElse", 150, false);
    }

    @Test
    void harmsNobodyElseOverTls() {
        simulate("harmsNobodyElseOverTls", 12, true);
    }

    private static void simulate(String method, int seeds, boolean isSecure) {
        AtomicInteger answered = new AtomicInteger();
        Simulation.of(network -> play(network, isSecure, answered))
                .replay("mvn -q test -Dtest=UnrulyHandlerTest#" + method + " -pl http-codec -am"
                        + " -Dsurefire.failIfNoSpecifiedTests=false")
                .check(seeds);
        assertTrue(answered.get() > 0, "not one request was answered");
    }
}
