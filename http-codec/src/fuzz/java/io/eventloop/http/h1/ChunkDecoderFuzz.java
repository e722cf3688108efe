package io.eventloop.http.h1;

import io.eventloop.http.HttpLimits;

/** Whatever the bytes are, chunks are read or refused, in the same way whole and byte by byte, and never more than allowed. */
public final class ChunkDecoderFuzz {
    private static final int MAX_BODY_BYTES = 100;
    private static final HttpLimits LIMITS = HttpLimits.builder()
            .maxFieldBytes(128)
            .maxFields(4)
            .maxBodyBytes(MAX_BODY_BYTES)
            .maxChunkExtensionBytes(32)
            .build();
    /** What the log says besides the data: the reason, the end, or the trailer. */
    private static final int MAX_REST = 300;

    private ChunkDecoderFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        String result = FuzzInput.check(bytes, () -> {
            ChunkLog log = new ChunkLog(LIMITS);
            return in -> {
                log.feed(in);
                return log.toString();
            };
        });
        if (result.length() > MAX_BODY_BYTES + MAX_REST) {
            throw new AssertionError("more data than allowed: " + result.length());
        }
    }
}
