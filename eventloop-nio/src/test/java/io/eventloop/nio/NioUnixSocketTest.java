package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.nio.NioRig.Link;
import io.eventloop.spi.Capability;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NioUnixSocketTest {
    private static final SocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    @TempDir
    private Path directory;

    private Path path;
    private NioRig rig;

    @BeforeEach
    void open() throws Exception {
        Assumptions.assumeTrue(new NioTransport().capabilities().contains(Capability.UNIX_SOCKETS));
        path = directory.resolve("s");
        rig = new NioRig(UnixDomainSocketAddress.of(path));
    }

    @AfterEach
    void close() throws Exception {
        if (rig != null) {
            rig.close();
        }
    }

    @Test
    void refusesToListenAtAnEmptyPath() {
        // Its close would take the working directory for the socket.
        SystemCallException refusal = assertThrows(
                SystemCallException.class, () -> new NioTransport().listen(UNNAMED, 1, false, SocketOptions.NONE));
        assertEquals(Errno.EINVAL, refusal.errno());
    }

    @Test
    void exchangesBytesBothWays() throws Exception {
        Link link = rig.link(1);
        rig.write(link.socket(), "to", " ", "peer");
        assertEquals("to peer", NioRig.receive(link.peer()));
        NioRig.send(link.peer(), "from peer");
        assertEquals("from peer", rig.read(link.socket(), 1));
        link.peer().close();
        assertNull(rig.read(link.socket(), 1));
    }

    @Test
    void connects() throws Exception {
        RawSocket client = rig.socketTo(rig.listener.localAddress());
        boolean isConnected = client.connect(rig.listener.localAddress());
        rig.poller.register(client, 1, 1);
        while (!isConnected) {
            rig.poller.awaitWritable(client);
            rig.await(1, ReadySink.WRITABLE);
            isConnected = client.finishConnect();
        }
        RawSocket server = rig.closing(rig.accept(SocketOptions.DEFAULT));
        rig.write(server, "x");
        assertEquals("x", rig.read(client, 1));
    }

    @Test
    void addressesOfNamelessEndsAreEmptyPaths() throws Exception {
        Link link = rig.link(1);
        assertEquals(UNNAMED, link.socket().remoteAddress());
        assertEquals(rig.listener.localAddress(), link.socket().localAddress());
        RawSocket client = rig.socketTo(rig.listener.localAddress());
        assertEquals(UNNAMED, client.localAddress());
        client.close();
        assertEquals(UNNAMED, client.localAddress());
    }

    @Test
    void closeWithResetIsAClose() throws Exception {
        Link link = rig.link(1);
        link.socket().closeWithReset();
        rig.poll();
        assertNull(NioRig.receive(link.peer()));
    }

    @Test
    void listenerRemovesItsPath() {
        assertTrue(Files.exists(path));
        rig.listener.close();
        assertFalse(Files.exists(path));
        rig.listener.close();
    }

    @Test
    void listenerLeavesAPathThatSomeoneBoundAnew() throws Exception {
        Files.delete(path);
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(path));
            rig.listener.close();
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
        assertEquals(Errno.ECONNREFUSED, failureOfConnect(stale).errno());
    }

    @Test
    void aMissingPathDoesNotExist() {
        SystemCallException missing = failureOfConnect(directory.resolve("missing"));
        assertEquals("connect(2) to " + directory.resolve("missing") + ": ENOENT", missing.getMessage());
        assertEquals(
                Errno.ENOENT,
                failureOfListen(directory.resolve("missing").resolve("s")).errno());
    }

    @Test
    void tcpOptionsAreLeftOutInBulkAndRefusedOneByOne() throws Exception {
        RawSocket socket = rig.link(1).socket();
        assertThrows(
                UnsupportedOperationException.class, () -> socket.setOption(StandardSocketOptions.TCP_NODELAY, true));
        socket.setOption(StandardSocketOptions.SO_SNDBUF, 32 << 10);
        assertTrue(socket.getOption(StandardSocketOptions.SO_SNDBUF) >= 32 << 10);
    }

    @Test
    void aWriteAfterTheShutdownIsABrokenPipe() throws Exception {
        Link link = rig.link(1);
        link.socket().shutdownOutput();
        assertNull(NioRig.receive(link.peer()));
        assertEquals(
                Errno.EPIPE,
                assertThrows(SystemCallException.class, () -> rig.write(link.socket(), "x"))
                        .errno());
    }

    @Test
    void shedsAConnection() throws Exception {
        SocketChannel peer = rig.closing(SocketChannel.open(rig.listener.localAddress()));
        assertTrue(rig.listener.shed());
        assertNull(NioRig.receive(peer));
    }

    private SystemCallException failureOfListen(Path at) {
        return assertThrows(SystemCallException.class, () -> {
            RawListener listener =
                    rig.transport.listen(UnixDomainSocketAddress.of(at), 1, false, SocketOptions.DEFAULT);
            listener.close();
        });
    }

    private SystemCallException failureOfConnect(Path to) {
        SocketAddress remote = UnixDomainSocketAddress.of(to);
        return assertThrows(
                SystemCallException.class, () -> rig.socketTo(remote).connect(remote));
    }
}
