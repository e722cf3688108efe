package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.ProtocolViolationException;
import io.eventloop.testing.DecoderFeeds;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** A decoder and what has come of it: the payloads, and the violation that ended it. */
final class Transcript {
    private static final int RANDOM_FEEDS = 5;

    final List<byte[]> payloads = new ArrayList<>();
    private final FrameDecoder decoder;
    private String violation = "";

    Transcript(FrameDecoder decoder) {
        this.decoder = decoder;
    }

    void feed(Buffer in) {
        try {
            while (violation.isEmpty()) {
                int before = in.readIndex();
                int bytes = decoder.next(in);
                if (in.readIndex() != before) {
                    throw new AssertionError("an index moved");
                }
                if (bytes == 0) {
                    return;
                }
                byte[] payload = new byte[decoder.payloadBytes()];
                in.getBytes(before + decoder.payloadOffset(), payload, 0, payload.length);
                payloads.add(payload);
                in.skip(bytes);
            }
        } catch (ProtocolViolationException e) {
            violation = e.kind() + ": " + e.getMessage();
        }
        in.skip(in.readableBytes());
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(" ");
        payloads.forEach(
                payload -> text.add("[" + new String(payload, java.nio.charset.StandardCharsets.ISO_8859_1) + "]"));
        return violation.isEmpty() ? text.toString() : text.add(violation).toString();
    }

    /** What a decoder makes of bytes, however they are fed. */
    static Transcript of(FrameFormat format, byte[] bytes) {
        DecoderFeeds.check(bytes, RANDOM_FEEDS, () -> new Transcript(format.decoder()), Transcript::feed);
        Transcript whole = new Transcript(format.decoder());
        Bytes.with(bytes, whole::feed);
        return whole;
    }
}
