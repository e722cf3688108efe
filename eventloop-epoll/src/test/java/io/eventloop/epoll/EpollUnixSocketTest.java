package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EpollUnixSocketTest {
    @TempDir
    private Path directory;

    private EpollRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig(UnixDomainSocketAddress.of(directory.resolve("s")));
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
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
    void refusesToListenWithoutAPath() {
        SocketAddress unnamed = UnixDomainSocketAddress.of("");
        assertThrows(
                IllegalArgumentException.class,
                () -> rig.transport
                        .listen(unnamed, 1, false, SocketOptions.NONE)
                        .close());
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
    void readsASizeBackAsItWasSet() throws Exception {
        RawSocket socket = rig.link(1).socket();
        socket.setOption(StandardSocketOptions.SO_SNDBUF, 32 << 10);
        assertEquals(32 << 10, socket.getOption(StandardSocketOptions.SO_SNDBUF));
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
