package io.eventloop;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/** Checks of arguments and of the options records, with one wording for all of them. */
final class Ranges {
    private Ranges() {}

    static void check(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " is " + value + ", must be within " + min + ".." + max);
        }
    }

    static void checkResolved(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new IllegalArgumentException(address + " is not resolved");
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
