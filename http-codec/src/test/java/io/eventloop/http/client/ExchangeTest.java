package io.eventloop.http.client;

import static io.eventloop.http.client.ClientRig.OK;
import static io.eventloop.http.client.ClientRig.OK_LOG;
import static io.eventloop.http.client.ClientRig.POST_HEAD;
import static io.eventloop.http.client.ClientRig.bytes;
import static io.eventloop.http.client.ClientRig.head;
import static io.eventloop.http.client.ClientRig.post;
import static io.eventloop.http.client.ClientRig.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.testing.RecordingHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests as they leave and responses as they are told, one connection at a time. */
class ExchangeTest {
    private final ClientRig rig = new ClientRig();

    @AfterEach
    void close() {
        rig.close();
        assertTrue(rig.reported.isEmpty(), rig.reported::toString);
    }

    @Test
    void sendsRequestsOneAfterTheOtherOnOneConnection() {
        rig.script(peer -> peer.expect(ClientRig.get("/a"))
                        .send(bytes(OK))
                        .expect(ClientRig.get("/b?x=%20"))
                        .send(bytes(OK)))
                .open();
        rig.get("/a", OK_LOG);
        rig.get("/b?x=%20", OK_LOG);
        assertEquals(1, rig.peers.size());
        assertEquals(1, rig.pool().reused());
        assertEquals(2, rig.client.metrics().completed());
    }

    @Test
    void sendsContentBehindItsHead() {
        rig.script(peer -> peer.expect(bytes(POST_HEAD + "Content-Length: 5\r\n\r\nhello"))
                        .send(bytes(OK)))
                .open();
        assertEquals(OK_LOG, rig.send(post("hello")).toString());
    }

    @Test
    void understandsAResponseInAnyPieces() {
        String response =
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nChecksum: 1\r\n\r\n";
        for (int size = 1; size < response.length(); size += size < 20 ? 1 : 17) {
            int piece = size;
            rig.script(peer -> {
                for (int at = 0; at < response.length(); at += piece) {
                    peer.send(bytes(response.substring(at, Math.min(response.length(), at + piece))))
                            .pause(Duration.ofMillis(1));
                }
            });
            rig.open();
            rig.get("/", "103 200 abc0123456789 Checksum=1 end");
            assertEquals(1, rig.pool().idle());
            rig.client.close();
            rig.run(Duration.ofSeconds(10));
        }
    }

    /** RFC 9112 §6.3; A12. */
    @Test
    void expectsNoContentWhereThereIsNone() {
        rig.script(peer -> peer.expect(head("HEAD", "/"))
                        .send(bytes("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"))
                        .expect(ClientRig.get("/"))
                        .send(bytes("HTTP/1.1 204 No Content\r\n\r\n"))
                        .expect(ClientRig.get("/"))
                        .send(bytes("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"))
                        .expect(ClientRig.get("/"))
                        .send(bytes(OK)))
                .open();
        assertEquals("200  end", rig.send(request(HttpMethod.HEAD, "/").build()).toString());
        rig.get("/", "204  end");
        rig.get("/", "304  end");
        rig.get("/", OK_LOG);
        assertEquals(1, rig.peers.size());
    }

    /** RFC 9110 §8.6: that length is of content that does not come, so the limit of content is not for it. */
    @Test
    void doesNotLimitTheLengthOfContentThatDoesNotCome() {
        HttpLimits limits = HttpLimits.DEFAULT;
        long length = limits.maxBodyBytes() + 1;
        rig.script(peer -> peer.expect(head("HEAD", "/"))
                        .send(bytes("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n"))
                        .expect(ClientRig.get("/"))
                        .send(bytes("HTTP/1.1 304 Not Modified\r\nContent-Length: " + length + "\r\n\r\n"))
                        .expect(ClientRig.get("/"))
                        .send(bytes("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n")))
                .open(HttpClientOptions.builder().http(limits).build());
        assertEquals("200  end", rig.send(request(HttpMethod.HEAD, "/").build()).toString());
        rig.get("/", "304  end");
        rig.get("/", "!RESPONSE_TOO_LARGE");
        assertEquals(1, rig.peers.size());
    }

    /** A12: interim responses belong to the same request. */
    @Test
    void waitsForTheFinalResponseBehindInterimOnes() {
        rig.script(peer -> peer.expect(ClientRig.get("/"))
                        .send(bytes("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + OK))
                        .expect(ClientRig.get("/"))
                        .send(bytes(OK)))
                .open();
        rig.get("/", "102 103 " + OK_LOG);
        rig.get("/", OK_LOG);
    }

    @Test
    void takesTheEndOfTheConnectionForTheEndOfContentThatSaysNothing() {
        rig.script(peer -> peer.send(bytes("HTTP/1.0 200 OK\r\n\r\nhello")).shutdownOutput())
                .open();
        rig.get("/", "200 hello end");
        assertEquals(0, rig.pool().idle());
    }

    @Test
    void failsWhenContentIsCutShort() {
        rig.script(peer -> peer.send(bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"))
                        .shutdownOutput())
                .script(peer -> peer.send(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"))
                        .shutdownOutput())
                .script(peer -> peer.expect(ClientRig.get("/"))
                        .send(bytes("HTTP/1.0 200 OK\r\n\r\nhello"))
                        .pause(Duration.ofSeconds(1))
                        .reset())
                .open();
        rig.get("/", "200 hello!CONNECTION_LOST");
        rig.get("/", "200 abc!CONNECTION_LOST");
        rig.get("/", "200 hello!CONNECTION_LOST");
    }

    @Test
    void refusesWhatIsNotAResponse() {
        for (String response : new String[] {
            "SSH-2.0-x\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\n\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"
        }) {
            rig.script(peer -> peer.send(bytes(response)).expectReset()).open();
            rig.get("/", "!MALFORMED_RESPONSE");
            rig.client.close();
        }
    }

    @Test
    void asksBeforeItSendsContent() {
        String head = "POST / HTTP/1.1\r\nHost: 10.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
        ClientRequest request = request(HttpMethod.POST, "/")
                .body(RequestBody.of(bytes("hello")))
                .expectContinue()
                .build();
        rig.script(peer -> peer.expect(bytes(head))
                        .pause(Duration.ofMillis(500))
                        .expect(new byte[0])
                        .send(bytes("HTTP/1.1 100 Continue\r\n\r\n"))
                        .expect(bytes("hello"))
                        .send(bytes(OK)))
                .open();
        assertEquals("100 " + OK_LOG, rig.send(request).toString());
        assertEquals(1, rig.pool().idle());
    }

    /** RFC 9110 §10.1.1: not for ever. */
    @Test
    void sendsContentWhenNobodyAnswersTheQuestion() {
        ClientRequest request = request(HttpMethod.POST, "/")
                .body(RequestBody.of(bytes("hello")))
                .expectContinue()
                .build();
        rig.script(peer -> peer.expect(bytes("POST / HTTP/1.1\r\nHost: 10.0.0.1\r\nExpect: 100-continue\r\n"
                                + "Content-Length: 5\r\n\r\nhello"))
                        .send(bytes(OK)))
                .open();
        assertEquals(OK_LOG, rig.send(request).toString());
    }

    /** A13: whether the peer waits for the content is not known, so the connection ends. */
    @Test
    void sendsNoContentAfterAFinalAnswerToTheQuestion() {
        ClientRequest request = request(HttpMethod.POST, "/")
                .body(RequestBody.of(bytes("hello")))
                .expectContinue()
                .build();
        rig.script(peer -> peer.send(bytes("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n"))
                        .expectReset())
                .open();
        assertEquals("417  end", rig.send(request).toString());
        rig.run(Duration.ofSeconds(5));
        assertTrue(rig.peers.get(0).isDone());
        assertFalse(rig.received(0).contains("hello"));
        assertEquals(0, rig.pool().idle());
    }

    @Test
    void handsTheConnectionOverAfterAnUpgrade() {
        rig.script(peer -> peer.expect(bytes(
                                "GET /chat HTTP/1.1\r\nHost: 10.0.0.1\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"))
                        .send(bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nhello"))
                        .expect(bytes("bye"))
                        .expectReset())
                .open();
        RecordingHandler other = new RecordingHandler();
        Told told = new Told() {
            @Override
            public void onTunnel(Exchange of, io.eventloop.http.HttpResponse response, Tunnel made) {
                super.onTunnel(of, response, made);
                made.connection().handler(other);
                made.connection().write(bytes("bye"));
            }
        };
        rig.client.send(request(HttpMethod.GET, "/chat").upgrade("x").build(), told);
        rig.await(told);
        assertEquals("101 tunnel", told.toString());
        assertEquals("hello", new String(other.received(), StandardCharsets.US_ASCII));
        assertEquals(1, rig.pool().leased());
        told.tunnel.end();
        told.tunnel.end();
        rig.run(Duration.ofSeconds(1));
        assertTrue(rig.peers.get(0).isDone());
    }

    @Test
    void endsATunnelThatNobodyTakes() {
        rig.script(peer -> peer.expect(bytes("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"))
                        .send(bytes("HTTP/1.1 200 OK\r\n\r\n"))
                        .expectReset())
                .open();
        InetSocketAddress proxy = rig.server.address(80);
        assertEquals(
                "200 tunnel",
                rig.send(ClientRequest.tunnel("a.example", 443, proxy).build()).toString());
        rig.run(Duration.ofSeconds(1));
        assertTrue(rig.peers.get(0).isDone());
        assertEquals(1, rig.client.metrics().tunnels());
    }

    /** A13: 200 to a request for another protocol is an answer in this one. */
    @Test
    void makesNoTunnelOfA200ToAnUpgrade() {
        rig.script(peer -> peer.send(bytes(OK)).expect(new byte[0])).open();
        assertEquals(
                OK_LOG,
                rig.send(request(HttpMethod.GET, "/").upgrade("x").build()).toString());
        assertEquals(0, rig.client.metrics().tunnels());
        assertEquals(1, rig.pool().idle());
    }

    /** A13: a tunnel only after 2xx. */
    @Test
    void makesNoTunnelOfARefusal() {
        rig.script(peer -> peer.send(bytes("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")))
                .open();
        InetSocketAddress proxy = rig.server.address(80);
        assertEquals(
                "403 no end",
                rig.send(ClientRequest.tunnel("a.example", 443, proxy).build()).toString());
        assertEquals(1, rig.pool().idle());
    }

    @Test
    void sendsTheWholeUriToAProxy() {
        rig.script(peer -> peer.expect(
                                bytes("GET http://a.example/x HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\n\r\n"))
                        .send(bytes(OK)))
                .open();
        ClientRequest request = ClientRequest.builder(HttpMethod.GET, "http://a.example/x")
                .proxy(rig.server.address(80))
                .field(HeaderName.ACCEPT, "*/*")
                .build();
        assertEquals(OK_LOG, rig.send(request).toString());
    }

    @Test
    void asksTheConnectorForNameAndAddressWhenHttps() {
        rig.script(peer -> peer.expect(bytes("GET / HTTP/1.1\r\nHost: 10.0.0.1:80\r\n\r\n"))
                .send(bytes(OK)));
        rig.client = HttpClient.builder(rig.loop)
                .secure((remote, pool) -> {
                    SecureEndpoint endpoint = (SecureEndpoint) remote;
                    rig.lookups.add(endpoint.host());
                    return rig.loop.connect(endpoint.address(), io.eventloop.ConnectOptions.DEFAULT, pool);
                })
                .build();
        Told told = rig.send(ClientRequest.get("https://10.0.0.1:80/"));
        assertEquals(OK_LOG, told.toString());
        assertEquals("[10.0.0.1]", rig.lookups.toString());
        assertEquals(1, rig.client.metrics().securePool().idle());
    }
}
