package io.eventloop.framing;

/** The bounds of formats, and their check with one wording for all. */
final class FrameRanges {
    /** As much as a connection can be allowed to keep inbound. */
    static final int MAX_FRAME_BYTES = 1 << 30;

    /** As much as a connection keeps inbound by default. */
    static final int DEFAULT_MAX_FRAME_BYTES = 64 << 10;

    private FrameRanges() {}

    static void check(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " is " + value + ", must be within " + min + ".." + max);
        }
    }
}
