package io.eventloop.http.h1;

import io.eventloop.http.HttpLimits;
import io.eventloop.http.HttpMethod;
import java.util.Arrays;

/** Whatever the bytes are, responses are read or refused, in the same way whole and byte by byte. The first byte is the method. */
public final class ResponseParserFuzz {
    private static final HttpLimits LIMITS = HttpLimits.builder()
            .maxStartLineBytes(256)
            .maxFieldBytes(512)
            .maxFields(8)
            .maxBodyBytes(1024)
            .maxInterimResponses(2)
            .build();
    private static final HttpMethod[] METHODS = {HttpMethod.GET, HttpMethod.HEAD, HttpMethod.CONNECT};

    private ResponseParserFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        HttpMethod method = METHODS[(bytes[0] & 0xFF) % METHODS.length];
        FuzzInput.check(Arrays.copyOfRange(bytes, 1, bytes.length), () -> {
            ResponseLog log = new ResponseLog(method, LIMITS);
            return in -> {
                log.feed(in);
                return log.toString();
            };
        });
    }
}
