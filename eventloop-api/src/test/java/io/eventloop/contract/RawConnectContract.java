package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** How a raw socket connects: at once or later, refused, pending, or not asked to. */
public abstract class RawConnectContract extends RawContract {
    @Test
    void connectsAndExchangesBytes() throws Exception {
        RawSocket client = rig.socketTo(rig.listener().localAddress());
        connect(client, 1);
        RawSocket server = rig.closing(rig.accept(SocketOptions.DEFAULT));
        rig.poller().register(server, 2, 1);
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
    void reportsInputAfterAConnectFinishedWithoutAnEvent() throws Exception {
        RawSocket client = rig.socketTo(rig.listener().localAddress());
        boolean isConnected = client.connect(rig.listener().localAddress());
        rig.poller().register(client, 1, 1);
        while (!isConnected) {
            isConnected = client.finishConnect();
        }
        RawSocket server = rig.closing(rig.accept(SocketOptions.DEFAULT));
        rig.write(server, "first");
        assertEquals(readable(), rig.await(1, ReadySink.READABLE).ops());
    }

    @Test
    void reportsARefusedConnectWithItsAddress() throws Exception {
        try (SocketChannel boundOnly = SocketChannel.open()) {
            boundOnly.bind(loopback());
            SocketAddress deaf = boundOnly.getLocalAddress();
            RawSocket client = rig.socketTo(deaf);
            SystemCallException refused = assertThrows(SystemCallException.class, () -> connect(client, 1));
            assertEquals(Errno.ECONNREFUSED, refused.errno());
            assertEquals("connect(2) to " + text(deaf) + ": ECONNREFUSED", refused.getMessage());
            assertEquals(deaf, client.remoteAddress());
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "other kernels refuse what does not fit the backlog")
    void waitsWhileAConnectIsPending() throws Exception {
        RawSocket pending = rig.pendingConnect();
        rig.poller().register(pending, 1, 1);
        rig.poller().awaitWritable(pending);
        assertEquals(0, rig.poll(), "neither readable nor writable");
        Buffer target = rig.buffer();
        assertEquals(0, pending.read(target));
        target.release();
        assertEquals(0, rig.write(pending, "x"));
        assertFalse(pending.finishConnect());
        assertNotNull(pending.localAddress());
        pending.closeWithReset();
        assertEquals(0, rig.poll());
    }

    @Test
    void anUnconnectedSocketRefusesBytes() throws Exception {
        RawSocket client = rig.socketTo(rig.listener().localAddress());
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
}
