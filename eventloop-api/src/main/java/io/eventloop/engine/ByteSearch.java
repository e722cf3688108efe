package io.eventloop.engine;

import java.nio.ByteBuffer;

/** Finds a byte in memory, eight at a time. */
final class ByteSearch {
    private static final long LOW_BITS = 0x7F7F_7F7F_7F7F_7F7FL;
    private static final long EVERY_BYTE = 0x0101_0101_0101_0101L;

    private ByteSearch() {}

    /** Its first index, or −1; the range is inside the memory, which is big-endian. */
    static int indexOf(ByteBuffer memory, byte value, int from, int to) {
        int i = from;
        long pattern = EVERY_BYTE * (value & 0xFF);
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            // A byte of `found` is 0x80 where one of `word` is zero, 0 elsewhere: no sum carries into its neighbour.
            long word = memory.getLong(i) ^ pattern;
            long found = ~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS);
            if (found != 0) {
                return i + (Long.numberOfLeadingZeros(found) >>> 3);
            }
        }
        for (; i < to; i++) {
            if (memory.get(i) == value) {
                return i;
            }
        }
        return -1;
    }
}
