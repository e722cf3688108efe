package io.eventloop.tls;

import io.eventloop.ConnectOptions;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.testing.SeededRandom;
import io.eventloop.testing.SimulatedNetwork;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.X509TrustManager;

/**
 * Clients and a server over TLS whose callbacks do anything to any connection of their host; handshakes that are computed late,
 * elsewhere or not at all; and trust managers that throw.
 */
final class UnrulyScenario {
    private static final int MOST_SIDES = 12;
    private static final int MAX_DEPTH = 5;

    /** What is thrown on purpose. */
    static final class Outburst extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Those of one host, which may do things to each other. */
    final class Host {
        private final List<UnrulySide> sides = new ArrayList<>();
        private final EventLoop loop;
        private int depth;

        Host(String name) {
            EventLoopGroup group = network.host(name)
                    .group(builder -> builder.failureListener((what, failure) -> failed(what, failure)));
            loop = group.next();
        }

        UnrulySide add(boolean isClient) {
            UnrulySide side = new UnrulySide(UnrulyScenario.this, this, isClient);
            sides.add(side);
            return side;
        }

        /** Does something to some of them, or begins another one, or throws. */
        void endOfCallback() {
            if (depth == MAX_DEPTH || sides.isEmpty()) {
                return;
            }
            depth++;
            try {
                for (int left = random.nextInt(4); left > 0; left--) {
                    int what = random.nextInt(30);
                    if (what == 0) {
                        throw new Outburst();
                    } else if (what == 1) {
                        connect();
                    } else {
                        sides.get(random.nextInt(sides.size())).suffer();
                    }
                }
            } finally {
                depth--;
            }
        }

        private void connect() {
            if (this == clients && sides.size() < MOST_SIDES) {
                UnrulySide side = add(true);
                ConnectOptions options = new ConnectOptions(Duration.ofSeconds(20), limits(), SocketOptions.NONE);
                side.meet(client.connect(
                        loop, network.host("server").address(443), options, "a.example", side.handler()));
            }
        }
    }

    private final SimulatedNetwork network;
    private final SeededRandom random;
    private final boolean isTls13;
    private final Host clients;
    private final Host servers;
    private final TlsServer server;
    private final TlsClient client;
    private final List<HandshakeExecutor> executors = new ArrayList<>();
    private final Map<Integer, UnrulySide> clientsByPort = new HashMap<>();
    private final Map<Integer, UnrulySide> serversByPort = new HashMap<>();

    private UnrulyScenario(SimulatedNetwork network) {
        this.network = network;
        random = network.random();
        isTls13 = random.nextInt(3) > 0;
        clients = new Host("client");
        servers = new Host("server");
        server = TlsRig.server()
                .handshakeExecutor(executor())
                .handshakeTimeout(Duration.ofSeconds(30))
                .build();
        client = TlsContext.client()
                .trustManager(new Moody(TrustAnchors.of(Certificates.authorities()), random.split()))
                .handshakeExecutor(executor())
                .handshakeTimeout(Duration.ofSeconds(30))
                .protocols(isTls13 ? "TLSv1.3" : "TLSv1.2")
                .resumption(random.nextInt(2) == 0)
                .build();
    }

    static void play(SimulatedNetwork network) throws IOException {
        new UnrulyScenario(network).play();
    }

    private HandshakeExecutor executor() {
        if (random.nextInt(3) == 0) {
            return HandshakeExecutor.onLoop();
        }
        SeededRandom moods = random.split();
        HandshakeExecutor executor = HandshakeExecutor.of(
                task -> {
                    switch (moods.nextInt(12)) {
                        case 0 -> throw new RejectedExecutionException("on purpose");
                        case 1, 2 -> task.run();
                        default -> network.after(Duration.ofMillis(moods.nextInt(400)), task);
                    }
                },
                1 + random.nextInt(2),
                1 + random.nextInt(4));
        executors.add(executor);
        return executor;
    }

    /** Sometimes throws instead of an answer. */
    private record Moody(X509TrustManager calm, SeededRandom random) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            calm.checkClientTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            switch (random.nextInt(20)) {
                case 0 -> throw new CertificateException("on purpose");
                case 1 -> throw new Outburst();
                default -> calm.checkServerTrusted(chain, type);
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return calm.getAcceptedIssuers();
        }
    }

    ConnectionLimits limits() {
        int low = random.nextInt(4) == 0 ? 0 : random.nextInt(4096);
        return ConnectionLimits.builder()
                .readBudgetBytes(1 + random.nextInt(1 << (4 + random.nextInt(14))))
                .waterMarks(low, low + 1 + random.nextInt(8192))
                .maxQueuedBytes(4 << 20)
                .idleTimeout(Duration.ofSeconds(1 + random.nextInt(20)))
                .writeTimeout(Duration.ofSeconds(15))
                .closeTimeout(Duration.ofSeconds(12))
                .build();
    }

    private void play() throws IOException {
        if (!listen()) {
            return;
        }
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            network.after(Duration.ofMillis(random.nextInt(1000)), () -> clients.loop.execute(clients::connect));
        }
        network.run(Duration.ofMillis(random.nextInt(20_000)));
        if (random.nextInt(2) == 0) {
            network.host("server").groups().get(0).shutdown(Duration.ofMillis(random.nextInt(5000)));
        }
        network.run(Duration.ofMinutes(20));
        clients.sides.forEach(UnrulySide::check);
        servers.sides.forEach(UnrulySide::check);
        long opened = clients.sides.stream().filter(UnrulySide::wasOpen).count();
        require(client.metrics().established() == opened, opened + " were opened, " + client.metrics());
        for (HandshakeExecutor executor : executors) {
            require(executor.waiting() == 0, executor.waiting() + " handshakes of nobody wait");
        }
    }

    private boolean listen() throws IOException {
        ListenOptions options = ListenOptions.builder().limits(limits()).build();
        try {
            network.host("server")
                    .groups()
                    .get(0)
                    .listen(network.host("server").address(443), options, server.acceptor(connection -> {
                        UnrulySide side = servers.add(false);
                        side.meet(connection);
                        try {
                            servers.endOfCallback();
                        } catch (Outburst e) {
                            servers.sides.remove(side);
                            throw e;
                        }
                        return side.handler();
                    }));
            return true;
        } catch (SystemCallException e) {
            return false;
        }
    }

    private void failed(String what, Throwable failure) {
        boolean isOurs = failure instanceof Outburst || failure.getCause() instanceof Outburst;
        if (!isOurs) {
            network.invariants().reported(what, failure);
        }
    }

    void met(UnrulySide side, boolean isClient, int port) {
        (isClient ? clientsByPort : serversByPort).put(port, side);
        side.port = port;
    }

    /** One side was told that it has all. */
    void ended(UnrulySide side, boolean isClient, long received) {
        UnrulySide peer = (isClient ? serversByPort : clientsByPort).get(side.port);
        if (isTls13) {
            require(peer.written() == received, received + " of " + peer.written() + " bytes came: " + side);
        }
    }

    SimulatedNetwork network() {
        return network;
    }

    SeededRandom random() {
        return random;
    }

    void require(boolean holds, String what) {
        if (!holds) {
            network.invariants().broken(what);
        }
    }
}
