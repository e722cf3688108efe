package io.eventloop.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoop;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpMethod;
import io.eventloop.pool.PoolMetrics;
import io.eventloop.testing.ScriptedListener;
import io.eventloop.testing.ScriptedPeer;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** A client on one simulated host and a server on another that does what each test says, connection by connection. */
final class ClientRig implements AutoCloseable {
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    static final String OK_LOG = "200 ok end";
    static final String URL = "http://10.0.0.1:80";
    static final Duration MINUTE = Duration.ofMinutes(1);

    final SimulatedNetwork network = SimulatedNetwork.builder().seed(1).build();
    final SimulatedHost server = network.host("server");
    final EventLoop loop;
    final List<ScriptedPeer> peers = new ArrayList<>();
    final List<Throwable> reported = new ArrayList<>();
    final Deque<Consumer<ScriptedPeer>> scripts = new ArrayDeque<>();
    final List<String> lookups = new ArrayList<>();
    private final List<ScriptedListener> listeners = new ArrayList<>();
    HttpClient client;

    ClientRig() {
        loop = network.host("client")
                .group(builder -> builder.failureListener((what, failure) -> reported.add(failure)))
                .next();
        listen(80);
        network.run(Duration.ofMillis(1));
    }

    /** Has the server listen on a port; 80 it does from the beginning. */
    void listen(int port) {
        try {
            listeners.add(ScriptedListener.listen(server, server.address(port), 128, peer -> {
                peers.add(peer);
                if (!scripts.isEmpty()) {
                    scripts.poll().accept(peer);
                }
            }));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the server does with its next connection. */
    ClientRig script(Consumer<ScriptedPeer> acts) {
        scripts.add(acts);
        return this;
    }

    ClientRig open() {
        return open(HttpClientOptions.DEFAULT);
    }

    ClientRig open(HttpClientOptions options) {
        client = HttpClient.builder(loop).options(options).build();
        return this;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** As the client writes a request without fields. */
    static byte[] head(String method, String target) {
        return bytes(method + " " + target + " HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n");
    }

    static byte[] get(String target) {
        return head("GET", target);
    }

    static ClientRequest.Builder request(HttpMethod method, String target) {
        return ClientRequest.builder(method, URL + target);
    }

    static ClientRequest post(String content) {
        return request(HttpMethod.POST, "/")
                .field(HeaderName.CONTENT_TYPE, "text/plain")
                .body(RequestBody.of(bytes(content)))
                .build();
    }

    static final String POST_HEAD = "POST / HTTP/1.1\r\nHost: 10.0.0.1\r\nContent-Type: text/plain\r\n";

    /** Sends, and does not wait. */
    Told ask(ClientRequest request) {
        Told told = new Told();
        told.exchange = client.send(request, told);
        return told;
    }

    /** Sends, and waits until it is over. */
    Told send(ClientRequest request) {
        Told told = ask(request);
        await(told);
        return told;
    }

    Told get(String target, String expected) {
        Told told = send(ClientRequest.get(URL + target));
        assertEquals(expected, told.toString());
        return told;
    }

    void await(Told... all) {
        for (Told told : all) {
            assertTrue(network.runUntil(() -> told.completions > 0, Duration.ofHours(1)), () -> "waits for " + told);
        }
        run(Duration.ofMillis(5));
    }

    /** Lets time pass; then the loop has a turn, so that its time is that of what the test does next. */
    void run(Duration duration) {
        network.run(duration);
        loop.execute(() -> {});
        network.run(Duration.ofNanos(10_000));
    }

    PoolMetrics pool() {
        return client.metrics().pool();
    }

    long failed(HttpClientException.Kind kind) {
        return client.metrics().failed().get(kind);
    }

    /** What the server got on a connection. */
    String received(int connection) {
        return new String(peers.get(connection).received(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
            run(MINUTE);
            assertEquals(0, client.metrics().active());
            PoolMetrics left = pool();
            assertEquals(0, left.connecting() + left.idle() + left.leased() + left.waiting(), left::toString);
            assertEquals(0, loop.metrics().timersArmed());
        }
        listeners.forEach(ScriptedListener::close);
        peers.forEach(ScriptedPeer::close);
        network.run(MINUTE);
        network.invariants().checkEnd();
    }
}
