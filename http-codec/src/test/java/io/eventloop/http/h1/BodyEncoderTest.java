package io.eventloop.http.h1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;
import org.junit.jupiter.api.Test;

/** The framing around the data of a body. */
class BodyEncoderTest {
    private final BodyEncoder body = new BodyEncoder();

    @Test
    void writesChunksOfTheBytesInHand() { // RFC 9112 §7.1
        assertEquals("5⏎hello⏎1a⏎abcdefghijklmnopqrstuvwxyz⏎0⏎⏎", EncoderTest.picture(100, out -> {
            body.begin(BodyEncoding.CHUNKED, 0);
            body.before(out, 5);
            out.writeLatin1("hello");
            body.after(out);
            body.before(out, 26);
            out.writeLatin1("abcdefghijklmnopqrstuvwxyz");
            body.after(out);
            assertFalse(body.isEnded());
            body.end(out);
            assertTrue(body.isEnded());
        }));
    }

    @Test
    void writesSizesWithoutLeadingZeros() {
        for (int count : new int[] {1, 15, 16, 255, 256, 4096, 0xFFFFF, 1 << 30, Integer.MAX_VALUE}) {
            assertEquals(
                    Integer.toHexString(count) + "⏎⏎", EncoderTest.picture(BodyEncoder.MAX_CHUNK_BYTES + 2, out -> {
                        body.begin(BodyEncoding.CHUNKED, 0);
                        body.before(out, count);
                        body.after(out);
                    }));
        }
    }

    @Test
    void writesTrailersOnlyBehindChunks() {
        HttpFields trailers = new HttpFields().add(HeaderName.of("X-Sum"), "1").add(HeaderName.ETAG, "\"a\"");
        assertEquals("0⏎X-Sum: 1⏎ETag: \"a\"⏎⏎", EncoderTest.picture(100, out -> {
            body.begin(BodyEncoding.CHUNKED, 0);
            body.end(out, trailers);
        }));
        assertEquals("", EncoderTest.picture(100, out -> {
            body.begin(BodyEncoding.LENGTH, 0);
            body.end(out, trailers);
        }));
        assertEquals("", EncoderTest.picture(100, out -> {
            body.begin(BodyEncoding.CHUNKED, 0);
            HttpFields framing = new HttpFields().add(HeaderName.CONTENT_LENGTH, "1");
            assertThrows(IllegalArgumentException.class, () -> body.end(out, framing));
        }));
    }

    @Test
    void holdsTheBodyToItsAnnouncedLength() {
        Wire.with(64, out -> {
            body.begin(BodyEncoding.LENGTH, 5);
            body.before(out, 3);
            assertThrows(IllegalStateException.class, () -> body.before(out, 3));
            assertThrows(IllegalStateException.class, () -> body.end(out));
            body.before(out, 2);
            body.after(out);
            assertThrows(IllegalStateException.class, () -> body.before(out, 1));
            body.end(out);
            assertThrows(IllegalStateException.class, () -> body.end(out));
            assertEquals(0, out.readableBytes());
        });
    }

    @Test
    void refusesDataWhereThereIsNone() {
        Wire.with(64, out -> {
            body.begin(BodyEncoding.NONE, 0);
            assertThrows(IllegalStateException.class, () -> body.before(out, 1));
            body.begin(BodyEncoding.CHUNKED, 0);
            assertThrows(IllegalStateException.class, () -> body.before(out, 0));
            body.begin(BodyEncoding.UNTIL_CLOSE, 0);
            body.before(out, 1);
            body.end(out);
            assertEquals(0, out.readableBytes());
        });
    }
}
