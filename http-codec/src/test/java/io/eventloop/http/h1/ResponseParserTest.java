package io.eventloop.http.h1;

import static io.eventloop.http.h1.Wire.responses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 §4 and §6.3. */
class ResponseParserTest {

    @Test
    void takesResponsesBackToBack() {
        assertEquals(
                """
                HTTP/1.1 200 [Content-Length=0]
                HTTP/1.1 404 [Transfer-Encoding=chunked] 'hello' end
                HTTP/1.0 200 [Connection=keep-alive, Content-Length=2] 'ok' end
                """,
                responses(
                        HttpMethod.GET,
                        "HTTP/1.1 200 OK⏎Content-Length: 0⏎⏎"
                                + "HTTP/1.1 404 ⏎Transfer-Encoding: chunked⏎⏎5⏎hello⏎0⏎⏎"
                                + "HTTP/1.0 200 F\u00e9in␉!⏎Connection: keep-alive⏎Content-Length: 2⏎⏎ok"));
    }

    @Test
    void readsUntilTheCloseWhereNothingElseIsSaid() {
        assertEquals("HTTP/1.1 200 [] 'abcHTTP/1.1 ", responses(HttpMethod.GET, "HTTP/1.1 200 OK⏎⏎abcHTTP/1.1 "));
        HttpLimits limits = HttpLimits.builder().maxBodyBytes(5).build();
        String response = "HTTP/1.0 200 OK⏎⏎hello";
        assertEquals("HTTP/1.0 200 [] 'hello", responses(HttpMethod.GET, response, limits));
        assertEquals("HTTP/1.0 200 [] 'hello!BODY_TOO_LARGE", responses(HttpMethod.GET, response + "!", limits));
    }

    @Test
    void takesNoBodyForHeadAndForStatusesWithoutContent() { // RFC 9110 §6.4.1
        String head = "HTTP/1.1 200 OK⏎Content-Length: 5⏎⏎";
        assertEquals("HTTP/1.1 200 [Content-Length=5]\n".repeat(2), responses(HttpMethod.HEAD, head + head));
        String chunked = "HTTP/1.1 200 OK⏎Transfer-Encoding: chunked⏎⏎";
        assertEquals("HTTP/1.1 200 [Transfer-Encoding=chunked]\n", responses(HttpMethod.HEAD, chunked));
        String notModified = "HTTP/1.1 304 Not Modified⏎Content-Length: 5⏎⏎";
        assertEquals("HTTP/1.1 304 [Content-Length=5]\n", responses(HttpMethod.GET, notModified));
        assertEquals("HTTP/1.1 204 []\n", responses(HttpMethod.GET, "HTTP/1.1 204 No Content⏎⏎"));
        assertEquals(
                "HTTP/1.1 204 [Content-Length=0]\n", responses(HttpMethod.GET, "HTTP/1.1 204 ⏎Content-Length: 0⏎⏎"));
    }

    @Test
    void doesNotKeepAConnectionWhoseResponseAnnouncesABodyItMustNotHave() { // RFC 9110 §8.6
        assertEquals(
                "HTTP/1.1 204 [Content-Length=5] close\n",
                responses(HttpMethod.GET, "HTTP/1.1 204 No Content⏎Content-Length: 5⏎⏎"));
        assertEquals(
                "HTTP/1.1 103 [Transfer-Encoding=chunked] close\n",
                responses(HttpMethod.GET, "HTTP/1.1 103 Early Hints⏎Transfer-Encoding: chunked⏎⏎"));
    }

    @Test
    void returnsInterimResponsesBeforeTheFinalOneUpToALimit() { // RFC 9110 §15.2
        HttpLimits limits = HttpLimits.builder().maxInterimResponses(2).build();
        String interim = "HTTP/1.1 100 Continue⏎⏎";
        String twice = "HTTP/1.1 100 []\n".repeat(2);
        assertEquals(
                (twice + Wire.OK_LOG).repeat(2),
                responses(HttpMethod.GET, (interim.repeat(2) + Wire.OK).repeat(2), limits));
        assertEquals(twice + "!TOO_MANY_INTERIM_RESPONSES", responses(HttpMethod.GET, interim.repeat(3), limits));
    }

    @Test
    void endsWhereATunnelBegins() { // RFC 9110 §9.3.6, §15.2.2
        String connected = "HTTP/1.1 200 OK⏎Content-Length: 5⏎Transfer-Encoding: x⏎⏎";
        assertEquals(
                "HTTP/1.1 200 [Content-Length=5, Transfer-Encoding=x] tunnel",
                responses(HttpMethod.CONNECT, connected));
        assertEquals(
                "HTTP/1.1 403 [Content-Length=2] 'no' end\n",
                responses(HttpMethod.CONNECT, "HTTP/1.1 403 Forbidden⏎Content-Length: 2⏎⏎no"));
        assertEquals(
                "HTTP/1.1 101 [Upgrade=x] tunnel",
                responses(HttpMethod.GET, "HTTP/1.1 101 Switching Protocols⏎Upgrade: x⏎⏎bytes"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200⏎⏎",
                "HTTP/1.1 20 OK⏎⏎",
                "HTTP/1.1 2000 OK⏎⏎",
                "HTTP/1.1 099 OK⏎⏎",
                "HTTP/1.1 +20 OK⏎⏎",
                "HTTP/1.1  200 OK⏎⏎",
                "HTTP/1.1␉200 OK⏎⏎",
                "HTTP/1.1 200␉OK⏎⏎",
                "HTTP/2 200 OK⏎⏎",
                "HTTP/1.2 200 OK⏎⏎",
                "HTTP/2.0 200 OK⏎⏎",
                "http/1.1 200 OK⏎⏎",
                "⏎HTTP/1.1 200 OK⏎⏎",
                " HTTP/1.1 200 OK⏎⏎",
                "ICY 200 OK⏎⏎",
                "␀",
                "<html>"
            })
    void refusesMalformedStatusLines(String response) {
        assertEquals("!" + HttpViolation.BAD_STATUS_LINE, responses(HttpMethod.GET, response));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK␊Content-Length: 0⏎⏎",
                "HTTP/1.1 200 O␀K⏎⏎",
                "HTTP/1.1 200 OK␍X: y⏎⏎",
                "HTTP/1.1 200 OK⏎␊",
                "HTTP/1.1 200 OK⏎X: y␊⏎"
            })
    void refusesLineEndsOtherThanCrLf(String response) {
        assertEquals("!" + HttpViolation.BAD_LINE_ENDING, responses(HttpMethod.GET, response));
    }

    @Test
    void refusesAmbiguousFramingAsInRequests() {
        String[][] rows = {
            {"CONFLICTING_FRAMING", "Content-Length: 5⏎Transfer-Encoding: chunked"},
            {"REPEATED_CONTENT_LENGTH", "Content-Length: 5⏎Content-Length: 5"},
            {"BAD_CONTENT_LENGTH", "Content-Length: +5"},
            {"BAD_TRANSFER_ENCODING", "Transfer-Encoding: chunked, gzip"},
            {"UNKNOWN_TRANSFER_CODING", "Transfer-Encoding: gzip, chunked"},
            {"FOLDED_LINE", "X: y⏎ z"},
        };
        for (String[] row : rows) {
            for (String status : new String[] {"200 OK", "204 No Content", "304 Not Modified"}) {
                String response = "HTTP/1.1 " + status + "⏎" + row[1] + "⏎⏎hello";
                assertEquals("!" + row[0], responses(HttpMethod.GET, response));
                assertEquals("!" + row[0], responses(HttpMethod.HEAD, response));
            }
        }
        assertEquals(
                "!TRANSFER_ENCODING_IN_1_0",
                responses(HttpMethod.GET, "HTTP/1.0 200 OK⏎Transfer-Encoding: chunked⏎⏎0⏎⏎"));
    }

    @Test
    void boundsTheStatusLine() {
        HttpLimits limits = HttpLimits.builder().maxStartLineBytes(64).build();
        String line = "HTTP/1.1 204 " + "x".repeat(64 - 15) + "⏎";
        assertEquals("HTTP/1.1 204 []\n", responses(HttpMethod.GET, line + "⏎", limits));
        assertEquals("!BAD_STATUS_LINE", responses(HttpMethod.GET, line.replace("⏎", "x⏎") + "⏎", limits));
    }

    @Test
    void tellsAnEndOfInputWithinABodyFromItsEnd() { // RFC 9112 §8
        BodyDecoder body = new BodyDecoder(HttpLimits.DEFAULT);
        body.endOfInput();
        body.begin(BodyFraming.UNTIL_CLOSE);
        body.endOfInput();
        Wire.with(64, in -> {
            in.writeBytes(Wire.bytes("helloTHERE0⏎⏎"));
            body.begin(10);
            assertEquals(5, body.next(in, 5));
            assertEquals(HttpViolation.TRUNCATED, truncated(body));
            assertEquals(5, body.next(in.skip(5), 100));
            body.endOfInput();
            assertEquals(BodyDecoder.END, body.next(in.skip(5), 100));
            body.begin(BodyFraming.CHUNKED);
            assertEquals(HttpViolation.TRUNCATED, truncated(body));
            assertEquals(BodyDecoder.END, body.next(in, 100));
            body.endOfInput();
            assertTrue(!in.isReadable());
        });
        assertThrows(IllegalArgumentException.class, () -> body.begin(BodyFraming.TUNNEL));
    }

    private static HttpViolation truncated(BodyDecoder body) {
        return assertThrows(ProtocolException.class, body::endOfInput).violation();
    }
}
