package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.epoll.EpollRig.Link;
import io.eventloop.spi.RawListener;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EpollUnixSocketTest {
    private static final SocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    @TempDir
    private Path directory;

    private Path path;
    private EpollRig rig;

    @BeforeEach
    void open() throws Exception {
        path = directory.resolve("s");
        rig = new EpollRig(UnixDomainSocketAddress.of(path));
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void exchangesBytesBothWays() throws Exception {
        Link link = rig.link(1);
        rig.write(link.socket(), "to", " ", "peer");
        assertEquals("to peer", EpollRig.receive(link.peer(), 7));
        EpollRig.send(link.peer(), "from peer");
        assertEquals("from peer", rig.read(link.socket(), 1));
        link.peer().close();
        assertNull(rig.read(link.socket(), 1));
    }

    @Test
    void hangsUpWhenThePeerCloses() throws Exception {
        Link link = rig.link(1);
        link.peer().close();
        int ops = rig.await(1, ReadySink.INPUT_ENDED).ops();
        assertEquals(ReadySink.READABLE | ReadySink.WRITABLE | ReadySink.INPUT_ENDED, ops & ~ReadySink.ERROR);
        assertEquals(0, rig.poll());
        assertThrows(SystemCallException.class, () -> rig.write(link.socket(), "x"));
    }

    @Test
    void connectsAtOnce() throws Exception {
        EpollSocket client = rig.socketTo(rig.listener.localAddress());
        assertTrue(client.connect(rig.listener.localAddress()));
        rig.poller.register(client, 1, 1);
        EpollSocket server = rig.closing(rig.accept(SocketOptions.DEFAULT));
        rig.write(server, "x");
        assertEquals("x", rig.read(client, 1));
    }

    @Test
    void saysThatTheBacklogIsFull() throws Exception {
        SocketAddress narrow = UnixDomainSocketAddress.of(directory.resolve("narrow"));
        rig.closing(rig.transport.listen(narrow, 1, false, SocketOptions.NONE));
        SystemCallException full = assertThrows(SystemCallException.class, () -> {
            while (true) {
                rig.socketTo(narrow).connect(narrow);
            }
        });
        assertEquals("connect(2) to " + narrow + ": EAGAIN", full.getMessage());
    }

    @Test
    void addressesOfNamelessEndsAreEmptyPaths() throws Exception {
        Link link = rig.link(1);
        assertEquals(UNNAMED, link.socket().remoteAddress());
        assertEquals(rig.listener.localAddress(), link.socket().localAddress());
        EpollSocket client = rig.socketTo(rig.listener.localAddress());
        assertEquals(UNNAMED, client.localAddress());
        client.close();
        assertEquals(UNNAMED, client.localAddress());
    }

    @Test
    void closeWithResetIsAClose() throws Exception {
        Link link = rig.link(1);
        link.socket().closeWithReset();
        assertNull(EpollRig.receive(link.peer()));
    }

    @Test
    void listenerRemovesItsPath() {
        assertEquals(UnixDomainSocketAddress.of(path), rig.listener.localAddress());
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
    void refusesToListenWithoutAPath() {
        SocketAddress unnamed = UnixDomainSocketAddress.of("");
        assertThrows(
                IllegalArgumentException.class,
                () -> rig.transport
                        .listen(unnamed, 1, false, SocketOptions.NONE)
                        .close());
    }

    @Test
    void aStalePathIsInUse() throws Exception {
        Path stale = directory.resolve("stale");
        try (ServerSocketChannel crashed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            crashed.bind(UnixDomainSocketAddress.of(stale));
        }
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
    void aPathMayHave107Bytes() throws Exception {
        String prefix = directory + "/";
        Path longest = directory.resolve("x".repeat(107 - prefix.length()));
        RawListener listener =
                rig.closing(rig.transport.listen(UnixDomainSocketAddress.of(longest), 1, false, SocketOptions.NONE));
        assertEquals(UnixDomainSocketAddress.of(longest), listener.localAddress());
        rig.socketTo(listener.localAddress()).connect(listener.localAddress());
        Path longer = directory.resolve("x".repeat(108 - prefix.length()));
        assertTrue(failureOfListen(longer).getMessage().endsWith("the path has more than 107 bytes"));
        assertTrue(failureOfConnect(longer).getMessage().endsWith("the path has more than 107 bytes"));
    }

    @Test
    void tcpOptionsAreLeftOutInBulkAndRefusedOneByOne() throws Exception {
        EpollSocket socket = rig.link(1).socket();
        assertThrows(
                UnsupportedOperationException.class, () -> socket.setOption(StandardSocketOptions.TCP_NODELAY, true));
        assertThrows(UnsupportedOperationException.class, socket::tcpInfo);
        socket.setOption(StandardSocketOptions.SO_SNDBUF, 32 << 10);
        assertEquals(32 << 10, socket.getOption(StandardSocketOptions.SO_SNDBUF));
    }

    @Test
    void aWriteAfterTheShutdownIsABrokenPipe() throws Exception {
        Link link = rig.link(1);
        link.socket().shutdownOutput();
        assertNull(EpollRig.receive(link.peer()));
        assertEquals(
                Errno.EPIPE,
                assertThrows(SystemCallException.class, () -> rig.write(link.socket(), "x"))
                        .errno());
    }

    @Test
    void shedsAConnection() throws Exception {
        SocketChannel peer = rig.closing(SocketChannel.open(rig.listener.localAddress()));
        assertTrue(rig.listener.shed());
        assertNull(EpollRig.receive(peer));
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
