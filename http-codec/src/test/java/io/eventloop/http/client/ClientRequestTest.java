package io.eventloop.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.h1.RequestParser;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientRequestTest {

    @ParameterizedTest
    @CsvSource({
        "http://a.example, a.example, /",
        "http://a.example:80?q, a.example, /?q",
        "http://A.Example:8080/x?y#z, a.example:8080, /x?y",
        "HTTPS://a.example:443/%7Eu, a.example, /%7Eu",
        "https://a_b:80/, a_b:80, /",
        "http://[::1]:8080/, [::1]:8080, /",
        "http://a.example:/ä, a.example, /%C3%A4",
    })
    void takesUrisApart(String uri, String authority, String target) {
        ClientRequest request = ClientRequest.get(uri);
        assertEquals(authority, request.authority());
        assertEquals(target, request.requestTarget());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.example",
                "/x",
                "ftp://a/",
                "http:///x",
                "http://u@a/",
                "http://a:0/",
                "http://a:65536/",
                "http://a:x/",
                "http://a/ b",
                "http://a/\r\nX: y",
                "http:a"
            })
    void refusesOtherUris(String uri) {
        assertThrows(IllegalArgumentException.class, () -> ClientRequest.get(uri));
    }

    @ParameterizedTest
    @CsvSource({
        "/b, /b",
        "b, /x/b",
        "?b, /x/a?b",
        "#f, /x/a?q",
        "//c.example/d, http://c.example/d",
        "https://c.example, https://c.example/",
        "./../b, /b",
        "'', /x/a?q",
        "../../../b, /b",
        "/../b/./c/.., /b/",
        "//c.example/../d/./e?f/../g, http://c.example/d/e?f/../g",
        "https://c.example/d/.., https://c.example/",
        "//c.example?d, http://c.example/?d",
        "b//../c, /x/b/c",
        "..., /x/...",
    })
    void resolvesReferences(String reference, String expected) {
        String absolute = expected.startsWith("/") ? "http://a.example" + expected : expected;
        assertEquals(
                absolute,
                RequestUri.parse("http://a.example/x/a?q").resolve(reference).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "Content-Length",
                "Transfer-Encoding",
                "Connection",
                "Expect",
                "Keep-Alive",
                "Proxy-Connection",
                "TE"
            })
    void refusesFieldsThatItWritesItself(String name) {
        ClientRequest.Builder builder =
                ClientRequest.builder(HttpMethod.GET, "http://a/").field(HeaderName.of(name), "x");
        String message =
                assertThrows(IllegalArgumentException.class, builder::build).getMessage();
        assertTrue(message.startsWith(name + " is "), message);
    }

    /** A11. */
    @Test
    void refusesLineEndsInValues() {
        ClientRequest.Builder builder = ClientRequest.builder(HttpMethod.GET, "http://a/");
        for (String value : new String[] {"a\r\nb", "a\nb", "a\0b"}) {
            assertThrows(IllegalArgumentException.class, () -> builder.field(HeaderName.ACCEPT, value));
            assertThrows(IllegalArgumentException.class, () -> builder.upgrade(value));
            assertThrows(IllegalArgumentException.class, () -> ClientRequest.get("http://a/" + value));
        }
    }

    /** A11: a host is looked at when the head is written, and costs the exchange alone. */
    @Test
    void sendsNoHostWithALineEnd() {
        try (ClientRig rig = new ClientRig()) {
            rig.open();
            for (String host : new String[] {"a\r\nX: y", "a b", "a\0"}) {
                ClientRequest tunnel =
                        ClientRequest.tunnel(host, 80, rig.server.address(80)).build();
                assertEquals("!REQUEST_REFUSED", rig.send(tunnel).toString());
                assertEquals("", rig.received(0));
            }
        }
    }

    @Test
    void refusesContentWhereItWouldReachSomebodyElse() {
        RequestBody body = RequestBody.of(new byte[1]);
        InetSocketAddress proxy = new InetSocketAddress("127.0.0.1", 1);
        ClientRequest.Builder upgrade =
                ClientRequest.builder(HttpMethod.GET, "http://a/").upgrade("x").body(body);
        ClientRequest.Builder tunnel = ClientRequest.tunnel("a", 1, proxy).body(body);
        assertThrows(IllegalArgumentException.class, upgrade::build);
        assertThrows(IllegalArgumentException.class, tunnel::build);
    }

    /** RFC 9110 §7.6.1. */
    @Test
    void passesOnWhatBelongsToNoConnection() {
        try (ClientRig rig = new ClientRig()) {
            Buffer in = rig.loop.buffers().acquire(512);
            in.writeLatin1("GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\n"
                    + "Upgrade: x\r\nKeep-Alive: 1\r\nProxy-Connection: x\r\nProxy-Authorization: x\r\nTrailer: y\r\n"
                    + "Expect: 100-continue\r\nContent-Length: 3\r\nAccept: b\r\nX-End: 2\r\nCookie: c\r\n\r\n");
            RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
            assertTrue(parser.parse(in));
            HttpFields passed = EndToEnd.fields(parser.request().headers());
            assertEquals("Accept: b\nX-End: 2\nCookie: c\n", passed.toString());
            ClientRequest request = ClientRequest.forwarding(Origin.of(false, "b"), parser.request())
                    .build();
            assertEquals("b", request.field(HeaderName.ACCEPT).orElseThrow());
            assertEquals("b", request.authority());
            in.release();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /a[1]?b[]=c, /a[1]?b[]=c",
        "GET //a/../b?, //a/../b?",
        "GET http://a/b?c, /b?c",
        "GET http://a?c, /?c",
        "GET http://a, /",
        "OPTIONS http://a/, /",
        "OPTIONS http://a?c, /?c",
        "OPTIONS http://a, *",
        "OPTIONS *, *",
    })
    void passesTargetsOnInTheFormForAnOrigin(String line, String target) {
        try (ClientRig rig = new ClientRig()) {
            Buffer in = rig.loop.buffers().acquire(512);
            in.writeLatin1(line + " HTTP/1.1\r\nHost: a\r\n\r\n");
            RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
            assertTrue(parser.parse(in));
            ClientRequest request = ClientRequest.forwarding(Origin.of(true, "b:1"), parser.request())
                    .build();
            assertEquals(target, request.requestTarget());
            assertEquals("b:1", request.authority());
            in.release();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, *",
        "GET, a",
        "GET, ''",
        "OPTIONS, a:80",
        "OPTIONS, **",
        "GET, /a b",
        "GET, '/a\r'",
        "CONNECT, a:80"
    })
    void refusesOtherTargets(String method, String target) {
        Origin origin = new Origin(false, "a", 80);
        assertThrows(
                IllegalArgumentException.class,
                () -> ClientRequest.builder(HttpMethod.of(method), origin, target)
                        .build());
    }

    /** RFC 9112 §3.2.4: a proxy knows by the missing path what is meant. */
    @Test
    void namesAnOriginWithoutAPathToAProxy() {
        ClientRequest request = ClientRequest.builder(HttpMethod.OPTIONS, new Origin(false, "a", 80), "*")
                .proxy(new InetSocketAddress("127.0.0.1", 9))
                .build();
        assertEquals("http://a", request.requestTarget());
    }

    @Test
    void knowsAddressesFromNames() {
        assertEquals("/127.0.0.1", String.valueOf(Origins.literal("127.0.0.1")));
        assertEquals("/0:0:0:0:0:0:0:1", String.valueOf(Origins.literal("[::1]")));
        for (String name : new String[] {"a.example", "127.1", "1.2.3.256", "1.2.3.4.5", "1.2.3.", "[x]"}) {
            assertEquals("null", String.valueOf(Origins.literal(name)), name);
        }
    }

    /** As of an HTTP/1.0 request without Host, which a proxy is to answer and not to stumble over. */
    @Test
    void refusesAnOriginWithoutHost() {
        for (String authority : List.of("", ":", ":80")) {
            String message = assertThrows(IllegalArgumentException.class, () -> Origin.of(false, authority))
                    .getMessage();
            assertTrue(message.startsWith("host is \"\" and port 80;"), message);
        }
    }
}
