package io.eventloop.http.client;

import io.eventloop.BufferPoolOptions;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.http.HttpMethod;
import io.eventloop.pool.PoolMetrics;
import io.eventloop.pool.PoolOptions;
import io.eventloop.testing.SeededRandom;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import io.eventloop.tls.HandshakeExecutor;
import io.eventloop.tls.TlsClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Requests of all kinds, cancelled and held back at random, to a server that does as it likes; then the client's end. */
final class ClientScenario {
    /** Guarded buffers and leases cost most of the time of a run. */
    private static final int GUARDED_RUNS = 5;

    private static final int MOST_EXCHANGES = 200;
    private static final int MAX_DEPTH = 5;

    /** What an unruly listener throws. */
    private static final class Outburst extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final SimulatedNetwork network;
    private final SeededRandom random;
    private final EventLoop loop;
    private final TokenServer server;
    private final List<TokenExchange> exchanges = new ArrayList<>();
    private HttpClient client;
    private final boolean isSecure;
    private final boolean isUnruly;
    private int depth;
    private boolean drained;

    private ClientScenario(SimulatedNetwork network, boolean isSecure, boolean isUnruly) {
        this.network = network;
        this.isSecure = isSecure;
        this.isUnruly = isUnruly;
        random = network.random();
        server = new TokenServer(network, network.host("server"), isSecure);
        loop = group(network, network.host("client")).next();
    }

    /** One loop with small buffers, which are made anew for each run. */
    static EventLoopGroup group(SimulatedNetwork network, SimulatedHost host) {
        BufferPoolOptions buffers = BufferPoolOptions.builder()
                .classes(512, 1024, 16 << 10)
                .slabBytes(64 << 10)
                .guarded(network.seed() % GUARDED_RUNS == 0)
                .build();
        return host.group(builder -> builder.options(LoopOptions.DEFAULT.withBuffers(buffers))
                .failureListener((what, failure) -> {
                    if (!(failure instanceof Outburst || failure.getCause() instanceof Outburst)) {
                        network.invariants().reported(what, failure);
                    }
                }));
    }

    /** Plays it. */
    static void play(SimulatedNetwork network) {
        new ClientScenario(network, false, false).play();
    }

    /** Plays it over TLS. */
    static void playSecurely(SimulatedNetwork network) {
        new ClientScenario(network, true, false).play();
    }

    /** Plays it with listeners and sources that do anything to any exchange in each of their callbacks. */
    static void playUnruly(SimulatedNetwork network) {
        new ClientScenario(network, false, true).play();
    }

    /** Plays that over TLS. */
    static void playUnrulySecurely(SimulatedNetwork network) {
        new ClientScenario(network, true, true).play();
    }

    private HttpClientOptions options() {
        int connections = 1 + random.nextInt(6);
        return HttpClientOptions.builder()
                .pool(PoolOptions.builder()
                        .maxConnections(connections, 1 + random.nextInt(connections))
                        .maxWaiters(random.nextInt(60))
                        .connectTimeout(time(3000))
                        .failFast(random.nextInt(2) == 0)
                        .idleTimeout(time(10_000))
                        .guarded(network.seed() % GUARDED_RUNS == 0)
                        .build())
                .maxExchanges(5 + random.nextInt(60))
                .acquireTimeout(time(2000))
                .writeTimeout(time(3000))
                .continueTimeout(time(500))
                .headTimeout(time(2000))
                .bodyTimeout(time(2000))
                .totalTimeout(time(20_000))
                .maxRetries(random.nextInt(4))
                .maxRedirects(random.nextInt(3))
                .maxDiscardedBytes(random.nextInt(5))
                .build();
    }

    /** Of this run only: its sessions must not be known in the next, which would not be the same run again. */
    private TlsClient tls() {
        return TestCertificate.trusting()
                .protocols(random.nextInt(3) == 0 ? "TLSv1.2" : "TLSv1.3")
                .handshakeTimeout(time(3000))
                .handshakeExecutor(HandshakeExecutor.onLoop())
                .build();
    }

    private Duration time(int mostMillis) {
        return Duration.ofMillis(1 + random.nextInt(mostMillis));
    }

    private void play() {
        HttpClientOptions options = options();
        Optional<TlsClient> tls = isSecure ? Optional.of(tls()) : Optional.empty();
        loop.execute(() -> {
            HttpClient.Builder builder = HttpClient.builder(loop).options(options);
            tls.ifPresent(builder::tls);
            client = builder.build();
        });
        int count = 20 + random.nextInt(60);
        for (int i = 0; i < count; i++) {
            network.after(time(6000), () -> loop.execute(this::ask));
        }
        network.run(time(8000));
        boolean drains = random.nextInt(2) == 0;
        Duration limit = time(10_000);
        loop.execute(() -> {
            if (drains) {
                client.drain(limit, () -> drained = true);
            } else {
                client.close();
            }
        });
        network.run(Duration.ofMinutes(3));
        check(drains);
    }

    /** The end of a callback: does something to some exchange, or throws. */
    void endOfCallback() {
        if (!isUnruly || depth == MAX_DEPTH) {
            return;
        }
        depth++;
        try {
            doAnything();
        } finally {
            depth--;
        }
    }

    private void doAnything() {
        TokenExchange any = exchanges.get(random.nextInt(exchanges.size()));
        switch (random.nextInt(24)) {
            case 0, 1 -> {
                if (exchanges.size() < MOST_EXCHANGES) {
                    ask();
                }
            }
            case 2, 3 -> any.giveUp();
            case 4 -> any.holdBack();
            case 5 -> any.goOn();
            case 6 -> {
                if (random.nextInt(60) == 0) {
                    client.close();
                }
            }
            case 7 -> throw new Outburst();
            default -> {
                // Nothing, mostly.
            }
        }
    }

    private void ask() {
        TokenExchange exchange = new TokenExchange(this, "t" + exchanges.size() + "-" + network.seed());
        exchanges.add(exchange);
        exchange.begin(request(exchange));
    }

    private ClientRequest request(TokenExchange exchange) {
        HttpMethod[] methods = {HttpMethod.GET, HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT};
        HttpMethod method = methods[random.nextInt(methods.length)];
        ClientRequest.Builder builder = ClientRequest.builder(method, (isSecure ? "https" : "http") + "://10.0.0.1/")
                .field(TokenServer.TOKEN, exchange.token());
        if (!method.isSafe()) {
            byte[] bytes = "x"
                    .repeat(random.nextInt(random.nextInt(4) == 0 ? 40_000 : 200))
                    .getBytes(StandardCharsets.US_ASCII);
            builder.body(random.nextInt(2) == 0 ? RequestBody.of(bytes) : new TokenSource(exchange, bytes));
            if (random.nextInt(3) == 0) {
                builder.expectContinue();
            }
        }
        if (random.nextInt(20) == 0) {
            builder.closing();
        }
        return builder.build();
    }

    private void check(boolean drains) {
        require(!drains || drained, "a drain does not end");
        exchanges.forEach(TokenExchange::check);
        HttpClientMetrics left = client.metrics();
        PoolMetrics pool = isSecure ? left.securePool() : left.pool();
        require(left.active() == 0, "something is under way: " + left);
        require(
                pool.connecting() + pool.idle() + pool.leased() + pool.closing() + pool.waiting() == 0,
                "connections are left: " + pool);
        require(pool.doubleReturns() == 0 && pool.leaksReported() == 0, "leases went astray: " + pool);
        require(loop.metrics().timersArmed() == 0, loop.metrics().timersArmed() + " timers are left");
        long failed = left.failed().values().stream().mapToLong(Long::longValue).sum();
        require(
                left.started() == exchanges.size() && left.completed() + left.cancelled() + failed == left.started(),
                exchanges.size() + " exchanges, " + left);
    }

    boolean isSecure() {
        return isSecure;
    }

    HttpClient client() {
        return client;
    }

    EventLoop loop() {
        return loop;
    }

    SeededRandom random() {
        return random;
    }

    TokenServer server() {
        return server;
    }

    void require(boolean holds, String what) {
        if (!holds) {
            network.invariants().broken(what);
        }
    }
}
