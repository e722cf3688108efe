package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;

/**
 * Parses field lines up to and including the empty line (RFC 9112 §5), for heads and trailers. It can stop after any
 * byte: it remembers how far it looked, so no byte is searched twice however the lines arrive.
 *
 * <p>All positions kept between two calls are relative to the caller's base, for the bytes may have moved.
 */
final class FieldLines {
    private final HeaderTable table;
    private final int maxBytes;
    private final int maxFields;

    /** Where the fields begin, where the current line does, and up to where it holds no end of what is looked for. */
    private int start;

    private int line;
    private int searched;
    /** In the current line: the colon, −1 before it is found; the first byte of the value, as far as it is known. */
    private int colon;

    private int value;

    FieldLines(HeaderTable table, HttpLimits limits) {
        this.table = table;
        maxBytes = limits.maxFieldBytes();
        maxFields = limits.maxFields();
    }

    /** Begins with the fields at this offset from the base. */
    void begin(int offset) {
        table.begin();
        start = offset;
        nextLine(offset);
    }

    private void nextLine(int offset) {
        line = offset;
        searched = offset;
        colon = -1;
        value = 0;
    }

    /**
     * Goes on with what there is.
     *
     * @return the offset after the empty line, or −1 if it is not there yet
     */
    int parse(Buffer bytes, int base, int limit) {
        table.at(bytes, base);
        int bound = base + start + maxBytes;
        int end = Math.min(limit, bound);
        int done = lines(bytes, base, end);
        if (done < 0 && end == bound) {
            throw new ProtocolException(HttpViolation.FIELDS_TOO_LARGE, "more than " + maxBytes + " bytes");
        }
        return done;
    }

    private int lines(Buffer bytes, int base, int end) {
        for (; ; ) {
            int at = base + line;
            if (colon < 0) {
                if (at + 2 <= end && bytes.getShort(at) == HttpLine.CRLF) {
                    return line + 2;
                }
                int i = ByteScan.tokenEnd(bytes, base + searched, end);
                if (i == end) {
                    searched = i - base;
                    return -1;
                }
                byte stop = bytes.getByte(i);
                if (stop != ':' || i == at) {
                    return lineWithoutName(bytes, base, i, end);
                }
                colon = i - base;
                searched = colon + 1;
                value = searched;
            }
            int from = base + value;
            while (from < end && isSpace(bytes.getByte(from))) {
                from++;
            }
            value = from - base;
            int i = ByteScan.valueEnd(bytes, Math.max(from, base + searched), end);
            searched = i - base;
            if (i >= end - 1) {
                if (i < end) {
                    checkEnd(bytes.getByte(i));
                }
                return -1;
            }
            // RFC 9112 §2.2: CRLF, and nothing else, ends a line.
            if (bytes.getShort(i) != HttpLine.CRLF) {
                checkEnd(bytes.getByte(i));
                throw new ProtocolException(HttpViolation.BAD_LINE_ENDING, "CR without LF in a field");
            }
            take(bytes, base, at, from, i);
            nextLine(i + 2 - base);
        }
    }

    private void take(Buffer bytes, int base, int at, int from, int to) {
        int end = to;
        while (end > from && isSpace(bytes.getByte(end - 1))) {
            end--;
        }
        if (table.count() == maxFields) {
            throw new ProtocolException(HttpViolation.TOO_MANY_FIELDS, "more than " + maxFields);
        }
        int nameLength = colon - line;
        if (nameLength > HeaderName.MAX_LENGTH) {
            throw new ProtocolException(
                    HttpViolation.FIELDS_TOO_LARGE, "a name of more than " + HeaderName.MAX_LENGTH + " bytes");
        }
        table.field(HeaderName.idOf(bytes, at, nameLength), line, nameLength, from - base, end - from);
    }

    /** The beginning of the empty line, or one that is malformed; {@code i} is the first byte that belongs to no name. */
    private int lineWithoutName(Buffer bytes, int base, int i, int end) {
        byte stop = bytes.getByte(i);
        if (i > base + line) {
            throw new ProtocolException(HttpViolation.BAD_FIELD_NAME, "a name that is no token followed by a colon");
        }
        if (stop == '\r') {
            if (i + 1 == end) {
                return -1;
            }
            throw new ProtocolException(HttpViolation.BAD_LINE_ENDING, "CR without LF after the fields");
        }
        throw switch (stop) {
            case '\n' -> new ProtocolException(HttpViolation.BAD_LINE_ENDING, "LF without CR after the fields");
            // RFC 9112 §2.2 and §5.2
            case ' ', '\t' -> new ProtocolException(HttpViolation.FOLDED_LINE, "a field line begins with white space");
            default -> new ProtocolException(HttpViolation.BAD_FIELD_NAME, "an empty name, or no token");
        };
    }

    /** The byte that ended a value has to be a CR. */
    private static void checkEnd(byte stop) {
        if (stop == '\n') {
            throw new ProtocolException(HttpViolation.BAD_LINE_ENDING, "LF without CR in a field");
        }
        if (stop != '\r') {
            throw new ProtocolException(HttpViolation.BAD_FIELD_VALUE, "a control character");
        }
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\t';
    }
}
