package io.eventloop.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/**
 * Reads DER, X.690, element by element, as much of it as extensions and OCSP responses take. Tags are of one byte.
 *
 * <p><b>Threading:</b> one thread. <b>Ownership:</b> leaves the bytes alone.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} for what is cut off, longer than what it is in, or of another tag.
 */
final class DerReader {
    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int OCTETS = 0x04;
    static final int IDENTIFIER = 0x06;
    static final int ENUMERATED = 0x0A;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;

    /** RFC 5280 §4.1.2.5.2: seconds, and no fraction of them. */
    private static final DateTimeFormatter GENERALIZED =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final byte[] bytes;
    private int at;
    private final int end;

    DerReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private DerReader(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    /** Whether the next element has this tag. */
    boolean isNext(int tag) {
        return hasMore() && (bytes[at] & 0xFF) == tag;
    }

    /** What is in the next element, which is passed over. */
    DerReader enter(int tag) {
        if (!isNext(tag)) {
            throw new IllegalArgumentException("at byte " + at + " there is "
                    + (hasMore() ? "0x" + Integer.toHexString(bytes[at] & 0xFF) : "nothing") + ", not 0x"
                    + Integer.toHexString(tag));
        }
        int from = skipHeader();
        int to = at;
        return new DerReader(bytes, from, to);
    }

    /** Passes over the next element, whatever it is. */
    void skip() {
        skipHeader();
    }

    /** The next element's contents. */
    byte[] contents(int tag) {
        DerReader inside = enter(tag);
        return Arrays.copyOfRange(bytes, inside.at, inside.end);
    }

    BigInteger integer() {
        byte[] value = contents(INTEGER);
        if (value.length == 0) {
            throw new IllegalArgumentException("a number of no bytes");
        }
        return new BigInteger(value);
    }

    Instant generalizedTime() {
        String text = new String(contents(GENERALIZED_TIME), US_ASCII);
        try {
            return GENERALIZED.parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("not a time: " + text, e);
        }
    }

    /** Moves behind the next element. Returns where its contents begin. */
    private int skipHeader() {
        int position = at + 1;
        if (position >= end) {
            throw new IllegalArgumentException("the element at byte " + at + " is cut off");
        }
        long length = bytes[position++] & 0xFF;
        if (length >= 0x80) {
            int count = (int) length & 0x7F;
            if (count == 0 || count > 4 || position + count > end) {
                throw new IllegalArgumentException("the element at byte " + at + " has no usable length");
            }
            length = 0;
            for (int i = 0; i < count; i++) {
                length = length << 8 | bytes[position++] & 0xFF;
            }
        }
        if (length > end - position) {
            throw new IllegalArgumentException(
                    "the element at byte " + at + " has " + (end - position) + " bytes of " + length);
        }
        at = position + (int) length;
        return position;
    }
}
