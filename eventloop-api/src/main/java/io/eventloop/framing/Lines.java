package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.ProtocolViolationException;
import java.util.Objects;

/**
 * Frames that are lines of text, given without their ends.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> an impossible length throws {@link IllegalArgumentException}. A line over the limit is a violation, and
 * so is, with {@link Ending#CRLF}, a carriage return or a line feed that is not part of an end. The encoder refuses a payload
 * that would come out as more than one line, or as another.
 *
 * @param ending what ends a line
 * @param maxLineBytes the longest line, without its end
 */
public record Lines(Ending ending, int maxLineBytes) implements FrameFormat {
    private static final byte CR = '\r';
    private static final byte LF = '\n';

    /** Room for an end of two bytes. */
    private static final int MAX_LINE_BYTES = FrameRanges.MAX_FRAME_BYTES - 2;

    /** What ends a line. */
    public enum Ending {
        /** A line feed; a carriage return in front of it belongs to the line. */
        LF,
        /** A line feed, with a carriage return in front of it or not; the encoder writes none. */
        LF_OR_CRLF,
        /** A carriage return and a line feed; one without the other is a violation, as two parties may read it differently. */
        CRLF
    }

    /** Checks the range. */
    public Lines {
        Objects.requireNonNull(ending);
        FrameRanges.check("maxLineBytes", maxLineBytes, 1, MAX_LINE_BYTES);
    }

    /** The longest end. */
    private int endBytes() {
        return ending == Ending.LF ? 1 : 2;
    }

    @Override
    public int maxFrameBytes() {
        return maxLineBytes + endBytes();
    }

    @Override
    public FrameDecoder decoder() {
        return new Decoder(this);
    }

    @Override
    public FrameEncoder encoder() {
        return new Encoder(ending, maxLineBytes);
    }

    /** Remembers how far it has looked for a line feed. */
    private static final class Decoder implements FrameDecoder {
        private final Ending ending;
        private final int maxLineBytes;
        private final int maxFrameBytes;
        private int searchedBytes;
        private int lineBytes;

        Decoder(Lines format) {
            ending = format.ending;
            maxLineBytes = format.maxLineBytes;
            maxFrameBytes = format.maxFrameBytes();
        }

        @Override
        public int maxFrameBytes() {
            return maxFrameBytes;
        }

        @Override
        public int next(Buffer in) {
            int start = in.readIndex();
            int available = Math.min(in.readableBytes(), maxFrameBytes);
            int end = in.indexOf(LF, start + searchedBytes, start + available);
            if (end < 0) {
                if (available == maxFrameBytes) {
                    throw tooLong();
                }
                searchedBytes = available;
                return 0;
            }
            searchedBytes = 0;
            boolean hasReturn = end > start && in.getByte(end - 1) == CR;
            int length = end - start - (hasReturn && ending != Ending.LF ? 1 : 0);
            if (length > maxLineBytes) {
                throw tooLong();
            }
            // Not before the end is known: then each byte is looked at once for this, too.
            if (ending == Ending.CRLF) {
                checkStrict(in, start, start + length, hasReturn);
            }
            lineBytes = length;
            return end + 1 - start;
        }

        private static void checkStrict(Buffer in, int from, int to, boolean hasReturn) {
            if (in.indexOf(CR, from, to) >= 0) {
                throw ProtocolViolationException.malformed("carriage return within a line");
            }
            if (!hasReturn) {
                throw ProtocolViolationException.malformed("line feed without a carriage return");
            }
        }

        private ProtocolViolationException tooLong() {
            return ProtocolViolationException.tooLarge("line of more than " + maxLineBytes + " bytes");
        }

        @Override
        public int payloadOffset() {
            return 0;
        }

        @Override
        public int payloadBytes() {
            return lineBytes;
        }
    }

    private record Encoder(Ending ending, int maxLineBytes) implements FrameEncoder {
        @Override
        public int headerBytes() {
            return 0;
        }

        @Override
        public int trailerBytes() {
            return ending == Ending.CRLF ? 2 : 1;
        }

        @Override
        public void check(Buffer payload) {
            int from = payload.readIndex();
            int to = payload.writeIndex();
            if (to - from > maxLineBytes) {
                throw new IllegalArgumentException("line of " + (to - from) + " bytes, the limit is " + maxLineBytes);
            }
            if (payload.indexOf(LF, from, to) >= 0) {
                throw new IllegalArgumentException(
                        "line with a line feed at " + (payload.indexOf(LF, from, to) - from));
            }
            boolean hasReturn = switch (ending) {
                case LF -> false;
                case LF_OR_CRLF -> to > from && payload.getByte(to - 1) == CR;
                case CRLF -> payload.indexOf(CR, from, to) >= 0;
            };
            if (hasReturn) {
                throw new IllegalArgumentException("line with a carriage return");
            }
        }

        @Override
        public void writeHeader(Buffer out, int payloadBytes) {
            // There is none.
        }

        @Override
        public void writeTrailer(Buffer out) {
            if (ending == Ending.CRLF) {
                out.writeShort(CR << 8 | LF);
            } else {
                out.writeByte(LF);
            }
        }
    }
}
