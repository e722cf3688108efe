package io.eventloop.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.framing.Lines.Ending;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Decoders against simple models, and encoders against decoders; whatever the bytes, in whatever pieces. */
final class FrameProperties {
    private static final int MAX_FRAME_BYTES = 300;

    @Provide
    Arbitrary<LengthField> lengthFields() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.of(1, 2, 3, 4, 8),
                        Arbitraries.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN),
                        Arbitraries.integers().between(-20, 20),
                        Arbitraries.integers().between(0, 20))
                .as((offset, width, order, adjustment, strip) ->
                        new LengthField(offset, width, order, adjustment, strip, MAX_FRAME_BYTES));
    }

    /** Mostly zeros and small numbers, so that lengths of all widths are often within the limit. */
    @Provide
    Arbitrary<byte[]> lengthBytes() {
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(6, Arbitraries.of((byte) 0)),
                        net.jqwik.api.Tuple.of(3, Arbitraries.bytes().between((byte) 0, (byte) 12)),
                        net.jqwik.api.Tuple.of(1, Arbitraries.bytes()))
                .array(byte[].class)
                .ofMaxSize(120);
    }

    @Property
    void lengthFieldsAgreeWithUnboundedArithmetic(
            @ForAll @From("lengthFields") LengthField format, @ForAll @From("lengthBytes") byte[] bytes) {
        List<String> expected = new ArrayList<>();
        int at = 0;
        String end = "";
        int header = format.offset() + format.width();
        while (end.isEmpty() && bytes.length - at >= header) {
            BigInteger length = BigInteger.ZERO;
            for (int i = 0; i < format.width(); i++) {
                int place = format.order() == ByteOrder.BIG_ENDIAN ? i : format.width() - 1 - i;
                length = length.shiftLeft(8).or(BigInteger.valueOf(bytes[at + format.offset() + place] & 0xFF));
            }
            BigInteger whole = length.add(BigInteger.valueOf((long) header + format.adjustment()));
            if (whole.compareTo(BigInteger.valueOf(MAX_FRAME_BYTES)) > 0) {
                end = "FRAME_LIMIT";
            } else if (whole.compareTo(BigInteger.valueOf(Math.max(header, format.strip()))) < 0) {
                end = "PROTOCOL_ERROR";
            } else if (whole.intValue() > bytes.length - at) {
                break;
            } else {
                byte[] payload = new byte[whole.intValue() - format.strip()];
                System.arraycopy(bytes, at + format.strip(), payload, 0, payload.length);
                expected.add(Bytes.hex(payload));
                at += whole.intValue();
            }
        }
        Transcript found = Transcript.of(format, bytes);
        assertEquals(expected, found.payloads.stream().map(Bytes::hex).toList());
        assertEquals(end.isEmpty(), !found.toString().contains(": frame "));
        assertEquals(true, found.toString().contains(end));
    }

    @Provide
    Arbitrary<List<byte[]>> payloads() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(200).list().ofMaxSize(10);
    }

    @Property
    void lengthFieldsComeBack(
            @ForAll @From("payloads") List<byte[]> payloads,
            @ForAll @IntRange(min = 0, max = 4) int widthIndex,
            @ForAll boolean isBig,
            @ForAll @IntRange(min = -8, max = 0) int adjustment) {
        LengthField format = LengthField.builder()
                .width(new int[] {1, 2, 3, 4, 8}[widthIndex])
                .order(isBig ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                .adjustment(adjustment)
                .build();
        comeBack(format, payloads);
    }

    /** Few values, so that payloads often contain the delimiter, or its parts. */
    private static Arbitrary<byte[]> abc(int maxSize) {
        return Arbitraries.of((byte) 'a', (byte) 'b', (byte) 'c')
                .array(byte[].class)
                .ofMaxSize(maxSize);
    }

    @Provide
    Arbitrary<byte[]> delimiters() {
        return abc(5).filter(bytes -> bytes.length > 0);
    }

    @Provide
    Arbitrary<byte[]> texts() {
        return abc(60);
    }

    @Property(tries = 2000)
    void delimitersAgreeWithAStringSearch(
            @ForAll @From("delimiters") byte[] delimiter, @ForAll @From("texts") byte[] text) {
        String sequence = latin1(delimiter);
        String rest = latin1(text);
        List<String> expected = new ArrayList<>();
        for (int at = rest.indexOf(sequence); at >= 0; at = rest.indexOf(sequence)) {
            expected.add(rest.substring(0, at));
            rest = rest.substring(at + sequence.length());
        }
        Transcript found = Transcript.of(Delimiter.of(delimiter, 100), text);
        assertEquals(
                expected, found.payloads.stream().map(FrameProperties::latin1).toList());
    }

    @Property(tries = 2000)
    void whatADelimiterEncoderAcceptsComesBackAndWhatItRefusesWouldNot(
            @ForAll @From("delimiters") byte[] delimiter, @ForAll @From("texts") byte[] payload) {
        Delimiter format = Delimiter.of(delimiter, 100);
        boolean isWhole = (latin1(payload) + latin1(delimiter)).indexOf(latin1(delimiter)) == payload.length;
        try {
            Bytes.frame(format.encoder(), payload);
            assertEquals(true, isWhole, "accepted");
            comeBack(format, List.of(payload, payload));
        } catch (IllegalArgumentException e) {
            assertEquals(false, isWhole, e.getMessage());
        }
    }

    @Property
    void linesComeBackUnlessRefused(
            @ForAll Ending ending, @ForAll @Size(max = 8) List<@From("lines") byte[]> payloads) {
        Lines format = new Lines(ending, 100);
        List<byte[]> accepted = new ArrayList<>();
        for (byte[] payload : payloads) {
            try {
                Bytes.frame(format.encoder(), payload);
                accepted.add(payload);
            } catch (IllegalArgumentException e) {
                assertEquals(
                        true, latin1(payload).contains("\n") || latin1(payload).contains("\r"));
            }
        }
        comeBack(format, accepted);
    }

    @Provide
    Arbitrary<byte[]> lines() {
        return Arbitraries.of((byte) 'a', (byte) 'b', (byte) '\r', (byte) '\n', (byte) 0x8A)
                .array(byte[].class)
                .ofMaxSize(20);
    }

    private static void comeBack(FrameFormat format, List<byte[]> payloads) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (byte[] payload : payloads) {
            stream.writeBytes(Bytes.frame(format.encoder(), payload));
        }
        Transcript found = Transcript.of(format, stream.toByteArray());
        assertEquals(payloads.size(), found.payloads.size(), found::toString);
        for (int i = 0; i < payloads.size(); i++) {
            assertArrayEquals(payloads.get(i), found.payloads.get(i));
        }
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}
