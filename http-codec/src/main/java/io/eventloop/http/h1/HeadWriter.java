package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpFields;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpSyntax;
import io.eventloop.http.HttpText;
import java.util.Arrays;

/**
 * Writes the fields of a head. Every value is looked at while it is written, whatever way it comes: no CR, LF, NUL or
 * other control character leaves, so what a peer reads is what was meant.
 *
 * <p>The fields that frame the message or belong to the connection are the encoder's alone: Content-Length,
 * Transfer-Encoding, Connection, and what it writes in the first lines.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> plain memory of the encoder's, used again for each head: good until
 * the encoder ends this head.
 *
 * <p><b>Failure:</b> {@link IllegalArgumentException} for what cannot be sent; nothing of that field is written, and the
 * head can go on. {@link IllegalStateException} before a head is begun, after it has ended, and when the head would
 * become larger than the limits allow.
 */
public final class HeadWriter {
    private static final long MINE =
            bit(HeaderName.CONTENT_LENGTH) | bit(HeaderName.TRANSFER_ENCODING) | bit(HeaderName.CONNECTION);
    private static final int USUAL_BYTES = 512;
    /** {@link Long#MAX_VALUE} has 19 digits. */
    private static final int MAX_DIGITS = 19;

    private static final boolean[] VALUE = new boolean[256];

    static {
        for (int c = 0; c < VALUE.length; c++) {
            VALUE[c] = HttpSyntax.isValueChar(c);
        }
    }

    private final HttpText text = new HttpText();
    private final int maxBytes;
    private byte[] bytes;
    private int length;
    private long names;
    private long refused;
    private boolean isOpen;

    HeadWriter(int maxBytes) {
        this.maxBytes = maxBytes;
        bytes = new byte[Math.min(maxBytes, USUAL_BYTES)];
    }

    private static long bit(HeaderName name) {
        return name.id() < 0 ? 0 : 1L << name.id();
    }

    /** Begins a head without {@link #MINE}. */
    void begin() {
        length = 0;
        names = 0;
        isOpen = true;
        refused = MINE;
    }

    /** Begins a head whose Host field the encoder writes too. */
    void beginRequest() {
        begin();
        refused = MINE | bit(HeaderName.HOST);
    }

    /** Adds a field. */
    public HeadWriter field(HeaderName name, String value) {
        checkAllowed(name);
        int valueLength = value.length();
        room((long) name.length() + valueLength + 4);
        byte[] target = bytes;
        int at = name.copyPrefix(target, length);
        for (int i = 0; i < valueLength; i++) {
            char c = value.charAt(i);
            if (c > 0xFF || !VALUE[c]) {
                throw refusal(name);
            }
            target[at + i] = (byte) c;
        }
        end(at + valueLength, name);
        return this;
    }

    /** Adds a field whose value is a number of at least 0. */
    public HeadWriter field(HeaderName name, long value) {
        checkAllowed(name);
        number(name, value);
        return this;
    }

    /** Adds a field as it was received, copying its bytes. */
    public HeadWriter field(HttpHeaders from, int index) {
        int id = from.nameId(index);
        if (id >= 0) {
            return field(HeaderName.known(id), from.value(index, text));
        }
        HttpText name = from.name(index, text);
        if (!HttpSyntax.isToken(name)) {
            throw new IllegalArgumentException("a field name that is no token");
        }
        checkOpen();
        int nameLength = name.length();
        room(nameLength + from.value(index, text).length() + 4L);
        int start = length;
        from.name(index, text).copyTo(bytes, start);
        bytes[start + nameLength] = ':';
        bytes[start + nameLength + 1] = ' ';
        int end = value(from.value(index, text), start + nameLength + 2);
        if (end < 0) {
            throw new IllegalArgumentException("a field value with a control character");
        }
        end(end);
        return this;
    }

    private HeadWriter field(HeaderName name, HttpText value) {
        checkAllowed(name);
        room(name.length() + value.length() + 4L);
        int end = value(value, name.copyPrefix(bytes, length));
        if (end < 0) {
            throw refusal(name);
        }
        end(end, name);
        return this;
    }

    /** Copies and checks a value; its end, or −1. */
    private int value(HttpText value, int at) {
        value.copyTo(bytes, at);
        int end = at + value.length();
        for (int i = at; i < end; i++) {
            if (!VALUE[bytes[i] & 0xFF]) {
                return -1;
            }
        }
        return end;
    }

    /** Adds fields. If one is refused, those before it stay. */
    public HeadWriter fields(HttpFields fields) {
        for (int i = 0; i < fields.count(); i++) {
            field(fields.name(i), fields.value(i));
        }
        return this;
    }

    /** Adds fields that were encoded before. */
    public HeadWriter block(HeaderBlock block) {
        checkOpen();
        if ((block.names & refused) != 0) {
            throw new IllegalArgumentException("a block with a field that the encoder writes");
        }
        raw(block.bytes);
        names |= block.names;
        return this;
    }

    /** The encoder's own number field. */
    void number(HeaderName name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " is " + value + ", must be at least 0");
        }
        room(name.length() + MAX_DIGITS + 4L);
        int at = name.copyPrefix(bytes, length);
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        end(at + digits, name);
    }

    /** The encoder's own bytes. */
    void raw(byte[] source) {
        room(source.length);
        System.arraycopy(source, 0, bytes, length, source.length);
        length += source.length;
    }

    /** The encoder's own text, which it has checked. */
    @SuppressWarnings("deprecation")
    void latin1(String source) {
        room(source.length());
        source.getBytes(0, source.length(), bytes, length);
        length += source.length();
    }

    void date(DateCache dates) {
        room(DateCache.FIELD_BYTES);
        length = dates.copyField(bytes, length);
    }

    /** The empty line. */
    void close() {
        room(2);
        end(length);
        isOpen = false;
    }

    boolean has(HeaderName name) {
        return (names & bit(name)) != 0;
    }

    long names() {
        return names;
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    void copyTo(Buffer out) {
        out.writeBytes(bytes, 0, length);
    }

    void checkOpen() {
        if (!isOpen) {
            throw new IllegalStateException("no head is being written");
        }
    }

    private void checkAllowed(HeaderName name) {
        checkOpen();
        if ((refused & bit(name)) != 0) {
            throw new IllegalArgumentException(name + " is written by the encoder");
        }
    }

    private void end(int at, HeaderName name) {
        names |= bit(name);
        end(at);
    }

    private void end(int at) {
        bytes[at] = '\r';
        bytes[at + 1] = '\n';
        length = at + 2;
    }

    private void room(long more) {
        long needed = length + more;
        if (needed > bytes.length) {
            if (needed > maxBytes) {
                throw new IllegalStateException("the head would have more than " + maxBytes + " bytes");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, Math.max(needed, 2L * bytes.length)));
        }
    }

    private static IllegalArgumentException refusal(HeaderName name) {
        return new IllegalArgumentException("the value of " + name + " has a character that no field may have");
    }
}
