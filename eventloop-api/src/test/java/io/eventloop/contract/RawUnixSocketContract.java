package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.Capability;
import io.eventloop.spi.RawSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Raw sockets and listeners over UNIX-domain sockets: paths, what TCP has and they have not, and the same bytes. */
public abstract class RawUnixSocketContract extends RawContract {
    private static final SocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    @TempDir
    Path directory;

    private Path path;

    @Override
    protected final SocketAddress local() {
        assumeTrue(peers().capabilities().contains(Capability.UNIX_SOCKETS));
        path = directory.resolve("s");
        return UnixDomainSocketAddress.of(path);
    }

    @Test
    void exchangesBytesBothWays() throws Exception {
        Link link = rig.link(1);
        rig.write(link.socket(), "to", " ", "peer");
        assertEquals("to peer", RawRig.receive(link.peer(), 7));
        RawRig.send(link.peer(), "from peer");
        assertEquals("from peer", rig.read(link.socket(), 1));
        link.peer().close();
        assertNull(rig.read(link.socket(), 1));
    }

    @Test
    void connects() throws Exception {
        RawSocket client = rig.socketTo(rig.listener().localAddress());
        connect(client, 1);
        RawSocket server = rig.closing(rig.accept(SocketOptions.DEFAULT));
        rig.write(server, "x");
        assertEquals("x", rig.read(client, 1));
    }

    @Test
    void addressesOfNamelessEndsAreEmptyPaths() throws Exception {
        Link link = rig.link(1);
        assertEquals(UNNAMED, link.socket().remoteAddress());
        assertEquals(rig.listener().localAddress(), link.socket().localAddress());
        RawSocket client = rig.socketTo(rig.listener().localAddress());
        assertEquals(UNNAMED, client.localAddress());
        client.close();
        assertEquals(UNNAMED, client.localAddress());
    }

    @Test
    void closeWithResetIsAClose() throws Exception {
        Link link = rig.link(1);
        link.socket().closeWithReset();
        assertNull(RawRig.receive(link.peer()));
    }

    @Test
    void listenerRemovesItsPath() {
        assertEquals(UnixDomainSocketAddress.of(path), rig.listener().localAddress());
        assertTrue(Files.exists(path));
        rig.listener().close();
        assertFalse(Files.exists(path));
        rig.listener().close();
    }

    @Test
    void listenerLeavesAPathThatSomeoneBoundAnew() throws Exception {
        Files.delete(path);
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(path));
            rig.listener().close();
            assertTrue(Files.exists(path));
        }
    }

    @Test
    void aStalePathIsInUse() throws Exception {
        Path stale = directory.resolve("stale");
        try (ServerSocketChannel crashed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            crashed.bind(UnixDomainSocketAddress.of(stale));
        }
        assertTrue(Files.exists(stale));
        assertEquals(Errno.EADDRINUSE, failureOfListen(stale).errno());
        assertTrue(Files.exists(stale), "a listener that could not be bound removes nothing");
        assertEquals(Errno.ECONNREFUSED, failureOfConnect(stale).errno());
    }

    @Test
    void aMissingPathDoesNotExist() {
        Path missing = directory.resolve("missing");
        assertEquals(
                "connect(2) to " + missing + ": ENOENT",
                failureOfConnect(missing).getMessage());
        assertEquals(Errno.ENOENT, failureOfListen(missing.resolve("s")).errno());
    }

    @Test
    void tcpOptionsAreLeftOutInBulkAndRefusedOneByOne() throws Exception {
        RawSocket socket = rig.link(1).socket();
        assertThrows(
                UnsupportedOperationException.class, () -> socket.setOption(StandardSocketOptions.TCP_NODELAY, true));
        assertThrows(UnsupportedOperationException.class, socket::tcpInfo);
        socket.setOption(StandardSocketOptions.SO_SNDBUF, 32 << 10);
        assertTrue(socket.getOption(StandardSocketOptions.SO_SNDBUF) >= 32 << 10);
    }

    @Test
    void aWriteAfterTheShutdownIsABrokenPipe() throws Exception {
        Link link = rig.link(1);
        link.socket().shutdownOutput();
        assertNull(RawRig.receive(link.peer()));
        assertEquals(
                Errno.EPIPE,
                assertThrows(SystemCallException.class, () -> rig.write(link.socket(), "x"))
                        .errno());
    }

    @Test
    void shedsAConnection() throws Exception {
        SocketChannel peer = rig.peer();
        assertTrue(rig.listener().shed());
        assertNull(RawRig.receive(peer));
    }

    private SystemCallException failureOfListen(Path at) {
        SocketAddress local = UnixDomainSocketAddress.of(at);
        return assertThrows(
                SystemCallException.class,
                () -> rig.transport()
                        .listen(local, 1, false, SocketOptions.DEFAULT)
                        .close());
    }

    private SystemCallException failureOfConnect(Path to) {
        SocketAddress remote = UnixDomainSocketAddress.of(to);
        return assertThrows(
                SystemCallException.class, () -> rig.socketTo(remote).connect(remote));
    }
}
