package io.eventloop.samples;

import io.eventloop.Acceptor;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import io.eventloop.ListenerMetrics;
import io.eventloop.framing.ProxyAcceptor;
import io.eventloop.framing.ProxyHeader;
import io.eventloop.framing.ProxyHeaderHandler;
import io.eventloop.framing.ProxyHeaderOptions;
import io.eventloop.framing.ProxyHeaderOptions.Presence;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * Listens, and gives each client a {@link ProxySession} with a connection to the backend on the same loop.
 *
 * <p><b>Threading:</b> thread-safe; not to be asked for statistics from a loop, which would wait for itself.
 *
 * <p><b>Ownership:</b> the group is the caller's, and ends the proxy.
 *
 * <p><b>Failure:</b> {@link #listen} throws if the address cannot be listened on; a failing client or backend ends one
 * session.
 */
final class TcpProxy {
    private final EventLoopGroup group;
    private final InetSocketAddress local;
    private final List<ProxyLoop> loops = new ArrayList<>();
    private Listener listener;

    private TcpProxy(EventLoopGroup group, InetSocketAddress local, SocketAddress backend, ProxyOptions options) {
        this.group = group;
        this.local = local;
        for (EventLoop loop : group.loops()) {
            loops.add(new ProxyLoop(loop, backend, options));
        }
    }

    static TcpProxy listen(
            EventLoopGroup group, InetSocketAddress local, InetSocketAddress backend, ProxyOptions options)
            throws IOException {
        return listen(group, local, backend, options, ProxyFront.none());
    }

    static TcpProxy listen(
            EventLoopGroup group,
            InetSocketAddress local,
            InetSocketAddress backend,
            ProxyOptions options,
            ProxyFront front)
            throws IOException {
        TcpProxy proxy = new TcpProxy(group, local, backend, options);
        proxy.listener =
                group.listen(local, options.listenOptions(), proxy.acceptor(options.headerFromClient(), front));
        return proxy;
    }

    private Acceptor acceptor(ProxyOptions.HeaderFromClient expected, ProxyFront front) {
        ProxyAcceptor sessions = (client, header) -> front.meet(client, sessions(header));
        return switch (expected) {
            case NONE -> client -> sessions.accept(client, ProxyHeader.local());
            case OPTIONAL ->
                ProxyHeaderHandler.acceptor(ProxyHeaderOptions.DEFAULT.withPresence(Presence.OPTIONAL), sessions);
            case REQUIRED -> ProxyHeaderHandler.acceptor(ProxyHeaderOptions.DEFAULT, sessions);
        };
    }

    private ProxyFront.Sessions sessions(ProxyHeader header) {
        return new ProxyFront.Sessions() {
            @Override
            public ConnectionHandler begin(Connection client) {
                ProxyLoop loop = loops.get(client.loop().index());
                return new ProxySession(loop, loop.backend(), header);
            }

            @Override
            public ConnectionHandler begin(Connection client, SocketAddress backend) {
                return new ProxySession(loops.get(client.loop().index()), backend, header);
            }
        };
    }

    /** The address listened on. */
    InetSocketAddress address() {
        return Addresses.bound(local, listener.address());
    }

    /** The figures now, or at the end if the group has ended. */
    ProxyStatistics statistics() {
        long toBackend = 0;
        long toClients = 0;
        Map<CloseReason.Kind, Long> failed = new EnumMap<>(CloseReason.Kind.class);
        for (ProxyLoop loop : loops) {
            ProxyLoop.Figures figures = figures(loop);
            toBackend += figures.bytesToBackend();
            toClients += figures.bytesToClients();
            figures.failedConnects().forEach((kind, count) -> failed.merge(kind, count, Long::sum));
        }
        ListenerMetrics clients = listener.metrics();
        return new ProxyStatistics(
                clients.accepted(),
                clients.active(),
                clients.refused() + clients.shed(),
                failed,
                toBackend,
                toClients,
                group.metrics().largestQueueBytes());
    }

    private ProxyLoop.Figures figures(ProxyLoop loop) {
        try {
            return CompletableFuture.supplyAsync(loop::figures, loop.loop()).join();
        } catch (RejectedExecutionException e) {
            // The loop has ended: its figures are final, and visible once the group has.
            group.closed().join();
            return loop.figures();
        }
    }
}
