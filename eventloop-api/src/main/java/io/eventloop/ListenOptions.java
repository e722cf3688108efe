package io.eventloop;

import java.util.Objects;

/**
 * How a listener accepts.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> out-of-range values throw
 * {@link IllegalArgumentException} naming the field, its value and the range.
 *
 * @param backlog connections the kernel keeps ready, also bounded by the kernel; default 1,024
 * @param maxConnections open at once through this listener; default 10,000
 * @param overflow what is done with a connection above {@code maxConnections}; default {@link Overflow#RESET}
 * @param maxAcceptsPerTurn accepted by one loop in one turn; default 64
 * @param maxAcceptsPerSecond over the whole listener, as a token bucket of one second; the rest waits in the backlog;
 *     0 (default) sets no rate
 * @param distribution how connections are spread over loops; default {@link Distribution#AUTO}
 * @param limits of accepted connections
 * @param socket options of accepted sockets, and of the listening ones as far as they have them
 */
public record ListenOptions(
        int backlog,
        int maxConnections,
        Overflow overflow,
        int maxAcceptsPerTurn,
        int maxAcceptsPerSecond,
        Distribution distribution,
        ConnectionLimits limits,
        SocketOptions socket) {

    /** What is done with a connection above the limit. */
    public enum Overflow {
        /** It is accepted and reset at once, and counted: its peer learns without delay. */
        RESET,
        /** It waits in the kernel's backlog until another connection ends. */
        WAIT
    }

    /** How connections are spread over the loops. */
    public enum Distribution {
        /** {@code REUSE_PORT} where the transport has it, else {@code ROUND_ROBIN}. */
        AUTO,
        /** One listening socket per loop, spread by the kernel; refused where the transport lacks the ability. */
        REUSE_PORT,
        /** One listening socket, accepted connections handed to the loops in turn. */
        ROUND_ROBIN
    }

    /** The defaults. */
    public static final ListenOptions DEFAULT = builder().build();

    /** Checks the ranges. */
    public ListenOptions {
        Ranges.check("backlog", backlog, 1, 65_535);
        Ranges.check("maxConnections", maxConnections, 1, Integer.MAX_VALUE);
        Ranges.check("maxAcceptsPerTurn", maxAcceptsPerTurn, 1, 65_536);
        Ranges.check("maxAcceptsPerSecond", maxAcceptsPerSecond, 0, 10_000_000);
        Objects.requireNonNull(overflow);
        Objects.requireNonNull(distribution);
        Objects.requireNonNull(limits);
        Objects.requireNonNull(socket);
    }

    /** A builder holding the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the fields; not thread-safe. */
    public static final class Builder {
        private int backlog = 1024;
        private int maxConnections = 10_000;
        private Overflow overflow = Overflow.RESET;
        private int maxAcceptsPerTurn = 64;
        private int maxAcceptsPerSecond;
        private Distribution distribution = Distribution.AUTO;
        private ConnectionLimits limits = ConnectionLimits.DEFAULT;
        private SocketOptions socket = SocketOptions.DEFAULT;

        private Builder() {}

        /** Connections the kernel keeps ready. */
        public Builder backlog(int connections) {
            backlog = connections;
            return this;
        }

        /** Open at once, and what is done with more. */
        public Builder maxConnections(int connections, Overflow above) {
            maxConnections = connections;
            overflow = above;
            return this;
        }

        /** Accepted by one loop in one turn. */
        public Builder maxAcceptsPerTurn(int accepts) {
            maxAcceptsPerTurn = accepts;
            return this;
        }

        /** 0 for no rate. */
        public Builder maxAcceptsPerSecond(int accepts) {
            maxAcceptsPerSecond = accepts;
            return this;
        }

        /** How connections are spread over loops. */
        public Builder distribution(Distribution how) {
            distribution = how;
            return this;
        }

        /** Of accepted connections. */
        public Builder limits(ConnectionLimits connectionLimits) {
            limits = connectionLimits;
            return this;
        }

        /** Of accepted sockets. */
        public Builder socket(SocketOptions options) {
            socket = options;
            return this;
        }

        /** The options. */
        public ListenOptions build() {
            return new ListenOptions(
                    backlog,
                    maxConnections,
                    overflow,
                    maxAcceptsPerTurn,
                    maxAcceptsPerSecond,
                    distribution,
                    limits,
                    socket);
        }
    }
}
