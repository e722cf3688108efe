package io.eventloop.http.server;

import io.eventloop.Acceptor;
import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.DrainReport;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.ListenerMetrics;
import io.eventloop.http.HttpLimits;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * An HTTP server at one address, on all loops of a group.
 *
 * <p><b>Threading:</b> thread-safe.
 *
 * <p><b>Ownership:</b> of its connections; the group ends it at the latest. The access log stays the caller's.
 *
 * <p><b>Failure:</b> what peers do wrong is answered and counted, see {@link #metrics()}, and never thrown.
 */
public final class HttpServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.eventloop.http");
    private static final ConnectionHandler REFUSED = (Connection connection, Buffer in) -> in.skip(in.readableBytes());

    private final ServerSettings settings;
    private final List<ServerLoop> loops;
    private final Listener listener;

    private HttpServer(ServerSettings settings, List<ServerLoop> loops, Listener listener) {
        this.settings = settings;
        this.loops = loops;
        this.listener = listener;
    }

    /** A builder holding the defaults; it needs a handler. */
    public static Builder builder() {
        return new Builder();
    }

    /** The bound address, with the port the system chose where 0 was asked for. */
    public SocketAddress address() {
        return listener.address();
    }

    /** Figures of the listener. */
    public ListenerMetrics listenerMetrics() {
        return listener.metrics();
    }

    /** Figures of the server. */
    public HttpServerMetrics metrics() {
        List<ServerCounters> counters =
                loops.stream().map(loop -> loop.counters).toList();
        return ServerCounters.snapshot(
                counters, settings.accessLog().map(AccessLog::dropped).orElse(0L));
    }

    /** Completed once the listening sockets are closed. */
    public CompletableFuture<Void> closed() {
        return listener.closed();
    }

    /**
     * Stops accepting, closes idle connections, answers what is in flight with {@code Connection: close}, and resets what is
     * left when the time is over. A response without end, such as server-sent events, lasts until then and is reset,
     * unless its handler ends it in {@link StreamHandler#onDrain}.
     *
     * @param limit how long exchanges may take; zero resets all connections at once
     * @return how many connections there were, and how many were cut
     */
    public CompletableFuture<DrainReport> drain(Duration limit) {
        return drain(Duration.ZERO, limit);
    }

    /**
     * As {@link #drain(Duration)}, and idle connections may ask once more: for a while the next request of each is answered
     * before it is closed. Who is about to send on a connection that was kept, or has only just connected, would lose that
     * request; a second or two is enough for clients that are busy.
     *
     * @param grace until idle connections are closed; at most the limit
     * @param limit how long all of it may take; zero resets all connections at once
     * @return how many connections there were, and how many were cut
     */
    public CompletableFuture<DrainReport> drain(Duration grace, Duration limit) {
        if (grace.isNegative() || grace.compareTo(limit) > 0) {
            throw new IllegalArgumentException("grace is " + grace + ", must be within 0.." + limit);
        }
        listener.close();
        CompletableFuture<DrainReport> drained = new CompletableFuture<>();
        listener.closed().whenComplete((none, failure) -> {
            AtomicInteger draining = new AtomicInteger();
            AtomicInteger cut = new AtomicInteger();
            List<CompletableFuture<Void>> ends = new ArrayList<>();
            for (ServerLoop server : loops) {
                CompletableFuture<Void> end = new CompletableFuture<>();
                ends.add(end);
                try {
                    server.loop.execute(() -> {
                        draining.addAndGet(server.connections);
                        server.drain(grace, () -> end.complete(null));
                        cutAfter(server, limit, cut);
                    });
                } catch (RejectedExecutionException e) {
                    // The loop has ended, and its connections with it.
                    end.complete(null);
                }
            }
            CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]))
                    .thenRun(() -> drained.complete(new DrainReport(draining.get(), cut.get())));
        });
        return drained;
    }

    private static void cutAfter(ServerLoop server, Duration limit, AtomicInteger cut) {
        if (limit.isZero()) {
            cut.addAndGet(server.cut());
        } else if (server.connections > 0) {
            server.loop.schedule(limit, () -> cut.addAndGet(server.cut()));
        }
    }

    /** Stops accepting and resets all connections, without waiting for that. */
    @Override
    public void close() {
        drain(Duration.ZERO);
    }

    /** Collects what a server is made of; not thread-safe. */
    public static final class Builder {
        private HttpServerLimits limits = HttpServerLimits.DEFAULT;
        private HttpLimits messageLimits = HttpLimits.DEFAULT;
        private ListenOptions listenOptions = ListenOptions.DEFAULT;
        private Optional<HttpHandler> handler = Optional.empty();
        private Optional<AccessLog> accessLog = Optional.empty();
        private UnaryOperator<Acceptor> layer = acceptor -> acceptor;
        private BiConsumer<String, Throwable> failureListener =
                (what, failure) -> LOG.log(System.Logger.Level.WARNING, what, failure);

        private Builder() {}

        /** What answers requests, such as a {@link Router}. */
        public Builder handler(HttpHandler requests) {
            handler = Optional.of(requests);
            return this;
        }

        /** The server's limits. */
        public Builder limits(HttpServerLimits serverLimits) {
            limits = Objects.requireNonNull(serverLimits);
            return this;
        }

        /** The limits of requests. */
        public Builder messageLimits(HttpLimits requestLimits) {
            messageLimits = Objects.requireNonNull(requestLimits);
            return this;
        }

        /**
         * How to listen: backlog, distribution, socket options, limits of connections. The number of connections, and the
         * idle and the write timeout, are taken from {@link HttpServerLimits} instead.
         */
        public Builder listenOptions(ListenOptions options) {
            listenOptions = Objects.requireNonNull(options);
            return this;
        }

        /** Where requests are logged; by default nowhere. */
        public Builder accessLog(AccessLog log) {
            accessLog = Optional.of(log);
            return this;
        }

        /**
         * Told of what handlers throw; by default a warning in the log {@code io.eventloop.http}. Called on loops and on
         * the threads of blocking handlers; must not block.
         */
        public Builder failureListener(BiConsumer<String, Throwable> listener) {
            failureListener = Objects.requireNonNull(listener);
            return this;
        }

        /**
         * What lies between the socket and HTTP, such as TLS: makes an acceptor of sockets of the one of HTTP. TLS should
         * offer {@code http/1.1}, and never {@code h2}, which the server does not speak and clients prefer.
         */
        public Builder layer(UnaryOperator<Acceptor> between) {
            layer = Objects.requireNonNull(between);
            return this;
        }

        /**
         * Listens on all loops of a group.
         *
         * @throws io.eventloop.SystemCallException if the address is in use or not of this host
         */
        public HttpServer listen(EventLoopGroup group, SocketAddress address) throws IOException {
            HttpHandler requests = handler.orElseThrow(() -> new IllegalStateException("a server needs a handler"));
            ServerSettings settings = new ServerSettings(
                    requests,
                    limits,
                    messageLimits,
                    accessLog,
                    limits.limitsAddresses() ? Optional.of(new ClientAddresses(limits)) : Optional.empty(),
                    failureListener);
            List<ServerLoop> loops = new ArrayList<>();
            for (EventLoop loop : group.loops()) {
                loops.add(new ServerLoop(loop, settings));
            }
            Acceptor acceptor = connection -> accept(loops.get(connection.loop().index()), connection);
            Listener listener = group.listen(address, options(), layer.apply(acceptor));
            return new HttpServer(settings, List.copyOf(loops), listener);
        }

        private ListenOptions options() {
            ConnectionLimits connections = listenOptions.limits().toBuilder()
                    .idleTimeout(limits.keepAliveTimeout())
                    .writeTimeout(limits.writeTimeout())
                    .build();
            int head = messageLimits.maxStartLineBytes() + messageLimits.maxFieldBytes();
            if (head >= connections.maxInboundBytes()) {
                throw new IllegalArgumentException("maxInboundBytes is " + connections.maxInboundBytes()
                        + ", must be above maxStartLineBytes and maxFieldBytes together, " + head);
            }
            return new ListenOptions(
                    listenOptions.backlog(),
                    limits.maxConnections(),
                    listenOptions.overflow(),
                    listenOptions.maxAcceptsPerTurn(),
                    listenOptions.maxAcceptsPerSecond(),
                    listenOptions.distribution(),
                    connections,
                    listenOptions.socket());
        }

        private static ConnectionHandler accept(ServerLoop server, Connection connection) {
            HttpServerLimits limits = server.limits;
            long now = server.loop.nanoTime();
            ClientAddresses.Client client = null;
            if (server.settings.addresses().isPresent()) {
                ClientAddresses addresses = server.settings.addresses().get();
                client = addresses.connected(connection.remoteAddress(), now);
                if (client == null || addresses.isAbove(client)) {
                    if (client != null) {
                        addresses.disconnected(client, now);
                    }
                    server.counters.count(ServerCounter.ADDRESSES_REFUSED);
                    connection.abort();
                    return REFUSED;
                }
            }
            int perSecond = limits.maxRequestsPerSecondPerConnection();
            TokenBucket bucket = perSecond > 0 ? new TokenBucket(perSecond, now) : null;
            return new H1Connection(server, connection, client, bucket);
        }
    }
}
