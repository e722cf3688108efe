package io.eventloop.http.h1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.ProtocolException;
import org.junit.jupiter.api.Test;

/**
 * A parser that is called again with the same bytes does not do the same again: a call that takes a head consumes it, a call
 * that asks for more says so however often it is called, and a refusal stays one.
 */
class ProgressTest {
    private static final String REQUEST = "POST /a HTTP/1.1⏎Host: a⏎Content-Length: 0⏎⏎";
    private static final String RESPONSE = "HTTP/1.1 200 OK⏎Content-Length: 0⏎⏎";

    private interface Parser {
        boolean parse(Buffer in);
    }

    private interface Opener {
        Parser open();
    }

    private static void check(Opener parsers, String message) {
        byte[] bytes = Wire.bytes(message);
        Wire.with(bytes.length + 1, in -> {
            for (int at = 0; at <= bytes.length; at++) {
                for (int strange = 0; strange < 256; strange++) {
                    in.clear().writeBytes(bytes, 0, at).writeByte(strange);
                    check(parsers.open(), in);
                }
                in.clear().writeBytes(bytes, 0, at);
                check(parsers.open(), in);
            }
        });
    }

    private static void check(Parser parser, Buffer in) {
        int before = in.readableBytes();
        boolean isTaken;
        try {
            isTaken = parser.parse(in);
        } catch (ProtocolException e) {
            assertRefusedAgain(parser, in);
            return;
        }
        int left = in.readableBytes();
        assertTrue(!isTaken || left < before, "a head of no bytes");
        if (!isTaken) {
            assertFalse(parser.parse(in));
            assertEquals(left, in.readableBytes());
        }
    }

    private static void assertRefusedAgain(Parser parser, Buffer in) {
        try {
            parser.parse(in);
        } catch (ProtocolException e) {
            return;
        }
        throw new AssertionError("took what it had refused");
    }

    @Test
    void aRequestIsTakenOnceWaitsOrIsRefused() {
        check(
                () -> {
                    RequestParser parser = new RequestParser(HttpLimits.DEFAULT);
                    return parser::parse;
                },
                REQUEST);
    }

    @Test
    void aResponseIsTakenOnceWaitsOrIsRefused() {
        check(
                () -> {
                    ResponseParser parser = new ResponseParser(HttpLimits.DEFAULT);
                    return in -> parser.parse(in, HttpMethod.GET);
                },
                RESPONSE);
    }
}
