package io.eventloop.http.h1;

import static io.eventloop.http.h1.Wire.refused;

import io.eventloop.http.HttpViolation;
import org.junit.jupiter.api.Test;

/**
 * Requests that other servers and proxies have read in two ways, or fell over. Each is refused, for the same reason however
 * its bytes come, alone and behind a good request.
 */
class RequestRefusalTest {

    @Test
    void refusesTransferEncodingTogetherWithContentLength() { // RFC 9112 §6.3
        refused(
                HttpViolation.CONFLICTING_FRAMING,
                post("Content-Length: 5⏎Transfer-Encoding: chunked"),
                post("Transfer-Encoding: chunked⏎Content-Length: 0"),
                post("Transfer-Encoding: gzip⏎Content-Length: 5"),
                post("transfer-encoding: chunked⏎CONTENT-LENGTH: x"));
    }

    @Test
    void refusesAnyTransferEncodingInHttp10() { // RFC 9112 §6.1
        refused(
                HttpViolation.TRANSFER_ENCODING_IN_1_0,
                "POST / HTTP/1.0⏎Host: a⏎Transfer-Encoding: chunked⏎⏎",
                "POST / HTTP/1.0⏎Transfer-Encoding: chunked⏎Content-Length: 1⏎⏎",
                "GET / HTTP/1.0⏎Transfer-Encoding: identity⏎⏎");
    }

    @Test
    void refusesAContentLengthThatIsNotOneRunOfDigits() { // RFC 9110 §8.6
        for (String value : new String[] {
            "+5", "-5", "-0", "0x5", "1_0", "5,5", "5, 5", "5 5", "5;", "5.0", "1e3", "", " ", "five", "5␋", "\u00a05",
            "５"
        }) {
            refused(
                    value.equals("5␋") ? HttpViolation.BAD_FIELD_VALUE : HttpViolation.BAD_CONTENT_LENGTH,
                    post("Content-Length: " + value));
        }
    }

    @Test
    void refusesAContentLengthAboveTheLargestLong() {
        refused(
                HttpViolation.BAD_CONTENT_LENGTH,
                post("Content-Length: 9223372036854775808"),
                post("Content-Length: 18446744073709551621"),
                post("Content-Length: 99999999999999999999999999999999999999"));
        refused(HttpViolation.BODY_TOO_LARGE, post("Content-Length: 9223372036854775807"));
    }

    @Test
    void refusesSeveralContentLengthsEvenEqualOnes() {
        refused(
                HttpViolation.REPEATED_CONTENT_LENGTH,
                post("Content-Length: 5⏎Content-Length: 5"),
                post("Content-Length: 5⏎content-length: 6"),
                post("Content-Length: 0⏎X: y⏎Content-Length: 0"));
    }

    @Test
    void refusesATransferEncodingThatIsNotChunkedOnceAtTheEnd() { // RFC 9112 §6.1
        for (String value : new String[] {
            "",
            "gzip",
            "identity",
            "chunked, chunked",
            "chunked, gzip",
            "chunked,",
            ", chunked",
            "xchunked",
            "chunked;",
            "chunked; q=1",
            "chunked gzip",
            "\"chunked\"",
            "chunked\u00a0",
            "\u00a0chunked",
            "chu nked",
            "gzip;x=y, chunked"
        }) {
            refused(HttpViolation.BAD_TRANSFER_ENCODING, post("Transfer-Encoding: " + value));
        }
        refused(
                HttpViolation.BAD_TRANSFER_ENCODING,
                post("Transfer-Encoding: chunked⏎Transfer-Encoding: chunked"),
                post("Transfer-Encoding: gzip⏎Transfer-Encoding: chunked"),
                post("Transfer-Encoding: chunked⏎Transfer-Encoding: identity"));
        refused(
                HttpViolation.UNKNOWN_TRANSFER_CODING,
                post("Transfer-Encoding: gzip, chunked"),
                post("Transfer-Encoding: identity,chunked"));
    }

    @Test
    void refusesControlCharactersAroundTheTransferEncoding() {
        refused(
                HttpViolation.BAD_FIELD_VALUE,
                post("Transfer-Encoding: ␋chunked"),
                post("Transfer-Encoding:␌chunked"),
                post("Transfer-Encoding: chunked␀"));
    }

    @Test
    void refusesSpaceBeforeColon() { // RFC 9112 §5.1
        refused(
                HttpViolation.BAD_FIELD_NAME,
                post("Transfer-Encoding : chunked"),
                post("Content-Length␉: 5"),
                "GET / HTTP/1.1⏎Host : a⏎⏎");
    }

    @Test
    void refusesFoldedLines() { // RFC 9112 §5.2
        refused(
                HttpViolation.FOLDED_LINE,
                post("Transfer-Encoding:⏎ chunked"),
                post("X: a⏎␉b"),
                post("X: a⏎ ⏎Y: b"),
                "GET / HTTP/1.1⏎ Host: a⏎⏎",
                "GET / HTTP/1.1⏎␉Host: a⏎Host: b⏎⏎");
    }

    @Test
    void refusesLineEndsOtherThanCrLf() { // RFC 9112 §2.2
        refused(
                HttpViolation.BAD_LINE_ENDING,
                "GET / HTTP/1.1␊Host: a⏎⏎",
                "GET / HTTP/1.1␍Host: a⏎⏎",
                "GET / HTTP/1.1␍␍␊Host: a⏎⏎",
                "GET / HTTP/1.1 ⏎Host: a⏎⏎",
                get("Host: a␊"),
                get("Host: a␍X: y"),
                get("Host: a␍␍␊X: y"),
                get("Host: a␊X: y"),
                "GET / HTTP/1.1⏎Host: a⏎␊",
                "GET / HTTP/1.1⏎Host: a⏎␍␍␊",
                "GET / HTTP/1.1⏎Host: a␍␍␍",
                "GET / HTTP/1.1⏎Host: a⏎␍␍␍",
                "GET / HTTP/1.1⏎Host: a⏎␍x");
    }

    @Test
    void refusesControlCharactersInValues() { // RFC 9110 §5.5
        for (char c = 0; c < ' '; c++) {
            if (c != '\t' && c != '\r' && c != '\n') {
                refused(HttpViolation.BAD_FIELD_VALUE, get("Host: a⏎X: y" + (char) ('␀' + c) + "z"));
            }
        }
        refused(HttpViolation.BAD_FIELD_VALUE, get("Host: a⏎X: ␡"));
    }

    @Test
    void refusesControlCharactersInNames() { // RFC 9110 §5.1
        for (char c = 0; c < ' '; c++) {
            if (c != '\r' && c != '\n') {
                refused(HttpViolation.BAD_FIELD_NAME, get("Host: a⏎X" + (char) ('␀' + c) + "Y: z"));
            }
        }
    }

    @Test
    void refusesNamesThatAreNoTokenFollowedByAColon() { // RFC 9110 §5.1
        refused(
                HttpViolation.BAD_FIELD_NAME,
                get("Host: a⏎: empty"),
                get("Host: a⏎no colon"),
                get("Host: a⏎nocolon"),
                get("Host: a⏎a/b: c"),
                get("Host: a⏎a\u00e9: c"),
                get("Host: a⏎\u00e9: c"),
                get("Host: a⏎a␀: c"),
                get("Host: a⏎␀a: c"),
                get("Host: a⏎a␡: c"),
                get("Host: a⏎a␍b: c"),
                get("Host: a⏎(a): c"),
                get("Host: a⏎\"a\": c"),
                get("Host: a⏎Transfer\u00adEncoding: chunked"));
    }

    @Test
    void refusesJunkBeforeTheRequestLine() { // RFC 9112 §2.2
        refused(
                HttpViolation.STRAY_BYTES,
                "␀" + Wire.GOOD,
                "␁GET / HTTP/1.1⏎Host: a⏎⏎",
                " GET / HTTP/1.1⏎Host: a⏎⏎",
                "␊" + Wire.GOOD,
                "␍" + Wire.GOOD,
                "⏎⏎" + Wire.GOOD,
                "⏎ " + Wire.GOOD,
                "␖␃␁␂␀␁␀␁\u00fc␃␃");
    }

    @Test
    void refusesMalformedRequestLines() { // RFC 9112 §3
        refused(
                HttpViolation.BAD_METHOD,
                "GET\u00e9 / HTTP/1.1⏎Host: a⏎⏎",
                "G␀T / HTTP/1.1⏎Host: a⏎⏎",
                "GET/ HTTP/1.1⏎Host: a⏎⏎",
                "GET␉/ HTTP/1.1⏎Host: a⏎⏎",
                "GET⏎Host: a⏎⏎",
                "A".repeat(33) + " / HTTP/1.1⏎Host: a⏎⏎");
        refused(
                HttpViolation.BAD_VERSION,
                "GET /⏎Host: a⏎⏎",
                "GET / ⏎Host: a⏎⏎",
                "GET / http/1.1⏎Host: a⏎⏎",
                "GET / HTTP/1⏎Host: a⏎⏎",
                "GET / HTTP/11⏎Host: a⏎⏎",
                "GET / HTTP/1.⏎Host: a⏎⏎",
                "GET /  HTTP/1.1⏎Host: a⏎⏎",
                "GET / x HTTP/1.1⏎Host: a⏎⏎",
                "GET / HTTP/x.1⏎Host: a⏎⏎",
                "GET / FTP/1.1⏎Host: a⏎⏎");
        refused(
                HttpViolation.UNSUPPORTED_VERSION,
                "GET / HTTP/0.9⏎Host: a⏎⏎",
                "GET / HTTP/1.2⏎Host: a⏎⏎",
                "GET / HTTP/2.0⏎Host: a⏎⏎",
                "PRI * HTTP/2.0⏎⏎SM⏎⏎");
    }

    @Test
    void refusesCharactersThatNoTargetHas() { // RFC 9112 §3.2
        for (String target : new String[] {
            "/a\u00e9",
            "/a␀",
            "/a␍b",
            "/a␉b",
            "/a#b",
            "/a\"b",
            "/<a>",
            "/a\\b",
            "/a^b",
            "/a`b",
            "/{a}",
            "/a|b",
            "/a␡",
            "",
            "/%",
            "/%1",
            "/%g0",
            "/%0g",
            "/%%41"
        }) {
            refused(
                    target.equals("/a␍b") ? HttpViolation.BAD_VERSION : HttpViolation.BAD_TARGET,
                    "GET " + target + " HTTP/1.1⏎Host: a⏎⏎");
        }
    }

    @Test
    void refusesTargetsWhoseFormDoesNotFit() { // RFC 9112 §3.2
        refused(
                HttpViolation.BAD_TARGET,
                "GET * HTTP/1.1⏎Host: a⏎⏎",
                "OPTIONS ** HTTP/1.1⏎Host: a⏎⏎",
                "GET a HTTP/1.1⏎Host: a⏎⏎",
                "GET a/b HTTP/1.1⏎Host: a⏎⏎",
                "GET a:80 HTTP/1.1⏎Host: a⏎⏎",
                "GET http:/a HTTP/1.1⏎Host: a⏎⏎",
                "GET ://a/ HTTP/1.1⏎Host: a⏎⏎",
                "GET 1http://a/ HTTP/1.1⏎Host: a⏎⏎",
                "GET ht_tp://a/ HTTP/1.1⏎Host: a⏎⏎",
                "GET ?q HTTP/1.1⏎Host: a⏎⏎");
        refused(
                HttpViolation.BAD_HOST,
                "GET http:// HTTP/1.1⏎Host: a⏎⏎",
                "GET http:///b HTTP/1.1⏎Host: a⏎⏎",
                "GET http://u@a/b HTTP/1.1⏎Host: a⏎⏎",
                "GET http://a:b/ HTTP/1.1⏎Host: a⏎⏎",
                "CONNECT a HTTP/1.1⏎Host: a⏎⏎",
                "CONNECT a: HTTP/1.1⏎Host: a⏎⏎",
                "CONNECT /a HTTP/1.1⏎Host: a⏎⏎",
                "CONNECT http://a:80/ HTTP/1.1⏎Host: a⏎⏎",
                "CONNECT a:80/ HTTP/1.1⏎Host: a⏎⏎",
                "CONNECT a:65536 HTTP/1.1⏎Host: a⏎⏎");
    }

    @Test
    void refusesMissingAndRepeatedHosts() { // RFC 9112 §3.2
        refused(
                HttpViolation.MISSING_HOST,
                "GET / HTTP/1.1⏎⏎",
                "GET http://a/ HTTP/1.1⏎X: y⏎⏎",
                "GET / HTTP/1.1⏎Hos: a⏎Hostt: b⏎⏎");
        refused(
                HttpViolation.REPEATED_HOST,
                get("Host: a⏎Host: a"),
                get("Host: a⏎X: y⏎hOST: b"),
                "GET / HTTP/1.0⏎Host: a⏎Host: b⏎⏎");
    }

    @Test
    void refusesHostsThatAreNoHostAndPort() { // RFC 9110 §7.2
        for (String host : new String[] {
            "",
            "u@a",
            "u:p@a",
            "a/b",
            "a?b",
            "a#b",
            "a b",
            "a,b",
            "a;b",
            "a=b",
            "http://a",
            "a:b",
            "a:80:80",
            "a:-1",
            "a:65536",
            "a:99999999999",
            "[::1",
            "::1",
            "[::1]x",
            "[g::1]",
            "[]",
            "[1]",
            "a\\b",
            "a\u00e9",
            "a%41",
            "a\"b",
            ":80",
            "a<b"
        }) {
            refused(HttpViolation.BAD_HOST, get("Host: " + host));
        }
    }

    @Test
    void refusesConnectWithContent() { // RFC 9110 §9.3.6
        refused(
                HttpViolation.UNEXPECTED_CONTENT,
                "CONNECT a:80 HTTP/1.1⏎Host: a:80⏎Content-Length: 5⏎⏎hello",
                "CONNECT a:80 HTTP/1.1⏎Host: a:80⏎Transfer-Encoding: chunked⏎⏎0⏎⏎");
    }

    @Test
    void refusesExpectationsOtherThanContinue() { // RFC 9110 §10.1.1
        refused(
                HttpViolation.UNKNOWN_EXPECTATION,
                post("Content-Length: 1⏎Expect: 200-ok"),
                post("Content-Length: 1⏎Expect: 100-continue, x"),
                post("Content-Length: 1⏎Expect: 100-continue⏎Expect: 100-continue"),
                post("Content-Length: 1⏎Expect:"));
    }

    private static String get(String fields) {
        return "GET / HTTP/1.1⏎" + fields + "⏎⏎";
    }

    private static String post(String fields) {
        return "POST / HTTP/1.1⏎Host: a⏎" + fields + "⏎⏎hello";
    }
}
