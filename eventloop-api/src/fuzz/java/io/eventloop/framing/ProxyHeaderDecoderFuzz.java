package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.ProtocolViolationException;
import io.eventloop.framing.ProxyHeaderDecoder.Outcome;
import io.eventloop.framing.ProxyHeaderOptions.Presence;
import io.eventloop.framing.ProxyHeaderOptions.Version;
import io.eventloop.testing.DecoderFeeds;
import java.util.Arrays;

/** Whatever the bytes are, a header is read, missing or refused, in the same way whole and byte by byte. */
public final class ProxyHeaderDecoderFuzz {
    /** The longest there is, version 2's. */
    private static final int MAX_BYTES = 16 + (4 << 10);

    private ProxyHeaderDecoderFuzz() {}

    /** A first byte whose lowest bit says whether a header is required, then the stream. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 0) {
            Presence presence = (input[0] & 1) == 0 ? Presence.REQUIRED : Presence.OPTIONAL;
            byte[] stream = Arrays.copyOfRange(input, 1, input.length);
            DecoderFeeds.check(stream, 1, () -> new Reader(presence), Reader::feed);
        }
    }

    /** A decoder and what has come of it. */
    private static final class Reader {
        private final ProxyHeaderDecoder decoder;
        private String result = "";
        private int rest;

        Reader(Presence presence) {
            decoder = new ProxyHeaderDecoder(Version.ANY, presence);
        }

        void feed(Buffer in) {
            if (result.isEmpty()) {
                decode(in);
            }
            if (!result.isEmpty()) {
                rest += in.readableBytes();
                in.skip(in.readableBytes());
            }
        }

        private void decode(Buffer in) {
            int before = in.readableBytes();
            try {
                Outcome outcome = decoder.decode(in);
                int consumed = before - in.readableBytes();
                if (outcome == Outcome.HEADER ? consumed > MAX_BYTES : consumed > 0) {
                    throw new AssertionError(outcome + " consumed " + consumed + " bytes");
                }
                result = switch (outcome) {
                    case INCOMPLETE -> "";
                    case HEADER -> decoder.header().toString();
                    case ABSENT -> "absent";
                };
            } catch (ProtocolViolationException e) {
                result = e.kind() + ": " + e.getMessage();
            }
        }

        @Override
        public String toString() {
            return result + " and " + rest + " bytes";
        }
    }
}
