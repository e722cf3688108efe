package io.eventloop.http.server;

import io.eventloop.EventLoopGroup;
import io.eventloop.testing.ScriptedPeer;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A server on a simulated network, and clients that send bytes and look at what comes back. Time is virtual. */
final class ServerRig implements AutoCloseable {
    static final int PORT = 80;
    static final Duration LONG = Duration.ofHours(1);

    final SimulatedNetwork network = SimulatedNetwork.builder().seed(7).build();
    final SimulatedHost host = network.host("server");
    final SimulatedHost clients = network.host("client");
    final EventLoopGroup group = host.group(1);
    final List<Throwable> failures = new ArrayList<>();
    final HttpServer server;

    ServerRig(UnaryOperator<HttpServer.Builder> settings) throws IOException {
        server = settings.apply(HttpServer.builder().failureListener((what, failure) -> failures.add(failure)))
                .listen(group, host.address(PORT));
    }

    static ServerRig of(HttpHandler handler) throws IOException {
        return new ServerRig(builder -> builder.handler(handler));
    }

    static ServerRig of(HttpServerLimits limits, HttpHandler handler) throws IOException {
        return new ServerRig(builder -> builder.limits(limits).handler(handler));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    static String post(String target, String body) {
        return "POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    ScriptedPeer connect() throws IOException {
        return ScriptedPeer.connect(clients, host.address(PORT));
    }

    ScriptedPeer send(String text) throws IOException {
        return connect().send(bytes(text));
    }

    /** Lets a tenth of a second pass: everything but a deadline has happened then. */
    void settle() {
        network.run(Duration.ofMillis(100));
    }

    void pass(Duration time) {
        network.run(time);
    }

    /** What a client has received, without the Date fields. */
    static String received(ScriptedPeer peer) {
        return new String(peer.received(), StandardCharsets.ISO_8859_1).replaceAll("Date: [^\r]*\r\n", "");
    }

    /** What comes back for these bytes on a connection of its own, which stays open. */
    String answer(String text) throws IOException {
        ScriptedPeer peer = send(text);
        settle();
        String received = received(peer);
        peer.close();
        return received;
    }

    /** What comes back for these bytes, after which the server has to close the connection. */
    String lastAnswer(String text) throws IOException {
        ScriptedPeer peer = send(text);
        awaitEnd(peer);
        return received(peer);
    }

    void awaitEnd(ScriptedPeer peer) {
        peer.expectEnd().close();
        if (!network.runUntil(peer::isDone, LONG)) {
            throw new AssertionError("the server did not end the connection after: " + received(peer));
        }
        settle();
    }

    void awaitReset(ScriptedPeer peer) {
        peer.expectReset().close();
        if (!network.runUntil(peer::isDone, LONG)) {
            throw new AssertionError("the server did not reset the connection after: " + received(peer));
        }
        settle();
    }

    @Override
    public void close() {
        network.close();
    }
}
