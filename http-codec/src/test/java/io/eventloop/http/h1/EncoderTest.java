package io.eventloop.http.h1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpStatus;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves, and what does not. */
class EncoderTest {
    private static final String DATE = "Date: Sun, 06 Nov 1994 08:49:37 GMT⏎";
    private static final RequestTraits KEPT = traits("GET / HTTP/1.1⏎Host: a⏎⏎");
    private static final RequestTraits OLD = traits("GET / HTTP/1.0⏎⏎");
    private static final RequestTraits OLD_KEPT = traits("GET / HTTP/1.0⏎Connection: keep-alive⏎⏎");
    private static final RequestTraits HEAD = traits("HEAD / HTTP/1.1⏎Host: a⏎⏎");
    private static final RequestTraits CONNECT = traits("CONNECT a:1 HTTP/1.1⏎Host: a:1⏎⏎");

    private final DateCache dates = new DateCache(784_111_777_999L);
    private final ResponseEncoder responses = new ResponseEncoder(HttpLimits.DEFAULT, dates);
    private final RequestEncoder requests = new RequestEncoder(HttpLimits.DEFAULT);

    private static RequestTraits traits(String request) {
        RequestTraits[] traits = new RequestTraits[1];
        byte[] bytes = Wire.bytes(request);
        Wire.with(bytes.length, in -> {
            RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
            assertTrue(parser.parse(in.writeBytes(bytes)));
            traits[0] = RequestTraits.of(parser.request());
        });
        return traits[0];
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "KEPT     | 200 |  5 | LENGTH     | true  | Content-Length: 5⏎                            | d",
                "KEPT     | 200 |  0 | NONE       | true  | Content-Length: 0⏎                            | d",
                "KEPT     | 200 | -1 | CHUNKED    | true  | Transfer-Encoding: chunked⏎                   | d",
                "CLOSING  | 200 |  5 | LENGTH     | false | Content-Length: 5⏎Connection: close⏎          | d",
                "UNKNOWN  | 400 |  0 | NONE       | false | Content-Length: 0⏎Connection: close⏎          | d",
                "OLD      | 200 |  5 | LENGTH     | false | Content-Length: 5⏎Connection: close⏎          | d",
                "OLD      | 200 | -1 | UNTIL_CLOSE| false | Connection: close⏎                            | d",
                "OLD_KEPT | 200 |  5 | LENGTH     | true  | Content-Length: 5⏎Connection: keep-alive⏎     | d",
                "OLD_KEPT | 200 | -1 | UNTIL_CLOSE| false | Connection: close⏎                            | d",
                "HEAD     | 200 |  5 | NONE       | true  | Content-Length: 5⏎                            | d",
                "HEAD     | 200 | -1 | NONE       | true  | ''                                            | d",
                "KEPT     | 304 |  5 | NONE       | true  | Content-Length: 5⏎                            | d",
                "KEPT     | 304 |  0 | NONE       | true  | ''                                            | d",
                "KEPT     | 204 |  5 | NONE       | true  | ''                                            | d",
                "KEPT     | 204 | -1 | NONE       | true  | ''                                            | d",
                "KEPT     | 100 |  0 | NONE       | true  | ''                                            | -",
                "CONNECT  | 200 | -1 | TUNNEL     | true  | ''                                            | d",
                "CONNECT  | 403 |  5 | LENGTH     | false | Content-Length: 5⏎Connection: close⏎          | d",
                "CONNECT  | 407 | -1 | CHUNKED    | false | Transfer-Encoding: chunked⏎Connection: close⏎ | d",
                "CONNECT  | 100 |  0 | NONE       | true  | ''                                            | -",
            })
    void framesResponsesAsRequestAndStatusAllow( // RFC 9112 §6, §9.3
            String request, int code, long length, BodyEncoding encoding, boolean isKept, String fields, String date) {
        HttpStatus status = HttpStatus.of(code);
        responses.begin(named(request), status);
        assertEquals(encoding, responses.finish(length));
        assertEquals(isKept, responses.isKeptAlive());
        String line = "HTTP/1.1 " + code + " " + status.reason() + "⏎";
        assertEquals(line + fields + (date == null ? "" : DATE) + "⏎", response());
    }

    private static RequestTraits named(String name) {
        return switch (name) {
            case "KEPT" -> KEPT;
            case "CLOSING" -> KEPT.closing();
            case "UNKNOWN" -> RequestTraits.UNKNOWN;
            case "OLD" -> OLD;
            case "OLD_KEPT" -> OLD_KEPT;
            case "HEAD" -> HEAD;
            default -> CONNECT;
        };
    }

    @Test
    void writesFieldsInTheirOrder() {
        HeaderBlock block = HeaderBlock.of(HeaderName.SERVER, "s");
        responses
                .begin(KEPT, HttpStatus.of(299))
                .field(HeaderName.of("X-Own"), "a\tb \u00e9")
                .block(block)
                .field(HeaderName.AGE, 9_876_543_210L)
                .fields(new HttpFields().add(HeaderName.VARY, "").add(HeaderName.DATE, "never"));
        responses.finish(1);
        assertEquals(
                "HTTP/1.1 299 ⏎X-Own: a\tb \u00e9⏎Server: s⏎Age: 9876543210⏎Vary: ⏎Date: never⏎Content-Length: 1⏎⏎",
                response());
    }

    @Test
    void writesAnUpgradeWithItsConnectionField() { // RFC 9110 §7.8
        responses.begin(KEPT, HttpStatus.SWITCHING_PROTOCOLS).field(HeaderName.UPGRADE, "websocket");
        assertEquals(BodyEncoding.TUNNEL, responses.finish(0));
        assertEquals("HTTP/1.1 101 Switching Protocols⏎Upgrade: websocket⏎Connection: Upgrade⏎⏎", response());
        responses.begin(KEPT, HttpStatus.SWITCHING_PROTOCOLS);
        assertThrows(IllegalStateException.class, () -> responses.finish(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a⏎b", "a␍", "␊a", "␀", "a␁", "a␡", "␛[1m", "\u0100", "a\u010a", "\u2028", "a\u560d\u560a"})
    void refusesToWriteValuesThatNoFieldMayHave(String picture) {
        String value = picture.chars().anyMatch(c -> c > 0xFF && c < 0x2400 || c > 0x2500)
                ? picture
                : new String(Wire.bytes(picture), StandardCharsets.ISO_8859_1);
        HeadWriter head = responses.begin(KEPT, HttpStatus.OK);
        head.field(HeaderName.AGE, 1);
        assertThrows(IllegalArgumentException.class, () -> head.field(HeaderName.VARY, value));
        assertThrows(IllegalArgumentException.class, () -> new HttpFields().add(HeaderName.VARY, value));
        assertThrows(IllegalArgumentException.class, () -> HeaderBlock.of(HeaderName.VARY, value));
        responses.finish(0);
        assertEquals("HTTP/1.1 200 OK⏎Age: 1⏎Content-Length: 0⏎" + DATE + "⏎", response());
    }

    /** A11: every character that is none of a field's, on every way a value can take. */
    @Test
    void refusesEveryControlCharacterOnEveryWay() {
        HttpFields trailers = new HttpFields();
        for (char c = 0; c < 0x200; c++) {
            if (c >= ' ' && c < 0x7F || c == '\t' || c >= 0x80 && c <= 0xFF) {
                continue;
            }
            String bad = "a" + c + "b";
            HeadWriter head = responses.begin(KEPT, HttpStatus.OK);
            assertThrows(IllegalArgumentException.class, () -> head.field(HeaderName.VARY, bad));
            assertThrows(IllegalArgumentException.class, () -> trailers.add(HeaderName.VARY, bad));
            assertThrows(IllegalArgumentException.class, () -> trailers.set(HeaderName.VARY, bad));
            assertThrows(IllegalArgumentException.class, () -> HeaderBlock.of(HeaderName.VARY, bad));
            assertThrows(IllegalArgumentException.class, () -> HeaderName.of(bad));
            assertThrows(IllegalArgumentException.class, () -> HttpMethod.of(bad));
            assertThrows(IllegalArgumentException.class, () -> requests.begin(HttpMethod.GET, "/" + bad, "a"));
            assertThrows(IllegalArgumentException.class, () -> requests.begin(HttpMethod.GET, "/", bad));
            HeadWriter request = requests.begin(HttpMethod.GET, "/", "a");
            assertThrows(IllegalArgumentException.class, () -> request.field(HeaderName.COOKIE, bad));
        }
        assertEquals(0, trailers.count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a⏎", "a\u0000", "\u00e9", "a\u010a", "(a)"})
    void refusesNamesAndMethodsThatAreNoTokens(String name) {
        assertThrows(IllegalArgumentException.class, () -> HeaderName.of(name));
        assertThrows(IllegalArgumentException.class, () -> HttpMethod.of(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/a b",
                "/\r\nX: y",
                "/\u0000",
                "/a\tb",
                "/\u00e9",
                "/\u010a",
                "/a#b",
                "/%",
                "/%zz",
                "*",
                "/a\"",
                "a:80"
            })
    void refusesToWriteTargetsThatNoServerWouldTake(String target) {
        assertThrows(IllegalArgumentException.class, () -> requests.begin(HttpMethod.GET, target, "a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "a\r\nX: y", "u@a", "a/b", "a:b", ":80", "[::1", "[::1]x", "a\u010a", "::1", "a%41"})
    void refusesToWriteHostsThatNoServerWouldTake(String authority) {
        assertThrows(IllegalArgumentException.class, () -> requests.begin(HttpMethod.GET, "/", authority));
        assertThrows(IllegalArgumentException.class, () -> requests.begin(HttpMethod.CONNECT, authority, "a"));
    }

    @Test
    void keepsTheFieldsThatFrameMessagesToItself() {
        HeadWriter head = responses.begin(KEPT, HttpStatus.OK);
        for (HeaderName name :
                new HeaderName[] {HeaderName.CONTENT_LENGTH, HeaderName.TRANSFER_ENCODING, HeaderName.CONNECTION}) {
            assertThrows(IllegalArgumentException.class, () -> head.field(name, "1"));
            assertThrows(IllegalArgumentException.class, () -> head.field(name, 1));
            assertThrows(IllegalArgumentException.class, () -> HeaderBlock.of(name, "1"));
            assertThrows(IllegalArgumentException.class, () -> head.field(HeaderName.of(name.lowerCase()), "1"));
        }
        HeaderBlock host = HeaderBlock.of(HeaderName.HOST, "b");
        HeadWriter request = requests.begin(HttpMethod.GET, "/", "a");
        assertThrows(IllegalArgumentException.class, () -> request.field(HeaderName.HOST, "b"));
        assertThrows(IllegalArgumentException.class, () -> request.block(host));
        assertThrows(IllegalArgumentException.class, () -> request.field(HeaderName.AGE, -1));
    }

    @Test
    void copiesFieldsThatWereReceived() {
        byte[] bytes = Wire.bytes("GET / HTTP/1.1⏎Host: a⏎X-Own:  b c ⏎accept: d⏎content-length: 0⏎⏎");
        Wire.with(bytes.length, in -> {
            RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
            parser.parse(in.writeBytes(bytes));
            HeadWriter head = responses.begin(KEPT, HttpStatus.OK);
            head.field(parser.request().headers(), 1).field(parser.request().headers(), 2);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> head.field(parser.request().headers(), 3));
            responses.finish(0);
            assertEquals("HTTP/1.1 200 OK⏎X-Own: b c⏎Accept: d⏎Content-Length: 0⏎" + DATE + "⏎", response());
        });
    }

    @Test
    void boundsTheHead() {
        HttpLimits limits =
                HttpLimits.builder().maxStartLineBytes(64).maxFieldBytes(64).build();
        ResponseEncoder small = new ResponseEncoder(limits, dates);
        HeadWriter head = small.begin(KEPT, HttpStatus.OK);
        assertThrows(IllegalStateException.class, () -> head.field(HeaderName.VARY, "x".repeat(128)));
        head.field(HeaderName.VARY, "x");
        small.finish(1);
        assertThrows(IllegalStateException.class, () -> head.field(HeaderName.VARY, "x"));
        assertThrows(IllegalStateException.class, () -> small.finish(1));
        assertThrows(IllegalStateException.class, () -> new ResponseEncoder(limits, dates).finish(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "GET     | /a?b       | 0  | true  | NONE    | ''",
                "GET     | /          | 0  | false | NONE    | Connection: close⏎",
                "POST    | /          | 0  | true  | NONE    | Content-Length: 0⏎",
                "POST    | /          | 5  | true  | LENGTH  | Content-Length: 5⏎",
                "DELETE  | /          | -1 | true  | CHUNKED | Transfer-Encoding: chunked⏎",
                "OPTIONS | *          | 0  | true  | NONE    | ''",
                "GET     | http://a/  | 0  | true  | NONE    | ''",
                "CONNECT | a:80       | 0  | true  | NONE    | ''",
                "CONNECT | [::1]:80   | 0  | true  | NONE    | ''",
            })
    void framesRequests(
            String method, String target, long length, boolean isKept, BodyEncoding encoding, String fields) {
        requests.begin(HttpMethod.of(method), target, "a:80");
        assertEquals(encoding, requests.finish(length, isKept));
        assertEquals(method + " " + target + " HTTP/1.1⏎Host: a:80⏎" + fields + "⏎", request());
    }

    @Test
    void refusesContentWithConnect() {
        requests.begin(HttpMethod.CONNECT, "a:80", "a:80");
        assertThrows(IllegalArgumentException.class, () -> requests.finish(1, true));
    }

    @Test
    void writesTheConnectionFieldOfAnUpgrade() {
        requests.begin(HttpMethod.GET, "/", "a").field(HeaderName.UPGRADE, "x");
        requests.finish(0, true);
        assertEquals("GET / HTTP/1.1⏎Host: a⏎Upgrade: x⏎Connection: Upgrade⏎⏎", request());
    }

    private String response() {
        return picture(responses.length(), responses::writeTo);
    }

    private String request() {
        return picture(requests.length(), requests::writeTo);
    }

    static String picture(int size, Consumer<Buffer> write) {
        String[] text = new String[1];
        Wire.with(size, out -> {
            write.accept(out);
            text[0] = out.toString(StandardCharsets.ISO_8859_1).replace("\r\n", "⏎");
        });
        assertFalse(text[0].contains("\r") || text[0].contains("\n"), text[0]);
        return text[0];
    }
}
