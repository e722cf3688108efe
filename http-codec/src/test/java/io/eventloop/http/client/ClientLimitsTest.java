package io.eventloop.http.client;

import static io.eventloop.http.client.ClientRig.OK;
import static io.eventloop.http.client.ClientRig.OK_LOG;
import static io.eventloop.http.client.ClientRig.bytes;
import static io.eventloop.http.client.ClientRig.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.client.HttpClientException.Kind;
import io.eventloop.pool.PoolOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each limit and each deadline of a client is reached. */
class ClientLimitsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";

    private final ClientRig rig = new ClientRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private static HttpClientOptions.Builder options() {
        return HttpClientOptions.builder();
    }

    /** Sends, and tells after how many seconds it was over. */
    private long secondsUntil(String log, ClientRequest request) {
        long before = rig.network.time().toNanos();
        Told told = rig.ask(request);
        assertTrue(rig.network.runUntil(() -> told.completions > 0, Duration.ofHours(1)));
        assertEquals(log, told.toString());
        return Math.round((rig.network.time().toNanos() - before) / 1e9);
    }

    private long secondsUntil(String log) {
        return secondsUntil(log, ClientRequest.get(ClientRig.URL + "/"));
    }

    @Test
    void limitsExchangesUnderWay() {
        rig.open(options().maxExchanges(2).build());
        Told first = rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        Told third = rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        assertEquals("!TOO_MANY_EXCHANGES", third.toString());
        first.exchange.cancel();
        assertEquals("", rig.ask(ClientRequest.get(ClientRig.URL + "/")).toString());
        assertEquals(1, rig.failed(Kind.TOO_MANY_EXCHANGES));
    }

    @Test
    void limitsTheWaitForAConnection() {
        PoolOptions one = PoolOptions.builder().maxConnections(1, 1).build();
        rig.open(options().pool(one).acquireTimeout(SECOND.multipliedBy(3)).build());
        rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        assertEquals(3, secondsUntil("!ACQUIRE_TIMEOUT"));
    }

    @Test
    void tellsThatNobodyListens() {
        rig.open();
        Told told = rig.send(ClientRequest.get("http://10.0.0.1:9/"));
        assertEquals("!NO_CONNECTION", told.toString());
        assertTrue(told.failure.getMessage().contains("ECONNREFUSED"), told.failure::getMessage);
    }

    @Test
    void limitsTheWaitForTheHead() {
        rig.open(options().headTimeout(SECOND.multipliedBy(4)).build());
        assertEquals(4, secondsUntil("!HEAD_TIMEOUT"));
        assertEquals(0, rig.pool().idle());
    }

    /** Interim responses do not put it off. */
    @Test
    void limitsTheWaitForTheFinalHead() {
        rig.script(peer -> {
                    for (int i = 0; i < 4; i++) {
                        peer.send(bytes("HTTP/1.1 102 Processing\r\n\r\n")).pause(SECOND);
                    }
                })
                .open(options().headTimeout(Duration.ofMillis(3600)).build());
        assertEquals(4, secondsUntil("102 102 102 102 !HEAD_TIMEOUT"));
    }

    @Test
    void limitsInterimResponses() {
        rig.script(peer -> peer.send(bytes("HTTP/1.1 102 Processing\r\n\r\n".repeat(9))))
                .open();
        assertEquals(0, secondsUntil("102 102 102 102 102 102 102 102 !MALFORMED_RESPONSE"));
        Map<HttpViolation, Long> violations = rig.client.metrics().violations();
        assertEquals(1, violations.get(HttpViolation.TOO_MANY_INTERIM_RESPONSES));
        assertEquals(List.of(HttpViolation.values()), List.copyOf(violations.keySet()));
    }

    @Test
    void limitsTheWaitForContent() {
        rig.script(peer -> peer.send(bytes(HEAD + "a"))
                        .pause(SECOND.multipliedBy(2))
                        .send(bytes("b")))
                .open(options().bodyTimeout(SECOND.multipliedBy(3)).build());
        assertEquals(5, secondsUntil("200 ab!BODY_TIMEOUT"));
    }

    @Test
    void doesNotCountTheTimeThatTheListenerTakes() {
        rig.script(peer -> peer.send(bytes(HEAD + "abcd")))
                .open(options().bodyTimeout(SECOND).build());
        Told told = rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        told.exchange.pause();
        rig.run(SECOND.multipliedBy(10));
        assertEquals("200 ", told.toString());
        told.exchange.resume();
        rig.await(told);
        assertEquals("200 abcd end", told.toString());
    }

    @Test
    void limitsTheTimeOfTheWhole() {
        rig.script(peer -> {
                    peer.send(bytes("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"));
                    for (int i = 0; i < 5; i++) {
                        peer.send(bytes(".")).pause(SECOND);
                    }
                })
                .open(options().totalTimeout(SECOND.multipliedBy(5)).build());
        assertEquals(5, secondsUntil("200 .....!TOTAL_TIMEOUT"));
    }

    @Test
    void limitsTheTimeWithoutContentBeingTaken() {
        Source source = new Source(RequestBody.UNKNOWN_LENGTH, false);
        rig.open(options().writeTimeout(SECOND.multipliedBy(2)).build());
        ClientRequest request = request(HttpMethod.POST, "/").body(source).build();
        // The head is progress, seen when the time is over for the first time.
        assertEquals(4, secondsUntil("!WRITE_TIMEOUT", request));
        assertEquals(1, source.stops);
    }

    @Test
    void limitsTheTimeThatAPeerDoesNotRead() {
        rig.script(peer -> peer.hold())
                .open(options()
                        .writeTimeout(SECOND.multipliedBy(2))
                        .headTimeout(SECOND.multipliedBy(2))
                        .build());
        ClientRequest request = request(HttpMethod.POST, "/")
                .body(RequestBody.of(new byte[4 << 20]))
                .build();
        long seconds = secondsUntil("!WRITE_TIMEOUT", request);
        assertTrue(seconds >= 2 && seconds <= 4, () -> seconds + " s");
    }

    @Test
    void limitsTheContentOfAResponse() {
        HttpLimits small = HttpLimits.builder().maxBodyBytes(3).build();
        rig.script(peer -> peer.send(bytes(HEAD + "abcd")))
                .script(peer ->
                        peer.send(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n")))
                .script(peer -> peer.send(bytes("HTTP/1.0 200 OK\r\n\r\nabcd")))
                .open(options().http(small).build());
        rig.get("/", "!RESPONSE_TOO_LARGE");
        rig.get("/", "200 ab!RESPONSE_TOO_LARGE");
        rig.get("/", "200 abc!RESPONSE_TOO_LARGE");
        assertEquals(3, rig.failed(Kind.RESPONSE_TOO_LARGE));
    }

    /** By default: its listener keeps it or does not, and a client that passes it on has no need of a limit. */
    @Test
    void takesAResponseOfAnyLength() {
        long most = Long.MAX_VALUE;
        rig.script(peer -> peer.send(bytes("HTTP/1.1 200 OK\r\nContent-Length: " + most + "\r\n\r\nabc"))
                        .close())
                .script(peer -> peer.send(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + Long.toHexString(most) + "\r\nabc"))
                        .close())
                .script(peer -> peer.send(bytes("HTTP/1.0 200 OK\r\n\r\nabc")).close())
                .open();
        rig.get("/", "200 abc!CONNECTION_LOST");
        rig.get("/", "200 abc!CONNECTION_LOST");
        rig.get("/", "200 abc end");
    }

    @Test
    void limitsWhatIsCollected() {
        rig.script(peer -> peer.send(bytes(HEAD + "abcd")))
                .script(peer ->
                        peer.send(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n")))
                .open(options().maxWholeBytes(3).build());
        for (int i = 0; i < 2; i++) {
            CompletableFuture<WholeResponse> future = rig.client.fetch(ClientRequest.get(ClientRig.URL + "/"));
            assertTrue(rig.network.runUntil(future::isDone, SECOND));
            Throwable cause = assertThrows(java.util.concurrent.ExecutionException.class, future::get)
                    .getCause();
            assertEquals(Kind.RESPONSE_TOO_LARGE, ((HttpClientException) cause).kind());
        }
    }

    /** A11: what the encoder refuses costs the exchange and not the connection. */
    @Test
    void limitsTheHeadOfARequest() {
        HttpLimits small =
                HttpLimits.builder().maxFieldBytes(64).maxStartLineBytes(64).build();
        rig.script(peer -> peer.expect(ClientRig.get("/")).send(bytes(OK)))
                .open(options().http(small).build());
        Told told = rig.send(request(HttpMethod.GET, "/")
                .field(HeaderName.ACCEPT, "x".repeat(200))
                .build());
        assertEquals("!REQUEST_REFUSED", told.toString());
        rig.get("/", OK_LOG);
        assertEquals(1, rig.peers.size());
    }

    @Test
    void looksANameUpOnceAtATimeAndForgetsIt() {
        rig.script(peer -> peer.send(bytes(OK)).send(bytes(OK)));
        List<CompletableFuture<List<InetAddress>>> asked = new ArrayList<>();
        open(options().origins(1, SECOND).build(), asked);
        Told one = rig.ask(ClientRequest.get("http://a.example/"));
        Told two = rig.ask(ClientRequest.get("http://a.example/"));
        assertEquals(1, asked.size());
        Told other = rig.ask(ClientRequest.get("http://b.example/"));
        assertEquals("!UNRESOLVED", other.toString());
        asked.get(0).complete(List.of(rig.server.address()));
        rig.run(Duration.ofMillis(100));
        one.exchange.cancel();
        two.exchange.cancel();
        rig.run(SECOND);
        rig.ask(ClientRequest.get("http://a.example/")).exchange.cancel();
        assertEquals(2, asked.size());
        assertEquals(2, rig.client.metrics().lookups());
    }

    private void open(HttpClientOptions options, List<CompletableFuture<List<InetAddress>>> asked) {
        rig.client = HttpClient.builder(rig.loop)
                .options(options)
                .resolver(host -> {
                    CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
                    asked.add(answer);
                    return answer;
                })
                .build();
    }

    @Test
    void limitsTheWaitForAName() {
        List<CompletableFuture<List<InetAddress>>> asked = new ArrayList<>();
        open(options().acquireTimeout(SECOND.multipliedBy(2)).build(), asked);
        assertEquals(2, secondsUntil("!ACQUIRE_TIMEOUT", ClientRequest.get("http://a.example/")));
        rig.run(SECOND);
        // Another try is another question, and the old answer is nobody's.
        Told told = rig.ask(ClientRequest.get("http://a.example/"));
        assertEquals(2, asked.size());
        asked.get(0).complete(List.of(rig.server.address()));
        rig.run(Duration.ofMillis(100));
        assertEquals("", told.toString());
        asked.get(1).completeExceptionally(new java.net.UnknownHostException("a.example"));
        rig.await(told);
        assertEquals("!UNRESOLVED", told.toString());
        assertTrue(told.failure.getCause() instanceof java.net.UnknownHostException);
    }

    /** An address needs no lookup, and no room for one. */
    @Test
    void reachesAddressesWhileAllThatMayBeAreLookedUp() {
        rig.script(peer -> peer.send(bytes(OK)));
        rig.client = HttpClient.builder(rig.loop)
                .options(options().origins(1, ClientRig.MINUTE).build())
                .resolver(host -> new CompletableFuture<>())
                .build();
        Told waiting = rig.ask(ClientRequest.get("http://a.example/"));
        assertEquals(0, secondsUntil(OK_LOG));
        assertEquals(
                "!UNRESOLVED", rig.send(ClientRequest.get("http://b.example/")).toString());
        assertEquals("", waiting.toString());
    }

    @Test
    void reportsAResolverThatThrows() {
        rig.client = HttpClient.builder(rig.loop)
                .resolver(host -> {
                    throw new IllegalStateException("no");
                })
                .build();
        CompletionStage<WholeResponse> future = rig.client.fetch(ClientRequest.get("http://a.example/"));
        rig.run(SECOND);
        assertTrue(future.toCompletableFuture().isCompletedExceptionally());
        assertEquals(1, rig.failed(Kind.UNRESOLVED));
        Told told = rig.ask(ClientRequest.get("http://a.example/"));
        assertEquals("!UNRESOLVED", told.toString());
    }

    @Test
    void asksNobodyWithoutAResolver() {
        rig.open();
        assertEquals(
                "!UNRESOLVED", rig.send(ClientRequest.get("http://a.example/")).toString());
    }

    @Test
    void failsWhatIsUnderWayWhenItIsClosed() {
        rig.open();
        Told waiting = rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        Told sent = rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        rig.run(SECOND);
        rig.client.close();
        rig.client.close();
        assertEquals("!CLIENT_CLOSED", waiting.toString());
        assertEquals("!CLIENT_CLOSED", sent.toString());
        assertEquals(
                "!CLIENT_CLOSED",
                rig.ask(ClientRequest.get(ClientRig.URL + "/")).toString());
        assertFalse(rig.client.isOpen());
    }

    /** Whoever waits for the end hears of it, be it over. */
    @Test
    void tellsOfItsEndWhoeverDrainsIt() {
        rig.script(peer -> {}).open();
        List<String> order = new ArrayList<>();
        rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        rig.run(SECOND.dividedBy(10));
        rig.client.drain(SECOND.multipliedBy(3), () -> order.add("one"));
        rig.client.drain(SECOND.multipliedBy(3), () -> order.add("two"));
        assertEquals(List.of(), order);
        rig.client.close();
        assertEquals(List.of("one", "two"), order);
        rig.client.drain(SECOND, () -> order.add("three"));
        assertEquals(List.of("one", "two", "three"), order);
    }

    @Test
    void drains() {
        rig.script(peer -> peer.pause(SECOND).send(bytes(OK)))
                .script(peer -> {})
                .open();
        List<String> order = new ArrayList<>();
        Told quick = rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        rig.run(Duration.ofMillis(100));
        Told never = rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        rig.client.drain(SECOND.multipliedBy(3), () -> order.add("drained"));
        rig.await(quick);
        assertEquals(OK_LOG, quick.toString());
        assertEquals("[]", order.toString());
        rig.await(never);
        assertEquals("!CLIENT_CLOSED", never.toString());
        assertEquals("[drained]", order.toString());
    }

    @Test
    void namesTheFieldThatIsOutOfRange() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> options().maxRedirects(101).build())
                .getMessage();
        assertEquals("maxRedirects is 101, must be within 0..100", message);
    }
}
