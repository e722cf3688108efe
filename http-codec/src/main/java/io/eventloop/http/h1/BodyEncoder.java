package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpSyntax;

/**
 * Writes the framing of a body around its data and holds it to what the head has announced. The data itself goes its own
 * way, copied or not:
 *
 * <pre>
 *   begin ──► ( before(count), the data, after ) ... ──► end
 * </pre>
 *
 * <p>Announce only bytes that are in hand: a chunk whose data does not come cannot be taken back, and the connection is
 * lost.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> the buffers stay the caller's.
 *
 * <p><b>Failure:</b> {@link IllegalStateException} for more bytes than were announced, or for an end before all are there;
 * the message cannot be completed then, and the connection has to be aborted. {@link IllegalArgumentException} for
 * trailer fields that cannot be sent, before anything is written.
 */
public final class BodyEncoder {
    /** The most that {@link #before} and {@link #after} write. */
    public static final int MAX_CHUNK_BYTES = 10;

    /** What {@link #end(Buffer)} writes at most. */
    public static final int MAX_END_BYTES = 5;

    private static final short CRLF = HttpLine.CRLF;
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private BodyEncoding encoding = BodyEncoding.NONE;
    private long left;
    private boolean isEnded = true;

    /** An encoder without a body. */
    public BodyEncoder() {}

    /**
     * Begins with a body.
     *
     * @param length in bytes; looked at with {@link BodyEncoding#LENGTH} alone
     */
    public void begin(BodyEncoding how, long length) {
        encoding = how;
        left = how == BodyEncoding.LENGTH ? length : 0;
        isEnded = false;
    }

    /** Writes what stands before this many bytes of data, at least 1, and counts them. */
    public void before(Buffer out, int count) {
        if (isEnded || count < 1) {
            throw new IllegalStateException(isEnded ? "the body has ended" : "no data");
        }
        switch (encoding) {
            case NONE -> throw new IllegalStateException("the message has no content");
            case LENGTH -> {
                if (count > left) {
                    throw new IllegalStateException(count + " bytes, of " + left + " announced ones that are left");
                }
                left -= count;
            }
            case CHUNKED -> writeSize(out, count);
            default -> {
                // The bytes speak for themselves.
            }
        }
    }

    /** The data that was announced last is not sent, nor what was written before it: it does not count. */
    public void takeBack(int count) {
        if (encoding == BodyEncoding.LENGTH) {
            left += count;
        }
    }

    private static void writeSize(Buffer out, int count) {
        int shift = 28 - (Integer.numberOfLeadingZeros(count) & ~3);
        for (; shift >= 0; shift -= 4) {
            out.writeByte(HEX[count >>> shift & 15]);
        }
        out.writeShort(CRLF);
    }

    /** Writes what stands behind the data that was announced last. */
    public void after(Buffer out) {
        if (encoding == BodyEncoding.CHUNKED) {
            out.writeShort(CRLF);
        }
    }

    /** Ends the body. */
    public void end(Buffer out) {
        checkComplete();
        if (encoding == BodyEncoding.CHUNKED) {
            out.writeByte('0').writeShort(CRLF).writeShort(CRLF);
        }
        isEnded = true;
    }

    /**
     * Ends the body with trailer fields, which are left out unless it is chunked.
     *
     * @param out with room for the fields, four bytes for each beside its name and value, and {@link #MAX_END_BYTES}
     */
    public void end(Buffer out, HttpFields trailers) {
        if (encoding != BodyEncoding.CHUNKED) {
            end(out);
            return;
        }
        checkComplete();
        for (int i = 0; i < trailers.count(); i++) {
            HeaderName name = trailers.name(i);
            if (TrailerNames.isForbidden(name.id()) || !HttpSyntax.isValue(trailers.value(i))) {
                throw new IllegalArgumentException(name + " in a trailer, or its value, cannot be sent");
            }
        }
        out.writeByte('0').writeShort(CRLF);
        for (int i = 0; i < trailers.count(); i++) {
            out.writeLatin1(trailers.name(i).toString()).writeByte(':').writeByte(' ');
            out.writeLatin1(trailers.value(i)).writeShort(CRLF);
        }
        out.writeShort(CRLF);
        isEnded = true;
    }

    private void checkComplete() {
        if (isEnded) {
            throw new IllegalStateException("the body has ended");
        }
        if (left > 0) {
            throw new IllegalStateException(left + " announced bytes are missing");
        }
    }

    /** Whether the body has ended as announced, so that the connection can go on. */
    public boolean isEnded() {
        return isEnded;
    }
}
