package io.eventloop.http.server;

import static io.eventloop.http.server.ServerRig.bytes;
import static io.eventloop.http.server.ServerRig.get;
import static io.eventloop.http.server.ServerRig.post;
import static io.eventloop.http.server.ServerRig.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpStatus;
import io.eventloop.testing.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** How requests are answered: at once, later, in pieces; and what of a connection is left after that. */
@Timeout(60)
final class HttpServerTest {
    private static final HttpReply HELLO = HttpReply.text("hello");
    private static final String HELLO_BYTES =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello";

    /** Names the path of its request. */
    private static void name(HttpExchange exchange) {
        exchange.send(HttpReply.text(exchange.request().path()));
    }

    private static String named(String path) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + path.length()
                + "\r\n\r\n" + path;
    }

    /** Sends the body back. */
    private static final class Echo implements StreamHandler {
        @Override
        public void onData(HttpExchange exchange, Buffer data) {
            if (!exchange.write(data)) {
                exchange.pauseBody();
            }
        }

        @Override
        public void onWritable(HttpExchange exchange) {
            exchange.resumeBody();
        }

        @Override
        public void onEnd(HttpExchange exchange) {
            exchange.end();
        }

        static void handle(HttpExchange exchange) {
            exchange.stream(new Echo());
            exchange.start(HttpReply.of(HttpStatus.OK), exchange.request().bodyLength());
        }
    }

    @Test
    void answersAtOnceWithDateAndLength() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(HELLO))) {
            ScriptedPeer peer = rig.send(get("/"));
            rig.settle();
            assertEquals(HELLO_BYTES, received(peer));
            assertTrue(new String(peer.received()).contains("\r\nDate: Thu, 01 Jan 2026 00:00:0"));
            peer.close();
        }
    }

    @Test
    void sendsTheSameBytesFromTheFirstToTheThirdTime() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(HELLO))) {
            assertEquals(HELLO_BYTES.repeat(3), rig.answer(get("/").repeat(3)));
        }
    }

    @Test
    void renewsTheDateOfAPreparedReply() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(HELLO))) {
            ScriptedPeer peer =
                    rig.send(get("/").repeat(3)).pause(Duration.ofSeconds(5)).send(bytes(get("/")));
            rig.pass(Duration.ofSeconds(6));
            String[] answers = new String(peer.received()).split("hello");
            assertEquals(4, answers.length);
            assertEquals(answers[1], answers[2]);
            assertFalse(answers[2].equals(answers[3]));
            peer.close();
        }
    }

    @Test
    void answersLater() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.defer();
            exchange.loop().schedule(Duration.ofSeconds(1), () -> exchange.send(HELLO));
        })) {
            ScriptedPeer peer = rig.send(get("/"));
            rig.settle();
            assertEquals("", received(peer));
            rig.pass(Duration.ofSeconds(1));
            assertEquals(HELLO_BYTES, received(peer));
            peer.close();
        }
    }

    @Test
    void answersPipelinedRequestsInOrderWhateverTheyTake() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            String path = exchange.request().path();
            if (path.startsWith("/slow")) {
                exchange.defer();
                exchange.loop().schedule(Duration.ofMillis(50), () -> exchange.send(HttpReply.text(path)));
            } else {
                exchange.send(HttpReply.text(path));
            }
        })) {
            ScriptedPeer peer = rig.send(get("/1") + get("/slow/2") + get("/3") + get("/slow/4") + get("/5"));
            rig.pass(Duration.ofSeconds(1));
            assertEquals(named("/1") + named("/slow/2") + named("/3") + named("/slow/4") + named("/5"), received(peer));
            peer.close();
        }
    }

    @Test
    void takesRequestsByteByByte() throws IOException {
        try (ServerRig rig = ServerRig.of(Echo::handle)) {
            ScriptedPeer peer = rig.connect();
            String request = post("/echo", "content") + get("/none");
            for (byte b : bytes(request)) {
                peer.send(new byte[] {b}).pause(Duration.ofMillis(2));
            }
            rig.network.runUntil(peer::isDone, ServerRig.LONG);
            rig.settle();
            assertEquals(
                    "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\ncontentHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                    received(peer));
            peer.close();
        }
    }

    @Test
    void streamsInBothDirections() throws IOException {
        try (ServerRig rig = ServerRig.of(Echo::handle)) {
            assertEquals(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                    rig.answer("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"));
        }
    }

    @Test
    void holdsALargeBodyBackWhileItsEchoIsNotRead() throws IOException {
        try (ServerRig rig = ServerRig.of(Echo::handle)) {
            String body = "0123456789abcdef".repeat(1 << 18);
            ScriptedPeer peer = rig.connect().hold().send(bytes(post("/", body)));
            rig.pass(Duration.ofSeconds(1));
            assertFalse(peer.isDone());
            assertTrue(rig.group.metrics().largestQueueBytes() <= 1 << 20);
            peer.close();
        }
    }

    @Test
    void echoesALargeBody() throws IOException {
        try (ServerRig rig = ServerRig.of(Echo::handle)) {
            String body = "0123456789abcdef".repeat(1 << 16);
            ScriptedPeer peer = rig.send(post("/", body));
            rig.pass(Duration.ofSeconds(30));
            String received = received(peer);
            assertEquals("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body, received);
            peer.close();
        }
    }

    @Test
    void collectsABodyUpToALimit() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange ->
                exchange.readBody(8, (same, body) -> same.send(HttpReply.of(HttpStatus.OK, "text/plain", body))))) {
            assertTrue(rig.answer(post("/", "12345678")).endsWith("\r\n\r\n12345678"));
            assertTrue(rig.answer(get("/")).contains("Content-Length: 0\r\n"));
            assertTrue(rig.answer(post("/", "123456789")).startsWith("HTTP/1.1 413 "));
            assertTrue(rig.answer("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "8\r\n12345678\r\n1\r\n9\r\n0\r\n\r\n")
                    .startsWith("HTTP/1.1 413 "));
        }
    }

    @Test
    void skipsASmallBodyThatNobodyWantsAndKeepsTheConnection() throws IOException {
        try (ServerRig rig = ServerRig.of(HttpServerTest::name)) {
            assertEquals(named("/1") + named("/2"), rig.answer(post("/1", "unwanted") + get("/2")));
        }
    }

    @Test
    void closesInsteadOfReadingALargeBodyThatNobodyWants() throws IOException {
        try (ServerRig rig = ServerRig.of(HttpServerTest::name)) {
            String answer = rig.lastAnswer(
                    "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(70_000));
            assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
        }
    }

    @Test
    void sends100OnlyToWhoWaitsForItAndIsRead() throws IOException {
        try (ServerRig rig = ServerRig.of(Echo::handle)) {
            ScriptedPeer peer = rig.connect()
                    .send(bytes("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"))
                    .expect(bytes("HTTP/1.1 100 Continue\r\n\r\n"))
                    .send(bytes("ok"));
            rig.settle();
            assertTrue(peer.isDone());
            assertTrue(received(peer).endsWith("Content-Length: 2\r\n\r\nok"));
            peer.close();
        }
    }

    @Test
    void refusesABodyBeforeItIsSentAndCloses() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(HttpStatus.FORBIDDEN))) {
            String answer =
                    rig.lastAnswer("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertEquals("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", answer);
        }
    }

    @Test
    void sendsNoContentToHeadAndWith204And304() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            switch (exchange.request().path()) {
                case "/204" -> exchange.send(HttpStatus.NO_CONTENT);
                case "/304" -> exchange.send(HELLO.withStatus(HttpStatus.NOT_MODIFIED));
                default -> exchange.send(HELLO);
            }
        })) {
            String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\n";
            assertEquals(
                    head + HELLO_BYTES + head,
                    rig.answer("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get("/") + "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"));
            assertEquals("HTTP/1.1 204 No Content\r\n\r\n" + HELLO_BYTES, rig.answer(get("/204") + get("/")));
            String notModified = rig.answer(get("/304") + get("/"));
            assertTrue(notModified.startsWith("HTTP/1.1 304 Not Modified\r\n"));
            assertTrue(notModified.endsWith("\r\n\r\n" + HELLO_BYTES));
        }
    }

    @Test
    void keepsTheConnectionAsVersionAndOptionsSay() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(HELLO))) {
            assertTrue(rig.lastAnswer("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .contains("Connection: close\r\n"));
            assertTrue(rig.lastAnswer("GET / HTTP/1.0\r\n\r\n").contains("Connection: close\r\n"));
            String kept = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
            String both = rig.lastAnswer(kept + "GET / HTTP/1.0\r\n\r\n");
            assertTrue(both.contains("Connection: keep-alive\r\n"));
            assertTrue(both.contains("Connection: close\r\n"));
        }
    }

    @Test
    void endsAStreamOfUnknownLengthByTheCloseIn10() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.start(HttpReply.of(HttpStatus.OK), HttpExchange.UNKNOWN_LENGTH);
            exchange.write(bytes("one, "));
            exchange.write(bytes("two"));
            exchange.end();
        })) {
            String answer = rig.lastAnswer("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\none, two", answer);
        }
    }

    @Test
    void answersARequestWhosePeerHasEndedItsOutput() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.defer();
            exchange.loop().schedule(Duration.ofSeconds(1), () -> exchange.send(HELLO));
        })) {
            ScriptedPeer peer = rig.send(get("/")).shutdownOutput();
            rig.awaitEnd(peer);
            assertTrue(received(peer).endsWith("hello"));
        }
    }

    /** The stack of a handler that gave no answer has no line of its own. */
    @Test
    void saysWhichRequestHadNoAnswer() throws IOException {
        List<String> told = new ArrayList<>();
        try (ServerRig rig = new ServerRig(
                builder -> builder.handler(exchange -> {}).failureListener((what, no) -> told.add(what)))) {
            rig.answer(get("/forgotten?secret"));
        }
        assertEquals(List.of("a handler failed, of GET /forgotten"), told);
    }

    @Test
    void answersFailuresWithoutAWordAboutThem() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            throw new IOException("the secret");
        })) {
            String answer = rig.answer(get("/"));
            assertTrue(answer.startsWith(
                    "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/problem+json\r\n"));
            assertTrue(answer.endsWith(
                    "{\"status\":500,\"title\":\"Internal Server Error\",\"code\":\"internal_server_error\"}\n"));
            assertFalse(answer.contains("secret"));
            assertEquals(1, rig.server.metrics().handlerFailures());
        }
    }

    @Test
    void answersAHandlerThatForgetsTo() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {})) {
            assertTrue(rig.answer(get("/")).startsWith("HTTP/1.1 500 "));
        }
    }

    @Test
    void resetsAResponseThatCannotBeCompleted() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.start(HttpReply.of(HttpStatus.OK), 10);
            exchange.write(bytes("half"));
            throw new IllegalStateException("no more");
        })) {
            rig.awaitReset(rig.send(get("/")));
        }
    }

    @Test
    void refusesUseOutsideTheCallbacks() throws IOException {
        List<HttpExchange> kept = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> {
            kept.add(exchange);
            exchange.send(HELLO);
        })) {
            rig.answer(get("/"));
            assertThrows(IllegalStateException.class, () -> kept.get(0).send(HELLO));
            assertThrows(IllegalStateException.class, () -> kept.get(0).request());
        }
    }

    @Test
    void refusesASecondResponseAndAWriteBeforeTheHead() throws IOException {
        List<Throwable> thrown = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> {
            thrown.add(assertThrows(IllegalStateException.class, () -> exchange.write(bytes("x"))));
            exchange.defer().start(HttpReply.of(HttpStatus.OK), 0);
            thrown.add(assertThrows(IllegalStateException.class, () -> exchange.send(HELLO)));
            exchange.end();
        })) {
            rig.answer(get("/"));
            assertEquals(2, thrown.size());
        }
    }

    @Test
    void refusesASecondResponseAfterAWholeOneAndServesOn() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.send(HELLO);
            exchange.send(HELLO);
        })) {
            String answer = rig.answer(get("/") + get("/"));
            assertEquals(2, answer.split("HTTP/1.1 200 OK", -1).length - 1, answer);
            assertEquals(
                    List.of("the response has ended", "the response has ended"),
                    rig.failures.stream().map(Throwable::getMessage).toList());
            assertEquals(2, rig.server.metrics().handlerFailures());
        }
    }

    @Test
    void refusesMoreOfADeferredResponseThatHasEnded() throws IOException {
        List<String> thrown = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.defer().start(HttpReply.of(HttpStatus.OK), 0);
            exchange.end();
            long before = exchange.loop().buffers().metrics().usedBytes();
            Stream.<Executable>of(
                            exchange::end,
                            () -> exchange.write(bytes("x")),
                            () -> exchange.write(exchange.loop().buffers().acquire(1)),
                            () -> exchange.start(HttpReply.of(HttpStatus.OK), 0),
                            () -> exchange.send(HELLO))
                    .forEach(more -> thrown.add(
                            assertThrows(IllegalStateException.class, more).getMessage()));
            assertEquals(before, exchange.loop().buffers().metrics().usedBytes());
        })) {
            rig.answer(get("/"));
            assertEquals(Collections.nCopies(5, "the response has ended"), thrown);
            assertEquals(List.of(), rig.failures);
        }
    }

    @Test
    void dropsWhatIsSentToAPeerThatHasGone() throws IOException {
        List<String> seen = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.defer();
            exchange.stream(new StreamHandler() {
                @Override
                public void onAborted(HttpExchange aborted) {
                    seen.add("aborted");
                }
            });
            exchange.loop().schedule(Duration.ofSeconds(1), () -> {
                seen.add("done " + exchange.isDone());
                exchange.send(HELLO);
            });
        })) {
            ScriptedPeer peer = rig.send(get("/")).pause(Duration.ofMillis(100)).reset();
            rig.pass(Duration.ofSeconds(2));
            assertTrue(peer.isDone());
            assertEquals(List.of("aborted", "done true"), seen);
            assertEquals(1, rig.server.metrics().aborted());
            assertEquals(0, rig.server.metrics().activeConnections());
        }
    }

    @Test
    void writesFieldsAsTheyWereGiven() throws IOException {
        HttpFields more = new HttpFields().add(HeaderName.VIA, "1.1 a").add(HeaderName.VIA, "1.1 b");
        HttpReply reply = HELLO.with(HeaderName.SERVER, "mine").with(more);
        more.add(HeaderName.VIA, "1.1 c");
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(reply))) {
            String answer = rig.answer(get("/"));
            assertTrue(answer.contains("\r\nServer: mine\r\nVia: 1.1 a\r\nVia: 1.1 b\r\n"), answer);
            assertFalse(answer.contains("1.1 c"), answer);
        }
    }
}
