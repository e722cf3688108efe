package io.eventloop.http.server;

import static io.eventloop.http.server.ServerRig.bytes;
import static io.eventloop.http.server.ServerRig.get;
import static io.eventloop.http.server.ServerRig.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.EventLoop;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.http.HttpStatus;
import io.eventloop.testing.ScriptedPeer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Handlers that end their exchange, or do not, where one does not expect it. */
@Timeout(60)
final class UnexpectedEndsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final HttpReply HELLO = HttpReply.text("hello");
    private static final String CHUNKED = "POST /chunked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static String post(String target, int length) {
        return "POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
    }

    /** A18: an exchange that ended twice was kept for reuse twice, and then two peers had it at once. */
    @Test
    void servesOnePeerAtATimeAfterAnEndWithinOnAborted() throws IOException {
        List<HttpExchange> taken = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> {
            String path = exchange.request().path();
            taken.add(exchange);
            if (path.equals("/chunked")) {
                exchange.start(HttpReply.of(HttpStatus.OK), HttpExchange.UNKNOWN_LENGTH);
            }
            exchange.stream(new StreamHandler() {
                @Override
                public void onEnd(HttpExchange same) {
                    same.send(HttpReply.text(path));
                }

                @Override
                public void onAborted(HttpExchange same) {
                    same.end();
                }
            });
        })) {
            rig.send(CHUNKED + "3\r\nabc\r\n").pause(SECOND).reset();
            rig.pass(SECOND.multipliedBy(2));
            ScriptedPeer one = rig.send(post("/one", 10) + "abc");
            ScriptedPeer two = rig.send(post("/two", 10) + "abc");
            rig.settle();
            one.send(bytes("defghij"));
            two.send(bytes("defghij"));
            rig.settle();
            assertNotSame(taken.get(1), taken.get(2));
            assertTrue(received(one).endsWith("/one"), received(one));
            assertTrue(received(two).endsWith("/two"), received(two));
            assertEquals(1, rig.server.metrics().aborted());
            assertEquals(List.of(), rig.failures);
            one.close();
            two.close();
        }
    }

    /** A18: it was kept for reuse, and the one that was deferred then belonged to two peers. */
    @Test
    void keepsWhatIsDeferredAfterItsAnswer() throws IOException {
        List<HttpExchange> taken = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> {
            taken.add(exchange);
            exchange.send(HttpReply.text(exchange.request().path()));
            exchange.defer();
        })) {
            rig.answer(get("/one"));
            rig.answer(get("/two"));
            assertNotSame(taken.get(0), taken.get(1));
            assertTrue(taken.get(0).isDone());
            assertThrows(IllegalStateException.class, () -> taken.get(0).send(HttpReply.text("again")));
        }
    }

    private static StreamHandler noting(List<String> seen, Consumer<HttpExchange> onAborted) {
        return new StreamHandler() {
            @Override
            public void onData(HttpExchange same, Buffer data) {
                data.release();
                seen.add("data");
            }

            @Override
            public void onEnd(HttpExchange same) {
                seen.add("end");
            }

            @Override
            public void onAborted(HttpExchange same) {
                seen.add("aborted");
                onAborted.accept(same);
            }
        };
    }

    @Test
    void takesNoHandlerAfterTheLastCallback() throws IOException {
        List<String> seen = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.stream(noting(seen, same -> same.stream(noting(seen, again -> {}))));
            exchange.defer().execute(() -> {
                throw new IllegalArgumentException("no");
            });
        })) {
            String answer = rig.lastAnswer(get("/"));
            assertTrue(answer.startsWith("HTTP/1.1 500 "), answer);
            assertEquals(List.of("end", "aborted"), seen);
        }
    }

    @Test
    void tellsNothingButTheEndAfterAnAbortInTheHandler() throws IOException {
        for (String request : List.of(get("/"), post("/", 3) + "abc")) {
            List<String> seen = new ArrayList<>();
            try (ServerRig rig = ServerRig.of(exchange -> {
                exchange.stream(noting(seen, same -> {}));
                exchange.abort();
            })) {
                rig.awaitReset(rig.send(request));
                assertEquals(List.of("aborted"), seen);
            }
        }
    }

    /** Above maxQueuedBytes: the 500 of the failure would be the first bytes of the body. */
    @Test
    void resetsAfterAReplyThatIsTooLargeToBeQueued() throws IOException {
        HttpReply large = HttpReply.of(HttpStatus.OK, "text/plain", new byte[9 << 20]);
        try (ServerRig rig = ServerRig.of(exchange -> exchange.send(large))) {
            ScriptedPeer peer = rig.send(get("/"));
            rig.awaitReset(peer);
            assertFalse(received(peer).contains("500"), received(peer));
            assertInstanceOf(WriteLimitExceededException.class, rig.failures.get(0));
            assertEquals(1, rig.server.metrics().aborted());
        }
    }

    /** The chunk was announced already, or the bytes counted: what comes next would be taken for its data. */
    @Test
    void resetsAfterAWriteThatIsTooLargeToBeQueued() throws IOException {
        for (long length : new long[] {HttpExchange.UNKNOWN_LENGTH, 10 << 20}) {
            try (ServerRig rig = ServerRig.of(exchange -> {
                exchange.defer().start(HttpReply.of(HttpStatus.OK), length);
                exchange.loop().schedule(SECOND, () -> {
                    assertThrows(WriteLimitExceededException.class, () -> exchange.write(new byte[9 << 20]));
                    exchange.write(bytes("rest"));
                });
            })) {
                ScriptedPeer peer = rig.send(get("/"));
                rig.awaitReset(peer);
                assertFalse(received(peer).contains("rest"), received(peer));
                assertEquals(1, rig.server.metrics().aborted());
            }
        }
    }

    @Test
    void takesAnAbortForAnAnswer() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.abort();
            assertTrue(exchange.isDone());
        })) {
            rig.awaitReset(rig.send(get("/")));
            assertEquals(List.of(), rig.failures);
            assertEquals(
                    "{2=0, 3=0, 4=0, 5=0}", rig.server.metrics().responses().toString());
            assertEquals(1, rig.server.metrics().aborted());
        }
    }

    @Test
    void tellsNothingOfABodyBehindAnAbortAndTakesNoFurtherRequest() throws IOException {
        List<String> seen = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> {
            seen.add(exchange.request().path());
            exchange.stream(new StreamHandler() {
                @Override
                public void onData(HttpExchange same, Buffer data) {
                    data.release();
                    seen.add("data");
                    same.abort();
                }

                @Override
                public void onEnd(HttpExchange same) {
                    seen.add("end");
                    same.send(HELLO);
                }

                @Override
                public void onAborted(HttpExchange same) {
                    seen.add("aborted");
                }
            });
        })) {
            rig.awaitReset(rig.send(CHUNKED + "1\r\na\r\n1\r\nb\r\n0\r\n\r\n" + post("/next", 1) + "c"));
            assertEquals(List.of("/chunked", "data", "aborted"), seen);
        }
    }

    /** Nobody could end it any more, and no deadline would. */
    @Test
    void resetsAResponseThatIsBegunAndLeft() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.start(HttpReply.of(HttpStatus.OK), 10))) {
            rig.awaitReset(rig.send(get("/")));
            assertEquals(1, rig.server.metrics().handlerFailures());
        }
    }

    /** The limit is of what nobody wants, not of what was read before the answer. */
    @Test
    void keepsTheConnectionOverTheShortRestOfALongBody() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> {
            if (!exchange.request().hasBody()) {
                exchange.send(HELLO);
                return;
            }
            exchange.stream(new StreamHandler() {
                private int bytes;

                @Override
                public void onData(HttpExchange same, Buffer data) {
                    bytes += data.readableBytes();
                    data.release();
                    if (bytes >= 100_000 && !same.isStarted()) {
                        same.send(HttpStatus.NO_CONTENT);
                    }
                }
            });
        })) {
            ScriptedPeer peer = rig.send(post("/", 110_000) + "x".repeat(100_000))
                    .pause(SECOND)
                    .send(bytes("x".repeat(10_000) + get("/")));
            rig.pass(SECOND.multipliedBy(3));
            assertTrue(received(peer).startsWith("HTTP/1.1 204 No Content\r\n\r\n"), received(peer));
            assertTrue(received(peer).endsWith("\r\n\r\nhello"), received(peer));
            peer.close();
        }
    }

    /** Otherwise a peer sends its next request on it. */
    @Test
    void announcesTheCloseWhenItAnswersWithinABodyThatIsNotSkipped() throws IOException {
        try (ServerRig rig = ServerRig.of(
                exchange -> exchange.readBody(8, (same, body) -> same.send(HttpReply.text("" + body.length))))) {
            String answer = rig.lastAnswer(CHUNKED + "8\r\n12345678\r\n1\r\n9\r\n0\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
            assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
        }
    }

    @Test
    void closesAFileThatItDoesNotSend(@TempDir Path directory) throws IOException {
        Path path = Files.write(directory.resolve("file"), bytes("content"));
        FileChannel file = FileChannel.open(path);
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.defer().start(HttpReply.of(HttpStatus.OK), 0);
            assertThrows(IllegalStateException.class, () -> exchange.sendFile(HELLO, file, 0, 7));
            exchange.end();
        })) {
            assertTrue(rig.answer(get("/")).startsWith("HTTP/1.1 200 "));
            assertFalse(file.isOpen());
        }
    }

    /** A length of −1 would mean that the body is written later. */
    @Test
    void refusesAPartOfAFileThatIsNegative(@TempDir Path directory) throws IOException {
        Path path = Files.write(directory.resolve("file"), bytes("content"));
        for (long[] part : new long[][] {{8, -1}, {-1, 1}}) {
            FileChannel file = FileChannel.open(path);
            try (ServerRig rig = ServerRig.of(exchange -> exchange.sendFile(HELLO, file, part[0], part[1]))) {
                assertTrue(rig.answer(get("/")).startsWith("HTTP/1.1 500 "));
                assertFalse(file.isOpen());
            }
        }
    }

    @Test
    void hasNoTrailersWithoutABody() throws IOException {
        List<Integer> counts = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> exchange.stream(new StreamHandler() {
            @Override
            public void onEnd(HttpExchange same) {
                counts.add(same.trailers().count());
                same.send(HELLO);
            }
        }))) {
            rig.answer(get("/") + post("/", 1) + "a" + get("/") + CHUNKED + "1\r\na\r\n0\r\nX: y\r\n\r\n" + get("/"));
            assertEquals(List.of(0, 0, 0, 1, 0), counts);
            assertEquals(List.of(), rig.failures);
        }
    }

    @Test
    void answersWhatATaskOfADeferredExchangeThrows() throws IOException {
        RuntimeException thrown = new IllegalArgumentException("no such note");
        try (ServerRig rig = ServerRig.of(exchange -> exchange.defer().execute(() -> {
            throw thrown;
        }))) {
            String answer = rig.lastAnswer(get("/"));
            assertTrue(answer.startsWith("HTTP/1.1 500 "), answer);
            assertEquals(List.of(thrown), rig.failures);
            assertEquals(1, rig.server.metrics().handlerFailures());
            assertEquals(0, rig.server.metrics().handlerTimeouts());
        }
    }

    @Test
    void tellsWhatATaskThrowsAfterItsAnswer() throws IOException {
        RuntimeException thrown = new IllegalArgumentException("too late");
        try (ServerRig rig = ServerRig.of(exchange -> exchange.defer().execute(() -> {
            exchange.send(HttpReply.text("done"));
            throw thrown;
        }))) {
            String answer = rig.answer(get("/") + get("/"));
            assertEquals(2, answer.split("200 OK", -1).length - 1, answer);
            assertEquals(List.of(thrown, thrown), rig.failures);
        }
    }

    @Test
    void takesNoTaskWithoutADeferral() throws IOException {
        try (ServerRig rig = ServerRig.of(exchange -> exchange.execute(() -> {}))) {
            String answer = rig.lastAnswer(get("/"));
            assertTrue(answer.startsWith("HTTP/1.1 500 "), answer);
            assertEquals("the exchange was not deferred", rig.failures.get(0).getMessage());
        }
    }

    @Test
    void keepsNoBufferForWhatItRefuses() throws IOException {
        List<Runnable> refused = new ArrayList<>();
        try (ServerRig rig = ServerRig.of(exchange -> {
            exchange.defer().start(HttpReply.of(HttpStatus.OK), 2);
            refused.add(() -> exchange.write(bytes("abc")));
            refused.add(exchange::end);
            refused.add(
                    () -> exchange.write(exchange.loop().buffers().acquire(3).writeBytes(bytes("abc"), 0, 3)));
        })) {
            ScriptedPeer peer = rig.send(get("/"));
            rig.settle();
            EventLoop loop = rig.group.loops().get(0);
            long before = loop.buffers().metrics().usedBytes();
            for (Runnable each : refused) {
                loop.execute(() -> assertThrows(IllegalStateException.class, each::run));
                rig.settle();
                assertEquals(before, loop.buffers().metrics().usedBytes());
            }
            peer.close();
        }
    }
}
