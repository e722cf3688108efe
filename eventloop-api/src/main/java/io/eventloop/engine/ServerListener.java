package io.eventloop.engine;

import io.eventloop.Acceptor;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.ListenerMetrics;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One listening address over one or several listening sockets: the limits they share and the figures.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> its endpoints own the sockets.
 *
 * <p><b>Failure:</b> see {@link Listener}.
 */
final class ServerListener implements Listener {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    final ListenOptions options;
    final Acceptor acceptor;
    private final LoopGroup group;
    private final SocketAddress address;
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong shed = new AtomicLong();
    private final AtomicLong acceptFailures = new AtomicLong();
    private final AtomicInteger openEndpoints = new AtomicInteger();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile List<ListenerEndpoint> endpoints = List.of();
    private volatile boolean paused;
    private volatile boolean closing;
    private long tokens;
    private long refilledNanos;

    ServerListener(LoopGroup group, SocketAddress address, ListenOptions options, Acceptor acceptor) {
        this.group = group;
        this.address = address;
        this.options = options;
        this.acceptor = acceptor;
        this.tokens = options.maxAcceptsPerSecond();
        this.refilledNanos = group.environment().clock().nanoTime();
    }

    /** Hands the endpoints over and starts them on their loops. */
    void start(List<ListenerEndpoint> sockets) {
        // In this order: from the moment they can be seen another thread may have them closed, which counts down.
        openEndpoints.set(sockets.size());
        endpoints = List.copyOf(sockets);
        for (ListenerEndpoint endpoint : sockets) {
            if (!endpoint.loop().order(endpoint::open)) {
                endpoint.abandon();
            }
        }
        if (closing) {
            // A close that came before this found no endpoint, and a shutdown would wait for it for ever.
            onEach(ListenerEndpoint::closeAfterBacklog);
        }
    }

    boolean isPaused() {
        return paused || !group.governor().isAccepting();
    }

    /** The group's memory budget allows accepting again. */
    void memoryFreed() {
        onEach(ListenerEndpoint::resume);
    }

    boolean isClosing() {
        return closing;
    }

    /** Takes one of the places for connections; false at the limit. */
    boolean reserve() {
        int now = active.get();
        while (now < options.maxConnections()) {
            if (active.compareAndSet(now, now + 1)) {
                return true;
            }
            now = active.get();
        }
        return false;
    }

    /** Gives a place back. */
    void released() {
        active.decrementAndGet();
        for (ListenerEndpoint endpoint : endpoints) {
            endpoint.placeFree();
        }
    }

    void countAccepted() {
        accepted.incrementAndGet();
    }

    void countRefused() {
        refused.incrementAndGet();
    }

    void countShed() {
        shed.incrementAndGet();
    }

    void countFailure() {
        acceptFailures.incrementAndGet();
    }

    /** Takes a token of the accept rate. Returns 0, or how many nanoseconds to wait for the next one. */
    long takeToken(long nowNanos) {
        int rate = options.maxAcceptsPerSecond();
        if (rate == 0) {
            return 0;
        }
        synchronized (this) {
            long elapsed = nowNanos - refilledNanos;
            long nanosPerToken = NANOS_PER_SECOND / rate;
            long earned = elapsed >= NANOS_PER_SECOND ? rate : elapsed / nanosPerToken;
            if (earned > 0) {
                tokens = Math.min(rate, tokens + earned);
                refilledNanos = earned >= rate ? nowNanos : refilledNanos + earned * nanosPerToken;
            }
            if (tokens > 0) {
                tokens--;
                return 0;
            }
            return nanosPerToken - (nowNanos - refilledNanos);
        }
    }

    /** A token that was taken for nothing. */
    void returnToken() {
        if (options.maxAcceptsPerSecond() > 0) {
            synchronized (this) {
                tokens = Math.min(options.maxAcceptsPerSecond(), tokens + 1);
            }
        }
    }

    void endpointClosed() {
        if (openEndpoints.decrementAndGet() == 0) {
            closed.complete(null);
            group.forget(this);
        }
    }

    private void onEach(Consumer<ListenerEndpoint> action) {
        for (ListenerEndpoint endpoint : endpoints) {
            endpoint.loop().order(() -> action.accept(endpoint));
        }
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            onEach(ListenerEndpoint::resume);
        }
    }

    @Override
    public void close() {
        if (!closing) {
            closing = true;
            onEach(ListenerEndpoint::closeAfterBacklog);
        }
    }

    @Override
    public CompletableFuture<Void> closed() {
        return closed.copy();
    }

    @Override
    public ListenerMetrics metrics() {
        return new ListenerMetrics(accepted.get(), active.get(), refused.get(), shed.get(), acceptFailures.get());
    }

    @Override
    public String toString() {
        return "listener at " + address;
    }
}
