package io.eventloop.framing;

import io.eventloop.testing.DecoderFeeds;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Whatever the bytes are, each format finds the same frames in them whole and byte by byte, or refuses them alike. */
public final class FrameDecoderFuzz {
    private static final int MAX_BYTES = 64;
    private static final List<FrameFormat> FORMATS = List.of(
            LengthField.builder().width(4).maxFrameBytes(MAX_BYTES).build(),
            LengthField.builder()
                    .offset(1)
                    .width(2)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .adjustment(-3)
                    .strip(3)
                    .maxFrameBytes(MAX_BYTES)
                    .build(),
            LengthField.builder()
                    .width(8)
                    .adjustment(2)
                    .maxFrameBytes(MAX_BYTES)
                    .build(),
            new Lines(Lines.Ending.LF, MAX_BYTES),
            new Lines(Lines.Ending.LF_OR_CRLF, MAX_BYTES),
            new Lines(Lines.Ending.CRLF, MAX_BYTES),
            Delimiter.of(new byte[] {'a', 'a', 'b', 'a', 'a', 'c'}, MAX_BYTES),
            new FixedLength(7));

    private FrameDecoderFuzz() {}

    /** A first byte that chooses the format, then the stream. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        FrameFormat format = FORMATS.get((input[0] & 0xFF) % FORMATS.size());
        byte[] stream = Arrays.copyOfRange(input, 1, input.length);
        DecoderFeeds.check(stream, 1, () -> new Transcript(format.decoder()), Transcript::feed);
    }
}
