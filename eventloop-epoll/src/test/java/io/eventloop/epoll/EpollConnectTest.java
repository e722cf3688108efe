package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.ReadySink;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EpollConnectTest {
    private EpollRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void connectsAndExchangesBytes() throws Exception {
        EpollSocket client = rig.socketTo(rig.listener.localAddress());
        connect(client, 1);
        EpollSocket server = rig.closing(rig.accept(SocketOptions.DEFAULT));
        rig.poller.register(server, 2, 1);
        assertEquals(4, rig.write(client, "ping"));
        assertEquals("ping", rig.read(server, 2));
        assertEquals(4, rig.write(server, "pong"));
        assertEquals("pong", rig.read(client, 1));
        assertEquals(client.localAddress(), server.remoteAddress());
        assertEquals(client.remoteAddress(), server.localAddress());
        client.close();
        assertEquals(client.localAddress(), server.remoteAddress(), "known after the close");
    }

    @Test
    void reportsARefusedConnectWithItsAddress() throws Exception {
        try (SocketChannel boundOnly = SocketChannel.open()) {
            boundOnly.bind(EpollRig.loopback());
            SocketAddress deaf = boundOnly.getLocalAddress();
            EpollSocket client = rig.socketTo(deaf);
            SystemCallException refused = assertThrows(SystemCallException.class, () -> connect(client, 1));
            assertEquals(Errno.ECONNREFUSED, refused.errno());
            assertEquals("connect(2) to " + EpollErrors.text(deaf) + ": ECONNREFUSED", refused.getMessage());
            assertEquals(deaf, client.remoteAddress());
        }
    }

    @Test
    void waitsWhileAConnectIsPending() throws Exception {
        EpollSocket pending = pendingConnect();
        rig.poller.register(pending, 1, 1);
        rig.poller.awaitWritable(pending);
        assertEquals(0, rig.poll(), "neither readable nor writable");
        Buffer target = rig.buffer();
        assertEquals(0, pending.read(target));
        target.release();
        assertEquals(0, rig.write(pending, "x"));
        assertFalse(pending.finishConnect());
        assertNotEquals(0, ((InetSocketAddress) pending.localAddress()).getPort());
        pending.closeWithReset();
        assertEquals(0, rig.poll());
    }

    @Test
    void anUnconnectedSocketRefusesBytes() throws Exception {
        EpollSocket client = rig.socketTo(rig.listener.localAddress());
        assertEquals(
                Errno.ENOTCONN,
                assertThrows(SystemCallException.class, client::shutdownOutput).errno());
        SystemCallException refused = assertThrows(SystemCallException.class, () -> rig.write(client, "x"));
        assertTrue(refused.errno() == Errno.EPIPE || refused.errno() == Errno.ENOTCONN, refused.getMessage());
        assertEquals(0, ((InetSocketAddress) client.localAddress()).getPort());
    }

    @Test
    void refusesUnresolvedAndForeignAddresses() {
        SocketAddress unresolved = InetSocketAddress.createUnresolved("example.invalid", 80);
        String message = assertThrows(IllegalArgumentException.class, () -> rig.socketTo(unresolved))
                .getMessage();
        assertEquals("unresolved address example.invalid:80", message);
        assertThrows(IllegalArgumentException.class, () -> rig.socketTo(new SocketAddress() {}));
    }

    @Test
    void sendsTheFirstBytesWithTheSynWhereTheCookieIsKnown() throws Exception {
        SocketOptions listening = SocketOptions.builder()
                .set(EpollSocketOptions.TCP_FASTOPEN_QUEUE, 16)
                .build();
        RawListener fast = rig.closing(rig.transport.listen(EpollRig.loopback(), 16, false, listening));
        rig.poller.register(fast, 7, 1);
        SocketOptions connecting = SocketOptions.builder()
                .set(EpollSocketOptions.TCP_FASTOPEN_CONNECT, true)
                .build();
        for (int i = 1; i <= 3; i++) {
            EpollSocket client = (EpollSocket) rig.closing(rig.transport.openSocket(fast.localAddress(), connecting));
            boolean isConnected = client.connect(fast.localAddress());
            rig.poller.register(client, 10 + i, 1);
            long written = 0;
            while (written == 0) {
                if (!isConnected) {
                    rig.await(10 + i, ReadySink.WRITABLE);
                    isConnected = client.finishConnect();
                }
                written = rig.write(client, "first");
            }
            EpollSocket server = rig.closing(rig.accept(fast, 7, SocketOptions.NONE));
            rig.poller.register(server, 20 + i, 1);
            assertEquals("first", rig.read(server, 20 + i));
            rig.write(server, "answer");
            assertEquals("answer", rig.read(client, 10 + i));
        }
    }

    private void connect(EpollSocket client, int slot) throws Exception {
        boolean isConnected = client.connect(client.remoteAddress());
        rig.poller.register(client, slot, 1);
        while (!isConnected) {
            rig.await(slot, ReadySink.WRITABLE);
            isConnected = client.finishConnect();
        }
        assertTrue(client.finishConnect(), "stays connected");
    }

    /** Fills a backlog nobody accepts from, until the kernel leaves a connect waiting. */
    private EpollSocket pendingConnect() throws Exception {
        RawListener narrow = rig.closing(rig.transport.listen(EpollRig.loopback(), 1, false, SocketOptions.NONE));
        while (true) {
            EpollSocket client = rig.socketTo(narrow.localAddress());
            if (!client.connect(narrow.localAddress()) && !client.finishConnect()) {
                return client;
            }
        }
    }
}
