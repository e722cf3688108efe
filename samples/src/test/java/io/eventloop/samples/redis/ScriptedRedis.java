package io.eventloop.samples.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.eventloop.EventLoopGroup;
import io.eventloop.testing.ScriptedListener;
import io.eventloop.testing.ScriptedPeer;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A proxy on a simulated network, between clients and a server that do what a test says. Time is virtual. */
final class ScriptedRedis implements AutoCloseable {
    static final Duration STALL = Duration.ofSeconds(5);
    private static final int SERVER_PORT = 6379;
    private static final int PROXY_PORT = 6380;

    final SimulatedNetwork network = SimulatedNetwork.builder().seed(11).build();
    final List<ScriptedPeer> servers = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();
    private final SimulatedHost clients = network.host("client");
    private final SimulatedHost host = network.host("proxy");
    private final ScriptedListener listener;
    private final RedisProxy proxy;

    /** With one shared connection; the server does this with each connection. */
    ScriptedRedis(int maxClients, long maxBulkBytes, Consumer<ScriptedPeer> server) throws IOException {
        SimulatedHost upstream = network.host("server");
        listener = ScriptedListener.listen(upstream, upstream.address(SERVER_PORT), 16, peer -> {
            servers.add(peer);
            server.accept(peer);
        });
        EventLoopGroup group = host.group(builder -> builder.failureListener((what, failure) -> failures.add(failure)));
        RedisOptions options = new RedisOptions(
                upstream.address(SERVER_PORT),
                1,
                8,
                maxClients,
                Duration.ofSeconds(5),
                STALL,
                Duration.ZERO,
                maxBulkBytes);
        proxy = RedisProxy.listen(group, host.address(PROXY_PORT), options);
    }

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** An array of bulk strings, as client libraries send commands. */
    static String command(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    static String received(ScriptedPeer peer) {
        return new String(peer.received(), ISO_8859_1);
    }

    ScriptedPeer client() throws IOException {
        return ScriptedPeer.connect(clients, host.address(PROXY_PORT));
    }

    void pass(Duration time) {
        network.run(time);
    }

    /** Has the proxy do nothing for a while, and find all that has come by then at once. */
    void stall(Duration time) {
        host.stall(time);
    }

    /** Its figures, and the end of it all. */
    String end() {
        close();
        return proxy.statistics();
    }

    @Override
    public void close() {
        listener.close();
        network.close();
    }
}
