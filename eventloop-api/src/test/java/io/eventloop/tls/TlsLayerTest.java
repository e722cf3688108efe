package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.ProtocolViolationException;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.pool.AcquireFailure;
import io.eventloop.pool.ConnectionPool;
import io.eventloop.pool.Lease;
import io.eventloop.pool.LeaseListener;
import io.eventloop.pool.PoolConnector;
import io.eventloop.pool.PoolOptions;
import io.eventloop.testing.RecordingHandler;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies around a TLS connection: upgrades, pools, reloads, limits, idleness. */
class TlsLayerTest {
    private final TlsRig rig = new TlsRig();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        rig.close();
    }

    private RecordingHandler open(ConnectionLimits limits) throws IOException {
        rig.listen(TlsRig.server().build(), connection -> new TlsRig.Echo());
        RecordingHandler client = new RecordingHandler();
        rig.connect(TlsRig.client().build(), "a.example", client, limits);
        rig.await(() -> client.has("onOpen") && rig.servers.size() == 1);
        return client;
    }

    private static Connection of(RecordingHandler handler) {
        return handler.connection().orElseThrow();
    }

    private void end(RecordingHandler... handlers) {
        for (RecordingHandler handler : handlers) {
            rig.on(of(handler), of(handler)::close);
        }
        rig.network.run(Duration.ofSeconds(20));
    }

    /** Speaks plainly until it has read a line, then TLS. */
    private void listenForUpgrades(RecordingHandler above) throws IOException {
        TlsServer server = TlsRig.server().build();
        rig.serving.listen(rig.address, connection -> new ConnectionHandler() {
            @Override
            public void onData(Connection plain, Buffer in) {
                int end = in.indexOf((byte) '\n', in.readIndex(), in.writeIndex());
                if (end >= 0) {
                    in.skip(end + 1 - in.readIndex());
                    plain.write(TlsRig.bytes("go\n"));
                    server.accept(plain, above);
                }
            }
        });
    }

    @Test
    void upgradesAConnectionOnBothSides() throws IOException {
        RecordingHandler above = new RecordingHandler();
        listenForUpgrades(above);
        TlsClient client = TlsRig.client().build();
        RecordingHandler secured = new RecordingHandler();
        rig.calling.connect(rig.address, ConnectOptions.DEFAULT, new ConnectionHandler() {
            @Override
            public void onOpen(Connection plain) {
                plain.write(TlsRig.bytes("STARTTLS\n"));
            }

            @Override
            public void onData(Connection plain, Buffer in) {
                in.skip(in.readableBytes());
                client.over(plain, "a.example", secured);
            }
        });
        rig.await(() -> secured.has("onOpen") && above.has("onOpen"));
        rig.on(of(secured), () -> of(secured).write(TlsRig.bytes("secret")));
        rig.await(() -> above.received().length == 6);
        end(secured, above);
    }

    /** must-survive C6. */
    @Test
    void takesNoPlaintextAcrossAnUpgrade() throws IOException {
        RecordingHandler above = new RecordingHandler();
        listenForUpgrades(above);
        RecordingHandler plain = new RecordingHandler() {
            @Override
            public void onOpen(Connection on) {
                super.onOpen(on);
                on.write(TlsRig.bytes("STARTTLS\nDELETE everything\n"));
            }
        };
        rig.calling.connect(rig.address, ConnectOptions.DEFAULT, plain);
        rig.await(plain::isClosed);
        assertEquals(List.of(), above.callbacks());
        assertEquals("", TlsRig.text(above));
    }

    @Test
    void carriesMoreThanABatchThroughTwoLayers() throws IOException {
        int bytes = 1 << 20;
        TlsServer server = TlsRig.server().build();
        RecordingHandler above = new TlsRig.Echo();
        rig.listen(server, outer -> new RecordingHandler() {
            @Override
            public void onOpen(Connection on) {
                server.accept(on, above);
            }
        });
        TlsClient client = TlsRig.client().build();
        RecordingHandler inner = new RecordingHandler();
        rig.connect(client, "a.example", new RecordingHandler() {
            @Override
            public void onOpen(Connection on) {
                client.over(on, "a.example", inner);
            }
        });
        rig.await(() -> inner.has("onOpen"));
        rig.on(of(inner), () -> of(inner).write(new byte[bytes]));
        rig.await(() -> inner.received().length == bytes);
        end(inner);
    }

    @Test
    void holdsNoBufferWhileIdle() throws IOException {
        RecordingHandler client = open(ConnectionLimits.DEFAULT);
        rig.on(of(client), () -> of(client).write(new byte[100_000]));
        rig.await(() -> client.received().length == 100_000);
        rig.network.run(Duration.ofSeconds(1));
        int loopsOwn = rig.serving.loops().get(0).buffers().largestClassBytes();
        assertEquals(loopsOwn, rig.serving.metrics().buffers().usedBytes());
        assertEquals(loopsOwn, rig.calling.metrics().buffers().usedBytes());
        end(client);
    }

    @Test
    void keepsTheBoundsOfItsQueueInPlaintext() throws IOException {
        ConnectionLimits limits = ConnectionLimits.builder()
                .waterMarks(1000, 5000)
                .maxQueuedBytes(200_000)
                .build();
        RecordingHandler client = open(limits);
        Connection connection = of(client);
        rig.on(connection, () -> {
            assertTrue(connection.write(new byte[5000]));
            assertFalse(connection.write(ByteBuffer.wrap(new byte[1])));
            assertFalse(connection.isWritable());
            assertEquals(5001, connection.queuedBytes());
            assertThrows(WriteLimitExceededException.class, () -> connection.write(new byte[195_000]));
            Buffer owned = connection.loop().buffers().acquire(195_000);
            owned.writeIndex(195_000);
            assertThrows(WriteLimitExceededException.class, () -> connection.write(owned));
            assertFalse(connection.forwardTo(rig.accepted.get(0), count -> {}));
        });
        rig.await(() -> client.has("onWritable"));
        rig.await(() -> client.received().length == 5001);
        rig.on(connection, () -> {
            connection.shutdownOutput();
            assertThrows(IllegalStateException.class, () -> connection.write(new byte[1]));
        });
        end(client);
    }

    @Test
    void endsAtTheLimitOfUnconsumedPlaintext() throws IOException {
        rig.listen(TlsRig.server().build(), connection -> new RecordingHandler() {
            @Override
            public void onData(Connection on, Buffer in) {}
        });
        RecordingHandler client = rig.connected(TlsRig.client().build(), "a.example");
        rig.on(of(client), () -> of(client).write(new byte[64 << 10]));
        rig.await(() -> rig.servers.size() == 1 && rig.servers.get(0).isClosed());
        assertEquals(
                Kind.INBOUND_LIMIT, rig.servers.get(0).reason().orElseThrow().kind());
        rig.await(client::isClosed);
    }

    @Test
    void offersToTheNextHandlerWhatTheFirstLeft() throws IOException {
        RecordingHandler second = new RecordingHandler();
        rig.listen(TlsRig.server().build(), connection -> new RecordingHandler() {
            @Override
            public void onData(Connection on, Buffer in) {
                in.skip(5);
                on.handler(second);
            }
        });
        RecordingHandler client = rig.connected(TlsRig.client().build(), "a.example");
        rig.on(of(client), () -> of(client).write(TlsRig.bytes("firstsecond")));
        rig.await(() -> second.received().length == 6);
        assertEquals("second", TlsRig.text(second));
        end(client, second);
    }

    @Test
    void endsByAViolationThatAHandlerThrows() throws IOException {
        rig.listen(TlsRig.server().build(), connection -> new RecordingHandler() {
            @Override
            public void onData(Connection on, Buffer in) {
                throw ProtocolViolationException.malformed("no");
            }
        });
        RecordingHandler client = rig.connected(TlsRig.client().build(), "a.example");
        rig.on(of(client), () -> of(client).write(new byte[1]));
        rig.await(() -> rig.servers.size() == 1 && rig.servers.get(0).isClosed());
        assertEquals(
                Kind.PROTOCOL_ERROR, rig.servers.get(0).reason().orElseThrow().kind());
        assertEquals(1, rig.serving.metrics().closed().get(Kind.PROTOCOL_ERROR));
        assertEquals(0, rig.serving.metrics().failedCallbacks());
        rig.await(client::isClosed);
    }

    @Test
    void sendsFiles() throws IOException {
        byte[] content = new byte[150_000];
        content[149_999] = 7;
        Path file = Files.write(folder.resolve("file"), content);
        RecordingHandler client = open(ConnectionLimits.DEFAULT);
        FileChannel channel = FileChannel.open(file);
        rig.on(of(client), () -> of(client).writeAndClose(channel, 10, 149_990));
        rig.await(() -> client.received().length == 149_990);
        assertEquals(7, client.received()[149_989]);
        assertFalse(channel.isOpen());
        FileChannel tooShort = FileChannel.open(file);
        rig.on(of(client), () -> of(client).writeAndClose(tooShort, 0, 150_001));
        rig.await(client::isClosed);
        assertEquals(Kind.SYSTEM_FAILED, client.reason().orElseThrow().kind());
        assertFalse(tooShort.isOpen());
        rig.await(rig.servers.get(0)::isClosed);
    }

    @Test
    void reloadsWhileClientsCome() throws IOException {
        TlsHosts[] hosts = {TlsHosts.of(Certificates.A), TlsHosts.of(Certificates.identity("a.example"))};
        TlsServer server = rig.listen(TlsRig.server(hosts[0]).build(), c -> new TlsRig.Echo());
        for (int i = 1; i < 40; i++) {
            TlsHosts next = hosts[i % 2];
            rig.network.after(Duration.ofNanos(70_000L * i), () -> server.reload(next));
        }
        TlsClient client = TlsRig.client().build();
        List<RecordingHandler> handlers = new ArrayList<>();
        EventLoop loop = rig.calling.loops().get(0);
        for (int i = 0; i < 20; i++) {
            RecordingHandler handler = new RecordingHandler() {
                @Override
                public void onOpen(Connection on) {
                    super.onOpen(on);
                    on.write(TlsRig.bytes("hello"));
                }
            };
            handlers.add(handler);
            rig.network.after(
                    Duration.ofNanos(100_000L * i),
                    () -> loop.execute(
                            () -> client.connect(loop, rig.address, ConnectOptions.DEFAULT, "a.example", handler)));
        }
        rig.await(() -> handlers.stream().allMatch(handler -> handler.received().length == 5));
        assertEquals(0, server.metrics().failed());
        end(handlers.toArray(RecordingHandler[]::new));
    }

    @Test
    void isPooled() throws IOException {
        rig.listen(TlsRig.server().build(), connection -> new TlsRig.Echo());
        TlsClient client = TlsRig.client().build();
        EventLoop loop = rig.calling.loops().get(0);
        PoolConnector connector = (SocketAddress remote, ConnectionHandler pool) ->
                client.connect(loop, remote, ConnectOptions.DEFAULT, "a.example", pool);
        List<Lease> leases = new ArrayList<>();
        StringBuilder received = new StringBuilder();
        ConnectionPool[] pool = new ConnectionPool[1];
        LeaseListener asking = new LeaseListener() {
            @Override
            public void onLease(Lease lease) {
                leases.add(lease);
                lease.connection().handler((Connection on, Buffer in) -> {
                    received.append(in.toString(java.nio.charset.StandardCharsets.US_ASCII));
                    in.skip(in.readableBytes());
                    lease.release();
                });
                lease.connection().write(TlsRig.bytes("ping"));
            }

            @Override
            public void onFailed(AcquireFailure failure) {
                received.append(failure);
            }
        };
        loop.execute(() -> {
            pool[0] = new ConnectionPool(loop, PoolOptions.DEFAULT, connector);
            pool[0].acquire(rig.address, Duration.ofSeconds(5), asking);
        });
        rig.await(() -> received.toString().equals("ping"));
        loop.execute(() -> pool[0].acquire(rig.address, Duration.ofSeconds(5), asking));
        rig.await(() -> received.toString().equals("pingping"));
        assertEquals(1, rig.servers.size(), "the connection was used again");
        loop.execute(pool[0]::close);
        rig.network.run(Duration.ofSeconds(20));
    }

    @Test
    void readsTheNameAndPassesTheConnectionOn() throws IOException {
        List<String> names = new ArrayList<>();
        TlsServer server = TlsRig.server().build();
        RecordingHandler above = new RecordingHandler();
        rig.serving.listen(
                rig.address,
                connection -> new ClientHelloReader(4096, Duration.ofSeconds(3), (client, hello) -> {
                    names.add(hello.serverName());
                    server.accept(client, above);
                }));
        RecordingHandler client = rig.connected(TlsRig.client().build(), "b.example");
        assertTrue(client.has("onOpen"));
        assertEquals(List.of("b.example"), names);
        for (byte[] bad : List.of(TlsRig.bytes("GET /"), new byte[0], new byte[] {22, 3, 1, 0x20, 0})) {
            RecordingHandler raw = new RecordingHandler() {
                @Override
                public void onOpen(Connection on) {
                    super.onOpen(on);
                    on.write(bad);
                }
            };
            rig.calling.connect(rig.address, ConnectOptions.DEFAULT, raw);
            rig.await(raw::isClosed);
            assertEquals(Kind.RESET, raw.reason().orElseThrow().kind());
        }
        assertEquals(1, names.size());
        end(client, above);
    }

    @Test
    void beginsWithRecordsOfAPacketIfAskedTo() {
        RecordSizing adaptive = new RecordSizing(RecordSize.ADAPTIVE);
        long second = 1_000_000_000L;
        assertEquals(1400, adaptive.next(0));
        adaptive.sent(64 << 10, 5);
        assertEquals(TlsEngine.MAX_PLAINTEXT_BYTES, adaptive.next(second));
        assertEquals(1400, adaptive.next(second + 5));
        assertEquals(TlsEngine.MAX_PLAINTEXT_BYTES, new RecordSizing(RecordSize.FULL).next(0));
    }

    @Test
    void refusesWhatCannotBeAHost() {
        TlsClient client = TlsRig.client().build();
        EventLoop loop = rig.calling.loops().get(0);
        for (String host : List.of("", "a..b", "a.example.")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> client.connect(loop, rig.address, ConnectOptions.DEFAULT, host, new RecordingHandler()));
        }
    }

    @Test
    void tellsHandlersOfADrain() throws IOException {
        EventLoopGroup group = rig.serving;
        RecordingHandler client = open(ConnectionLimits.DEFAULT);
        group.shutdown(Duration.ofSeconds(5));
        rig.await(() -> rig.servers.get(0).has("onDrain"));
        end(client);
    }

    @Test
    void belongsToItsLoop() throws IOException {
        RecordingHandler client = open(ConnectionLimits.DEFAULT);
        Connection connection = of(client);
        Throwable[] thrown = new Throwable[1];
        Thread other = new Thread(() -> thrown[0] = assertThrows(IllegalStateException.class, connection::flush));
        other.start();
        assertTrue(joined(other));
        assertTrue(thrown[0].getMessage().contains("belongs to loop"), thrown[0].getMessage());
        end(client);
    }

    private static boolean joined(Thread thread) {
        try {
            thread.join();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
