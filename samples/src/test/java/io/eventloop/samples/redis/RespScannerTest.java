package io.eventloop.samples.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.testing.DecoderFeeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where values end, however their bytes arrive. In the tables {@code ~} stands for CR LF. */
class RespScannerTest {
    private static final int FEEDS = 30;
    private static final long MAX_BULK_BYTES = 1000;

    /** Takes values off a buffer, and notes their lengths. */
    private static final class Values {
        private final RespScanner scanner = new RespScanner(MAX_BULK_BYTES);
        private final List<String> found = new ArrayList<>();
        private int length;
        private String error = "";

        void feed(Buffer in) {
            try {
                while (error.isEmpty() && in.isReadable()) {
                    int end = scanner.take(in, in.readIndex(), in.writeIndex());
                    length += end - in.readIndex();
                    in.readIndex(end);
                    if (scanner.isComplete()) {
                        found.add((char) scanner.valueType() + Integer.toString(length));
                        length = 0;
                    }
                }
            } catch (RespException e) {
                error = e.getMessage();
            }
            if (!error.isEmpty()) {
                in.skip(in.readableBytes());
            }
        }

        @Override
        public String toString() {
            return error.isEmpty() ? String.join(" ", found) + (length == 0 ? "" : " +" + length) : error;
        }
    }

    private static String values(String text) {
        return valuesOf(text.replace("~", "\r\n"));
    }

    private static String valuesOf(String text) {
        Values[] last = new Values[1];
        DecoderFeeds.check(text.getBytes(ISO_8859_1), FEEDS, () -> last[0] = new Values(), Values::feed);
        return last[0].toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "+OK~                                | +5",
                "-ERR no~:12~                        | -9 :5",
                "$5~hello~                           | $11",
                "$0~~                                | $6",
                "$-1~                                | $5",
                "*-1~+a~                             | *5 +4",
                "*0~                                 | *4",
                "*2~$1~a~:7~+b~                      | *15 +4",
                "*2~*2~+a~+b~*0~:1~                  | *20 :4",
                "_~,1.5~#t~(12345678901234567890~    | _3 ,6 #4 (23",
                "!5~hello~=7~txt:abc~                | !11 =13",
                "%2~+a~:1~+b~*1~:2~                  | %24",
                ">2~+message~:1~+OK~                 | >18 +5",
                "'|1~+ttl~:9~$1~v~'                  | '|21'",
                "$4~a~b                              | ' +8'",
                "*3~:1~                              | ' +8'",
            })
    void findsTheEnd(String text, String lengths) {
        assertEquals(lengths, values(text));
    }

    /** The one type whose letter is the table's line end. */
    @Test
    void findsTheEndOfASet() {
        assertEquals("~8", valuesOf("~1\r\n+a\r\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?                    | Protocol error: unknown type '?'",
                "+OK~x                | Protocol error: unknown type 'x'",
                "$a~                  | Protocol error: invalid length",
                "$~                   | Protocol error: invalid length",
                "$1 ~a~               | Protocol error: invalid length",
                "$--1~                | Protocol error: invalid length",
                "$1234567890123456789 | Protocol error: invalid length",
                "$-2~                 | Protocol error: negative length",
                "%-1~                 | Protocol error: negative length",
                "$1001~               | 'Protocol error: bulk string of 1001 bytes, at most 1000'",
                "$1~ab~               | Protocol error: a bulk string without its line end",
                "*99999999999~        | Protocol error: aggregate of 99999999999 elements",
            })
    void refusesWhatIsBroken(String text, String message) {
        assertEquals(message, values(text));
    }

    @Test
    void takesAggregatesUpToTheLimitOfDepth() {
        String deepest = "*1~".repeat(RespScanner.MAX_DEPTH) + ":1~";
        assertEquals("*" + deepest.replace("~", "12").length(), values(deepest));
        assertTrue(values("*1~" + deepest).contains("nested deeper than " + RespScanner.MAX_DEPTH));
    }
}
