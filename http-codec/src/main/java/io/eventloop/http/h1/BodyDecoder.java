package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;

/**
 * Finds the data of a body, however it is framed.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> the buffer stays the caller's; the data is left in it, to be
 * copied, detached or skipped there.
 *
 * <p><b>Failure:</b> {@link ProtocolException} for malformed chunks, a body above its limit, and an end of input within
 * the body.
 */
public final class BodyDecoder {
    /** What {@link #next} returns after the end of the body. */
    public static final int END = ChunkDecoder.END;

    private final HttpLimits limits;
    private final ChunkDecoder chunks;
    private long framing;
    private long left;

    /** A decoder with these limits, in front of an empty body. */
    public BodyDecoder(HttpLimits limits) {
        this.limits = limits;
        chunks = new ChunkDecoder(limits);
    }

    /**
     * Begins with a body.
     *
     * @param bodyLength as {@code bodyLength()} of a request or response says; not {@link BodyFraming#TUNNEL}
     */
    public void begin(long bodyLength) {
        if (bodyLength < BodyFraming.UNTIL_CLOSE) {
            throw new IllegalArgumentException("a tunnel has no body");
        }
        framing = bodyLength;
        left = bodyLength == BodyFraming.UNTIL_CLOSE ? limits.maxBodyBytes() : bodyLength;
        chunks.reset();
    }

    /** The trailer fields, once the body has ended: none unless it was chunked. */
    public HttpHeaders trailers() {
        return chunks.trailers();
    }

    /**
     * Consumes framing up to the next data.
     *
     * @param maxBytes the most data to offer, at least 1
     * @return how many of the next bytes in the buffer are data, which count as taken: the caller consumes them before the
     *     next call; 0 if more input is needed; {@link #END} after the end
     */
    public int next(Buffer in, int maxBytes) {
        if (framing == BodyFraming.CHUNKED) {
            return chunks.next(in, maxBytes);
        }
        int count = (int) Math.min(left, Math.min(maxBytes, in.readableBytes()));
        left -= count;
        if (count > 0 || left > 0) {
            return count;
        }
        if (framing != BodyFraming.UNTIL_CLOSE) {
            return END;
        }
        if (in.isReadable()) {
            throw new ProtocolException(HttpViolation.BODY_TOO_LARGE, "more than " + limits.maxBodyBytes() + " bytes");
        }
        return 0;
    }

    /**
     * The peer has ended its output, and all that it sent was offered to {@link #next}.
     *
     * @throws ProtocolException if that is not the end of the body
     */
    public void endOfInput() {
        boolean isComplete = framing == BodyFraming.CHUNKED ? chunks.isAtEnd() : left == 0;
        if (!isComplete && framing != BodyFraming.UNTIL_CLOSE) {
            throw new ProtocolException(HttpViolation.TRUNCATED, "the input ended within a body");
        }
    }
}
