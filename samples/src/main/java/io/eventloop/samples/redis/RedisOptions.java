package io.eventloop.samples.redis;

import io.eventloop.ConnectOptions;
import io.eventloop.ConnectionLimits;
import io.eventloop.ListenOptions;
import io.eventloop.RelayOptions;
import io.eventloop.SocketOptions;
import io.eventloop.pool.PoolOptions;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * What a {@link RedisProxy} is told, and the library's options that follow from it.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param upstream the server
 * @param shared connections of a loop that clients share, for each version of the protocol
 * @param maxPinned connections of a loop that clients have to themselves at the same time
 * @param maxClients clients at once; more are reset
 * @param upstreamTimeout for a client to wait for a connection to the server
 * @param clientStall for a client to hold up those it shares a connection with, by not taking its replies
 * @param idleTimeout for a client that sends nothing; zero for none
 * @param maxBulkBytes of one string, in commands and replies
 */
public record RedisOptions(
        SocketAddress upstream,
        int shared,
        int maxPinned,
        int maxClients,
        Duration upstreamTimeout,
        Duration clientStall,
        Duration idleTimeout,
        long maxBulkBytes) {
    /** So few connects at a time do a server no harm that has just come back. */
    private static final int MAX_CONNECTING = 8;

    ConnectionLimits clientLimits() {
        return ConnectionLimits.builder().idleTimeout(idleTimeout).build();
    }

    ListenOptions listenOptions() {
        return ListenOptions.builder()
                .maxConnections(maxClients, ListenOptions.Overflow.RESET)
                .limits(clientLimits())
                .build();
    }

    /** A command may block for ever, and so may its connection. */
    ConnectOptions connectOptions() {
        ConnectionLimits limits =
                ConnectionLimits.builder().idleTimeout(Duration.ZERO).build();
        return new ConnectOptions(upstreamTimeout, limits, SocketOptions.DEFAULT);
    }

    PoolOptions poolOptions(int connections) {
        return PoolOptions.builder()
                .maxEndpoints(1)
                .maxConnections(connections, Math.min(connections, MAX_CONNECTING))
                .maxWaiters(maxClients)
                .connectTimeout(upstreamTimeout)
                .reportAfter(Duration.ZERO) // a shared connection is leased as long as it works
                .build();
    }

    RelayOptions relayOptions() {
        return new RelayOptions(idleTimeout);
    }
}
