package io.eventloop.samples.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.eventloop.Buffer;
import java.util.Locale;

/**
 * One command of a client, found at the front of its inbound bytes: an array of bulk strings, or a line of words.
 *
 * <p>It holds where the first arguments are, not the bytes, so it is good until the buffer changes. A command that is not
 * whole yet is looked at again from its start when more has come; its head is a few dozen bytes, and the content of
 * its arguments is skipped. One that is too long to wait for is known by its first words, and passed on as it comes.
 *
 * <p><b>Threading:</b> one thread at a time. <b>Ownership:</b> none; moves no index.
 *
 * <p><b>Failure:</b> {@link RespException} with the words Redis has for it.
 */
final class RespCommand {
    /** Arguments whose place is kept: more than the commands need that are told apart by them. */
    static final int MAX_PLACES = 16;

    /** As in Redis. */
    static final int MAX_INLINE_BYTES = 64 << 10;

    /** As in Redis. */
    private static final int MAX_ARGUMENTS = 1 << 20;

    /** A type, ten digits and a line end: where a longer head is refused. */
    private static final int MAX_HEAD_BYTES = 32;

    private static final int INCOMPLETE = -1;

    private final long maxBulkBytes;
    private final int[] starts = new int[MAX_PLACES];
    private final int[] lengths = new int[MAX_PLACES];
    private Buffer in;
    private int places;
    private int arguments;
    private int bytes;
    private int number;

    RespCommand(long maxBulkBytes) {
        this.maxBulkBytes = maxBulkBytes;
    }

    /** Looks for a whole command at the read index. Without one {@link #places()} says what of it is there. */
    boolean find(Buffer buffer) throws RespException {
        in = buffer;
        places = 0;
        arguments = 0;
        bytes = 0;
        int from = buffer.readIndex();
        int to = buffer.writeIndex();
        if (from == to) {
            return false;
        }
        return buffer.getByte(from) == '*' ? array(from, to) : inline(from, to);
    }

    /** The length of the whole command in bytes. */
    int bytes() {
        return bytes;
    }

    /** The number of arguments announced, the name included; 0 for an empty command, which has no reply. */
    int arguments() {
        return arguments;
    }

    /** How many arguments, the name included, are known and can be asked for. */
    int places() {
        return places;
    }

    /** An argument in upper case; null characters for what is not ASCII. */
    String word(int place) {
        byte[] word = new byte[Math.min(lengths[place], 64)];
        in.getBytes(starts[place], word, 0, word.length);
        return new String(word, ISO_8859_1).toUpperCase(Locale.ROOT);
    }

    /** The name in upper case, eight letters in a number: the first ones, part 0, or the next, part 1. */
    long name(int part) {
        long key = 0;
        for (int i = 8 * part; i < Math.min(lengths[0], 8 * part + 8); i++) {
            int letter = in.getByte(starts[0] + i);
            key = key << 8 | (letter >= 'a' && letter <= 'z' ? letter - 0x20 : letter) & 0xFF;
        }
        return key;
    }

    /** The length of an argument. */
    int length(int place) {
        return lengths[place];
    }

    private boolean array(int from, int to) throws RespException {
        int at = number(from + 1, to, "Protocol error: invalid multibulk length");
        if (at == INCOMPLETE) {
            return false;
        }
        if (number > MAX_ARGUMENTS) {
            throw new RespException("Protocol error: invalid multibulk length");
        }
        arguments = Math.max(number, 0);
        for (int i = 0; i < arguments; i++) {
            if (at == to) {
                return false;
            }
            if (in.getByte(at) != '$') {
                throw new RespException("Protocol error: expected '$', got " + Text.of(in.getByte(at)));
            }
            at = number(at + 1, to, "Protocol error: invalid bulk length");
            if (at == INCOMPLETE) {
                return false;
            }
            if (number < 0 || number > maxBulkBytes) {
                throw new RespException("Protocol error: invalid bulk length");
            }
            if (to - at < number + 2L) {
                return false;
            }
            place(at, number);
            at += number;
            if (in.getByte(at) != '\r' || in.getByte(at + 1) != '\n') {
                throw new RespException("Protocol error: a bulk string without its line end");
            }
            at += 2;
        }
        bytes = at - from;
        return true;
    }

    /** The index after the line with a number, which is put in {@link #number}. */
    private int number(int from, int to, String wrong) throws RespException {
        int end = in.indexOf((byte) '\n', from, Math.min(to, from + MAX_HEAD_BYTES));
        if (end < 0) {
            if (to - from >= MAX_HEAD_BYTES) {
                throw new RespException(wrong);
            }
            return INCOMPLETE;
        }
        boolean negative = in.getByte(from) == '-';
        int first = negative ? from + 1 : from;
        int last = end - 1;
        if (last <= first || in.getByte(last) != '\r' || last - first > 10) {
            throw new RespException(wrong);
        }
        long value = 0;
        for (int at = first; at < last; at++) {
            int digit = in.getByte(at) - '0';
            if (digit < 0 || digit > 9) {
                throw new RespException(wrong);
            }
            value = value * 10 + digit;
        }
        if (value > Integer.MAX_VALUE) {
            throw new RespException(wrong);
        }
        number = (int) (negative ? -value : value);
        return end + 1;
    }

    private boolean inline(int from, int to) throws RespException {
        int end = in.indexOf((byte) '\n', from, to);
        if (end < 0 && to - from < MAX_INLINE_BYTES) {
            return false;
        }
        if (end < 0 || end - from >= MAX_INLINE_BYTES) {
            throw new RespException("Protocol error: too big inline request");
        }
        int last = end > from && in.getByte(end - 1) == '\r' ? end - 1 : end;
        int at = from;
        while (at < last) {
            if (in.getByte(at) <= ' ') {
                at++;
                continue;
            }
            int start = at;
            while (at < last && in.getByte(at) > ' ') {
                if (in.getByte(at) == '"' || in.getByte(at) == '\'') {
                    throw new RespException("quotes in an inline command are not supported through this proxy");
                }
                at++;
            }
            place(start, at - start);
            arguments++;
        }
        bytes = end + 1 - from;
        return true;
    }

    private void place(int start, int length) {
        if (places < MAX_PLACES) {
            starts[places] = start;
            lengths[places++] = length;
        }
    }
}
