package io.eventloop.samples;

import io.eventloop.ConnectOptions;
import io.eventloop.ConnectionLimits;
import io.eventloop.ListenOptions;
import io.eventloop.LoopOptions;
import io.eventloop.RelayOptions;
import io.eventloop.SocketOptions;
import java.time.Duration;

/**
 * What a {@link TcpProxy} is told, and the library's options that follow from it.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param maxConnections clients at once; more are reset
 * @param connectTimeout for the connection to the backend; zero for none
 * @param idleTimeout without a byte either way, or without the peer taking any of what is queued; zero for none
 * @param headerFromClient whether clients begin with a PROXY protocol header
 * @param headerToBackend whether the backend gets one
 */
record ProxyOptions(
        int maxConnections,
        Duration connectTimeout,
        Duration idleTimeout,
        HeaderFromClient headerFromClient,
        HeaderToBackend headerToBackend) {

    /** Whether clients are proxies that begin with a PROXY protocol header. */
    enum HeaderFromClient {
        /** No header is looked for. */
        NONE,
        /** A client may begin with one. */
        OPTIONAL,
        /** A client without one is reset. */
        REQUIRED
    }

    /** Whether the backend is told of the client by a PROXY protocol header. */
    enum HeaderToBackend {
        /** It is not. */
        NONE,
        /** By a line of text. */
        V1,
        /** By a binary header. */
        V2
    }

    /**
     * With one read beyond it, 192 KiB held for a peer that does not read: 1,024 such peers on one loop stay within the
     * 256 MiB of its buffer pool.
     */
    private static final int HIGH_WATER_BYTES = 128 << 10;

    /** A quarter is left to send while reading the other side goes on again. */
    private static final int LOW_WATER_BYTES = 32 << 10;

    /** Never reached, for one read above the high-water mark is the most a relay queues. */
    private static final int MAX_QUEUED_BYTES = 1 << 20;

    /** A slow peer whose other side is gone may take this long for the rest. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    /** Without PROXY protocol headers. */
    ProxyOptions(int maxConnections, Duration connectTimeout, Duration idleTimeout) {
        this(maxConnections, connectTimeout, idleTimeout, HeaderFromClient.NONE, HeaderToBackend.NONE);
    }

    ProxyOptions with(HeaderFromClient fromClient, HeaderToBackend toBackend) {
        return new ProxyOptions(maxConnections, connectTimeout, idleTimeout, fromClient, toBackend);
    }

    ConnectionLimits limits() {
        return ConnectionLimits.builder()
                .waterMarks(LOW_WATER_BYTES, HIGH_WATER_BYTES)
                .maxQueuedBytes(MAX_QUEUED_BYTES)
                .idleTimeout(idleTimeout)
                .writeTimeout(idleTimeout)
                .closeTimeout(CLOSE_TIMEOUT)
                .build();
    }

    ListenOptions listenOptions() {
        return ListenOptions.builder()
                .maxConnections(maxConnections, ListenOptions.Overflow.RESET)
                .limits(limits())
                .build();
    }

    ConnectOptions connectOptions() {
        return new ConnectOptions(connectTimeout, limits(), SocketOptions.DEFAULT);
    }

    RelayOptions relayOptions() {
        return new RelayOptions(idleTimeout);
    }

    /** Two connections for each client, even if the kernel gives them all to one loop. */
    LoopOptions loopOptions() {
        return LoopOptions.DEFAULT.withMaxConnections(
                Math.max(LoopOptions.DEFAULT.maxConnections(), 2 * maxConnections + 1));
    }
}
