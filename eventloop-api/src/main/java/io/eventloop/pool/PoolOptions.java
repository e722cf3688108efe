package io.eventloop.pool;

import io.eventloop.BufferPoolOptions;
import java.time.Duration;

/**
 * The limits of a pool. The counts are for each endpoint, except {@code maxEndpoints}; the pool is for one loop, so that a
 * group has as many times each.
 *
 * <p>How to choose them, with {@code r} for the requests per second of one loop to one endpoint, {@code w} for the mean
 * seconds a lease is held, {@code c} for the seconds a connect takes:
 *
 * <ul>
 *   <li>On average {@code n = r * w} connections are leased (Little's law). Arrivals come in clusters, so allow
 *       {@code maxConnections = n + 3 * sqrt(n)}, rounded up; at {@code r = 2000}, {@code w = 0.005} that is 10 + 9.5,
 *       so 20. More connections than the peer has workers only move the queue to its side.
 *   <li>The peer sees {@code processes * loops * maxConnections}; stay below four fifths of what it takes.
 *   <li>A waiter at place {@code k} is served after about {@code k * w / maxConnections} seconds. Those beyond
 *       {@code maxWaiters = maxConnections * timeout / w} could not be served in time anyway.
 *   <li>A cold pool is full after {@code maxConnections / maxConnecting * c} seconds, and the peer never has more than
 *       {@code processes * loops * maxConnecting} handshakes at a time.
 *   <li>{@code minIdle = (increase of r within c) * w} spares a sudden load the wait for connects.
 *   <li>{@code idleTimeout} belongs below the peer's own, by more than a round trip; the pool learns the peer's from what
 *       it sees, but only after connections were lost to it.
 * </ul>
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> out-of-range values throw
 * {@link IllegalArgumentException} naming the field, its value and the range.
 *
 * @param maxEndpoints endpoints known at a time; at the limit the one longest unused gives way, and if all are in use an
 *     acquisition fails; default 64
 * @param maxConnections connections connecting, idle and leased; at the limit acquisitions wait; default 32
 * @param maxConnecting connects in flight; default 4
 * @param maxWaiters acquisitions that wait; more fail at once; default 1,024
 * @param maxIdle idle connections kept; the longest idle one is closed above it; default 32
 * @param minIdle idle connections kept ready, once the endpoint was asked for; default 0
 * @param connectTimeout from the begin of a connect to a usable connection, a login or handshake included; default 10 s
 * @param minBackoff wait after a connect that failed, doubling with each further one, a random half of it taken off;
 *     default 50 ms
 * @param maxBackoff the longest such wait; default 1 s
 * @param failFast whether acquisitions fail when a connect failed and there is no other connection to wait for; otherwise
 *     they wait for the next try; default true
 * @param idleTimeout a connection idle for so long is closed; zero for none; default 30 s. The {@code minIdle} last ones
 *     are spared
 * @param maxLifetime a connection so old is not leased again; zero for none; default 10 minutes
 * @param jitterPercent the idle timeout and the lifetime of each connection are up to so much shorter, at random, so that
 *     connections made together do not end together; default 20
 * @param learnsIdleTimeout whether the peer's idle timeout is learned, and connections closed before it; default true
 * @param reportAfter in guarded mode a lease held for longer is reported; zero for never; default 1 minute
 * @param guarded whether misuse of leases is found where it happens, at a cost; default from the system property
 *     {@value BufferPoolOptions#GUARDED_PROPERTY}
 */
public record PoolOptions(
        int maxEndpoints,
        int maxConnections,
        int maxConnecting,
        int maxWaiters,
        int maxIdle,
        int minIdle,
        Duration connectTimeout,
        Duration minBackoff,
        Duration maxBackoff,
        boolean failFast,
        Duration idleTimeout,
        Duration maxLifetime,
        int jitterPercent,
        boolean learnsIdleTimeout,
        Duration reportAfter,
        boolean guarded) {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(366);

    /** The defaults. */
    public static final PoolOptions DEFAULT = builder().build();

    /** Checks the ranges. */
    public PoolOptions {
        check("maxEndpoints", maxEndpoints, 1, 1 << 20);
        check("maxConnections", maxConnections, 1, 1 << 20);
        check("maxConnecting", maxConnecting, 1, maxConnections);
        check("maxWaiters", maxWaiters, 0, 1 << 24);
        check("maxIdle", maxIdle, 0, maxConnections);
        check("minIdle", minIdle, 0, maxIdle);
        check("connectTimeout", connectTimeout, SHORTEST);
        check("minBackoff", minBackoff, SHORTEST);
        check("maxBackoff", maxBackoff, minBackoff);
        checkOrZero("idleTimeout", idleTimeout);
        checkOrZero("maxLifetime", maxLifetime);
        check("jitterPercent", jitterPercent, 0, 90);
        checkOrZero("reportAfter", reportAfter);
    }

    private static void check(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " is " + value + ", must be within " + min + ".." + max);
        }
    }

    private static void check(String field, Duration value, Duration min) {
        if (value.compareTo(min) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    field + " is " + value + ", must be within " + min + ".." + LONGEST.toDays() + " days");
        }
    }

    private static void checkOrZero(String field, Duration value) {
        if (!value.isZero()) {
            check(field, value, SHORTEST);
        }
    }

    /** A builder holding the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the fields; not thread-safe. */
    public static final class Builder {
        private int maxEndpoints = 64;
        private int maxConnections = 32;
        private int maxConnecting = 4;
        private int maxWaiters = 1024;
        private int maxIdle = -1;
        private int minIdle;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration minBackoff = Duration.ofMillis(50);
        private Duration maxBackoff = Duration.ofSeconds(1);
        private boolean failFast = true;
        private Duration idleTimeout = Duration.ofSeconds(30);
        private Duration maxLifetime = Duration.ofMinutes(10);
        private int jitterPercent = 20;
        private boolean learnsIdleTimeout = true;
        private Duration reportAfter = Duration.ofMinutes(1);
        private boolean guarded = Boolean.getBoolean(BufferPoolOptions.GUARDED_PROPERTY);

        private Builder() {}

        /** Endpoints known at a time. */
        public Builder maxEndpoints(int endpoints) {
            maxEndpoints = endpoints;
            return this;
        }

        /** Connections to an endpoint, and how many of them may be in the making. */
        public Builder maxConnections(int connections, int connecting) {
            maxConnections = connections;
            maxConnecting = connecting;
            return this;
        }

        /** Acquisitions that may wait for an endpoint. */
        public Builder maxWaiters(int waiters) {
            maxWaiters = waiters;
            return this;
        }

        /** Idle connections kept ready, and kept at most; by default none, and all. */
        public Builder idle(int least, int most) {
            minIdle = least;
            maxIdle = most;
            return this;
        }

        /** The longest a connect may take. */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = timeout;
            return this;
        }

        /** The first and the longest wait after a connect that failed. */
        public Builder backoff(Duration least, Duration most) {
            minBackoff = least;
            maxBackoff = most;
            return this;
        }

        /** Whether acquisitions fail with the connect when there is nothing else to wait for. */
        public Builder failFast(boolean on) {
            failFast = on;
            return this;
        }

        /** Zero for none. */
        public Builder idleTimeout(Duration timeout) {
            idleTimeout = timeout;
            return this;
        }

        /** Zero for none. */
        public Builder maxLifetime(Duration lifetime) {
            maxLifetime = lifetime;
            return this;
        }

        /** What is taken off timeouts at random, in percent of them. */
        public Builder jitterPercent(int percent) {
            jitterPercent = percent;
            return this;
        }

        /** Whether the peer's idle timeout is learned. */
        public Builder learnsIdleTimeout(boolean on) {
            learnsIdleTimeout = on;
            return this;
        }

        /** Zero for never. */
        public Builder reportAfter(Duration held) {
            reportAfter = held;
            return this;
        }

        /** Whether misuse of leases is found where it happens. */
        public Builder guarded(boolean on) {
            guarded = on;
            return this;
        }

        /** The options. */
        public PoolOptions build() {
            return new PoolOptions(
                    maxEndpoints,
                    maxConnections,
                    maxConnecting,
                    maxWaiters,
                    maxIdle < 0 ? maxConnections : maxIdle,
                    minIdle,
                    connectTimeout,
                    minBackoff,
                    maxBackoff,
                    failFast,
                    idleTimeout,
                    maxLifetime,
                    jitterPercent,
                    learnsIdleTimeout,
                    reportAfter,
                    guarded);
        }
    }
}
