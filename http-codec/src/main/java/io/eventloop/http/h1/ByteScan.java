package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HttpSyntax;

/**
 * Looks for the end of a piece of text, eight bytes at a time.
 *
 * <p>Each method returns the index of the first byte that does not belong, or {@code end}. Eight bytes are tested at once
 * by sums that cannot carry from one byte into the next: with bit 7 cleared, {@code byte + (0x80 - a)} has bit 7 set
 * exactly if the byte is at least {@code a}. A word may reach beyond {@code end} as long as it stays inside the memory;
 * what is found there is no find.
 */
final class ByteScan {
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long LOW = 0x7F * EACH;
    private static final long HIGH = 0x80 * EACH;
    private static final long CASE = 0x20 * EACH;
    private static final long EQUALS_SIGN = '=' * EACH;

    private static final boolean[] TOKEN = new boolean[256];
    private static final boolean[] VALUE = new boolean[256];
    private static final boolean[] TARGET = new boolean[256];
    private static final boolean[] HOST = new boolean[256];

    static {
        for (int c = 0; c < 256; c++) {
            TOKEN[c] = HttpSyntax.isTokenChar(c);
            VALUE[c] = HttpSyntax.isValueChar(c);
            // Escapes are looked at one by one.
            TARGET[c] = HttpSyntax.isTargetChar(c) && c != '%';
            HOST[c] = HttpSyntax.isHostChar(c);
        }
    }

    private ByteScan() {}

    /** Past the {@code tchar}s. */
    static int tokenEnd(Buffer bytes, int from, int end) {
        int i = from;
        int lastWord = bytes.capacity() - Long.BYTES;
        while (i < end) {
            if (i <= lastWord) {
                long others = notNameLike(bytes.getLong(i));
                if (others == 0) {
                    i += Long.BYTES;
                    continue;
                }
                i += Long.numberOfLeadingZeros(others) >>> 3;
                if (i >= end) {
                    return end;
                }
            }
            if (!TOKEN[bytes.getByte(i) & 0xFF]) {
                return i;
            }
            i++;
        }
        return end;
    }

    /** Past the characters of a host name or an IPv4 address. */
    static int hostEnd(Buffer bytes, int from, int end) {
        int i = from;
        int lastWord = bytes.capacity() - Long.BYTES;
        while (i < end) {
            if (i <= lastWord) {
                long others = notNameLike(bytes.getLong(i));
                if (others == 0) {
                    i += Long.BYTES;
                    continue;
                }
                i += Long.numberOfLeadingZeros(others) >>> 3;
                if (i >= end) {
                    return end;
                }
            }
            if (!HOST[bytes.getByte(i) & 0xFF]) {
                return i;
            }
            i++;
        }
        return end;
    }

    /** Past the characters of a request target, without escapes. */
    static int targetEnd(Buffer bytes, int from, int end) {
        int i = from;
        int lastWord = bytes.capacity() - Long.BYTES;
        while (i < end) {
            if (i <= lastWord) {
                long others = notTargetLike(bytes.getLong(i));
                if (others == 0) {
                    i += Long.BYTES;
                    continue;
                }
                i += Long.numberOfLeadingZeros(others) >>> 3;
                if (i >= end) {
                    return end;
                }
            }
            if (!TARGET[bytes.getByte(i) & 0xFF]) {
                return i;
            }
            i++;
        }
        return end;
    }

    /** Past the characters of a field value. */
    static int valueEnd(Buffer bytes, int from, int end) {
        int i = from;
        int lastWord = bytes.capacity() - Long.BYTES;
        while (i < end) {
            if (i <= lastWord) {
                long controls = controls(bytes.getLong(i));
                if (controls == 0) {
                    i += Long.BYTES;
                    continue;
                }
                i += Long.numberOfLeadingZeros(controls) >>> 3;
                if (i >= end) {
                    return end;
                }
            }
            if (!VALUE[bytes.getByte(i) & 0xFF]) {
                return i;
            }
            i++;
        }
        return end;
    }

    static boolean isToken(int c) {
        return TOKEN[c & 0xFF];
    }

    /** The value of a hexadecimal digit, or −1. */
    static int hexDigit(int c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** Bit 7 of each byte that is no letter, digit, hyphen or dot. */
    private static long notNameLike(long word) {
        long low = word & LOW;
        long lower = low | CASE;
        long letters = lower + (0x80 - 'a') * EACH & ~(lower + (0x7F - 'z') * EACH);
        long digits = low + (0x80 - '0') * EACH & ~(low + (0x7F - '9') * EACH);
        long marks = low + (0x80 - '-') * EACH & ~(low + (0x7F - '.') * EACH);
        return (~(letters | digits | marks) | word) & HIGH;
    }

    /** Bit 7 of each byte outside {@code &..;}, {@code =}, {@code ?..Z} and {@code a..z}: most of a usual target. */
    private static long notTargetLike(long word) {
        long low = word & LOW;
        long marks = low + (0x80 - '&') * EACH & ~(low + (0x7F - ';') * EACH);
        long upper = low + (0x80 - '?') * EACH & ~(low + (0x7F - 'Z') * EACH);
        long lower = low + (0x80 - 'a') * EACH & ~(low + (0x7F - 'z') * EACH);
        long equals = ~((low ^ EQUALS_SIGN) + LOW);
        return (~(marks | upper | lower | equals) | word) & HIGH;
    }

    /** Bit 7 of each byte below SP, and of DEL. */
    private static long controls(long word) {
        long low = word & LOW;
        return (~(low + (0x80 - ' ') * EACH) | low + EACH) & ~word & HIGH;
    }
}
