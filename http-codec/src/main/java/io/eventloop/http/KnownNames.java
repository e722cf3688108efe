package io.eventloop.http;

import io.eventloop.Buffer;

/**
 * The field names that are constants, found by one multiplication and one comparison.
 *
 * <p>A name is reduced to its first and its last eight bytes, in lower case, and its length. The hash of these is
 * perfect: {@link #MULTIPLIER} was searched for so that no two of the names share a place, and a test fails if a new
 * name does. Setting bit 5 makes letters lower case and leaves digits and hyphens alone; the other characters of a
 * token never become one of these.
 */
final class KnownNames {
    private static final int MAX = 64;
    private static final int PLACE_BITS = 8;
    private static final long LOWER = 0x2020_2020_2020_2020L;
    private static final long MULTIPLIER = 0x6D75_67AB_400B_E98DL;

    private static final HeaderName[] BY_ID = new HeaderName[MAX];
    private static final byte[] ID_AT = new byte[1 << PLACE_BITS];
    private static final int[] LENGTHS = new int[MAX];
    private static final long[] FIRST = new long[MAX];
    private static final long[] LAST = new long[MAX];

    private KnownNames() {}

    /** Enters a constant; called while {@link HeaderName} is initialised, for each number once. */
    static void enter(HeaderName name) {
        int id = name.id();
        String text = name.lowerCase();
        BY_ID[id] = name;
        LENGTHS[id] = text.length();
        FIRST[id] = word(text, 0, Math.min(8, text.length()));
        LAST[id] = word(text, Math.max(0, text.length() - 8), text.length());
        int place = place(FIRST[id], LAST[id], text.length());
        if (ID_AT[place] != 0) {
            throw new IllegalStateException(name + " has the place of " + BY_ID[ID_AT[place] - 1]);
        }
        ID_AT[place] = (byte) (id + 1);
    }

    static HeaderName byId(int id) {
        return BY_ID[id];
    }

    /** The constant of this spelling in lower case, or null. */
    static HeaderName find(String lowerCase) {
        for (HeaderName name : BY_ID) {
            if (name != null && name.lowerCase().equals(lowerCase)) {
                return name;
            }
        }
        return null;
    }

    static int idOf(Buffer bytes, int from, int length) {
        long first;
        long last;
        if (from + Long.BYTES > bytes.capacity()) {
            first = gathered(bytes, from, Math.min(8, length));
            last = length <= 8 ? first : bytes.getLong(from + length - 8) | LOWER;
        } else if (length < 8) {
            first = (bytes.getLong(from) | LOWER) & -1L << 64 - 8 * length;
            last = first;
        } else {
            first = bytes.getLong(from) | LOWER;
            last = bytes.getLong(from + length - 8) | LOWER;
        }
        int id = ID_AT[place(first, last, length)] - 1;
        if (id < 0 || LENGTHS[id] != length || FIRST[id] != first || LAST[id] != last) {
            return HeaderName.UNKNOWN;
        }
        return length <= 16 || hasMiddle(BY_ID[id].lowerCase(), bytes, from) ? id : HeaderName.UNKNOWN;
    }

    private static boolean hasMiddle(String lowerCase, Buffer bytes, int from) {
        for (int i = 8; i < lowerCase.length() - 8; i++) {
            if ((bytes.getByte(from + i) | 0x20) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int place(long first, long last, int length) {
        long mixed = (first ^ Long.rotateLeft(last, 29) ^ length) * MULTIPLIER;
        return (int) (mixed >>> 64 - PLACE_BITS);
    }

    private static long gathered(Buffer bytes, int from, int length) {
        long word = 0;
        for (int i = 0; i < length; i++) {
            word |= (long) (bytes.getByte(from + i) | 0x20) << 56 - 8 * i;
        }
        return word;
    }

    private static long word(String text, int from, int to) {
        long word = 0;
        for (int i = from; i < to; i++) {
            word |= (long) text.charAt(i) << 56 - 8 * (i - from);
        }
        return word;
    }
}
