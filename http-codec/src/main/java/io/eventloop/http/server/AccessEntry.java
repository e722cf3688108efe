package io.eventloop.http.server;

import java.time.Duration;

/**
 * A line of an access log.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param epochMillis when the request's head was taken, since the beginning of 1970
 * @param remote the peer's address without its port
 * @param method the request's method; {@code -} if it could not be read
 * @param target the request's target as it was sent; {@code -} if it could not be read
 * @param version the request's version
 * @param status of the response
 * @param bytes of the response's body
 * @param duration from the turn of the loop that took the request's head to the moment all of the response was queued
 * @param referer the field of this name, or empty
 * @param userAgent the field of this name, or empty
 */
public record AccessEntry(
        long epochMillis,
        String remote,
        String method,
        String target,
        String version,
        int status,
        long bytes,
        Duration duration,
        String referer,
        String userAgent) {}
