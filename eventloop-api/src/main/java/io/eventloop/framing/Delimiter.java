package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.ProtocolViolationException;

/**
 * Frames that end with a certain sequence of bytes, which is not part of the payload.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> keeps a copy of the sequence.
 *
 * <p><b>Failure:</b> an impossible length throws {@link IllegalArgumentException}. A payload over the limit is a violation. The
 * encoder refuses a payload that contains the delimiter, or that together with the delimiter behind it would end earlier.
 */
public final class Delimiter implements FrameFormat {
    /** Longer ones are not in use; the table for the search has this many entries. */
    private static final int MAX_DELIMITER_BYTES = 255;

    private final byte[] sequence;
    private final int maxPayloadBytes;

    /**
     * For each number of bytes of the sequence that have matched, the length of the longest shorter beginning that is also
     * their end: where to go on when the next byte does not match, without looking back in the input (Knuth, Morris, Pratt).
     */
    private final int[] fallback;

    private Delimiter(byte[] sequence, int maxPayloadBytes) {
        FrameRanges.check("length of the delimiter", sequence.length, 1, MAX_DELIMITER_BYTES);
        FrameRanges.check("maxPayloadBytes", maxPayloadBytes, 1, FrameRanges.MAX_FRAME_BYTES - sequence.length);
        this.sequence = sequence;
        this.maxPayloadBytes = maxPayloadBytes;
        this.fallback = fallback(sequence);
    }

    /**
     * Frames that end with these bytes.
     *
     * @param maxPayloadBytes the longest payload, without the delimiter
     */
    public static Delimiter of(byte[] sequence, int maxPayloadBytes) {
        return new Delimiter(sequence.clone(), maxPayloadBytes);
    }

    private static int[] fallback(byte[] sequence) {
        int[] table = new int[sequence.length + 1];
        int matched = 0;
        for (int i = 1; i < sequence.length; i++) {
            while (matched > 0 && sequence[i] != sequence[matched]) {
                matched = table[matched];
            }
            if (sequence[i] == sequence[matched]) {
                matched++;
            }
            table[i + 1] = matched;
        }
        return table;
    }

    /** The bytes of the sequence that match after one more byte. */
    private int step(int matched, byte next) {
        int count = matched;
        while (count > 0 && sequence[count] != next) {
            count = fallback[count];
        }
        return sequence[count] == next ? count + 1 : 0;
    }

    @Override
    public int maxFrameBytes() {
        return maxPayloadBytes + sequence.length;
    }

    @Override
    public FrameDecoder decoder() {
        return new Decoder(this);
    }

    @Override
    public FrameEncoder encoder() {
        return new Encoder(this);
    }

    @Override
    public String toString() {
        return "delimiter of " + sequence.length + " bytes, payloads of up to " + maxPayloadBytes;
    }

    /** A search that looks at no byte twice; where nothing has matched it goes by words. */
    private static final class Search {
        private final Delimiter format;
        private final byte[] sequence;
        private int searchedBytes;
        private int matched;

        Search(Delimiter format) {
            this.format = format;
            this.sequence = format.sequence;
        }

        /** Goes on up to {@code limit} bytes from the read index. Returns the length with the delimiter, or 0. */
        int next(Buffer in, int limit) {
            int start = in.readIndex();
            int end = start + limit;
            int at = start + searchedBytes;
            int count = matched;
            while (at < end) {
                if (count == 0) {
                    at = in.indexOf(sequence[0], at, end);
                    if (at < 0) {
                        break;
                    }
                }
                count = format.step(count, in.getByte(at++));
                if (count == sequence.length) {
                    searchedBytes = 0;
                    matched = 0;
                    return at - start;
                }
            }
            searchedBytes = limit;
            matched = count;
            return 0;
        }
    }

    private static final class Decoder implements FrameDecoder {
        private final Delimiter format;
        private final Search search;
        private int payloadBytes;

        Decoder(Delimiter format) {
            this.format = format;
            search = new Search(format);
        }

        @Override
        public int maxFrameBytes() {
            return format.maxFrameBytes();
        }

        @Override
        public int next(Buffer in) {
            int limit = format.maxFrameBytes();
            int available = Math.min(in.readableBytes(), limit);
            int bytes = search.next(in, available);
            if (bytes == 0 && available == limit) {
                throw ProtocolViolationException.tooLarge(
                        "no delimiter within the " + format.maxPayloadBytes + " bytes of the limit");
            }
            payloadBytes = bytes - format.sequence.length;
            return bytes;
        }

        @Override
        public int payloadOffset() {
            return 0;
        }

        @Override
        public int payloadBytes() {
            return payloadBytes;
        }
    }

    private record Encoder(Delimiter format) implements FrameEncoder {
        @Override
        public int headerBytes() {
            return 0;
        }

        @Override
        public int trailerBytes() {
            return format.sequence.length;
        }

        @Override
        public void check(Buffer payload) {
            int length = payload.readableBytes();
            if (length > format.maxPayloadBytes) {
                throw new IllegalArgumentException(
                        "payload of " + length + " bytes, the limit is " + format.maxPayloadBytes);
            }
            byte[] sequence = format.sequence;
            int matched = 0;
            int at = payload.readIndex();
            int end = payload.writeIndex();
            while (at < end) {
                if (matched == 0) {
                    at = payload.indexOf(sequence[0], at, end);
                    if (at < 0) {
                        break;
                    }
                }
                matched = format.step(matched, payload.getByte(at++));
                if (matched == sequence.length) {
                    throw new IllegalArgumentException("payload contains the delimiter, "
                            + (at - payload.readIndex() - matched) + " bytes from its start");
                }
            }
            // Its last bytes may make an earlier delimiter together with the first ones of the delimiter itself.
            for (int i = 0; i < sequence.length - 1 && matched > 0; i++) {
                matched = format.step(matched, sequence[i]);
                if (matched == sequence.length) {
                    throw new IllegalArgumentException("payload ends with a part of the delimiter");
                }
            }
        }

        @Override
        public void writeHeader(Buffer out, int payloadBytes) {
            // There is none.
        }

        @Override
        public void writeTrailer(Buffer out) {
            out.writeBytes(format.sequence);
        }
    }
}
