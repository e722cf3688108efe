package io.eventloop.http.h1;

import io.eventloop.http.HeaderName;

/**
 * The fields that no trailer may have (RFC 9110 §6.5.1): what decides about framing, routing, the connection, authority or
 * the meaning of the content is known before the content comes, or not at all.
 */
final class TrailerNames {
    private static final long FORBIDDEN = bits(
            HeaderName.TRANSFER_ENCODING,
            HeaderName.CONTENT_LENGTH,
            HeaderName.HOST,
            HeaderName.CONNECTION,
            HeaderName.KEEP_ALIVE,
            HeaderName.PROXY_CONNECTION,
            HeaderName.UPGRADE,
            HeaderName.TE,
            HeaderName.TRAILER,
            HeaderName.EXPECT,
            HeaderName.RANGE,
            HeaderName.AUTHORIZATION,
            HeaderName.PROXY_AUTHORIZATION,
            HeaderName.PROXY_AUTHENTICATE,
            HeaderName.WWW_AUTHENTICATE,
            HeaderName.COOKIE,
            HeaderName.SET_COOKIE,
            HeaderName.CACHE_CONTROL,
            HeaderName.CONTENT_ENCODING,
            HeaderName.CONTENT_TYPE,
            HeaderName.CONTENT_RANGE,
            HeaderName.FORWARDED,
            HeaderName.X_FORWARDED_FOR);

    private TrailerNames() {}

    /** Whether a trailer with the field of this {@link HeaderName#id()} is refused. */
    static boolean isForbidden(int id) {
        return id >= 0 && (FORBIDDEN >>> id & 1) != 0;
    }

    private static long bits(HeaderName... names) {
        long bits = 0;
        for (HeaderName name : names) {
            bits |= 1L << name.id();
        }
        return bits;
    }
}
