package io.eventloop.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eventloop.framing.Lines.Ending;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What encoders write, and what they refuse. */
final class FrameEncoderTest {
    private static String refused(FrameFormat format, String payload) {
        return assertThrows(IllegalArgumentException.class, () -> Bytes.frame(format.encoder(), Bytes.latin1(payload)))
                .getMessage();
    }

    private static LengthField lengths(int width, ByteOrder order, int adjustment) {
        return LengthField.builder()
                .width(width)
                .order(order)
                .adjustment(adjustment)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "1, true, 0, 02 6162",
        "2, true, -2, 0004 6162",
        "2, false, 0, 0200 6162",
        "3, true, 0, 000002 6162",
        "3, false, -3, 050000 6162",
        "4, false, 0, 02000000 6162",
        "8, true, 1, 0000000000000001 6162",
        "8, false, 0, 0200000000000000 6162"
    })
    void writesLengths(int width, boolean isBig, int adjustment, String hex) {
        ByteOrder order = isBig ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        FrameEncoder encoder = lengths(width, order, adjustment).encoder();
        assertArrayEquals(Bytes.hex(hex), Bytes.frame(encoder, Bytes.latin1("ab")));
    }

    @Test
    void refusesPayloadsThatTheLengthCannotTell() {
        LengthField one = lengths(1, ByteOrder.BIG_ENDIAN, 0);
        assertEquals(256, Bytes.frame(one.encoder(), new byte[255]).length);
        assertEquals("frame of 257 bytes: 256 is no length of 1 bytes", refused(one, "x".repeat(256)));
        LengthField adjusted = lengths(1, ByteOrder.BIG_ENDIAN, 3);
        assertEquals("frame of 3 bytes: -1 is no length of 1 bytes", refused(adjusted, "ab"));
        LengthField small = LengthField.builder().maxFrameBytes(10).build();
        assertEquals("payload of 7 bytes, the limit is 6", refused(small, "1234567"));
    }

    @Test
    void completesFramesThatHaveTheirHeader() {
        LengthField format = new LengthField(1, 2, ByteOrder.BIG_ENDIAN, -3, 0, 100);
        Bytes.with(Bytes.hex("ff 78 0000 6162"), frame -> {
            frame.skip(1);
            format.complete(frame);
            assertArrayEquals(Bytes.hex("78 0005 6162"), Bytes.of(frame));
        });
        Bytes.with(
                Bytes.hex("78 00"),
                frame -> assertThrows(IllegalArgumentException.class, () -> format.complete(frame)));
    }

    @Test
    void refusesOtherLengthsThanTheFixedOne() {
        assertEquals("payload of 2 bytes, each frame has 3", refused(new FixedLength(3), "ab"));
        assertArrayEquals(Bytes.latin1("abc"), Bytes.frame(new FixedLength(3).encoder(), Bytes.latin1("abc")));
    }

    @Test
    void refusesLinesThatWouldComeOutAsOthers() {
        assertEquals("line with a line feed at 1", refused(new Lines(Ending.LF, 10), "a\nb"));
        assertEquals("line with a carriage return", refused(new Lines(Ending.LF_OR_CRLF, 10), "ab\r"));
        assertEquals("line with a carriage return", refused(new Lines(Ending.CRLF, 10), "a\rb"));
        assertEquals("line of 11 bytes, the limit is 10", refused(new Lines(Ending.LF, 10), "12345678901"));
        assertArrayEquals(
                Bytes.latin1("a\rb\n"), Bytes.frame(new Lines(Ending.LF_OR_CRLF, 10).encoder(), Bytes.latin1("a\rb")));
        assertArrayEquals(
                Bytes.latin1("ab\r\n"), Bytes.frame(new Lines(Ending.CRLF, 10).encoder(), Bytes.latin1("ab")));
    }

    @Test
    void refusesPayloadsWithTheDelimiterOrAPartThatCompletesIt() {
        Delimiter format = Delimiter.of(Bytes.latin1("--"), 10);
        assertEquals("payload contains the delimiter, 1 bytes from its start", refused(format, "a--b"));
        assertEquals("payload ends with a part of the delimiter", refused(format, "ab-"));
        assertEquals("payload of 11 bytes, the limit is 10", refused(format, "12345678901"));
        // A beginning of the delimiter that does not make one together with it is harmless.
        Delimiter ab = Delimiter.of(Bytes.latin1("ab"), 10);
        assertArrayEquals(Bytes.latin1("xaab"), Bytes.frame(ab.encoder(), Bytes.latin1("xa")));
    }
}
