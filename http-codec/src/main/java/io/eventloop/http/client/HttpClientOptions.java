package io.eventloop.http.client;

import io.eventloop.http.HttpLimits;
import io.eventloop.pool.PoolOptions;
import java.time.Duration;
import java.util.Objects;

/**
 * The limits of a client. It is for one loop, so that a group has as many times each. A timeout of zero means none.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> out-of-range values throw
 * {@link IllegalArgumentException} naming the field, its value and the range.
 *
 * @param http limits of messages; {@code maxBodyBytes} is that of a response's content, and by default there is none: what
 *     is not paused is not kept, and {@code totalTimeout} and {@code maxWholeBytes} bound the rest
 * @param pool limits of connections, of {@code http} and of {@code https} each
 * @param maxExchanges requests under way, those that wait for a connection included; more fail at once; default 4,096
 * @param maxOrigins origins whose addresses are remembered; the one longest unused gives way; default 256
 * @param hostLifetime how long addresses are remembered; default 30 s
 * @param acquireTimeout until there is a connection, for each attempt; default 10 s
 * @param writeTimeout without the peer taking anything of a request that is not all sent, seen after once to twice as
 *     long; default 30 s
 * @param continueTimeout for an answer to {@code Expect: 100-continue}; then the content is sent all the same; default 1 s
 * @param headTimeout from the end of the request to the head of the final response; default 30 s
 * @param bodyTimeout without any content of the response, unless it is paused; default 30 s
 * @param totalTimeout for all of it, redirects and retries included; default 10 minutes
 * @param maxRetries times that a request is sent again because its connection was lost; default 2
 * @param maxRedirects redirects followed; default 0, which hands each to the listener
 * @param maxDiscardedBytes content of a redirect that is read for the sake of its connection; a connection with more is
 *     ended; default 64 KiB
 * @param maxWholeBytes content of a response collected by {@link HttpClient#fetch}; default 1 MiB
 */
public record HttpClientOptions(
        HttpLimits http,
        PoolOptions pool,
        int maxExchanges,
        int maxOrigins,
        Duration hostLifetime,
        Duration acquireTimeout,
        Duration writeTimeout,
        Duration continueTimeout,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration totalTimeout,
        int maxRetries,
        int maxRedirects,
        int maxDiscardedBytes,
        int maxWholeBytes) {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(366);

    /** The defaults. */
    public static final HttpClientOptions DEFAULT = builder().build();

    /** Checks the ranges. */
    public HttpClientOptions {
        Objects.requireNonNull(http);
        Objects.requireNonNull(pool);
        check("maxExchanges", maxExchanges, 1, 1 << 24);
        check("maxOrigins", maxOrigins, 1, 1 << 20);
        check("hostLifetime", hostLifetime);
        check("acquireTimeout", acquireTimeout);
        check("continueTimeout", continueTimeout);
        checkOrZero("writeTimeout", writeTimeout);
        checkOrZero("headTimeout", headTimeout);
        checkOrZero("bodyTimeout", bodyTimeout);
        checkOrZero("totalTimeout", totalTimeout);
        check("maxRetries", maxRetries, 0, 100);
        check("maxRedirects", maxRedirects, 0, 100);
        check("maxDiscardedBytes", maxDiscardedBytes, 0, 1 << 30);
        check("maxWholeBytes", maxWholeBytes, 0, 1 << 30);
    }

    private static void check(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " is " + value + ", must be within " + min + ".." + max);
        }
    }

    private static void check(String field, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    field + " is " + value + ", must be within " + SHORTEST + ".." + LONGEST.toDays() + " days");
        }
    }

    private static void checkOrZero(String field, Duration value) {
        if (!value.isZero()) {
            check(field, value);
        }
    }

    /** A builder holding the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the fields; not thread-safe. */
    public static final class Builder {
        private HttpLimits http =
                HttpLimits.builder().maxBodyBytes(Long.MAX_VALUE).build();
        private PoolOptions pool = PoolOptions.DEFAULT;
        private int maxExchanges = 4096;
        private int maxOrigins = 256;
        private Duration hostLifetime = Duration.ofSeconds(30);
        private Duration acquireTimeout = Duration.ofSeconds(10);
        private Duration writeTimeout = Duration.ofSeconds(30);
        private Duration continueTimeout = Duration.ofSeconds(1);
        private Duration headTimeout = Duration.ofSeconds(30);
        private Duration bodyTimeout = Duration.ofSeconds(30);
        private Duration totalTimeout = Duration.ofMinutes(10);
        private int maxRetries = 2;
        private int maxRedirects;
        private int maxDiscardedBytes = 64 << 10;
        private int maxWholeBytes = 1 << 20;

        private Builder() {}

        /** The limits of messages. */
        public Builder http(HttpLimits limits) {
            http = limits;
            return this;
        }

        /** The limits of connections. */
        public Builder pool(PoolOptions options) {
            pool = options;
            return this;
        }

        /** Requests under way. */
        public Builder maxExchanges(int count) {
            maxExchanges = count;
            return this;
        }

        /** Origins whose addresses are remembered, and how long. */
        public Builder origins(int count, Duration lifetime) {
            maxOrigins = count;
            hostLifetime = lifetime;
            return this;
        }

        /** Until there is a connection. */
        public Builder acquireTimeout(Duration timeout) {
            acquireTimeout = timeout;
            return this;
        }

        /** Without progress of a request that is being sent. */
        public Builder writeTimeout(Duration timeout) {
            writeTimeout = timeout;
            return this;
        }

        /** For an answer to an expectation. */
        public Builder continueTimeout(Duration timeout) {
            continueTimeout = timeout;
            return this;
        }

        /** From the end of the request to the head of the response. */
        public Builder headTimeout(Duration timeout) {
            headTimeout = timeout;
            return this;
        }

        /** Without any content. */
        public Builder bodyTimeout(Duration timeout) {
            bodyTimeout = timeout;
            return this;
        }

        /** For all of it. */
        public Builder totalTimeout(Duration timeout) {
            totalTimeout = timeout;
            return this;
        }

        /** Times that a request is sent again. */
        public Builder maxRetries(int count) {
            maxRetries = count;
            return this;
        }

        /** Redirects followed. */
        public Builder maxRedirects(int count) {
            maxRedirects = count;
            return this;
        }

        /** Content of a redirect that is read. */
        public Builder maxDiscardedBytes(int bytes) {
            maxDiscardedBytes = bytes;
            return this;
        }

        /** Content that is collected. */
        public Builder maxWholeBytes(int bytes) {
            maxWholeBytes = bytes;
            return this;
        }

        /** The options. */
        public HttpClientOptions build() {
            return new HttpClientOptions(
                    http,
                    pool,
                    maxExchanges,
                    maxOrigins,
                    hostLifetime,
                    acquireTimeout,
                    writeTimeout,
                    continueTimeout,
                    headTimeout,
                    bodyTimeout,
                    totalTimeout,
                    maxRetries,
                    maxRedirects,
                    maxDiscardedBytes,
                    maxWholeBytes);
        }
    }
}
