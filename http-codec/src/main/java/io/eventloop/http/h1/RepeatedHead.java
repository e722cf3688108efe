package io.eventloop.http.h1;

import io.eventloop.Buffer;

/**
 * The bytes of the head that was parsed last, to find out whether the next is the same: pollers, health checks and clients
 * that pipeline send one head again and again, and comparing is a quarter of the work of parsing a short one and a tenth of
 * that for a long one.
 *
 * <p>Other traffic pays next to nothing: bytes are kept only of a head that is as long as the one before it.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> a copy of at most {@link #MAX_BYTES}, made when it is first needed.
 * <b>Failure:</b> none.
 */
final class RepeatedHead {
    /** Longer heads are parsed each time. */
    static final int MAX_BYTES = 512;

    private static final long[] NONE = {};

    private long[] words = NONE;
    private long last;
    private int lastLength;
    /** Of the bytes kept, or 0. */
    private int length;

    /** How long the head at this index is, if it is the one that is kept; else 0. */
    int lengthAt(Buffer in, int from, int end) {
        int count = length;
        if (count == 0 || count > end - from || in.getLong(from + count - Long.BYTES) != last) {
            return 0;
        }
        long[] expected = words;
        int at = from;
        for (int i = 0; i < count / Long.BYTES; i++) {
            if (in.getLong(at) != expected[i]) {
                return 0;
            }
            at += Long.BYTES;
        }
        return count;
    }

    /** What was parsed last is no longer what is kept. */
    void forget() {
        length = 0;
    }

    /** A head was parsed: every one that {@link #lengthAt} did not find. */
    void parsed(Buffer in, int from, int count) {
        if (count == lastLength && count <= MAX_BYTES) {
            keep(in, from, count);
        }
        lastLength = count;
    }

    private void keep(Buffer in, int from, int count) {
        if (words.length == 0) {
            words = new long[MAX_BYTES / Long.BYTES];
        }
        for (int i = 0; i < count / Long.BYTES; i++) {
            words[i] = in.getLong(from + i * Long.BYTES);
        }
        last = in.getLong(from + count - Long.BYTES);
        length = count;
    }
}
