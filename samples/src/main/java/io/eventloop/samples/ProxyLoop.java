package io.eventloop.samples;

import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.EventLoop;
import io.eventloop.RelayOptions;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.Map;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * One loop's share of a {@link TcpProxy}: its sessions and its figures.
 *
 * <p><b>Threading:</b> loop-confined; after the loop's end, whoever waited for it. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> none.
 */
final class ProxyLoop {
    /** Figures of one loop since the start. */
    record Figures(long bytesToBackend, long bytesToClients, Map<CloseReason.Kind, Long> failedConnects) {}

    private final EventLoop loop;
    private final SocketAddress backend;
    private final ConnectOptions connectOptions;
    private final RelayOptions relayOptions;
    private final ProxyOptions.HeaderToBackend headerToBackend;
    private final Long2ObjectHashMap<ProxySession> sessions = new Long2ObjectHashMap<>();
    private final Map<CloseReason.Kind, Long> failedConnects = new EnumMap<>(CloseReason.Kind.class);
    private long endedBytesToBackend;
    private long endedBytesToClients;

    ProxyLoop(EventLoop loop, SocketAddress backend, ProxyOptions options) {
        this.loop = loop;
        this.backend = backend;
        this.connectOptions = options.connectOptions();
        this.relayOptions = options.relayOptions();
        this.headerToBackend = options.headerToBackend();
    }

    EventLoop loop() {
        return loop;
    }

    SocketAddress backend() {
        return backend;
    }

    ConnectOptions connectOptions() {
        return connectOptions;
    }

    RelayOptions relayOptions() {
        return relayOptions;
    }

    ProxyOptions.HeaderToBackend headerToBackend() {
        return headerToBackend;
    }

    void add(long id, ProxySession session) {
        sessions.put(id, session);
    }

    void remove(long id) {
        ProxySession session = sessions.remove(id);
        endedBytesToBackend += session.bytesToBackend();
        endedBytesToClients += session.bytesToClient();
    }

    void countFailedConnect(CloseReason.Kind kind) {
        failedConnects.merge(kind, 1L, Long::sum);
    }

    /** The figures, sessions under way included. */
    Figures figures() {
        long toBackend = endedBytesToBackend;
        long toClients = endedBytesToClients;
        for (ProxySession session : sessions.values()) {
            toBackend += session.bytesToBackend();
            toClients += session.bytesToClient();
        }
        return new Figures(toBackend, toClients, new EnumMap<>(failedConnects));
    }
}
