package io.eventloop.framing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eventloop.framing.Lines.Ending;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each decoder makes of its input, a line for each case; fed whole, byte by byte and in random pieces. */
final class FrameDecoderTest {
    private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    private static String decoded(FrameFormat format, byte[] bytes) {
        return Transcript.of(format, bytes).toString();
    }

    private static LengthField lengths(int offset, int width, ByteOrder order, int adjustment, int strip) {
        return new LengthField(offset, width, order, adjustment, strip, 100);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "1, 02 6162 00 01 63",
                "2, 0002 6162 0000 0001 63",
                "3, 000002 6162 000000 000001 63",
                "4, 00000002 6162 00000000 00000001 63",
                "8, 0000000000000002 6162 0000000000000000 0000000000000001 63"
            })
    void readsLengthsOfEachWidth(int width, String hex) {
        assertEquals("[ab] [] [c]", decoded(lengths(0, width, BIG, 0, width), Bytes.hex(hex)));
    }

    @ParameterizedTest
    @CsvSource({"2, 0200 6162", "3, 020000 6162", "4, 02000000 6162", "8, 0200000000000000 6162"})
    void readsLittleEndianLengths(int width, String hex) {
        assertEquals("[ab]", decoded(lengths(0, width, LITTLE, 0, width), Bytes.hex(hex)));
    }

    @Test
    void adjustsAndStrips() {
        // The length counts itself, and the whole header is kept.
        assertEquals("[\0\4ab] [\0\3c]", decoded(lengths(0, 2, BIG, -2, 0), Bytes.hex("0004 6162 0003 63")));
        // The length counts the whole frame, a byte stands in front of it.
        assertEquals("[ab]", decoded(lengths(1, 2, BIG, -3, 3), Bytes.hex("78 0005 6162")));
        // Two bytes of other header behind the length, which does not count them; one of these is stripped, too.
        assertEquals("[yab]", decoded(lengths(0, 1, BIG, 2, 2), Bytes.hex("02 78 79 6162")));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 01",
        "8, 8000000000000000",
        "8, ffffffffffffffff",
        "8, 7fffffffffffffff",
        "4, ffffffff",
        "4, 80000000",
        "4, 00000061"
    })
    void refusesLengthsOverTheLimitHoweverLarge(int width, String hex) {
        LengthField format = width == 1 ? new LengthField(0, 1, BIG, 0, 1, 1) : lengths(0, width, BIG, 0, width);
        String said = decoded(format, Bytes.hex(hex));
        String value = Long.toUnsignedString(Long.parseUnsignedLong(hex, 16));
        assertEquals(
                "FRAME_LIMIT: frame with a length of " + value + " in its header, the limit is "
                        + format.maxFrameBytes() + " bytes",
                said);
    }

    @Test
    void acceptsAFrameOfExactlyTheLimit() {
        byte[] frame = Bytes.frame(lengths(0, 4, BIG, 0, 4).encoder(), new byte[96]);
        assertEquals(1, Transcript.of(lengths(0, 4, BIG, 0, 4), frame).payloads.size());
    }

    @Test
    void refusesFramesThatEndBeforeTheirHeader() {
        assertEquals(
                "PROTOCOL_ERROR: frame of 3 bytes by the length of 3 in its header, which alone has 4",
                decoded(lengths(0, 4, BIG, -4, 4), Bytes.hex("00000003")));
        assertEquals(
                "PROTOCOL_ERROR: frame of -1073741819 bytes by the length of 1 in its header, which alone has 4",
                decoded(lengths(0, 4, BIG, -(1 << 30), 4), Bytes.hex("00000001")));
        assertEquals(
                "PROTOCOL_ERROR: frame of 2 bytes by the length of 1 in its header, which alone has 4",
                decoded(lengths(0, 1, BIG, 0, 4), Bytes.hex("01 61")));
    }

    @Test
    void doesNotOverflowWithTheLargestAdjustment() {
        LengthField format = new LengthField(65536, 8, BIG, 1 << 30, 0, 1 << 30);
        byte[] header = new byte[65536 + 8];
        assertEquals(
                "FRAME_LIMIT: frame with a length of 0 in its header, the limit is " + (1 << 30) + " bytes",
                decodedWhole(format, header));
    }

    private static String decodedWhole(FrameFormat format, byte[] bytes) {
        Transcript whole = new Transcript(format.decoder());
        Bytes.with(bytes, whole::feed);
        return whole.toString();
    }

    @Test
    void cutsFixedLengths() {
        assertEquals("[abc] [def]", decoded(new FixedLength(3), Bytes.latin1("abcdefg")));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "LF, ab|cd||, \"[ab] [cd] []\"",
                "LF, ab^|cd|x, \"[ab^] [cd]\"",
                "LF_OR_CRLF, ab^|cd|^|e^^|, \"[ab] [cd] [] [e^]\"",
                "CRLF, ab^|^|c, \"[ab] []\"",
                "CRLF, ab|, PROTOCOL_ERROR: line feed without a carriage return",
                "CRLF, a^|b^c^|, [a] PROTOCOL_ERROR: carriage return within a line",
                "CRLF, a^^|, PROTOCOL_ERROR: carriage return within a line",
                "CRLF, |, PROTOCOL_ERROR: line feed without a carriage return"
            })
    void cutsLines(Ending ending, String text, String expected) {
        String input = text.replace('^', '\r').replace('|', '\n');
        assertEquals(expected.replace('^', '\r'), decoded(new Lines(ending, 10), Bytes.latin1(input)));
    }

    @ParameterizedTest
    @CsvSource({
        "LF, 12345|, [12345]",
        "LF, 123456|, over",
        "LF, 123456, over",
        "LF_OR_CRLF, 12345^|, [12345]",
        "LF_OR_CRLF, 123456|, over",
        "LF_OR_CRLF, 1234567, over",
        "CRLF, 12345^|, [12345]",
        "CRLF, 123456^|, over",
        "CRLF, 1234567, over"
    })
    void refusesLinesOverTheLimit(Ending ending, String text, String expected) {
        String input = text.replace('^', '\r').replace('|', '\n');
        String over = "FRAME_LIMIT: line of more than 5 bytes";
        assertEquals(expected.replace("over", over), decoded(new Lines(ending, 5), Bytes.latin1(input)));
    }

    @ParameterizedTest
    @CsvSource({
        "--, a--bc----d, [a] [bc] []",
        "aab, aaab, [a]",
        "aab, aaaaabxaab, [aaa] [x]",
        "abab, abacabab, [abac]",
        "abab, abaabab, [aba]",
        "abcabd, abcabcabd, [abc]"
    })
    void cutsAtDelimiters(String delimiter, String text, String expected) {
        Delimiter format = Delimiter.of(Bytes.latin1(delimiter), 20);
        assertEquals(expected, decoded(format, Bytes.latin1(text)));
    }

    @Test
    void refusesPayloadsWithoutADelimiterInTime() {
        Delimiter format = Delimiter.of(Bytes.latin1("--"), 5);
        String over = "FRAME_LIMIT: no delimiter within the 5 bytes of the limit";
        assertEquals("[12345]", decoded(format, Bytes.latin1("12345--")));
        assertEquals(over, decoded(format, Bytes.latin1("123456--")));
        assertEquals(over, decoded(format, Bytes.latin1("123456-")));
        assertEquals("[]", decoded(format, Bytes.latin1("--123456")));
    }

    /** An end that appears where the search has been is not seen: the search does not go back. */
    @Test
    void looksAtNoByteTwice() {
        for (FrameFormat format : List.of(new Lines(Ending.LF, 100), Delimiter.of(Bytes.latin1("\n"), 100))) {
            FrameDecoder decoder = format.decoder();
            Bytes.with(Bytes.latin1("abcdef"), 20, in -> {
                assertEquals(0, decoder.next(in));
                in.setByte(2, '\n').writeByte('g');
                assertEquals(0, decoder.next(in));
                assertEquals(8, decoder.next(in.writeByte('\n')));
                assertEquals(3, decoder.next(in), "a frame that was found is forgotten");
            });
        }
    }

    @Test
    void refusesFormatsThatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> lengths(0, 5, BIG, 0, 5));
        assertThrows(IllegalArgumentException.class, () -> lengths(-1, 4, BIG, 0, 4));
        assertThrows(IllegalArgumentException.class, () -> lengths(0, 4, BIG, 0, 101));
        assertThrows(IllegalArgumentException.class, () -> new LengthField(0, 4, BIG, 0, 4, 3));
        assertThrows(IllegalArgumentException.class, () -> new FixedLength(0));
        assertThrows(IllegalArgumentException.class, () -> new Lines(Ending.LF, 0));
        assertThrows(IllegalArgumentException.class, () -> Delimiter.of(new byte[0], 10));
        assertThrows(IllegalArgumentException.class, () -> Delimiter.of(new byte[256], 1000));
        assertThrows(IllegalStateException.class, () -> lengths(1, 4, BIG, 0, 5).encoder());
        assertThrows(IllegalStateException.class, () -> lengths(0, 4, BIG, 0, 0).encoder());
    }
}
