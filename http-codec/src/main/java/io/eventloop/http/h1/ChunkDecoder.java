package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;

/**
 * Decodes the chunked transfer coding (RFC 9112 §7.1). Extensions are checked, bounded and dropped.
 *
 * <pre>
 *  SIZE ──► (extensions) ──► SIZE_LF ──► DATA ──► DATA_CR ──► DATA_LF ──► SIZE
 *                               └──size 0──► TRAILER ──empty line──► END
 * </pre>
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> the buffer stays the caller's. The data is left in it, to be
 * copied, detached or skipped there; {@link #trailers()} are views, good until the buffer's bytes are.
 *
 * <p><b>Failure:</b> {@link ProtocolException}, and the same again from each later call until {@link #reset()}.
 */
public final class ChunkDecoder {
    /** What {@link #next} returns after the empty line that ends the body. */
    public static final int END = -1;

    private static final int MAX_SIZE_DIGITS = 16;

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        DONE
    }

    private final HttpLimits limits;
    private final HeaderTable table = new HeaderTable();
    private final FieldLines fields;
    private final ChunkExtension extension = new ChunkExtension();

    private State state = State.SIZE;
    private long size;
    private int digits;
    private long bodyBytes;
    private int extensionBytes;
    private ProtocolException failure;

    /** A decoder with these limits. */
    public ChunkDecoder(HttpLimits limits) {
        this.limits = limits;
        fields = new FieldLines(table, limits);
    }

    /** Begins with another body. */
    public void reset() {
        state = State.SIZE;
        size = 0;
        digits = 0;
        bodyBytes = 0;
        extensionBytes = 0;
        failure = null;
        table.begin();
    }

    /** Whether all of the body was taken. */
    public boolean isAtEnd() {
        return state == State.DONE;
    }

    /** The trailer fields, once the body has ended; they are never merged with those of the head. */
    public HttpHeaders trailers() {
        return table;
    }

    /**
     * Consumes framing up to the next data.
     *
     * @param maxBytes the most data to offer, at least 1
     * @return how many of the next bytes in the buffer are data, which count as taken: the caller consumes them before the
     *     next call; 0 if more input is needed; {@link #END} after the end
     */
    public int next(Buffer in, int maxBytes) {
        if (failure != null) {
            throw failure;
        }
        try {
            return advance(in, maxBytes);
        } catch (ProtocolException e) {
            failure = e;
            throw e;
        }
    }

    /** Each round consumes a byte, changes the state for a later one, or returns. */
    private int advance(Buffer in, int maxBytes) {
        while (state != State.DONE) {
            if (state == State.TRAILER) {
                if (!endTrailer(in)) {
                    return 0;
                }
            } else if (!in.isReadable()) {
                return 0;
            } else if (state == State.DATA) {
                int count = (int) Math.min(size, Math.min(maxBytes, in.readableBytes()));
                size -= count;
                if (size == 0) {
                    state = State.DATA_CR;
                }
                return count;
            } else {
                framing(in.readByte());
            }
        }
        return END;
    }

    private void framing(byte c) {
        switch (state) {
            case SIZE -> sizeByte(c);
            case EXTENSION -> extensionByte(c);
            case SIZE_LF -> {
                expect(c, '\n', HttpViolation.BAD_LINE_ENDING);
                endSize();
            }
            case DATA_CR -> {
                expect(c, '\r', HttpViolation.BAD_CHUNK_END);
                state = State.DATA_LF;
            }
            default -> {
                expect(c, '\n', HttpViolation.BAD_CHUNK_END);
                state = State.SIZE;
            }
        }
    }

    private void sizeByte(byte c) {
        int digit = ByteScan.hexDigit(c);
        if (digit >= 0) {
            // Bit 63 is the sign, so the four bits that move up have to leave it alone.
            if (++digits > MAX_SIZE_DIGITS || size >>> 59 != 0) {
                throw new ProtocolException(HttpViolation.BAD_CHUNK_SIZE, "more than 16 digits, or above 2^63-1");
            }
            size = size << 4 | digit;
            return;
        }
        if (digits == 0) {
            throw new ProtocolException(HttpViolation.BAD_CHUNK_SIZE, "no digit");
        }
        if (c == '\r') {
            state = State.SIZE_LF;
        } else if (c == ';') {
            extension.begin();
            state = State.EXTENSION;
            countExtension();
        } else {
            throw new ProtocolException(
                    c == '\n' ? HttpViolation.BAD_LINE_ENDING : HttpViolation.BAD_CHUNK_SIZE,
                    "a character after the size");
        }
    }

    private void extensionByte(byte c) {
        if (extension.endsBefore(c)) {
            state = State.SIZE_LF;
        } else {
            countExtension();
        }
    }

    private void countExtension() {
        if (++extensionBytes > limits.maxChunkExtensionBytes()) {
            throw new ProtocolException(
                    HttpViolation.CHUNK_EXTENSIONS_TOO_LARGE,
                    "more than " + limits.maxChunkExtensionBytes() + " bytes");
        }
    }

    private void endSize() {
        digits = 0;
        if (size > limits.maxBodyBytes() - bodyBytes) {
            throw new ProtocolException(HttpViolation.BODY_TOO_LARGE, "more than " + limits.maxBodyBytes() + " bytes");
        }
        bodyBytes += size;
        if (size == 0) {
            fields.begin(0);
            state = State.TRAILER;
        } else {
            state = State.DATA;
        }
    }

    private boolean endTrailer(Buffer in) {
        int length = fields.parse(in, in.readIndex(), in.writeIndex());
        if (length < 0) {
            return false;
        }
        for (int i = 0; i < table.count(); i++) {
            if (TrailerNames.isForbidden(table.nameId(i))) {
                throw new ProtocolException(HttpViolation.FORBIDDEN_TRAILER, table.name(i) + " in a trailer");
            }
        }
        in.skip(length);
        state = State.DONE;
        return true;
    }

    private static void expect(byte c, char expected, HttpViolation violation) {
        if (c != expected) {
            throw new ProtocolException(violation, "no CRLF after a chunk's size or data");
        }
    }
}
