package io.eventloop;

import java.time.Duration;

/** Range checks of the options records, with one wording for all of them. */
final class Ranges {
    private Ranges() {}

    static void check(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " is " + value + ", must be within " + min + ".." + max);
        }
    }

    /** A timeout of zero means none; otherwise at least a millisecond and at most a year. */
    static void checkTimeout(String field, Duration value) {
        if (!value.isZero()
                && (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofDays(366)) > 0)) {
            throw new IllegalArgumentException(
                    field + " is " + value + ", must be zero (none) or within PT0.001S..P366D");
        }
    }
}
