package io.eventloop.http.h1;

import static io.eventloop.http.h1.Wire.chunks;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 §7.1. */
class ChunkDecoderTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5⏎hello⏎0⏎⏎",
                "1⏎h⏎2⏎el⏎2⏎lo⏎0⏎⏎",
                "0005⏎hello⏎0000⏎⏎",
                "0000000000000005⏎hello⏎0000000000000000⏎⏎",
                "5;a⏎hello⏎0;b⏎⏎",
                "5;a=b;c;d=\"e\"⏎hello⏎0⏎⏎",
                "5; a = b ; c⏎hello⏎0⏎⏎",
                "5;a=\"\"⏎hello⏎0⏎⏎",
                "5;a=\"b;c=d\\\"\\\\ \u00e9\"⏎hello⏎0⏎⏎",
            })
    void takesChunksAndDropsExtensions(String body) {
        assertEquals("hello end", chunks(body));
    }

    @Test
    void takesHexadecimalDigitsInEitherCase() {
        assertEquals(
                "x".repeat(0xaB) + "y".repeat(0xcD) + " end",
                chunks("aB⏎" + "x".repeat(0xaB) + "⏎Cd⏎" + "y".repeat(0xcD) + "⏎0⏎⏎"));
    }

    @Test
    void leavesWhatFollowsTheBody() {
        assertEquals("hello end [X=1, Y=]", chunks("5⏎hello⏎0⏎X: 1⏎Y:⏎⏎GET / HTTP/1.1⏎"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "⏎",
                "g⏎",
                "+5⏎",
                "-5⏎",
                "0x5⏎",
                "5_0⏎",
                " 5⏎",
                "5 ⏎",
                "5 ;a⏎",
                "5␉⏎",
                "5h⏎",
                "5,5⏎",
                ";a⏎",
                "␀5⏎",
                "5␀⏎",
                "8000000000000000⏎",
                "ffffffffffffffff⏎",
                "fffffffffffffffff⏎",
                "00000000000000005⏎",
                "10000000000000005⏎"
            })
    void refusesSizesThatAreNoHexadecimalNumber(String line) {
        assertEquals("!" + HttpViolation.BAD_CHUNK_SIZE, chunks(line + "hello⏎0⏎⏎"));
    }

    @Test
    void refusesSizesAboveTheLimitWithoutWrapping() {
        assertEquals("!" + HttpViolation.BODY_TOO_LARGE, chunks("7fffffffffffffff⏎hello"));
        HttpLimits all = HttpLimits.builder().maxBodyBytes(Long.MAX_VALUE).build();
        assertEquals("h!" + HttpViolation.BODY_TOO_LARGE, chunks("1⏎h⏎7fffffffffffffff⏎ello", all));
        HttpLimits five = HttpLimits.builder().maxBodyBytes(5).build();
        assertEquals("hello end", chunks("3⏎hel⏎2⏎lo⏎0⏎⏎", five));
        assertEquals("hel!" + HttpViolation.BODY_TOO_LARGE, chunks("3⏎hel⏎3⏎lo!⏎0⏎⏎", five));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5␊hello⏎0⏎⏎", "5␍hello⏎0⏎⏎", "5␍␍␊hello⏎0⏎⏎", "5;a␍b⏎", "5;a=b␍b⏎", "5;a=\"b\"␍b⏎"})
    void refusesLineEndsOtherThanCrLf(String body) {
        assertEquals("!" + HttpViolation.BAD_LINE_ENDING, chunks(body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";⏎",
                ";;⏎",
                ";a;⏎",
                ";a=⏎",
                ";=b⏎",
                ";a ⏎",
                ";a=b ⏎",
                ";a=\"b\" ⏎",
                ";a b⏎",
                ";a=b c⏎",
                ";a=\"b⏎\"⏎",
                ";a=\"b␊\"⏎",
                ";a=\"b␍\"⏎",
                ";a=\"b\\⏎\"⏎",
                ";a=\"b␀\"⏎",
                ";a␀⏎",
                ";a␊",
                ";a=b␊",
                ";␊",
                ";a=\"b\"c⏎",
                ";a=b\"c\"⏎",
                ";\u00e9⏎",
                ";a=\u00e9⏎",
                ";(⏎",
                ";a=b=c⏎",
                ";a=\"␡\"⏎"
            })
    void refusesMalformedExtensions(String extension) {
        assertEquals("!" + HttpViolation.BAD_CHUNK_EXTENSION, chunks("5" + extension + "hello⏎0⏎⏎"));
    }

    @Test
    void boundsTheExtensionsOfAllChunksTogether() {
        HttpLimits limits = HttpLimits.builder().maxChunkExtensionBytes(8).build();
        assertEquals("hi end", chunks("1;abc⏎h⏎1;def⏎i⏎0⏎⏎", limits));
        assertEquals("hi!" + HttpViolation.CHUNK_EXTENSIONS_TOO_LARGE, chunks("1;abc⏎h⏎1;def⏎i⏎0;g⏎⏎", limits));
        assertEquals("!" + HttpViolation.CHUNK_EXTENSIONS_TOO_LARGE, chunks("1;" + "a".repeat(100), limits));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"5⏎hello0⏎⏎", "5⏎hello!⏎0⏎⏎", "5⏎hello␊0⏎⏎", "5⏎hello␍0⏎⏎", "5⏎hello␍␍␊0⏎⏎", "5⏎hello ⏎0⏎⏎"})
    void refusesDataThatIsNotFollowedByCrLf(String body) {
        assertEquals("hello!" + HttpViolation.BAD_CHUNK_END, chunks(body));
    }

    @Test
    void refusesDataThatIsShorterThanItsSize() {
        assertEquals("hell\r!" + HttpViolation.BAD_CHUNK_END, chunks("5⏎hell⏎0⏎⏎"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5", "transfer-encoding: chunked", "Host: a", "Connection: close", "Trailer: x",
                        "Upgrade: x",
                "Authorization: x", "Cookie: a=b", "Set-Cookie: a=b", "Content-Type: x", "Content-Encoding: gzip",
                        "X: y⏎TE: x"
            })
    void refusesTrailerFieldsThatDecideAboutMoreThanTheTrailer(String fields) { // RFC 9110 §6.5.1
        assertEquals("hello!" + HttpViolation.FORBIDDEN_TRAILER, chunks("5⏎hello⏎0⏎" + fields + "⏎⏎"));
    }

    @Test
    void holdsTrailersToTheRulesAndLimitsOfHeaders() {
        HttpLimits limits = HttpLimits.builder().maxFields(2).maxFieldBytes(64).build();
        assertEquals(" end [A=1, B=2]", chunks("0⏎A: 1⏎B: 2⏎⏎", limits));
        assertEquals("!" + HttpViolation.TOO_MANY_FIELDS, chunks("0⏎A: 1⏎B: 2⏎C: 3⏎⏎", limits));
        assertEquals("!" + HttpViolation.FIELDS_TOO_LARGE, chunks("0⏎A: " + "b".repeat(64) + "⏎⏎", limits));
        assertEquals("!" + HttpViolation.FOLDED_LINE, chunks("0⏎ A: 1⏎⏎"));
        assertEquals("!" + HttpViolation.BAD_FIELD_NAME, chunks("0⏎A : 1⏎⏎"));
        assertEquals("!" + HttpViolation.BAD_LINE_ENDING, chunks("0⏎A: 1␊⏎"));
        assertEquals("!" + HttpViolation.BAD_FIELD_VALUE, chunks("0⏎A: ␀⏎⏎"));
    }

    @Test
    void offersAtMostWhatIsAskedFor() {
        ChunkDecoder decoder = new ChunkDecoder(HttpLimits.DEFAULT);
        Wire.with(64, in -> {
            in.writeBytes(Wire.bytes("5⏎hello⏎0⏎⏎"));
            assertEquals(2, decoder.next(in, 2));
            assertEquals(3, decoder.next(in.skip(2), 100));
            assertFalse(decoder.isAtEnd());
            assertEquals(ChunkDecoder.END, decoder.next(in.skip(3), 100));
            assertEquals(ChunkDecoder.END, decoder.next(in, 100));
            assertTrue(decoder.isAtEnd());
        });
    }

    @Test
    void staysFailedUntilItIsReset() {
        ChunkDecoder decoder = new ChunkDecoder(HttpLimits.DEFAULT);
        Wire.with(64, in -> {
            in.writeBytes(Wire.bytes("x0⏎⏎"));
            assertThrows(ProtocolException.class, () -> decoder.next(in, 1));
            assertThrows(ProtocolException.class, () -> decoder.next(in, 1));
            decoder.reset();
            assertEquals(ChunkDecoder.END, decoder.next(in, 1));
        });
    }

    /** Whatever comes, a call consumes something, offers something, ends, fails, or waits for more with all consumed but a trailer. */
    @Test
    void makesProgressOrWaits() {
        Wire.with(64, in -> {
            ChunkDecoder decoder = new ChunkDecoder(HttpLimits.DEFAULT);
            for (int word = 0; word < 1 << 16; word++) {
                in.clear().writeByte('1').writeShort(word);
                decoder.reset();
                try {
                    int count = decoder.next(in, 10);
                    assertTrue(count != 0 || in.readableBytes() == 0);
                } catch (ProtocolException e) {
                    assertTrue(in.readIndex() > 0);
                }
            }
        });
    }
}
