package io.eventloop.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eventloop.Buffer;
import io.eventloop.DrainReport;
import io.eventloop.Environment;
import io.eventloop.EventLoopGroup;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.server.HttpExchange;
import io.eventloop.http.server.HttpReply;
import io.eventloop.http.server.HttpServer;
import io.eventloop.http.server.HttpServerLimits;
import io.eventloop.http.server.Router;
import io.eventloop.http.server.StreamHandler;
import io.eventloop.testing.ManualClock;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an HTTP server promises, on the sockets of each transport, to peers that are plain blocking sockets. */
@Timeout(60)
class HttpServerTransportTest {
    private static final int BODY_BYTES = 3_000_001;
    private static final String GOOD = "GET /text HTTP/1.1\r\nHost: a\r\n\r\n";

    /** Statuses, and what gets them. */
    private static final String[][] HOSTILE = {
        {"400", "POST /text HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"400", "POST /text HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc"},
        {"400", "GET /text HTTP/1.1\r\nHost : a\r\n\r\n"},
        {"400", "GET /text HTTP/1.1\nHost: a\r\n\r\n"},
        {"400", "POST /collect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n"},
        {"501", "POST /text HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
        {"505", "GET /text HTTP/2.0\r\nHost: a\r\n\r\n"},
    };

    private final BlockingQueue<HttpExchange> held = new LinkedBlockingQueue<>();
    private EventLoopGroup group;
    private HttpServer server;

    private void listen(String transport, HttpServerLimits limits) throws IOException {
        listen(transport, limits, Environment.system());
    }

    private void listen(String transport, HttpServerLimits limits, Environment environment) throws IOException {
        assumeTrue(!transport.equals("epoll") || System.getProperty("os.name").equals("Linux"));
        group = EventLoopGroup.builder()
                .transport(transport)
                .loops(2)
                .environment(environment)
                .build();
        Router router = Router.builder()
                .get("/text", exchange -> exchange.send(HttpReply.text("text")))
                .get("/number/{n}", exchange -> exchange.send(HttpReply.text(exchange.parameter("n"))))
                .get("/held", exchange -> held.add(exchange.defer()))
                .post("/collect", exchange -> exchange.readBody(10, (same, body) -> same.send(HttpStatus.NO_CONTENT)))
                .post("/echo", HttpServerTransportTest::echo)
                .build();
        server = HttpServer.builder()
                .limits(limits)
                .handler(router)
                .listen(group, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static void echo(HttpExchange exchange) {
        exchange.stream(new StreamHandler() {
            @Override
            public void onData(HttpExchange same, Buffer data) {
                if (!same.write(data)) {
                    same.pauseBody();
                }
            }

            @Override
            public void onWritable(HttpExchange same) {
                same.resumeBody();
            }

            @Override
            public void onEnd(HttpExchange same) {
                same.end();
            }
        });
        exchange.start(HttpReply.of(HttpStatus.OK), exchange.request().bodyLength());
    }

    @AfterEach
    void close() {
        if (group != null) {
            group.close();
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.address()).getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Await.PATIENCE_SECONDS));
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** All up to the end, which must not be a reset. */
    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    private static String head(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void refusesHostileRequestsByteByByte(String transport) throws IOException {
        listen(transport, HttpServerLimits.DEFAULT);
        for (String[] row : HOSTILE) {
            try (Socket socket = connect()) {
                for (byte b : (GOOD + row[1]).getBytes(ISO_8859_1)) {
                    socket.getOutputStream().write(b);
                }
                String answers = rest(socket);
                assertTrue(answers.startsWith("HTTP/1.1 200 OK\r\n"), answers);
                String last = answers.substring(answers.lastIndexOf("HTTP/1.1"));
                assertTrue(last.startsWith("HTTP/1.1 " + row[0]) && last.contains("Connection: close"), last);
            }
        }
        assertEquals(
                HOSTILE.length,
                server.metrics().violations().values().stream()
                        .mapToLong(count -> count)
                        .sum());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void echoesALargeBodyInPieces(String transport) throws Exception {
        listen(transport, HttpServerLimits.DEFAULT);
        byte[] body = new byte[BODY_BYTES];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31 >>> 3);
        }
        try (Socket socket = connect()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int round = 0; round < 2; round++) {
                send(socket, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
                CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> write(socket, body));
                assertTrue(head(in).contains("Content-Length: " + body.length + "\r\n"));
                assertArrayEquals(body, in.readNBytes(body.length));
                sent.get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    private static void write(Socket socket, byte[] body) {
        try {
            OutputStream out = socket.getOutputStream();
            for (int at = 0; at < body.length; at += 40_009) {
                out.write(body, at, Math.min(40_009, body.length - at));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void answersALongPipelineInOrder(String transport) throws Exception {
        listen(transport, HttpServerLimits.DEFAULT);
        int count = 5000;
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < count; i++) {
            requests.append("GET /number/").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        try (Socket socket = connect()) {
            byte[] bytes = requests.toString().getBytes(ISO_8859_1);
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> write(socket, bytes));
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            for (int i = 0; i < count; i++) {
                String number = "" + i;
                assertTrue(head(in).contains("Content-Length: " + number.length() + "\r\n"));
                assertEquals(number, new String(in.readNBytes(number.length()), ISO_8859_1));
            }
            sent.get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** The answer is not lost in a reset, although the peer goes on sending what nobody wants. */
    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void deliversTheAnswerToABodyThatIsTooLarge(String transport) throws IOException {
        listen(transport, HttpServerLimits.DEFAULT);
        for (int i = 0; i < 20; i++) {
            try (Socket socket = connect()) {
                send(
                        socket,
                        "POST /collect HTTP/1.1\r\nHost: a\r\nContent-Length: 400000\r\n\r\n" + "x".repeat(400_000));
                String answer = rest(socket);
                assertTrue(answer.startsWith("HTTP/1.1 413 ") && answer.endsWith("}\n"), answer);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void answersAPeerThatHasEndedItsOutput(String transport) throws Exception {
        listen(transport, HttpServerLimits.DEFAULT);
        try (Socket socket = connect()) {
            send(socket, "GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
            socket.shutdownOutput();
            HttpExchange exchange = held.poll(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
            exchange.execute(() -> exchange.send(HttpReply.text("late")));
            assertTrue(rest(socket).endsWith("\r\n\r\nlate"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void noticesAPeerThatResets(String transport) throws Exception {
        listen(transport, HttpServerLimits.DEFAULT);
        try (Socket socket = connect()) {
            send(socket, "GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
            assertTrue(held.poll(Await.PATIENCE_SECONDS, TimeUnit.SECONDS) != null);
            ProxyRig.reset(socket);
        }
        Await.until("the connection has ended", () -> server.metrics().activeConnections() == 0);
        assertEquals(1, server.metrics().aborted());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void endsConnectionsThatAreIdleOrSlow(String transport) throws IOException {
        String part = "GET /text HTTP/1.1\r\nHo";
        Duration soon = Duration.ofSeconds(1);
        ManualClock clock = new ManualClock(0);
        HttpServerLimits hasty = HttpServerLimits.builder()
                .keepAliveTimeout(soon)
                .headTimeout(soon)
                .build();
        listen(transport, hasty, clock.environment());
        try (Socket idle = connect();
                Socket slow = connect();
                Socket silent = connect()) {
            send(idle, GOOD);
            send(slow, part);
            Await.until(
                    "all is heard",
                    () -> server.metrics().activeConnections() == 3
                            && group.metrics().bytesReceived() == GOOD.length() + part.length());
            // What was begun in the turns that heard it, the deadlines above all, is over.
            group.loops()
                    .forEach(loop -> CompletableFuture.runAsync(() -> {}, loop).join());
            clock.advance(soon.plusMillis(10));
            assertEquals("", rest(silent));
            assertTrue(rest(slow).startsWith("HTTP/1.1 408 "));
            assertTrue(rest(idle).endsWith("\r\n\r\ntext"));
        }
        Await.until("they are counted", () -> server.metrics().idleTimeouts() == 2);
        assertEquals(1, server.metrics().headTimeouts());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "epoll"})
    void answersWhatIsInFlightWhenItDrains(String transport) throws Exception {
        listen(transport, HttpServerLimits.DEFAULT);
        try (Socket socket = connect();
                Socket idle = connect()) {
            send(socket, "GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
            HttpExchange exchange = held.poll(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
            CompletableFuture<DrainReport> drained = group.shutdown(Duration.ofSeconds(Await.PATIENCE_SECONDS));
            assertEquals("", rest(idle));
            exchange.execute(() -> exchange.send(HttpReply.text("at last")));
            String answer = rest(socket);
            assertTrue(answer.contains("Connection: close\r\n") && answer.endsWith("\r\n\r\nat last"), answer);
            socket.shutdownOutput();
            idle.shutdownOutput();
            assertEquals(
                    0, drained.get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS).aborted());
        }
    }
}
