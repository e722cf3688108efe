package io.eventloop.http.server;

import java.time.Duration;

/**
 * The limits of a server, beside those of messages in {@link io.eventloop.http.HttpLimits}. Each refusal and each forced end
 * is counted, see {@link HttpServerMetrics}.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> out-of-range values throw
 * {@link IllegalArgumentException} naming the field, its value and the range. A number or a timeout of zero means none,
 * where zero is allowed.
 *
 * @param maxConnections open at once through one listener; more are reset and counted; default 10,000
 * @param maxConnectionsPerAddress open at once from one address; more are reset and counted; default none
 * @param maxRequestsInFlight unanswered after their handler returned, on one loop; more are answered with 503; default 10,000
 * @param maxRequestsInFlightPerAddress unanswered requests of one address; more are answered with 429; default none
 * @param maxRequestsPerSecondPerAddress of one address, as a token bucket of one second's requests; more are answered with 429; default none
 * @param maxRequestsPerSecondPerConnection of one connection, as a token bucket of one second's requests; more are answered with 429; default none
 * @param maxAddresses addresses that limits per address keep count of at once; connections of further ones are reset and counted; default 65,536
 * @param maxRequestsPerConnection after which the connection is closed in order; default none
 * @param maxPartialHeads heads of one loop that have arrived in part; above, the one that is longest under way is answered with 408; default 1,024
 * @param maxDiscardedBytes bytes of a body that nobody wants, read so that the connection can go on; if more are announced it is closed; default 64 KiB
 * @param headTimeout from the first byte of a head to its last; then 408 and the end; default 10 s
 * @param bodyTimeout for a whole body, not counting the time its handler holds it back; then 408 and the end; default 5 minutes
 * @param handlerTimeout from the end of a request, or since its body is held back, to the beginning of its response; then
 *     503 and the end; default 60 s
 * @param keepAliveTimeout between two requests, and before the first byte of the first; then the connection is closed; default 60 s
 * @param writeTimeout with bytes of a response queued and none taken by the peer; then the connection is reset; default 30 s
 * @param minBodyBytesPerSecond of a body, judged every five seconds; below, 408 and the end; default 240
 */
public record HttpServerLimits(
        int maxConnections,
        int maxConnectionsPerAddress,
        int maxRequestsInFlight,
        int maxRequestsInFlightPerAddress,
        int maxRequestsPerSecondPerAddress,
        int maxRequestsPerSecondPerConnection,
        int maxAddresses,
        long maxRequestsPerConnection,
        int maxPartialHeads,
        int maxDiscardedBytes,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration handlerTimeout,
        Duration keepAliveTimeout,
        Duration writeTimeout,
        int minBodyBytesPerSecond) {

    /** The defaults. */
    public static final HttpServerLimits DEFAULT = builder().build();

    /** Checks the ranges. */
    public HttpServerLimits {
        check("maxConnections", maxConnections, 1, 16777216);
        check("maxConnectionsPerAddress", maxConnectionsPerAddress, 0, 16777216);
        check("maxRequestsInFlight", maxRequestsInFlight, 1, 16777216);
        check("maxRequestsInFlightPerAddress", maxRequestsInFlightPerAddress, 0, 16777216);
        check("maxRequestsPerSecondPerAddress", maxRequestsPerSecondPerAddress, 0, 16777216);
        check("maxRequestsPerSecondPerConnection", maxRequestsPerSecondPerConnection, 0, 16777216);
        check("maxAddresses", maxAddresses, 1, 16777216);
        check("maxRequestsPerConnection", maxRequestsPerConnection, 0, Long.MAX_VALUE);
        check("maxPartialHeads", maxPartialHeads, 1, 16777216);
        check("maxDiscardedBytes", maxDiscardedBytes, 0, 1073741824);
        check("minBodyBytesPerSecond", minBodyBytesPerSecond, 0, 1073741824);
        check("headTimeout", headTimeout);
        check("bodyTimeout", bodyTimeout);
        check("handlerTimeout", handlerTimeout);
        check("keepAliveTimeout", keepAliveTimeout);
        check("writeTimeout", writeTimeout);
    }

    private static void check(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " is " + value + ", must be within " + min + ".." + max);
        }
    }

    private static void check(String field, Duration value) {
        if (!value.isZero()
                && (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofDays(366)) > 0)) {
            throw new IllegalArgumentException(
                    field + " is " + value + ", must be zero (none) or within PT0.001S..P366D");
        }
    }

    boolean limitsAddresses() {
        return maxConnectionsPerAddress > 0 || maxRequestsInFlightPerAddress > 0 || maxRequestsPerSecondPerAddress > 0;
    }

    /** A builder holding the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder holding these limits. */
    public Builder toBuilder() {
        Builder b = new Builder();
        b.maxConnections = maxConnections;
        b.maxConnectionsPerAddress = maxConnectionsPerAddress;
        b.maxRequestsInFlight = maxRequestsInFlight;
        b.maxRequestsInFlightPerAddress = maxRequestsInFlightPerAddress;
        b.maxRequestsPerSecondPerAddress = maxRequestsPerSecondPerAddress;
        b.maxRequestsPerSecondPerConnection = maxRequestsPerSecondPerConnection;
        b.maxAddresses = maxAddresses;
        b.maxRequestsPerConnection = maxRequestsPerConnection;
        b.maxPartialHeads = maxPartialHeads;
        b.maxDiscardedBytes = maxDiscardedBytes;
        b.headTimeout = headTimeout;
        b.bodyTimeout = bodyTimeout;
        b.handlerTimeout = handlerTimeout;
        b.keepAliveTimeout = keepAliveTimeout;
        b.writeTimeout = writeTimeout;
        b.minBodyBytesPerSecond = minBodyBytesPerSecond;
        return b;
    }

    /** Collects the fields; not thread-safe. */
    public static final class Builder {
        private int maxConnections = 10_000;
        private int maxConnectionsPerAddress = 0;
        private int maxRequestsInFlight = 10_000;
        private int maxRequestsInFlightPerAddress = 0;
        private int maxRequestsPerSecondPerAddress = 0;
        private int maxRequestsPerSecondPerConnection = 0;
        private int maxAddresses = 65_536;
        private long maxRequestsPerConnection = 0;
        private int maxPartialHeads = 1024;
        private int maxDiscardedBytes = 64 << 10;
        private Duration headTimeout = Duration.ofSeconds(10);
        private Duration bodyTimeout = Duration.ofMinutes(5);
        private Duration handlerTimeout = Duration.ofSeconds(60);
        private Duration keepAliveTimeout = Duration.ofSeconds(60);
        private Duration writeTimeout = Duration.ofSeconds(30);
        private int minBodyBytesPerSecond = 240;

        private Builder() {}

        /** Open at once. */
        public Builder maxConnections(int number) {
            maxConnections = number;
            return this;
        }

        /** Open at once from one address; zero for none. */
        public Builder maxConnectionsPerAddress(int number) {
            maxConnectionsPerAddress = number;
            return this;
        }

        /** Unanswered on one loop. */
        public Builder maxRequestsInFlight(int number) {
            maxRequestsInFlight = number;
            return this;
        }

        /** Unanswered of one address; zero for none. */
        public Builder maxRequestsInFlightPerAddress(int number) {
            maxRequestsInFlightPerAddress = number;
            return this;
        }

        /** Requests of one address; zero for none. */
        public Builder maxRequestsPerSecondPerAddress(int number) {
            maxRequestsPerSecondPerAddress = number;
            return this;
        }

        /** Requests of one connection; zero for none. */
        public Builder maxRequestsPerSecondPerConnection(int number) {
            maxRequestsPerSecondPerConnection = number;
            return this;
        }

        /** Addresses that are kept count of. */
        public Builder maxAddresses(int number) {
            maxAddresses = number;
            return this;
        }

        /** Requests of one connection in all; zero for none. */
        public Builder maxRequestsPerConnection(long number) {
            maxRequestsPerConnection = number;
            return this;
        }

        /** Heads of one loop that have arrived in part. */
        public Builder maxPartialHeads(int number) {
            maxPartialHeads = number;
            return this;
        }

        /** Bytes of unwanted bodies that are read. */
        public Builder maxDiscardedBytes(int number) {
            maxDiscardedBytes = number;
            return this;
        }

        /** For a head; zero for none. */
        public Builder headTimeout(Duration timeout) {
            headTimeout = timeout;
            return this;
        }

        /** For a body; zero for none. */
        public Builder bodyTimeout(Duration timeout) {
            bodyTimeout = timeout;
            return this;
        }

        /** For a response to begin; zero for none. */
        public Builder handlerTimeout(Duration timeout) {
            handlerTimeout = timeout;
            return this;
        }

        /** Between two requests; zero for none. */
        public Builder keepAliveTimeout(Duration timeout) {
            keepAliveTimeout = timeout;
            return this;
        }

        /** Without progress of a response; zero for none. */
        public Builder writeTimeout(Duration timeout) {
            writeTimeout = timeout;
            return this;
        }

        /** Of a body; zero for none. */
        public Builder minBodyBytesPerSecond(int number) {
            minBodyBytesPerSecond = number;
            return this;
        }

        /** The limits. */
        public HttpServerLimits build() {
            return new HttpServerLimits(
                    maxConnections,
                    maxConnectionsPerAddress,
                    maxRequestsInFlight,
                    maxRequestsInFlightPerAddress,
                    maxRequestsPerSecondPerAddress,
                    maxRequestsPerSecondPerConnection,
                    maxAddresses,
                    maxRequestsPerConnection,
                    maxPartialHeads,
                    maxDiscardedBytes,
                    headTimeout,
                    bodyTimeout,
                    handlerTimeout,
                    keepAliveTimeout,
                    writeTimeout,
                    minBodyBytesPerSecond);
        }
    }
}
