package io.eventloop.http.client;

import static io.eventloop.http.client.ClientRig.OK;
import static io.eventloop.http.client.ClientRig.OK_LOG;
import static io.eventloop.http.client.ClientRig.bytes;
import static io.eventloop.http.client.ClientRig.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Content that comes and goes in pieces, and listeners and sources that do as they please. */
class StreamingTest {
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: 10.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final ClientRig rig = new ClientRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private Told post(RequestBody body) {
        Told told = rig.ask(request(HttpMethod.POST, "/").body(body).build());
        rig.run(Duration.ofMillis(10));
        return told;
    }

    @Test
    void sendsChunksAsTheyAreWritten() {
        Source source = new Source(RequestBody.UNKNOWN_LENGTH, false);
        rig.script(peer -> peer.expect(bytes(CHUNKED + "3\r\nabc\r\n"))
                        .expect(bytes("1000\r\n" + "x".repeat(4096) + "\r\n0\r\nChecksum: 1\r\n\r\n"))
                        .send(bytes(OK)))
                .open();
        Told told = post(source);
        assertTrue(source.stream.write(bytes("abc")));
        assertTrue(source.stream.write(bytes("")));
        rig.run(Duration.ofSeconds(1));
        source.stream.write(bytes("x".repeat(4096)));
        source.stream.end(new HttpFields().add(HeaderName.of("Checksum"), "1"));
        assertFalse(source.stream.isOpen());
        rig.await(told);
        assertEquals(OK_LOG, told.toString());
        assertEquals(4099, source.stream.writtenBytes());
        assertEquals(0, source.stops);
        assertEquals(1, rig.pool().idle());
    }

    @Test
    void holdsASourceToItsLength() {
        Source source = new Source(3, false);
        rig.script(peer -> peer.expectReset())
                .script(peer -> peer.expectReset())
                .open();
        Told more = post(source);
        source.stream.write(bytes("ab"));
        assertThrows(IllegalStateException.class, () -> source.stream.write(bytes("cd")));
        assertEquals("!BODY_FAILED", more.toString());
        Told less = post(source);
        source.stream.write(bytes("ab"));
        assertThrows(IllegalStateException.class, () -> source.stream.end());
        assertEquals("!BODY_FAILED", less.toString());
        rig.run(Duration.ofSeconds(1));
    }

    /** A14: never a message that only looks complete. */
    @Test
    void endsTheConnectionWhenASourceGivesUp() {
        Source source = new Source(RequestBody.UNKNOWN_LENGTH, false);
        rig.script(peer -> peer.expect(bytes(CHUNKED)).expectReset()).open();
        Told told = post(source);
        source.stream.fail(new IllegalStateException("disk"));
        assertEquals("!BODY_FAILED", told.toString());
        assertEquals("disk", told.failure.getCause().getMessage());
        assertEquals(1, source.stops);
        source.stream.fail(new IllegalStateException("again"));
        rig.run(Duration.ofSeconds(1));
    }

    @Test
    void failsWhenASourceThrows() {
        rig.script(peer -> peer.expectReset()).open();
        Told told = post(new RequestBody() {
            @Override
            public long length() {
                return 9;
            }

            @Override
            public boolean isReplayable() {
                return true;
            }

            @Override
            public void start(RequestStream stream) {
                throw new IllegalStateException("no");
            }
        });
        assertEquals("!BODY_FAILED", told.toString());
    }

    @Test
    void holdsASourceBackThatIsTooFast() {
        Source source = new Source(RequestBody.UNKNOWN_LENGTH, false);
        rig.script(peer -> peer.hold().pause(Duration.ofSeconds(5)).read()).open();
        Told told = post(source);
        while (source.stream.write(new byte[64 << 10])) {
            assertTrue(source.stream.writtenBytes() < 16 << 20);
        }
        assertThrows(WriteLimitExceededException.class, () -> {
            for (int i = 0; i < 1000; i++) {
                source.stream.write(new byte[64 << 10]);
            }
        });
        assertEquals(0, told.completions);
        assertEquals(0, source.writables);
        rig.run(Duration.ofSeconds(20));
        assertEquals(1, source.writables);
        told.exchange.cancel();
        assertEquals(1, source.stops);
    }

    /** The bound of pieces, which is reached before that of bytes: the stream is unharmed, too. */
    @Test
    void refusesMorePiecesThanMayBeQueued() {
        byte[] piece = new byte[600];
        for (long length : new long[] {RequestBody.UNKNOWN_LENGTH, 3_000_000}) {
            Source source = new Source(length, false);
            rig.script(peer -> peer.hold().pause(Duration.ofSeconds(5)).read()).open();
            Told told = post(source);
            assertThrows(WriteLimitExceededException.class, () -> {
                while (source.stream.writtenBytes() < 3_000_000) {
                    source.stream.write(source.stream.acquire(600).writeBytes(piece));
                }
            });
            assertEquals("", told.toString());
            rig.run(Duration.ofSeconds(10));
            assertEquals(1, source.writables);
            while (source.stream.writtenBytes() < 3_000_000) {
                source.stream.write(piece);
            }
            source.stream.end();
            rig.peers.get(rig.peers.size() - 1).send(bytes(OK));
            rig.await(told);
            assertEquals(OK_LOG, told.toString());
            rig.client.close();
            rig.run(ClientRig.MINUTE);
        }
    }

    @Test
    void sendsLargeContentAsThePeerTakesIt() {
        byte[] content = new byte[3 << 20];
        rig.script(peer -> peer.hold()
                        .pause(Duration.ofSeconds(1))
                        .read()
                        .pause(Duration.ofSeconds(5))
                        .send(bytes(OK)))
                .open();
        Told told = rig.send(
                request(HttpMethod.PUT, "/").body(RequestBody.of(content)).build());
        assertEquals(OK_LOG, told.toString());
        assertTrue(rig.received(0).length() > content.length);
        assertEquals(1, rig.pool().idle());
    }

    @Test
    void holdsThePeerBackWhileTheListenerPauses() {
        byte[] response = bytes("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n" + "x".repeat(2_000_000));
        rig.script(peer -> peer.send(response)).open();
        long[] taken = new long[1];
        Told told = new Told() {
            @Override
            public void onData(Exchange of, Buffer content) {
                taken[0] += content.readableBytes();
                content.skip(content.readableBytes());
                of.pause();
            }
        };
        Exchange exchange = rig.client.send(ClientRequest.get(ClientRig.URL + "/"), told);
        rig.run(Duration.ofSeconds(1));
        long first = taken[0];
        rig.run(Duration.ofSeconds(45));
        assertEquals(first, taken[0]);
        assertTrue(first < 500_000, () -> first + " bytes");
        for (int i = 0; told.completions == 0; i++) {
            assertTrue(i < 10_000);
            exchange.resume();
            rig.run(Duration.ofMillis(10));
        }
        assertEquals(2_000_000, taken[0]);
        assertEquals(1, rig.pool().idle());
    }

    /** Whole, by chunks, byte by byte: what is left behind a pause comes again. */
    @Test
    void offersAgainWhatWasLeftWhilePaused() {
        String[] responses = {
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\n0123456789"
        };
        for (String response : responses) {
            rig.script(peer -> peer.send(bytes(response)).shutdownOutput()).open();
            List<String> pieces = new ArrayList<>();
            Told told = new Told() {
                @Override
                public void onData(Exchange of, Buffer content) {
                    pieces.add(String.valueOf((char) content.readByte()));
                    if (content.isReadable()) {
                        of.pause();
                    }
                }
            };
            Exchange exchange = rig.client.send(ClientRequest.get(ClientRig.URL + "/"), told);
            for (int i = 0; told.completions == 0 && i < 30; i++) {
                rig.run(Duration.ofMillis(10));
                exchange.resume();
            }
            assertEquals("200  end", told.toString());
            assertEquals("0123456789", String.join("", pieces));
            rig.client.close();
        }
    }

    @Test
    void handsContentOverWithoutACopyOrWithOne() {
        rig.script(peer -> peer.send(bytes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"))
                        .pause(Duration.ofSeconds(1))
                        .send(bytes("0123456789"))
                        .pause(Duration.ofSeconds(1))
                        .send(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n0\r\n\r\n")))
                .open();
        List<Buffer> taken = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Told told = new Told() {
                @Override
                public void onData(Exchange of, Buffer content) {
                    taken.add(content.detach());
                }
            };
            rig.client.send(ClientRequest.get(ClientRig.URL + "/"), told);
            rig.await(told);
            assertEquals("200  end", told.toString());
        }
        assertEquals("0123456789", taken.get(0).toString(StandardCharsets.US_ASCII));
        assertEquals("0123", taken.get(1).toString(StandardCharsets.US_ASCII));
        taken.forEach(Buffer::release);
        assertEquals(1, rig.pool().idle());
    }

    @Test
    void failsAListenerThatLeavesContent() {
        rig.script(peer -> peer.send(bytes(OK))).open();
        Told told = new Told() {
            @Override
            public void onData(Exchange of, Buffer content) {
                content.readByte();
            }
        };
        rig.client.send(ClientRequest.get(ClientRig.URL + "/"), told);
        rig.await(told);
        assertEquals("200 !LISTENER_FAILED", told.toString());
        assertTrue(told.failure.getMessage().contains("left 1 bytes"), told.failure::getMessage);
    }

    /** Whatever a listener throws, it is reported, and the exchange is over once. */
    @Test
    void containsWhatListenersThrow() {
        for (String callback : new String[] {"onInterim", "onHead", "onData", "onComplete", "onFailed"}) {
            rig.reported.clear();
            String response = callback.equals("onFailed") ? "x" : "HTTP/1.1 103 Early Hints\r\n\r\n" + OK;
            rig.script(peer -> peer.send(bytes(response))).open();
            Told told = new ThrowingListener(callback);
            rig.client.send(ClientRequest.get(ClientRig.URL + "/"), told);
            rig.await(told);
            assertEquals(1, told.completions, callback);
            assertEquals(1, rig.reported.size(), callback);
            assertEquals(callback, rig.reported.get(0).getCause().getMessage());
            rig.client.close();
        }
    }

    private static final class ThrowingListener extends Told {
        private final String in;

        ThrowingListener(String in) {
            this.in = in;
        }

        private void enter(String callback) {
            if (callback.equals(in)) {
                throw new IllegalStateException(callback);
            }
        }

        @Override
        public void onInterim(Exchange of, HttpResponse interim) {
            enter("onInterim");
        }

        @Override
        public void onHead(Exchange of, HttpResponse response) {
            enter("onHead");
        }

        @Override
        public void onData(Exchange of, Buffer content) {
            super.onData(of, content);
            enter("onData");
        }

        @Override
        public void onComplete(Exchange of, io.eventloop.http.HttpHeaders trailers) {
            super.onComplete(of, trailers);
            enter("onComplete");
        }

        @Override
        public void onFailed(Exchange of, HttpClientException why) {
            super.onFailed(of, why);
            enter("onFailed");
        }
    }

    /** Cancelled and sent again from within each callback, with the same objects underneath. */
    @Test
    void letsListenersCancelAndSendAnywhere() {
        for (int at = 0; at < 3; at++) {
            int when = at;
            rig.script(peer -> peer.send(bytes(OK)))
                    .script(peer -> peer.send(bytes("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew")))
                    .open();
            Told second = new Told();
            Told first = new Told() {
                @Override
                public void onHead(Exchange of, HttpResponse response) {
                    act(of, 0);
                }

                @Override
                public void onData(Exchange of, Buffer content) {
                    content.skip(1);
                    act(of, 1);
                    if (when == 2) {
                        content.skip(1);
                    }
                }

                @Override
                public void onComplete(Exchange of, io.eventloop.http.HttpHeaders trailers) {
                    super.onComplete(of, trailers);
                    act(of, 2);
                }

                private void act(Exchange of, int now) {
                    if (now == when) {
                        assertEquals(when < 2, of.cancel());
                        rig.client.send(ClientRequest.get(ClientRig.URL + "/"), second);
                    }
                }
            };
            rig.client.send(ClientRequest.get(ClientRig.URL + "/"), first);
            if (when == 2) {
                rig.scripts.clear();
                rig.script(peer -> peer.send(bytes(OK))
                        .pause(Duration.ofMillis(100))
                        .send(bytes("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew")));
            }
            rig.await(second);
            assertEquals("200 new end", second.toString());
            assertEquals(when == 2 ? 1 : 0, first.completions);
            rig.client.close();
            rig.run(ClientRig.MINUTE);
            rig.scripts.clear();
        }
    }

    @Test
    void cancelsAFutureOnlyOnce() {
        rig.script(peer -> peer.expectReset()).open();
        CompletableFuture<WholeResponse> future = rig.client.fetch(ClientRequest.get(ClientRig.URL + "/"));
        rig.run(Duration.ofSeconds(1));
        assertTrue(future.cancel(true));
        rig.run(Duration.ofSeconds(1));
        assertEquals(1, rig.client.metrics().cancelled());
        assertEquals(0, rig.client.metrics().active());
    }

    /** As {@code orTimeout} does, and {@code complete} with a substitute. */
    @Test
    void givesUpWhatSomebodyElseHasCompleted() {
        rig.script(peer -> peer.expectReset())
                .script(peer -> peer.expectReset())
                .open();
        List<CompletableFuture<WholeResponse>> futures = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            futures.add(rig.client.fetch(ClientRequest.get(ClientRig.URL + "/")));
        }
        rig.run(Duration.ofSeconds(1));
        assertEquals(2, rig.client.metrics().active());
        futures.get(0).completeExceptionally(new TimeoutException());
        futures.get(1).complete(null);
        rig.run(Duration.ofSeconds(1));
        assertEquals(2, rig.client.metrics().cancelled());
        assertEquals(0, rig.client.metrics().active());
        assertEquals(0, rig.pool().leased());
    }

    @Test
    void collectsAWholeResponse() throws Exception {
        rig.script(peer -> peer.send(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n7d0\r\n"
                        + "x".repeat(2000) + "\r\n0\r\nC: d\r\n\r\n")))
                .open();
        CompletableFuture<WholeResponse> future = rig.client.fetch(ClientRequest.get(ClientRig.URL + "/"));
        assertTrue(rig.network.runUntil(future::isDone, Duration.ofSeconds(5)));
        WholeResponse whole = future.get();
        assertEquals(200, whole.status().code());
        assertEquals("x".repeat(2000), whole.text(StandardCharsets.US_ASCII));
        assertEquals("b", whole.fields().first(HeaderName.of("A")).orElseThrow());
        assertEquals("d", whole.trailers().first(HeaderName.of("C")).orElseThrow());
    }
}
