package io.eventloop.http.client;

import static io.eventloop.http.client.ClientRig.OK;
import static io.eventloop.http.client.ClientRig.OK_LOG;
import static io.eventloop.http.client.ClientRig.bytes;
import static io.eventloop.http.client.ClientRig.get;
import static io.eventloop.http.client.ClientRig.post;
import static io.eventloop.http.client.ClientRig.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ConnectOptions;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** RFC 9110 §15.4. */
class RedirectTest {
    private static final HttpClientOptions FOLLOWS =
            HttpClientOptions.builder().maxRedirects(3).build();

    private final ClientRig rig = new ClientRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private static byte[] redirect(int status, String location) {
        return bytes(
                "HTTP/1.1 " + status + " Elsewhere\r\nLocation: " + location + "\r\nContent-Length: 4\r\n\r\nover");
    }

    private static byte[] withHost(String method, String target, String host, String rest) {
        return bytes(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + rest);
    }

    @Test
    void handsARedirectOnByDefault() {
        rig.script(peer -> peer.send(redirect(302, "/b"))).open();
        rig.get("/", "302 over end");
    }

    @Test
    void followsOnTheSameConnection() {
        rig.script(peer -> peer.expect(get("/a/b"))
                        .send(redirect(301, "../c?d#e"))
                        .expect(get("/c?d"))
                        .send(redirect(308, "?x"))
                        .expect(get("/c?x"))
                        .send(bytes(OK)))
                .open(FOLLOWS);
        Told told = rig.get("/a/b", OK_LOG);
        assertEquals("GET http://10.0.0.1/c?x", told.exchange.request().toString());
        assertEquals(1, rig.peers.size());
        assertEquals(2, rig.client.metrics().redirected());
    }

    @Test
    void asksWithGetAfterSeeOther() {
        rig.script(peer -> peer.send(redirect(303, "/done"))).open(FOLLOWS);
        Told told = rig.ask(post("hello"));
        rig.run(Duration.ofSeconds(1));
        assertTrue(rig.received(0).endsWith("hello" + new String(get("/done"))), rig.received(0));
        told.exchange.cancel();
    }

    @Test
    void sendsTheSameContentWhereTheMethodIsKept() {
        rig.script(peer -> peer.send(redirect(307, "/again"))
                        .pause(Duration.ofMillis(100))
                        .send(bytes(OK)))
                .open(FOLLOWS);
        assertEquals(OK_LOG, rig.send(post("hello")).toString());
        assertEquals(2, rig.received(0).split("hello", -1).length - 1);
        assertTrue(rig.received(0).contains("POST /again "), rig.received(0));
    }

    @Test
    void handsItOnWhereContentCannotBeRepeated() {
        Source source = new Source(1, false);
        source.text = "a";
        rig.script(peer -> peer.send(redirect(307, "/again"))).open(FOLLOWS);
        assertEquals(
                "307 over end",
                rig.send(request(HttpMethod.POST, "/").body(source).build()).toString());
    }

    @Test
    void handsItOnWhereItIsAboutAWholeServer() {
        rig.script(peer -> peer.expect(withHost("OPTIONS", "*", "10.0.0.1", "\r\n"))
                        .send(redirect(301, "b")))
                .open(FOLLOWS);
        ClientRequest request = ClientRequest.builder(HttpMethod.OPTIONS, Origin.of(false, "10.0.0.1"), "*")
                .build();
        assertEquals("OPTIONS http://10.0.0.1", request.toString());
        assertEquals("301 over end", rig.send(request).toString());
    }

    @Test
    void keepsCredentialsToItself() {
        rig.listen(81);
        rig.script(peer -> peer.expect(
                                withHost("GET", "/", "10.0.0.1", "Authorization: a\r\nCookie: b\r\nAccept: c\r\n\r\n"))
                        .send(redirect(302, "http://10.0.0.1:81/x")))
                .script(peer -> peer.expect(withHost("GET", "/x", "10.0.0.1:81", "Accept: c\r\n\r\n"))
                        .send(bytes(OK)))
                .open(FOLLOWS);
        ClientRequest request = request(HttpMethod.GET, "/")
                .field(HeaderName.AUTHORIZATION, "a")
                .field(HeaderName.COOKIE, "b")
                .field(HeaderName.ACCEPT, "c")
                .build();
        assertEquals(OK_LOG, rig.send(request).toString());
    }

    /** What the proxy asks for is no secret of the origin's, and the next request goes to the same proxy. */
    @Test
    void showsItselfToTheProxyAgain() {
        rig.script(peer -> peer.expect(withHost(
                                "GET", "http://a.example/", "a.example", "Proxy-Authorization: p\r\nCookie: c\r\n\r\n"))
                        .send(redirect(302, "http://b.example/"))
                        .expect(withHost("GET", "http://b.example/", "b.example", "Proxy-Authorization: p\r\n\r\n"))
                        .send(bytes(OK)))
                .open(FOLLOWS);
        ClientRequest request = ClientRequest.builder(HttpMethod.GET, "http://a.example/")
                .proxy(rig.server.address(80))
                .field(HeaderName.PROXY_AUTHORIZATION, "p")
                .field(HeaderName.COOKIE, "c")
                .build();
        assertEquals(OK_LOG, rig.send(request).toString());
    }

    /** UTF-8 as it is, which many servers send: the second byte of à is no character of Latin-1, that of À no printable one. */
    @Test
    void followsToBytesThatAreNotAscii() {
        String location = new String("/é/à?À".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        rig.script(peer -> peer.expect(get("/"))
                        .send(redirect(302, location))
                        .expect(get("/%C3%A9/%C3%A0?%C3%80"))
                        .send(bytes(OK)))
                .open(FOLLOWS);
        rig.get("/", OK_LOG);
    }

    @Test
    void doesNotGoFromHttpsToHttp() {
        rig.script(peer -> peer.send(redirect(302, "http://10.0.0.1/")));
        rig.client = HttpClient.builder(rig.loop)
                .options(FOLLOWS)
                .secure((remote, pool) ->
                        rig.loop.connect(((SecureEndpoint) remote).address(), ConnectOptions.DEFAULT, pool))
                .build();
        Told told = rig.send(ClientRequest.get("https://10.0.0.1:80/"));
        assertEquals("!REDIRECT_REFUSED", told.toString());
        assertTrue(told.failure.getMessage().contains("from https to http"), told.failure::getMessage);
    }

    @Test
    void refusesPlacesThatAreNone() {
        for (String location :
                new String[] {"ftp://a/", "http://u:p@10.0.0.1/", "http://10.0.0.1:99999/", "http://%"}) {
            rig.script(peer -> peer.send(redirect(302, location))).open(FOLLOWS);
            rig.get("/", "!REDIRECT_REFUSED");
            rig.client.close();
        }
    }

    /** The limit of redirects. */
    @Test
    void givesUpInACircle() {
        rig.script(peer -> {
                    for (int i = 0; i < 4; i++) {
                        peer.expect(get("/")).send(redirect(302, "/"));
                    }
                })
                .open(FOLLOWS);
        rig.get("/", "!TOO_MANY_REDIRECTS");
        assertEquals(3, rig.client.metrics().redirected());
    }

    /** The limit of content that is read for nothing. */
    @Test
    void dropsAConnectionRatherThanReadALongRedirect() {
        String head = "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 1000000\r\n\r\n";
        rig.script(peer -> peer.expect(get("/a"))
                        .send(bytes(head + "x".repeat(100_000)))
                        .expectReset())
                .script(peer -> peer.expect(get("/b")).send(bytes(OK)))
                .open(FOLLOWS);
        rig.get("/a", OK_LOG);
        assertEquals(2, rig.peers.size());
        assertTrue(rig.peers.get(0).isDone());
    }

    @Test
    void doesNotWaitForContentThatIsHeldBack() {
        rig.script(peer -> peer.expect(get("/a"))
                        .send(redirect(302, "/b"))
                        .expect(get("/b"))
                        .send(bytes(OK)))
                .open(FOLLOWS);
        Told told = rig.ask(ClientRequest.get(ClientRig.URL + "/a"));
        told.exchange.pause();
        rig.run(Duration.ofSeconds(1));
        assertEquals("200 ", told.toString());
        assertFalse(told.exchange.isDone());
        told.exchange.resume();
        rig.await(told);
        assertEquals(OK_LOG, told.toString());
    }
}
