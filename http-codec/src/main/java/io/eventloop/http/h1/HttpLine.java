package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.http.HttpViolation;
import io.eventloop.http.ProtocolException;
import java.nio.charset.StandardCharsets;

/** What start lines and line ends look like as numbers, and the check of one that is still coming in. */
final class HttpLine {
    static final short CRLF = 0x0D0A;
    static final long HTTP_1_1 = word("HTTP/1.1");
    static final long HTTP_1_0 = word("HTTP/1.0");

    private static final byte[] VERSION = "HTTP/".getBytes(StandardCharsets.ISO_8859_1);
    private static final int VERSION_BYTES = 8;

    private HttpLine() {}

    /** Up to eight characters as the big-endian number they are, with zeros behind. */
    static long word(String text) {
        long word = 0;
        for (int i = 0; i < text.length(); i++) {
            word |= (long) text.charAt(i) << 56 - 8 * i;
        }
        return word;
    }

    /** Throws unless what there is could be the beginning of a version, of whatever number. */
    static void checkVersion(Buffer bytes, int from, int end, HttpViolation violation) {
        int length = Math.min(end - from, VERSION_BYTES);
        for (int i = 0; i < length; i++) {
            byte c = bytes.getByte(from + i);
            boolean fits = i < VERSION.length ? c == VERSION[i] : i == 6 ? c == '.' : c >= '0' && c <= '9';
            if (!fits) {
                throw new ProtocolException(violation, "no version of HTTP where it should be");
            }
        }
        // RFC 9112 §2.3: the digits are known only when all are there.
        if (length == VERSION_BYTES && bytes.getLong(from) != HTTP_1_1 && bytes.getLong(from) != HTTP_1_0) {
            HttpViolation other =
                    violation == HttpViolation.BAD_VERSION ? HttpViolation.UNSUPPORTED_VERSION : violation;
            throw new ProtocolException(other, "neither HTTP/1.1 nor HTTP/1.0");
        }
    }

    /**
     * Whether a line end is here.
     *
     * @return false if it is not all there yet
     */
    static boolean endsAt(Buffer bytes, int index, int end) {
        if (index < end && bytes.getByte(index) != '\r' || index + 1 < end && bytes.getByte(index + 1) != '\n') {
            throw new ProtocolException(HttpViolation.BAD_LINE_ENDING, "no CRLF after the start line");
        }
        return index + 1 < end;
    }
}
