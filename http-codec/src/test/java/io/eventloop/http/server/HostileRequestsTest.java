package io.eventloop.http.server;

import static io.eventloop.http.server.ServerRig.bytes;
import static io.eventloop.http.server.ServerRig.get;
import static io.eventloop.http.server.ServerRig.post;
import static io.eventloop.http.server.ServerRig.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpStatus;
import io.eventloop.http.HttpViolation;
import io.eventloop.testing.ScriptedPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is meant to fool the server: each is answered with a status of its own and the end of the connection, is counted by
 * name, and never gets to the handler, nor does anything that follows it.
 */
@Timeout(60)
final class HostileRequestsTest {
    private static final String HOST = "Host: a\r\n";
    private static final String BEHIND = get("/behind");

    /** Longer ones are split so many times, at even distances. */
    private static final int MOST_SPLITS = 250;

    /**
     * Sends it between two good requests: whole, and on connections of their own split at each of its bytes. The good one
     * before it is answered, it is refused, and nothing behind it is looked at.
     */
    private static void refuses(String request, int status) throws IOException {
        List<String> handled = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> {
            handled.add(exchange.request().path());
            exchange.readBody(1000, (same, body) -> {
                handled.add("complete");
                same.send(HttpStatus.OK);
            });
        })) {
            List<ScriptedPeer> peers = new ArrayList<>();
            String before = get("/before");
            String all = before + request + BEHIND;
            peers.add(rig.send(all));
            int step = 1 + request.length() / MOST_SPLITS;
            for (int split = 0; split < request.length(); split += step) {
                int at = before.length() + split;
                peers.add(rig.send(all.substring(0, at))
                        .pause(Duration.ofMillis(10))
                        .send(bytes(all.substring(at))));
            }
            for (ScriptedPeer peer : peers) {
                peer.expectEnd().close();
            }
            assertTrue(
                    rig.network.runUntil(() -> peers.stream().allMatch(ScriptedPeer::isDone), ServerRig.LONG),
                    "a connection was not ended");
            rig.settle();
            for (ScriptedPeer peer : peers) {
                assertRefused(received(peer), status);
            }
            assertFalse(handled.contains("/behind"), handled.toString());
            assertEquals(
                    peers.size(), handled.stream().filter("/before"::equals).count());
            assertEquals(
                    peers.size(), handled.stream().filter("complete"::equals).count());
            assertEquals(
                    peers.size(),
                    rig.server.metrics().violations().values().stream()
                            .mapToLong(count -> count)
                            .sum());
        }
    }

    private static void assertRefused(String answer, int status) {
        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        String last = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        assertTrue(last.startsWith("HTTP/1.1 " + status + " "), last);
        assertTrue(last.contains("\r\nConnection: close\r\n"), last);
        assertTrue(last.contains("{\"status\":" + status + ","), last);
        assertFalse(last.substring(1).contains("HTTP/1.1"), last);
    }

    @Test
    void refusesTransferEncodingTogetherWithContentLength() throws IOException {
        refuses("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
        refuses("POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"+5", "-5", "5,5", "", "0x5", "1_0", "5 5", "9223372036854775808", "5\r\nContent-Length: 5"})
    void refusesAContentLengthThatIsNotOneRunOfDigits(String length) throws IOException {
        refuses("POST / HTTP/1.1\r\n" + HOST + "Content-Length: " + length + "\r\n\r\nabcde", 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"chunked, chunked", "xchunked", "\u000bchunked", "chunked\u00a0", "chunked,", "chunked, gzip"})
    void refusesMalformedTransferEncodings(String coding) throws IOException {
        refuses("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n", 400);
    }

    @Test
    void refusesUnknownTransferCodingsWith501() throws IOException {
        refuses("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding : chunked\r\n",
                " X: folded\r\n",
                "NoColon\r\n",
                ": empty\r\n",
                "X: a\rb\r\n",
                "X: a\nY: b\r\n",
                "X: a\u0000b\r\n",
                "X: a\u001fb\r\n",
                "X\u0001: a\r\n",
                "X: a\r\r\r",
                "X: a\r\r\n",
                "Host: b\r\n"
            })
    void refusesMalformedFields(String fields) throws IOException {
        refuses("GET / HTTP/1.1\r\n" + HOST + fields + "\r\n", 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10000000000000000\r\nabc\r\n0\r\n\r\n",
                "8000000000000000\r\nabc\r\n0\r\n\r\n",
                "-1\r\nabc\r\n0\r\n\r\n",
                "0x3\r\nabc\r\n0\r\n\r\n",
                "3 \r\nabc\r\n0\r\n\r\n",
                "\r\nabc\r\n0\r\n\r\n",
                "3;a=\n\r\nabc\r\n0\r\n\r\n",
                "3;a=\"b\r\n\"\r\nabc\r\n0\r\n\r\n",
                "3\r\nabcX\r\n0\r\n\r\n",
                "3\nabc\r\n0\r\n\r\n",
                "0_3\r\nabc\r\n0\r\n\r\n",
                "3;a=\"\u0000\"\r\nabc\r\n0\r\n\r\n",
                "3\r\nab\r\n0\r\n\r\n",
                "3\r\nabc0\r\n\r\n",
                "3\r\nabc\r\n0\r\nContent-Length: 5\r\n\r\n",
                "3\r\nabc\r\n0\r\nHost: b\r\n\r\n"
            })
    void refusesMalformedChunksAndTrailers(String chunks) throws IOException {
        refuses("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + chunks, 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u0001GET / HTTP/1.1\r\n\r\n", "\r\n\r\n\r\n", "\n", " GET / HTTP/1.1\r\n\r\n"})
    void refusesJunkBeforeTheRequestLine(String junk) throws IOException {
        refuses(junk, 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET http://a b/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET relative HTTP/1.1\r\nHost: a\r\n\r\n"
            })
    void refusesMissingAndMalformedHosts(String request) throws IOException {
        refuses(request, 400);
    }

    @Test
    void refusesWhatIsTooLargeWithAStatusOfItsOwn() throws IOException {
        refuses("GET /" + "x".repeat(9000) + " HTTP/1.1\r\n" + HOST + "\r\n", 414);
        refuses("GET / HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(17_000) + "\r\n\r\n", 431);
        refuses("GET / HTTP/1.1\r\n" + HOST + "X: x\r\n".repeat(101) + "\r\n", 431);
        String chunked = "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
        refuses(chunked + "0\r\nX: " + "x".repeat(17_000) + "\r\n\r\n", 431);
        refuses(chunked + "0\r\n" + "X: x\r\n".repeat(101) + "\r\n", 431);
        refuses(chunked + ("1;" + "x".repeat(100) + "\r\na\r\n").repeat(41) + "0\r\n\r\n", 400);
        refuses("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 17000000\r\n\r\n", 413);
        refuses("GET / HTTP/2.0\r\n" + HOST + "\r\n", 505);
        refuses("POST / HTTP/1.1\r\n" + HOST + "Expect: more\r\nContent-Length: 1\r\n\r\nx", 417);
    }

    @Test
    void neverTakesHalfABodyForAWholeOne() throws IOException {
        List<String> seen = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> exchange.stream(new StreamHandler() {
            @Override
            public void onData(HttpExchange same, Buffer data) {
                seen.add(data.toString(StandardCharsets.ISO_8859_1));
                data.release();
            }

            @Override
            public void onEnd(HttpExchange same) {
                seen.add("end");
                same.send(HttpStatus.OK);
            }

            @Override
            public void onAborted(HttpExchange same) {
                seen.add("aborted");
            }
        }))) {
            ScriptedPeer peer = rig.send(
                            post("/", "12345").substring(0, post("/", "12345").length() - 1))
                    .shutdownOutput();
            rig.awaitEnd(peer);
            assertEquals(List.of("1234", "aborted"), seen);
            assertTrue(received(peer).startsWith("HTTP/1.1 400 "));
            Map<HttpViolation, Long> violations = rig.server.metrics().violations();
            assertEquals(1, violations.get(HttpViolation.TRUNCATED));
            assertEquals(List.of(HttpViolation.values()), List.copyOf(violations.keySet()));
        }
    }

    /** A11: wherever a handler puts it, it gets 500 instead. */
    @Test
    void injectsNothingIntoItsAnswers() throws IOException {
        String value = "/a\r\nSet-Cookie: b";
        List<HttpHandler> handlers = List.of(
                exchange -> exchange.send(HttpReply.of(HttpStatus.FOUND).with(HeaderName.LOCATION, value)),
                exchange -> exchange.send(HttpReply.of(HttpStatus.OK, value, new byte[1])),
                exchange -> exchange.send(HttpReply.of(HttpStatus.OK).with(HeaderName.of(value), "x")),
                exchange -> exchange.start(HttpReply.of(HttpStatus.OK).with(HeaderName.VARY, value), 0),
                exchange -> exchange.send(HttpReply.of(HttpStatus.OK).with(HeaderName.SET_COOKIE, "a=b;" + value)),
                exchange -> exchange.send(HttpReply.of(HttpStatus.OK).with(HeaderName.TRANSFER_ENCODING, "chunked")),
                exchange -> exchange.send(HttpReply.of(HttpStatus.OK).with(HeaderName.CONTENT_LENGTH, "5")));
        for (HttpHandler handler : handlers) {
            try (ServerRig rig = ServerRig.of(handler)) {
                String answer = rig.answer(get("/"));
                assertTrue(answer.startsWith("HTTP/1.1 500 "), answer);
                assertFalse(answer.contains("Set-Cookie") || answer.contains("chunked"), answer);
            }
        }
    }

    @Test
    void stopsReadingAtAnUnansweredRequest() throws IOException {
        int[] handled = new int[1];
        try (ServerRig rig = ServerRig.of(exchange -> {
            handled[0]++;
            exchange.defer();
        })) {
            ScriptedPeer peer = rig.send(get("/").repeat(20_000));
            rig.pass(Duration.ofSeconds(1));
            assertEquals(1, handled[0]);
            assertFalse(peer.isDone());
            assertTrue(rig.group.metrics().bytesReceived() <= 128 << 10);
            peer.close();
        }
    }

    @Test
    void stopsReadingWhileResponsesAreNotRead() throws IOException {
        HttpReply large = HttpReply.text("x".repeat(3000));
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(large))) {
            ScriptedPeer peer = rig.connect()
                    .hold()
                    .send(bytes(get("/").repeat(3000)))
                    .pause(Duration.ofSeconds(2))
                    .read();
            rig.pass(Duration.ofSeconds(1));
            assertTrue(rig.server.metrics().responses().get(2) < 500);
            assertTrue(rig.group.metrics().largestQueueBytes() <= 512 << 10);
            rig.pass(Duration.ofSeconds(60));
            assertTrue(peer.isDone());
            assertEquals(3000, rig.server.metrics().responses().get(2));
            peer.close();
        }
    }

    @Test
    void endsAPeerThatNeverReads() throws IOException {
        HttpReply large = HttpReply.text("x".repeat(3000));
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(large))) {
            ScriptedPeer peer = rig.connect().hold().send(bytes(get("/").repeat(20_000)));
            rig.pass(Duration.ofSeconds(40));
            assertEquals(1, rig.server.metrics().writeTimeouts());
            assertEquals(0, rig.server.metrics().activeConnections());
            peer.close();
        }
    }
}
