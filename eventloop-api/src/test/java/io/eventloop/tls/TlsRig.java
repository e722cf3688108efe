package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoopGroup;
import io.eventloop.testing.RecordingHandler;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A server and clients over TLS on a simulated network. */
final class TlsRig implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(2);

    final SimulatedNetwork network;
    final SimulatedHost serverHost;
    final SimulatedHost clientHost;
    final EventLoopGroup serving;
    final EventLoopGroup calling;
    final InetSocketAddress address;

    /** Every connection the server's handlers were asked for. */
    final List<Connection> accepted = new ArrayList<>();

    final List<RecordingHandler> servers = new ArrayList<>();

    TlsRig() {
        this(SimulatedNetwork.builder().build());
    }

    TlsRig(SimulatedNetwork network) {
        this.network = network;
        serverHost = network.host("server");
        clientHost = network.host("client");
        serving = serverHost.group(1);
        calling = clientHost.group(1);
        address = serverHost.address(443);
    }

    static TlsServer.Builder server(TlsHosts hosts) {
        return TlsContext.server().hosts(hosts).handshakeExecutor(HandshakeExecutor.onLoop());
    }

    static TlsServer.Builder server() {
        return server(TlsHosts.builder()
                .host("a.example", Certificates.A)
                .host("b.example", Certificates.B)
                .host("*.wild.example", Certificates.WILDCARD)
                .build());
    }

    static TlsClient.Builder client() {
        return TlsContext.client()
                .authorities(Certificates.authorities())
                .handshakeExecutor(HandshakeExecutor.onLoop());
    }

    /** Listens with recording handlers. */
    TlsServer listen(TlsServer server) throws IOException {
        return listen(server, connection -> new RecordingHandler());
    }

    TlsServer listen(TlsServer server, Function<Connection, RecordingHandler> handlers) throws IOException {
        serving.listen(address, server.acceptor(connection -> {
            accepted.add(connection);
            RecordingHandler handler = handlers.apply(connection);
            servers.add(handler);
            return handler;
        }));
        return server;
    }

    /** Connects from the client's loop. */
    TlsConnection connect(TlsClient client, String host, ConnectionHandler handler) {
        return connect(client, host, handler, ConnectionLimits.DEFAULT);
    }

    TlsConnection connect(TlsClient client, String host, ConnectionHandler handler, ConnectionLimits limits) {
        CompletableFuture<TlsConnection> made = new CompletableFuture<>();
        calling.loops()
                .get(0)
                .execute(() -> made.complete(client.connect(
                        calling.loops().get(0), address, ConnectOptions.DEFAULT.withLimits(limits), host, handler)));
        await(made::isDone);
        return made.join();
    }

    /** Connects and waits until the handshake is over one way or the other. */
    RecordingHandler connected(TlsClient client, String host) {
        RecordingHandler handler = new RecordingHandler();
        connect(client, host, handler);
        await(() -> handler.has("onOpen") || handler.isClosed());
        return handler;
    }

    void await(BooleanSupplier condition) {
        if (!network.runUntil(condition, PATIENCE)) {
            throw new AssertionError("it never came to it");
        }
    }

    /** Runs on a connection's loop. */
    void on(Connection connection, Runnable task) {
        boolean[] done = new boolean[1];
        connection.loop().execute(() -> {
            task.run();
            done[0] = true;
        });
        await(() -> done[0]);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static String text(RecordingHandler handler) {
        return new String(handler.received(), StandardCharsets.US_ASCII);
    }

    static TlsInfo info(RecordingHandler handler) {
        return TlsInfo.of(handler.connection().orElseThrow()).orElseThrow();
    }

    /** Sends back what comes. */
    static class Echo extends RecordingHandler {
        @Override
        public void onData(Connection connection, Buffer in) {
            if (!connection.write(in.detach())) {
                connection.pauseReading();
            }
        }

        @Override
        public void onWritable(Connection connection) {
            connection.resumeReading();
        }

        @Override
        public void onInputClosed(Connection connection) {
            super.onInputClosed(connection);
            connection.shutdownOutput();
        }
    }

    @Override
    public void close() {
        network.invariants().checkEnd();
        network.close();
        for (SimulatedHost host : network.hosts()) {
            for (EventLoopGroup group : host.groups()) {
                long used = group.metrics().buffers().usedBytes();
                if (used != 0) {
                    throw new AssertionError(host + " has " + used + " bytes of buffers left");
                }
            }
        }
    }
}
