package io.eventloop.http.client;

import static io.eventloop.http.client.ClientRig.OK;
import static io.eventloop.http.client.ClientRig.OK_LOG;
import static io.eventloop.http.client.ClientRig.POST_HEAD;
import static io.eventloop.http.client.ClientRig.bytes;
import static io.eventloop.http.client.ClientRig.get;
import static io.eventloop.http.client.ClientRig.post;
import static io.eventloop.http.client.ClientRig.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Delivery;
import io.eventloop.DrainReport;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpResponse;
import io.eventloop.pool.Eviction;
import io.eventloop.testing.RecordingHandler;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which connections are used again, and which requests are sent again. */
class ReuseTest {
    private final ClientRig rig = new ClientRig();

    @AfterEach
    void close() {
        rig.close();
        assertTrue(rig.reported.isEmpty(), rig.reported::toString);
    }

    private long evicted(Eviction why) {
        return rig.pool().evicted().get(why);
    }

    private void assertNewConnectionAfter(String response, String log) {
        rig.script(peer -> peer.expect(get("/")).send(bytes(response)))
                .script(peer -> peer.expect(get("/")).send(bytes(OK)))
                .open();
        rig.get("/", log);
        rig.get("/", OK_LOG);
        assertEquals(2, rig.peers.size());
    }

    /** A12. */
    @Test
    void dropsAConnectionWithBytesBehindTheResponse() {
        assertNewConnectionAfter(OK + "HTTP/1.1 200 OK\r\n", OK_LOG);
        assertEquals(1, evicted(Eviction.UNUSABLE));
    }

    /** A12. */
    @Test
    void dropsAConnectionWithAnAnnouncedBodyWhereThereIsNone() {
        assertNewConnectionAfter("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n", "204  end");
    }

    /** A12: the bytes that were not to come may be the beginning of somebody's response. */
    @Test
    void dropsAConnectionWithABodyBehindAHeadThatHasNone() {
        assertNewConnectionAfter("HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nok", "304  end");
        assertEquals(1, evicted(Eviction.UNUSABLE));
    }

    /** A12. */
    @Test
    void dropsAConnectionWithABodyForHead() {
        rig.script(peer -> peer.send(bytes(OK)))
                .script(peer -> peer.expect(get("/")).send(bytes(OK)))
                .open();
        assertEquals("200  end", rig.send(request(HttpMethod.HEAD, "/").build()).toString());
        rig.get("/", OK_LOG);
        assertEquals(2, rig.peers.size());
    }

    /** A12: a second answer in the same packet answers nobody's request. */
    @Test
    void dropsAConnectionWithTwoAnswersToOneRequest() {
        assertNewConnectionAfter(OK + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother", OK_LOG);
        assertEquals(1, evicted(Eviction.UNUSABLE));
    }

    @Test
    void closesAConnectionThatThePeerWantsClosed() {
        assertNewConnectionAfter("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", OK_LOG);
    }

    @Test
    void closesAConnectionThatWasToBeClosed() {
        rig.script(peer -> peer.expect(bytes("GET / HTTP/1.1\r\nHost: 10.0.0.1\r\nConnection: close\r\n\r\n"))
                        .send(bytes(OK))
                        .expectEnd())
                .open();
        assertEquals(
                OK_LOG, rig.send(request(HttpMethod.GET, "/").closing().build()).toString());
        rig.run(Duration.ofSeconds(1));
        assertTrue(rig.peers.get(0).isDone());
    }

    /** C14. */
    @Test
    void dropsAnIdleConnectionThatSaysSomething() {
        rig.script(peer -> peer.expect(get("/"))
                        .send(bytes(OK))
                        .pause(Duration.ofSeconds(1))
                        .send(bytes("HTTP/1.1 408 Request Timeout\r\n\r\n")))
                .script(peer -> peer.expect(get("/")).send(bytes(OK)))
                .open();
        rig.get("/", OK_LOG);
        rig.run(Duration.ofSeconds(2));
        assertEquals(1, evicted(Eviction.STRAY_BYTES));
        rig.get("/", OK_LOG);
    }

    /** C14: the late answer is nobody's. */
    @Test
    void resetsTheConnectionOfACancelledExchange() {
        rig.script(peer -> peer.expect(get("/")).expectReset())
                .script(peer -> peer.expect(get("/")).send(bytes(OK)))
                .open();
        Told told = rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        rig.run(Duration.ofSeconds(1));
        assertTrue(told.exchange.cancel());
        assertFalse(told.exchange.cancel());
        rig.get("/", OK_LOG);
        assertEquals(0, told.completions);
        assertEquals(1, rig.client.metrics().cancelled());
        assertTrue(rig.peers.get(0).isDone());
    }

    @Test
    void cancelsWhileItWaitsForAConnection() {
        rig.open();
        Told told = rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        assertTrue(told.exchange.cancel());
        rig.run(Duration.ofSeconds(1));
        assertEquals("", told.toString());
        assertEquals(0, rig.pool().waiting());
    }

    /** A14: the rest of the request will not come, so nothing else may either. */
    @Test
    void dropsAConnectionWhoseRequestWasNotFinished() {
        Source source = new Source(RequestBody.UNKNOWN_LENGTH, false);
        rig.script(peer -> peer.send(bytes("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"))
                        .expectReset())
                .open();
        Told told = rig.send(request(HttpMethod.POST, "/").body(source).build());
        assertEquals("413  end", told.toString());
        assertEquals(1, source.stops);
        assertFalse(source.stream.write(bytes("late")));
        source.stream.end();
        rig.run(Duration.ofSeconds(1));
        assertTrue(rig.peers.get(0).isDone());
    }

    @Test
    void sendsAnIdempotentRequestAgainThatMetAStaleConnection() {
        rig.script(peer ->
                        peer.expect(get("/")).send(bytes(OK)).expect(get("/")).reset())
                .script(peer -> peer.expect(get("/")).send(bytes(OK)))
                .open();
        rig.get("/", OK_LOG);
        rig.get("/", OK_LOG);
        assertEquals(1, rig.client.metrics().retried());
        assertEquals(2, rig.peers.size());
    }

    @Test
    void sendsAnIdempotentRequestAgainAfterAnEndWithoutAnswer() {
        rig.script(peer ->
                        peer.expect(get("/")).send(bytes(OK)).expect(get("/")).shutdownOutput())
                .script(peer -> peer.expect(get("/")).send(bytes(OK)))
                .open();
        rig.get("/", OK_LOG);
        rig.get("/", OK_LOG);
        assertEquals(1, rig.client.metrics().retried());
    }

    @Test
    void doesNotSendAPostAgainThatMayHaveArrived() {
        rig.script(peer -> peer.expect(get("/"))
                        .send(bytes(OK))
                        .expect(bytes(POST_HEAD + "Content-Length: 1\r\n\r\na"))
                        .reset())
                .open();
        rig.get("/", OK_LOG);
        Told told = rig.send(post("a"));
        assertEquals("!CONNECTION_LOST", told.toString());
        assertEquals(Delivery.SENT, told.failure.delivery());
        assertEquals(0, rig.client.metrics().retried());
    }

    @Test
    void doesNotSendAgainOnceTheAnswerHasBegun() {
        rig.script(peer -> peer.expect(get("/"))
                        .send(bytes(OK))
                        .expect(get("/"))
                        .send(bytes("H"))
                        .pause(Duration.ofSeconds(1))
                        .reset())
                .open();
        rig.get("/", OK_LOG);
        Told told = rig.get("/", "!CONNECTION_LOST");
        assertEquals(Delivery.RESPONSE_STARTED, told.failure.delivery());
    }

    @Test
    void doesNotSendAgainWhatWasLostOnANewConnection() {
        rig.script(peer -> peer.expect(get("/")).reset()).open();
        rig.get("/", "!CONNECTION_LOST");
        assertEquals(1, rig.peers.size());
    }

    @Test
    void doesNotSendAgainWhatCannotBeRepeated() {
        Source source = new Source(1, false);
        rig.script(peer -> peer.expect(get("/"))
                        .send(bytes(OK))
                        .pause(Duration.ofSeconds(1))
                        .reset())
                .open();
        rig.get("/", OK_LOG);
        Told told = rig.ask(request(HttpMethod.PUT, "/").body(source).build());
        rig.await(told);
        assertEquals("!CONNECTION_LOST", told.toString());
        assertEquals(1, source.starts);
        assertEquals(1, source.stops);
    }

    @Test
    void sendsReplayableContentAgainFromTheBeginning() {
        Source source = new Source(3, true);
        source.text = "abc";
        String put = "PUT / HTTP/1.1\r\nHost: 10.0.0.1\r\nContent-Length: 3\r\n\r\nabc";
        rig.script(peer ->
                        peer.expect(get("/")).send(bytes(OK)).expect(bytes(put)).reset())
                .script(peer -> peer.expect(bytes(put)).send(bytes(OK)))
                .open();
        rig.get("/", OK_LOG);
        assertEquals(
                OK_LOG,
                rig.send(request(HttpMethod.PUT, "/").body(source).build()).toString());
        assertEquals(2, source.starts);
    }

    /** The limit of retries. */
    @Test
    void givesUpAfterSoManyTimes() {
        for (int i = 0; i < 3; i++) {
            rig.script(peer ->
                    peer.expect(get("/")).send(bytes(OK)).expect(get("/")).reset());
        }
        rig.open();
        Told[] first = new Told[3];
        for (int i = 0; i < first.length; i++) {
            first[i] = rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        }
        rig.await(first);
        assertEquals(3, rig.pool().idle());
        rig.get("/", "!CONNECTION_LOST");
        assertEquals(2, rig.client.metrics().retried());
    }

    @Test
    void triesTheNextAddressOfAName() throws Exception {
        rig.script(peer -> peer.send(bytes(OK)));
        InetAddress nobody = rig.network.host("client").address();
        rig.client = HttpClient.builder(rig.loop)
                .resolver(host -> CompletableFuture.completedFuture(List.of(nobody, rig.server.address())))
                .build();
        Told told = rig.send(ClientRequest.get("http://service.example/"));
        assertEquals(OK_LOG, told.toString());
        assertEquals(1, rig.pool().connectFailures());
    }

    @Test
    void endsItsConnectionAfterTheExchangeWhenTheGroupDrains() throws Exception {
        rig.script(peer -> peer.expect(get("/"))
                        .pause(Duration.ofSeconds(2))
                        .send(bytes(OK))
                        .expectEnd()
                        .close())
                .open();
        Told told = rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        rig.run(Duration.ofSeconds(1));
        CompletableFuture<DrainReport> drained =
                rig.network.hosts().get(1).groups().get(0).shutdown(Duration.ofMinutes(5));
        assertTrue(rig.network.runUntil(drained::isDone, Duration.ofSeconds(5)));
        assertEquals(OK_LOG, told.toString());
        assertEquals(0, drained.get().aborted());
        assertEquals(0, rig.client.metrics().active());
        rig.client = null;
    }

    @Test
    void tellsOfTheEndOfTheGroup() {
        rig.open();
        Told told = rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        rig.run(Duration.ofSeconds(1));
        rig.network.hosts().get(1).groups().get(0).close();
        rig.network.run(Duration.ofSeconds(1));
        assertEquals("!CONNECTION_LOST", told.toString());
        assertTrue(told.failure.getMessage().contains("SHUT_DOWN"), told.failure::getMessage);
        rig.client = null;
    }

    /** Objects are kept for other exchanges, and nothing of the exchange that had them. */
    @Test
    void holdsNothingOfAnExchangeThatIsOver() {
        rig.script(peer -> peer.pause(Duration.ofSeconds(1)).send(bytes(OK))).open();
        WeakReference<Object> content = sendLargeContent();
        assertTrue(rig.network.runUntil(() -> rig.client.metrics().active() == 0, Duration.ofSeconds(5)));
        rig.run(Duration.ofSeconds(1));
        assertEquals(1, rig.client.metrics().completed());
        for (int i = 0; i < 100 && content.get() != null; i++) {
            System.gc();
        }
        assertNull(content.get());
    }

    private WeakReference<Object> sendLargeContent() {
        RequestBody body = RequestBody.of(new byte[1 << 20]);
        rig.client.send(request(HttpMethod.POST, "/").body(body).build(), new Told());
        return new WeakReference<>(body);
    }

    /** What the pool has lent for good goes with the client. */
    @Test
    void endsTunnelsWithTheClient() {
        rig.script(peer -> peer.send(bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"))
                        .expectReset())
                .open();
        RecordingHandler other = new RecordingHandler();
        Told told = new Told() {
            @Override
            public void onTunnel(Exchange of, HttpResponse response, Tunnel made) {
                super.onTunnel(of, response, made);
                made.connection().handler(other);
            }
        };
        rig.client.send(request(HttpMethod.GET, "/").upgrade("x").build(), told);
        rig.await(told);
        assertEquals(1, rig.pool().leased());
        rig.client.close();
        rig.run(Duration.ofSeconds(1));
        assertTrue(other.isClosed());
        assertTrue(rig.peers.get(0).isDone());
        told.tunnel.end();
    }
}
