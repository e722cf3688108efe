package io.eventloop.samples.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.eventloop.pool.AcquireFailure;

/**
 * RESP texts as bytes, and bytes as texts for people.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class Text {
    private Text() {}

    /** A simple string with its line end. */
    static byte[] simple(String text) {
        return ("+" + text + "\r\n").getBytes(ISO_8859_1);
    }

    /** An error with its line end; line ends within the text become blanks. */
    static byte[] error(String text) {
        return ("-ERR " + text.replace('\r', ' ').replace('\n', ' ') + "\r\n").getBytes(ISO_8859_1);
    }

    /** Why there is no connection to the server, for a client. */
    static String of(AcquireFailure failure) {
        return switch (failure.kind()) {
            case TIMED_OUT -> "no connection to the server became free in time";
            case TOO_MANY_WAITERS -> "too many commands wait for a connection to the server";
            case CONNECT_FAILED -> "the server cannot be reached";
            default -> "the proxy is closing";
        };
    }

    /** A byte as it may be shown in a message. */
    static String of(byte value) {
        return value > 0x20 && value < 0x7F ? "'" + (char) value + "'" : String.format("0x%02x", value & 0xFF);
    }
}
