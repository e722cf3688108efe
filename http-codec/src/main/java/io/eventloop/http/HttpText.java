package io.eventloop.http;

import io.eventloop.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * A view of some bytes of a message as characters, one each (ISO-8859-1). It is made once and pointed at one piece of
 * text after the other, so that looking at a message makes no objects.
 *
 * <p><b>Threading:</b> used by one thread. <b>Ownership:</b> none: the bytes are the message's, and the view is good as
 * long as the message is; {@link #toString()} copies.
 *
 * <p><b>Failure:</b> an index outside throws {@link IndexOutOfBoundsException}. A view kept too long shows other bytes;
 * with guarded buffers it throws {@link IllegalStateException}.
 */
public final class HttpText implements CharSequence {
    private Buffer bytes;
    private int from;
    private int length;

    /** An empty text. */
    public HttpText() {}

    /** Points the view at other bytes. */
    public HttpText set(Buffer source, int index, int count) {
        bytes = source;
        from = index;
        length = count;
        return this;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public char charAt(int index) {
        if (index < 0 || index >= length) {
            throw new IndexOutOfBoundsException(index + " of " + length);
        }
        return (char) (bytes.getByte(from + index) & 0xFF);
    }

    /**
     * Eight characters as a number, the first as its highest byte; those behind the end are zero.
     *
     * @param index within 0 to {@link #length()}
     */
    public long word(int index) {
        int rest = length - index;
        if (index < 0 || rest < 0) {
            throw new IndexOutOfBoundsException(index + " of " + length);
        }
        if (rest == 0) {
            return 0;
        }
        int at = from + index;
        if (at <= bytes.capacity() - Long.BYTES) {
            long word = bytes.getLong(at);
            return rest >= Long.BYTES ? word : word & -1L << Long.SIZE - Byte.SIZE * rest;
        }
        long word = 0;
        for (int i = 0; i < Math.min(rest, Long.BYTES); i++) {
            word |= (bytes.getByte(at + i) & 0xFFL) << Long.SIZE - Byte.SIZE * (i + 1);
        }
        return word;
    }

    /** Copies the bytes. The target has room for them. */
    public void copyTo(byte[] target, int offset) {
        if (length > 0) {
            bytes.getBytes(from, target, offset, length);
        }
    }

    /** Whether the characters are these. */
    public boolean is(CharSequence other) {
        return length == 0 ? other.length() == 0 : matches(bytes, from, length, other);
    }

    /** Whether the characters are these, upper and lower case of ASCII letters being the same. */
    public boolean isIgnoringCase(CharSequence other) {
        return length == 0 ? other.length() == 0 : matchesIgnoringCase(bytes, from, length, other);
    }

    /** A copy of a part. */
    @Override
    public CharSequence subSequence(int start, int end) {
        return toString().subSequence(start, end);
    }

    /** A copy. */
    @Override
    public String toString() {
        return length == 0 ? "" : copy(bytes, from, length);
    }

    static String copy(Buffer bytes, int from, int length) {
        byte[] copy = new byte[length];
        bytes.getBytes(from, copy, 0, length);
        return new String(copy, StandardCharsets.ISO_8859_1);
    }

    static boolean matches(Buffer bytes, int from, int length, CharSequence other) {
        if (other.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if ((bytes.getByte(from + i) & 0xFF) != other.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static boolean matchesIgnoringCase(Buffer bytes, int from, int length, CharSequence other) {
        if (other.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(bytes.getByte(from + i) & 0xFF) != lower(other.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    }
}
