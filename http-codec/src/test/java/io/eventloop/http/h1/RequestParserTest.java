package io.eventloop.http.h1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpRequest;
import io.eventloop.http.HttpText;
import io.eventloop.http.HttpVersion;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;
import io.eventloop.http.TargetForm;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are in order, and the limits. */
class RequestParserTest {
    private final HttpText text = new HttpText();

    @Test
    void takesRequestsBackToBack() {
        assertEquals(
                """
                GET / HTTP/1.1 [Host=a]
                POST /b HTTP/1.1 [Host=a, Content-Length=5] 'hello' end
                GET /c?d=e&f HTTP/1.1 [Host=a:80, X-Y=1  2]
                """,
                Wire.requests("GET / HTTP/1.1⏎Host: a⏎⏎POST /b HTTP/1.1⏎Host: a⏎content-length:5⏎⏎hello"
                        + "GET /c?d=e&f HTTP/1.1⏎host:␉ a:80 ␉ ⏎X-Y: 1  2⏎⏎"));
    }

    @Test
    void takesChunkedBodiesWithTrailers() { // RFC 9112 §7.1
        assertEquals(
                """
                POST / HTTP/1.1 [Host=a, Transfer-Encoding=Chunked] 'hello world' end [X-Sum=1]
                GET /good HTTP/1.1 [Host=good]
                """,
                Wire.requests("POST / HTTP/1.1⏎Host: a⏎Transfer-Encoding: Chunked⏎⏎"
                        + "5⏎hello⏎6;x=y⏎ world⏎0⏎X-Sum: 1⏎⏎" + Wire.GOOD));
    }

    /** Zeros in front are digits, and as many of them as a field may have do not overflow. */
    @Test
    void takesAContentLengthWithLeadingZeros() { // RFC 9110 §8.6
        String post = "POST / HTTP/1.1⏎Host: a⏎Content-Length: ";
        for (String length : new String[] {"005", "0".repeat(200) + "5"}) {
            assertTrue(Wire.requests(post + length + "⏎⏎hello").endsWith("'hello' end\n"));
        }
    }

    @Test
    void skipsOneEmptyLineBeforeTheRequestLine() { // RFC 9112 §2.2
        assertEquals(
                Wire.GOOD_LOG + "POST / HTTP/1.1 [Host=a, Content-Length=1] 'x' end\n" + Wire.GOOD_LOG,
                Wire.requests("⏎" + Wire.GOOD + "⏎POST / HTTP/1.1⏎Host: a⏎Content-Length: 1⏎⏎x⏎" + Wire.GOOD));
    }

    @Test
    void takesEveryMethodThatIsAToken() { // RFC 9110 §9.1
        for (String method : new String[] {
            "GET",
            "HEAD",
            "POST",
            "PUT",
            "DELETE",
            "OPTIONS",
            "TRACE",
            "PATCH",
            "get",
            "G",
            "GETT",
            "M-SEARCH",
            "!#$%&'*+-.^_`|~",
            "PROPFIND",
            "VERSION-CONTROL",
            "A".repeat(32)
        }) {
            assertEquals(method + " / HTTP/1.1 [Host=a]\n", Wire.requests(method + " / HTTP/1.1⏎Host: a⏎⏎"));
        }
        with("DELETE / HTTP/1.1⏎Host: a⏎⏎", request -> assertSame(HttpMethod.DELETE, request.method()));
        with("get / HTTP/1.1⏎Host: a⏎⏎", request -> assertEquals(HttpMethod.of("get"), request.method()));
    }

    @Test
    void takesEveryCharacterThatATargetOrAFieldMayHave() {
        String target = "/-._~:/?[]@!$&'()*+,;=%41%fF09azAZ";
        String name = "!#$%&'*+-.^_`|~09azAZ";
        String value = "!\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~ \u0080\u00ff";
        assertEquals(
                "GET " + target + " HTTP/1.1 [Host=a, " + name + "=" + value + ", Empty=]\n",
                Wire.requests("GET " + target + " HTTP/1.1⏎Host: a⏎" + name + ":" + value + "⏎Empty:⏎⏎"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /                      | ORIGIN    | /      |       | h",
                "GET /a/b                   | ORIGIN    | /a/b   |       | h",
                "GET /a?b?c=/d              | ORIGIN    | /a     | b?c=/d| h",
                "GET /a?                    | ORIGIN    | /a     |       | h",
                "GET //x/y                  | ORIGIN    | //x/y  |       | h",
                "GET http://t               | ABSOLUTE  | /      |       | t",
                "GET http://t?q             | ABSOLUTE  | /      | q     | t",
                "GET http://t:81/a?b        | ABSOLUTE  | /a     | b     | t:81",
                "GET HTTPS://[::1]:8/       | ABSOLUTE  | /      |       | [::1]:8",
                "GET coap+x.1-y://1.2.3.4/  | ABSOLUTE  | /      |       | 1.2.3.4",
                "OPTIONS *                  | ASTERISK  | *      |       | h",
                "OPTIONS /                  | ORIGIN    | /      |       | h",
                "CONNECT t:443              | AUTHORITY | ''     |       | t:443",
                "CONNECT [::1]:443          | AUTHORITY | ''     |       | [::1]:443",
            })
    void tellsTheFourFormsOfTargetsApart(String line, TargetForm form, String path, String query, String authority) {
        with(
                line + " HTTP/1.1⏎Host: h⏎⏎",
                request -> { // RFC 9112 §3.2
                    assertEquals(form, request.targetForm());
                    assertEquals(line.substring(line.indexOf(' ') + 1), request.target());
                    assertEquals(
                            line.substring(line.indexOf(' ') + 1),
                            request.target(text).toString());
                    assertEquals(path, request.path());
                    assertTrue(request.pathIs(path));
                    assertFalse(request.pathIs(path + "x"));
                    assertFalse(request.pathIs("/wrong"));
                    assertEquals(query == null ? "" : query, request.query());
                    assertEquals(query == null ? "" : query, request.query(text).toString());
                    assertEquals(authority, request.authority());
                    assertEquals(authority, request.authority(text).toString());
                });
    }

    @ParameterizedTest
    @CsvSource({"a", "a.b-c_d~e", "1.2.3.4", "a:80", "a:", "[::1]", "[::1]:80", "[1:2::3.4.5.6]:8080", "A~_"})
    void takesHostsWithAndWithoutPort(String host) {
        with("GET / HTTP/1.1⏎Host: " + host + "⏎⏎", request -> assertEquals(host, request.authority()));
    }

    @Test
    void needsNoHostInHttp10() {
        with("GET / HTTP/1.0⏎⏎", request -> {
            assertEquals("", request.authority());
            assertEquals(HttpVersion.HTTP_1_0, request.version());
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "1.1 | -                  | true",
                "1.1 | close              | false",
                "1.1 | CLOSE              | false",
                "1.1 | x , Close          | false",
                "1.1 | keep-alive, close  | false",
                "1.1 | keep-alive         | true",
                "1.1 | closed             | true",
                "1.1 | , ,                | true",
                "1.0 | -                  | false",
                "1.0 | Keep-Alive         | true",
                "1.0 | keep-alive,close   | false",
                "1.0 | x                  | false",
            })
    void keepsTheConnectionAsVersionAndOptionsSay(String version, String connection, boolean isKeptAlive) {
        String field = connection == null ? "" : "Connection: " + connection + "⏎"; // RFC 9112 §9.3
        with("GET / HTTP/" + version + "⏎Host: a⏎" + field + "⏎", request -> {
            assertEquals(isKeptAlive, request.isKeptAlive());
        });
    }

    @Test
    void recognisesUpgradesOnlyWhenTheConnectionFieldNamesThem() { // RFC 9110 §7.8
        String fields = "⏎Host: a⏎Upgrade: websocket⏎Connection: keep-alive, Upgrade⏎⏎";
        with("GET / HTTP/1.1" + fields, request -> {
            assertTrue(request.asksForUpgrade());
            assertTrue(request.headers().hasToken(HeaderName.UPGRADE, "WebSocket"));
        });
        with("GET / HTTP/1.0" + fields, request -> assertFalse(request.asksForUpgrade()));
        with("GET / HTTP/1.1⏎Host: a⏎Upgrade: x⏎⏎", request -> assertFalse(request.asksForUpgrade()));
        with("GET / HTTP/1.1⏎Host: a⏎Connection: upgrade⏎⏎", request -> assertFalse(request.asksForUpgrade()));
    }

    @Test
    void recognisesTheExpectationOfAContinue() { // RFC 9110 §10.1.1
        String fields = "⏎Host: a⏎Expect: 100-Continue⏎Content-Length: ";
        with("POST / HTTP/1.1" + fields + "1⏎⏎", request -> assertTrue(request.expectsContinue()));
        with("POST / HTTP/1.1" + fields + "0⏎⏎", request -> assertFalse(request.expectsContinue()));
        with("POST / HTTP/1.0" + fields + "1⏎⏎", request -> assertFalse(request.expectsContinue()));
    }

    @Test
    void findsFieldsByName() {
        with("GET / HTTP/1.1⏎Host: a⏎X-Own: 1⏎ACCEPT: b⏎accept: c⏎x-own: 2⏎⏎", request -> {
            HttpHeaders headers = request.headers();
            HeaderName own = HeaderName.of("x-OWN");
            assertEquals(2, headers.indexOf(HeaderName.ACCEPT));
            assertEquals(3, headers.indexOf(HeaderName.ACCEPT, 3));
            assertEquals(-1, headers.indexOf(HeaderName.ACCEPT, 4));
            assertEquals(1, headers.indexOf(own));
            assertTrue(headers.isRepeated(own) && headers.isRepeated(HeaderName.ACCEPT));
            assertFalse(headers.isRepeated(HeaderName.HOST) || headers.isRepeated(HeaderName.VARY));
            assertEquals("b", headers.first(HeaderName.ACCEPT).orElseThrow());
            assertTrue(headers.first(HeaderName.of("x-other")).isEmpty());
            assertTrue(headers.valueIs(0, "A"));
            assertEquals("X-Own", headers.name(1));
            assertEquals("ACCEPT", headers.name(2, text).toString());
            assertTrue(text.isIgnoringCase("accept") && !text.is("accept"));
            assertEquals(
                    "Host: a\nX-Own: 1\nAccept: b\nAccept: c\nx-own: 2\n",
                    headers.copy().toString());
            assertThrows(IndexOutOfBoundsException.class, () -> headers.value(5));
        });
    }

    @Test
    void takesWhatFitsTheLimitsExactlyAndNothingMore() {
        HttpLimits limits = HttpLimits.builder()
                .maxStartLineBytes(64)
                .maxFieldBytes(100)
                .maxFields(3)
                .maxMethodBytes(5)
                .maxBodyBytes(10)
                .maxEmptyLines(2)
                .build();
        String line = "GET /" + "a".repeat(64 - 16) + " HTTP/1.1⏎";
        String taken = "[Host=a]\n";
        assertEquals(taken, last(taken.length(), Wire.requests(line + "Host: a⏎⏎", limits)));
        assertEquals("!START_LINE_TOO_LONG", Wire.requests("GET /a" + line.substring(5) + "Host: a⏎⏎", limits));
        assertEquals("!START_LINE_TOO_LONG", Wire.requests("GET /" + "a".repeat(100), limits));
        String field = "Host: a⏎X: " + "y".repeat(100 - 9 - 3 - 4);
        assertEquals("yy]\n", last(4, Wire.requests("GET / HTTP/1.1⏎" + field + "⏎⏎", limits)));
        assertEquals("!FIELDS_TOO_LARGE", Wire.requests("GET / HTTP/1.1⏎" + field + "y⏎⏎", limits));
        assertEquals("!FIELDS_TOO_LARGE", Wire.requests("GET / HTTP/1.1⏎" + "y".repeat(200), limits));
        assertEquals("!FIELDS_TOO_LARGE", Wire.requests("GET / HTTP/1.1⏎y:" + " ".repeat(200), limits));
        String three = "GET / HTTP/1.1⏎Host: a⏎A: b⏎C: d⏎";
        assertEquals("=d]\n", last(4, Wire.requests(three + "⏎", limits)));
        assertEquals("!TOO_MANY_FIELDS", Wire.requests(three + "E: f⏎⏎", limits));
        assertEquals(taken, last(taken.length(), Wire.requests("AAAAA / HTTP/1.1⏎Host: a⏎⏎", limits)));
        assertEquals("!BAD_METHOD", Wire.requests("AAAAAA / HTTP/1.1⏎Host: a⏎⏎", limits));
        assertEquals(Wire.GOOD_LOG, Wire.requests("⏎⏎" + Wire.GOOD, limits));
        assertEquals("!STRAY_BYTES", Wire.requests("⏎⏎⏎" + Wire.GOOD, limits));
        String post = "POST / HTTP/1.1⏎Host: a⏎Content-Length: ";
        assertEquals("end\n", last(4, Wire.requests(post + "10⏎⏎0123456789", limits)));
        assertEquals("!BODY_TOO_LARGE", Wire.requests(post + "11⏎⏎0123456789", limits));
    }

    /** A host is not looked at again if it is the last one. */
    @ParameterizedTest
    @ValueSource(strings = {"example", "example.", "example.com:8080", "www.example.com:8080"})
    void tellsABadHostFromAGoodOneBefore(String host) {
        String good = "GET / HTTP/1.1⏎Host: " + host + "⏎⏎";
        String log = "GET / HTTP/1.1 [Host=" + host + "]\n";
        for (int i = 0; i < host.length(); i++) {
            String bad = good.replace(host, host.substring(0, i) + "/" + host.substring(i + 1));
            assertEquals(log + log + "!BAD_HOST", Wire.requests(good + good + bad));
        }
    }

    @Test
    void limitsNamesToWhatACopyMayHave() {
        String name = "n".repeat(HeaderName.MAX_LENGTH);
        String head = "GET / HTTP/1.1⏎Host: a⏎";
        assertEquals("GET / HTTP/1.1 [Host=a, " + name + "=b]\n", Wire.requests(head + name + ": b⏎⏎"));
        assertEquals("!FIELDS_TOO_LARGE", Wire.requests(head + name + "n: b⏎⏎"));
    }

    private static String last(int length, String log) {
        return log.substring(log.length() - length);
    }

    @Test
    void staysFailedUntilItIsReset() {
        RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
        Wire.with(64, in -> {
            in.writeBytes(Wire.bytes("GET\u0001"));
            ProtocolException first = assertThrows(ProtocolException.class, () -> parser.parse(in));
            assertEquals(HttpViolation.BAD_METHOD, first.violation());
            assertEquals(400, first.status().code());
            in.clear().writeBytes(Wire.bytes(Wire.GOOD));
            assertSame(first, assertThrows(ProtocolException.class, () -> parser.parse(in)));
            assertEquals(0, first.getStackTrace().length);
            parser.reset();
            assertTrue(parser.parse(in));
        });
    }

    @Test
    void knowsWhetherItIsWithinAHead() {
        RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
        byte[] bytes = Wire.bytes("⏎" + Wire.GOOD);
        Wire.with(bytes.length, in -> {
            for (int i = 0; i < bytes.length; i++) {
                in.writeByte(bytes[i]);
                assertEquals(i == bytes.length - 1, parser.parse(in));
                assertEquals(i > 1 && i < bytes.length - 1, parser.isWithinHead(), "after byte " + i);
            }
        });
    }

    /** The bytes move to the front whenever the engine makes room. */
    @Test
    void goesOnAfterTheBytesHaveMoved() {
        byte[] bytes = Wire.bytes("PUT /moved HTTP/1.1⏎Host: a⏎Content-Type: b⏎⏎");
        for (int split = 1; split < bytes.length; split++) {
            int first = split;
            RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
            Wire.with(200, in -> {
                in.writeBytes(new byte[50]).skip(50).writeBytes(bytes, 0, first);
                assertFalse(parser.parse(in));
                in.clear().writeBytes(bytes);
                assertTrue(parser.parse(in));
                assertEquals("/moved", parser.request().path());
                assertEquals(
                        "[Host=a, Content-Type=b]",
                        RequestLog.fields(parser.request().headers()));
            });
        }
    }

    /** What a word holds beyond the end of the input belongs to an earlier message and is not looked at. */
    @Test
    void ignoresWhatTheMemoryHoldsBehindTheInput() {
        byte[] rest = Wire.bytes("ET / HTTP/1.1⏎Host: a⏎⏎");
        RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
        Wire.with(64, in -> {
            in.writeByte('G').writeBytes(rest).clear().writeByte('G');
            assertFalse(parser.parse(in));
            for (byte b : rest) {
                assertFalse(parser.parse(in));
                in.writeByte(b);
            }
            assertTrue(parser.parse(in));
        });
    }

    private static void with(String picture, Consumer<HttpRequest> check) {
        byte[] bytes = Wire.bytes(picture);
        RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
        Wire.with(bytes.length, in -> {
            assertTrue(parser.parse(in.writeBytes(bytes)), picture);
            check.accept(parser.request());
        });
    }
}
