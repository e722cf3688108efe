package io.eventloop.pool;

import io.eventloop.BufferPoolOptions;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.SocketOptions;
import io.eventloop.testing.SeededRandom;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Acquisitions, cancellations, upstreams that misbehave and are restarted, all at random; then the pool's end. */
final class PoolScenario {
    /** Guarded buffers and leases cost most of the time of a run. */
    private static final int GUARDED_RUNS = 10;

    private final SimulatedNetwork network;
    private final SeededRandom random;
    private final EventLoop loop;
    private final PoolOptions options;
    private final List<Upstream> upstreams = new ArrayList<>();
    private final List<Connection> made = new ArrayList<>();

    /** Not completed when it was looked at last, in the order in which they asked. */
    private final List<Exchange> waiting = new ArrayList<>();

    private final List<Exchange> exchanges = new ArrayList<>();
    private ConnectionPool pool;
    private final boolean isUnruly;
    private final Mischief mischief;
    private long asked;
    private boolean drained;

    private PoolScenario(SimulatedNetwork network, boolean isUnruly) {
        this.network = network;
        this.isUnruly = isUnruly;
        this.random = network.random();
        this.loop = group(network, network.host("client")).next();
        this.options = options();
        this.mischief = new Mischief(this, exchanges);
    }

    /** One loop with small buffers, which are made anew for each run. */
    static EventLoopGroup group(SimulatedNetwork network, SimulatedHost host) {
        BufferPoolOptions buffers = BufferPoolOptions.builder()
                .classes(512, 1024, 2048)
                .slabBytes(16 << 10)
                .guarded(network.seed() % GUARDED_RUNS == 0)
                .build();
        return host.group(builder -> builder.options(LoopOptions.DEFAULT.withBuffers(buffers))
                .failureListener((what, failure) -> {
                    if (!Mischief.Outburst.is(failure)) {
                        network.invariants().reported(what, failure);
                    }
                }));
    }

    /** Plays it. */
    static void play(SimulatedNetwork network) {
        new PoolScenario(network, false).play();
    }

    /** Plays it with holders that do anything to anybody in each of their callbacks. */
    static void playUnruly(SimulatedNetwork network) {
        new PoolScenario(network, true).play();
    }

    private PoolOptions options() {
        int connections = 1 + random.nextInt(8);
        int most = random.nextInt(connections + 1);
        return PoolOptions.builder()
                .maxEndpoints(1 + random.nextInt(3))
                .maxConnections(connections, 1 + random.nextInt(connections))
                .maxWaiters(random.nextInt(40))
                .idle(random.nextInt(most + 1), most)
                .connectTimeout(Duration.ofMillis(100 + random.nextInt(5000)))
                .failFast(random.nextInt(2) == 0)
                .idleTimeout(Duration.ofMillis(1 + random.nextInt(20_000)))
                .maxLifetime(Duration.ofMillis(1 + random.nextInt(20_000)))
                .guarded(network.seed() % GUARDED_RUNS == 0)
                .build();
    }

    private void play() {
        int endpoints = 1 + random.nextInt(3);
        for (int i = 0; i < endpoints; i++) {
            upstreams.add(new Upstream(network, network.host("server" + i), 7));
        }
        loop.execute(() -> pool = new ConnectionPool(loop, options, (remote, handler) -> {
            endOfCallback();
            ConnectOptions connect = ConnectOptions.DEFAULT.withSocket(SocketOptions.NONE);
            Connection connection = loop.connect(remote, connect, handler);
            made.add(connection);
            return connection;
        }));
        network.invariants().always("connects within the limit", this::isWithinLimits);
        int count = 20 + random.nextInt(100);
        for (int i = 0; i < count; i++) {
            long at = random.nextLong(8_000_000_000L);
            Upstream upstream = upstreams.get(random.nextInt(endpoints));
            int burst = random.nextInt(8) == 0 ? 10 : 1;
            for (int k = 0; k < burst; k++) {
                network.after(Duration.ofNanos(at), () -> loop.execute(() -> ask(upstream)));
            }
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            Upstream upstream = upstreams.get(random.nextInt(endpoints));
            Duration downFor = Duration.ofNanos(random.nextLong(1_500_000_000L));
            network.after(Duration.ofNanos(random.nextLong(8_000_000_000L)), () -> upstream.restart(downFor));
        }
        end();
    }

    /** Somebody more asks. */
    void ask() {
        ask(upstreams.get(random.nextInt(upstreams.size())));
    }

    private void ask(Upstream upstream) {
        Exchange exchange = new Exchange(this, upstream, asked++);
        exchanges.add(exchange);
        waiting.add(exchange);
        long before = asked;
        exchange.begin();
        if (asked != before) {
            // Others have asked within this, and may have been put before it.
            waiting.remove(exchange);
        }
    }

    private boolean isWithinLimits() {
        if (pool == null) {
            return true;
        }
        PoolCounters now = pool.counters();
        made.removeIf(connection -> connection.state() == Connection.State.CLOSED);
        int live = 0;
        int connecting = 0;
        for (Connection connection : made) {
            live += connection.state() == Connection.State.CLOSING ? 0 : 1;
            connecting += connection.state() == Connection.State.CONNECTING ? 1 : 0;
        }
        long endpoints = options.maxEndpoints();
        return now.get(PoolCounters.ENDPOINTS) <= endpoints
                && now.get(PoolCounters.PEAK_CONNECTIONS) <= options.maxConnections()
                && now.get(PoolCounters.PEAK_CONNECTING) <= options.maxConnecting()
                && now.get(PoolCounters.PEAK_WAITING) <= options.maxWaiters()
                && live <= endpoints * options.maxConnections()
                && connecting <= endpoints * options.maxConnecting();
    }

    private void end() {
        network.run(Duration.ofNanos(random.nextLong(10_000_000_000L)));
        boolean drains = random.nextInt(2) == 0;
        loop.execute(() -> {
            if (isUnruly && drains) {
                mischief.drain(Duration.ofMillis(1 + random.nextInt(20_000)));
            } else if (drains) {
                pool.drain(Duration.ofMillis(1 + random.nextInt(20_000)), () -> drained = true);
            } else {
                pool.close();
            }
        });
        network.run(Duration.ofMinutes(3));
        require(isUnruly || !drains || drained, "a drain does not end");
        mischief.check();
        exchanges.forEach(Exchange::check);
        PoolMetrics left = pool.metrics();
        require(
                left.connecting() + left.idle() + left.leased() + left.closing() + left.waiting() == 0,
                "something is left: " + left);
        require(loop.metrics().active() == 0, loop.metrics().active() + " connections are left");
        require(loop.metrics().timersArmed() == 0, loop.metrics().timersArmed() + " timers are left");
        long failed = left.failed().values().stream().mapToLong(Long::longValue).sum();
        require(
                left.acquired() + left.cancelled() + failed == exchanges.size(),
                exchanges.size() + " acquisitions, " + left);
    }

    /** An acquisition was served: those that asked before it for the same endpoint must not wait any more. */
    void served(Exchange exchange) {
        waiting.removeIf(other -> other != exchange && !other.isWaiting());
        for (Exchange other : waiting) {
            if (other == exchange || !waiting.contains(exchange)) {
                break;
            }
            require(
                    other.upstream() != exchange.upstream() || other.isAsking(),
                    "served before one that asked earlier");
        }
        waiting.remove(exchange);
    }

    /** A callback of somebody's is about to return. */
    void endOfCallback() {
        if (isUnruly) {
            mischief.endOfCallback();
        }
    }

    void warm() {
        pool.warm(upstreams.get(random.nextInt(upstreams.size())).address());
    }

    /** Whether nobody has a lease of a connection. */
    boolean isFree(Connection connection) {
        return exchanges.stream().noneMatch(exchange -> exchange.isHeld() && exchange.connection() == connection);
    }

    boolean isUnruly() {
        return isUnruly;
    }

    boolean isGuarded() {
        return options.guarded();
    }

    ConnectionPool pool() {
        return pool;
    }

    EventLoop loop() {
        return loop;
    }

    SeededRandom random() {
        return random;
    }

    Duration timeout() {
        return Duration.ofNanos(random.nextLong(2_000_000_000L));
    }

    void require(boolean holds, String what) {
        if (!holds) {
            network.invariants().broken(what);
        }
    }
}
