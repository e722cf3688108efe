package io.eventloop.http.h1;

import io.eventloop.http.HttpLimits;

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
        FuzzInput.check(bytes, () -> {
            RequestLog log = new RequestLog(LIMITS);
            return in -> {
                log.feed(in);
                return log.toString();
            };
        });
    }
}
