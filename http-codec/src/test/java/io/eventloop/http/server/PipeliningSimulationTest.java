package io.eventloop.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoopGroup;
import io.eventloop.SystemCallException;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpResponse;
import io.eventloop.http.HttpStatus;
import io.eventloop.testing.SeededRandom;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import io.eventloop.testing.Simulation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that send requests ahead, over a network with every fault there is, to a server that answers at once, later, or
 * as a stream, or resets: each response has the token of its own request, in its head and in its body, in the order of the
 * requests, and nothing of another connection's (must-survive A18).
 */
@Tag("simulation")
@Timeout(120)
final class PipeliningSimulationTest {
    private static final HeaderName TOKEN = HeaderName.of("X-Token");
    private static final int CLIENTS = 4;
    private static final int REQUESTS = 60;

    /** Answers with the token of the request, in one of several ways that the path names. */
    private static void answer(HttpExchange exchange) {
        String token = exchange.request().path().substring(2);
        HttpReply head = HttpReply.of(HttpStatus.OK).with(TOKEN, token);
        byte[] body = (token + ";").repeat(20).getBytes(StandardCharsets.US_ASCII);
        HttpReply whole = HttpReply.of(HttpStatus.OK, "text/plain", body).with(TOKEN, token);
        switch (exchange.request().path().charAt(1)) {
            case 'n' -> exchange.send(whole);
            case 'l' -> later(exchange, () -> exchange.send(whole));
            case 's' -> {
                exchange.defer().start(head, HttpExchange.UNKNOWN_LENGTH);
                exchange.write(body);
                later(exchange, exchange::end);
            }
            case 'x' -> later(exchange.defer(), exchange::abort);
            default -> exchange.stream(new Echo(head));
        }
    }

    private static void later(HttpExchange exchange, Runnable task) {
        exchange.defer();
        exchange.loop().schedule(Duration.ofMillis(3), () -> {
            if (!exchange.isDone()) {
                task.run();
            }
        });
    }

    /** Sends the request's body back, which is the token too. */
    private record Echo(HttpReply head) implements StreamHandler {
        @Override
        public void onData(HttpExchange exchange, Buffer data) {
            if (!exchange.isStarted()) {
                exchange.start(head, HttpExchange.UNKNOWN_LENGTH);
            }
            exchange.write(data);
        }

        @Override
        public void onEnd(HttpExchange exchange) {
            exchange.end();
        }
    }

    /** Sends its requests in clumps, and checks what comes back. */
    private static final class Client implements ConnectionHandler, ResponseFeed.Responses {
        private final String name;
        private final SeededRandom random;
        private final Deque<String> sent = new ArrayDeque<>();
        private final ResponseFeed feed = new ResponseFeed(this);
        private int next;
        private int answered;
        private boolean isClosed;

        Client(String name, SeededRandom random) {
            this.name = name;
            this.random = random;
        }

        @Override
        public void onOpen(Connection connection) {
            sendSome(connection);
        }

        private void sendSome(Connection connection) {
            int clump = 1 + random.nextInt(12);
            for (int i = 0; i < clump && next < REQUESTS; i++) {
                String token = name + "-" + next++;
                char way = "nnnllsbbb".charAt(random.nextInt(9));
                if (random.nextInt(200) == 0) {
                    way = 'x';
                }
                String request = way == 'b'
                        ? "POST /b" + token + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + (token.length() + 1) * 20
                                + "\r\n\r\n" + (token + ";").repeat(20)
                        : "GET /" + way + token + " HTTP/1.1\r\nHost: a\r\n\r\n";
                sent.add(token);
                connection.write(request.getBytes(StandardCharsets.US_ASCII));
            }
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            feed.read(in);
            if (feed.isWithin()) {
                return;
            }
            if (next < REQUESTS) {
                sendSome(connection);
            } else if (sent.isEmpty()) {
                connection.close();
            }
        }

        @Override
        public void head(HttpResponse response) {
            check(response.headers().first(TOKEN).orElse("none"), sent.element());
        }

        @Override
        public void whole(String content) {
            check(content, (sent.remove() + ";").repeat(20));
            answered++;
        }

        private static void check(String seen, String expected) {
            if (!seen.equals(expected)) {
                throw new AssertionError("got '" + seen + "' instead of '" + expected + "'");
            }
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            isClosed = true;
        }
    }

    private static void play(SimulatedNetwork network) throws IOException {
        SimulatedHost host = network.host("server");
        List<Throwable> failures = new ArrayList<>();
        HttpServer server;
        try {
            server = HttpServer.builder()
                    .handler(PipeliningSimulationTest::answer)
                    .failureListener((what, failure) -> failures.add(failure))
                    .listen(host.group(2), host.address(80));
        } catch (SystemCallException e) {
            // No descriptor is left from the beginning.
            return;
        }
        EventLoopGroup group = network.host("client").group(1);
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Client client = new Client("c" + i, network.random());
            clients.add(client);
            group.connect(host.address(80), ConnectOptions.DEFAULT, client);
        }
        network.runUntil(() -> clients.stream().allMatch(client -> client.isClosed), Duration.ofMinutes(10));
        server.drain(Duration.ofSeconds(5));
        network.run(Duration.ofMinutes(10));
        assertEquals(List.of(), failures);
        boolean isWhole = clients.stream().allMatch(client -> client.answered == REQUESTS);
        assertTrue(isWhole || network.isBroken() || server.metrics().aborted() > 0, "answers are missing");
    }

    @Test
    void givesEachRequestItsOwnAnswer() {
        Simulation.of(PipeliningSimulationTest::play)
                .replay("mvn -q test -Dtest=PipeliningSimulationTest -pl http-codec -am"
                        + " -Dsurefire.failIfNoSpecifiedTests=false")
                .check(100);
    }
}
