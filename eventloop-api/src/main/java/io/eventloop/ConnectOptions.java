package io.eventloop;

import java.time.Duration;
import java.util.Objects;

/**
 * How a connection is made.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> a timeout out of range throws
 * {@link IllegalArgumentException}.
 *
 * @param connectTimeout from the call to the established connection; zero for none; default 10 s
 * @param limits of the connection
 * @param socket options of its socket
 */
public record ConnectOptions(Duration connectTimeout, ConnectionLimits limits, SocketOptions socket) {

    /** The defaults. */
    public static final ConnectOptions DEFAULT =
            new ConnectOptions(Duration.ofSeconds(10), ConnectionLimits.DEFAULT, SocketOptions.DEFAULT);

    /** Checks the ranges. */
    public ConnectOptions {
        Ranges.checkTimeout("connectTimeout", connectTimeout);
        Objects.requireNonNull(limits);
        Objects.requireNonNull(socket);
    }

    /** These options with another connect timeout. */
    public ConnectOptions withConnectTimeout(Duration timeout) {
        return new ConnectOptions(timeout, limits, socket);
    }

    /** These options with other limits. */
    public ConnectOptions withLimits(ConnectionLimits other) {
        return new ConnectOptions(connectTimeout, other, socket);
    }

    /** These options with other socket options. */
    public ConnectOptions withSocket(SocketOptions other) {
        return new ConnectOptions(connectTimeout, limits, other);
    }
}
