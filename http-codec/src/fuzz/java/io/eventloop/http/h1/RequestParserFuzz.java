package io.eventloop.http.h1;

import io.eventloop.http.HttpLimits;
import java.util.Arrays;

/** Whatever the bytes are, requests are read or refused, in the same way whole and byte by byte, and always with progress. */
public final class RequestParserFuzz {
    private static final HttpLimits LIMITS = HttpLimits.builder()
            .maxStartLineBytes(256)
            .maxFieldBytes(512)
            .maxFields(8)
            .maxBodyBytes(1024)
            .maxChunkExtensionBytes(32)
            .build();

    private RequestParserFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        check(bytes);
        // Heads that come again: whole they are recognised, byte by byte they are parsed.
        byte[] thrice = Arrays.copyOf(bytes, 3 * bytes.length);
        System.arraycopy(bytes, 0, thrice, bytes.length, bytes.length);
        System.arraycopy(bytes, 0, thrice, 2 * bytes.length, bytes.length);
        check(thrice);
    }

    private static void check(byte[] bytes) {
        FuzzInput.check(bytes, () -> {
            RequestLog log = new RequestLog(LIMITS);
            return in -> {
                log.feed(in);
                return log.toString();
            };
        });
    }
}
