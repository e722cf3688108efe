package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.contract.RawRig;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(60)
class EpollOptionsTest {
    /** All that a TCP socket without privileges takes, with values that are not the kernel's own. */
    private static final SocketOptions ALL = SocketOptions.builder()
            .set(StandardSocketOptions.SO_SNDBUF, 32 << 10)
            .set(StandardSocketOptions.SO_RCVBUF, 48 << 10)
            .set(StandardSocketOptions.SO_KEEPALIVE, true)
            .set(StandardSocketOptions.SO_LINGER, 7)
            .set(StandardSocketOptions.IP_TOS, 0x10)
            .set(StandardSocketOptions.TCP_NODELAY, true)
            .set(EpollSocketOptions.TCP_KEEPIDLE_SECONDS, 11)
            .set(EpollSocketOptions.TCP_KEEPINTERVAL_SECONDS, 12)
            .set(EpollSocketOptions.TCP_KEEPCOUNT, 13)
            .set(EpollSocketOptions.TCP_USER_TIMEOUT_MILLIS, 14_000)
            .set(EpollSocketOptions.IP_FREEBIND, true)
            .build();

    private final AtomicInteger settings = new AtomicInteger();
    private EpollRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig(EpollRig.loopback(), () -> new Syscalls() {
            @Override
            int setsockopt(int fd, int level, int name, long value, int length) {
                settings.incrementAndGet();
                return super.setsockopt(fd, level, name, value, length);
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void readsBackWhatWasSetOnNewAndAcceptedSockets() throws Exception {
        SocketAddress remote = rig.listener.localAddress();
        EpollSocket client = (EpollSocket) rig.closing(rig.transport.openSocket(remote, ALL));
        assertAll(client);
        rig.closing(SocketChannel.open(remote));
        assertAll(rig.closing(rig.accept(ALL)));
        client.setOption(StandardSocketOptions.TCP_NODELAY, false);
        client.setOption(StandardSocketOptions.SO_LINGER, -1);
        assertFalse(client.getOption(StandardSocketOptions.TCP_NODELAY));
        assertEquals(-1, client.getOption(StandardSocketOptions.SO_LINGER));
    }

    @Test
    void readsBackWhatWasSetOverIpv6() throws Exception {
        EpollSocket client = (EpollSocket) rig.closing(rig.transport.openSocket(new InetSocketAddress("::1", 1), ALL));
        assertAll(client);
    }

    @Test
    void acceptedSocketsInheritWithoutACall() throws Exception {
        RawListener listener = rig.closing(rig.transport.listen(EpollRig.loopback(), 16, false, ALL));
        rig.closing(SocketChannel.open(listener.localAddress()));
        int before = settings.get();
        EpollSocket accepted = rig.closing(rig.accept(listener, 0, ALL));
        assertEquals(1, settings.get() - before, "IP_TOS is the only one that is set again");
        assertAll(accepted);
        rig.closing(SocketChannel.open(listener.localAddress()));
        assertAll(rig.closing(rig.accept(listener, 0, SocketOptions.NONE)));
    }

    private static void assertAll(EpollSocket socket) throws Exception {
        for (SocketOption<?> option : ALL.values().keySet()) {
            assertEquals(ALL.values().get(option), socket.getOption(option), option.name());
        }
    }

    @Test
    void takesOptionsForListeningAndForConnectionsInOneSet() throws Exception {
        SocketOptions both = SocketOptions.builder()
                .set(EpollSocketOptions.TCP_DEFER_ACCEPT_SECONDS, 1)
                .set(EpollSocketOptions.TCP_FASTOPEN_QUEUE, 8)
                .set(EpollSocketOptions.TCP_QUICKACK, true)
                .set(EpollSocketOptions.TCP_FASTOPEN_CONNECT, true)
                .build();
        EpollListener listener =
                (EpollListener) rig.closing(rig.transport.listen(EpollRig.loopback(), 16, false, both));
        Workspace workspace = listener.workspace();
        assertTrue(workspace.getInt(listener.fd, Linux.IPPROTO_TCP, Linux.TCP_DEFER_ACCEPT) > 0);
        assertEquals(8, workspace.getInt(listener.fd, Linux.IPPROTO_TCP, Linux.TCP_FASTOPEN));
        assertEquals(0, workspace.getInt(listener.fd, Linux.IPPROTO_TCP, Linux.TCP_FASTOPEN_CONNECT));
        EpollSocket client = (EpollSocket) rig.closing(rig.transport.openSocket(listener.localAddress(), both));
        assertTrue(client.getOption(EpollSocketOptions.TCP_FASTOPEN_CONNECT));
        assertEquals(0, workspace.getInt(client.fd, Linux.IPPROTO_TCP, Linux.TCP_FASTOPEN));
    }

    @Test
    void holdsAConnectionBackUntilItsFirstBytes() throws Exception {
        SocketOptions defer = SocketOptions.builder()
                .set(EpollSocketOptions.TCP_DEFER_ACCEPT_SECONDS, 30)
                .build();
        RawListener listener = rig.closing(rig.transport.listen(EpollRig.loopback(), 16, false, defer));
        rig.poller.register(listener, 5, 1);
        SocketChannel peer = rig.closing(SocketChannel.open(listener.localAddress()));
        assertEquals(null, listener.accept(SocketOptions.NONE));
        EpollRig.send(peer, "x");
        EpollSocket accepted = rig.closing(rig.accept(listener, 5, SocketOptions.NONE));
        rig.poller.register(accepted, 6, 1);
        assertEquals("x", rig.read(accepted, 6));
    }

    @Test
    void takesTheJdksOptionsOfTheSameName() throws Exception {
        RawSocket socket = rig.link().socket();
        socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 21);
        assertEquals(21, socket.getOption(EpollSocketOptions.TCP_KEEPIDLE_SECONDS));
    }

    @Test
    void busyPollAndTransparentAreTheKernelsToGrant() throws Exception {
        RawSocket socket = rig.link().socket();
        setOrExplain(socket, EpollSocketOptions.SO_BUSY_POLL_MICROS, 50);
        setOrExplain(socket, EpollSocketOptions.IP_TRANSPARENT, true);
    }

    private static <T> void setOrExplain(RawSocket socket, SocketOption<T> option, T value) throws Exception {
        try {
            socket.setOption(option, value);
            assertEquals(value, socket.getOption(option));
        } catch (SystemCallException e) {
            assertEquals("setsockopt(2) " + option.name() + "=" + value + ": EPERM", e.getMessage());
        }
    }

    @Test
    void namesTheOptionThatTheKernelRefuses() throws Exception {
        RawSocket socket = rig.link().socket();
        SystemCallException refused =
                assertThrows(SystemCallException.class, () -> socket.setOption(EpollSocketOptions.TCP_KEEPCOUNT, 1000));
        assertEquals("setsockopt(2) TCP_KEEPCOUNT=1000: EINVAL", refused.getMessage());
        socket.close();
        SystemCallException closed =
                assertThrows(SystemCallException.class, () -> socket.getOption(StandardSocketOptions.TCP_NODELAY));
        assertEquals("getsockopt(2) TCP_NODELAY: EBADF", closed.getMessage());
    }

    @Test
    void refusesNegativeNumbers() throws Exception {
        RawSocket socket = rig.link().socket();
        String message = assertThrows(
                        IllegalArgumentException.class, () -> socket.setOption(StandardSocketOptions.SO_RCVBUF, -1))
                .getMessage();
        assertEquals("SO_RCVBUF is -1, must not be negative", message);
    }

    @Test
    void namesTheUnknownOptionAndTheTransport() throws Exception {
        SocketOptions options = SocketOptions.builder().set(RawRig.UNKNOWN, 1).build();
        String expected = "SO_UNKNOWN is not supported by transport epoll";
        SocketAddress address = rig.listener.localAddress();
        assertUnsupported(expected, () -> rig.transport.openSocket(address, options));
        assertUnsupported(expected, () -> rig.transport.listen(EpollRig.loopback(), 1, false, options));
        RawSocket socket = rig.link().socket();
        assertUnsupported(expected, () -> socket.setOption(RawRig.UNKNOWN, 1));
        assertUnsupported(expected, () -> socket.getOption(RawRig.UNKNOWN));
        assertUnsupported(
                "SO_ATTACH_REUSEPORT_CBPF cannot be read",
                () -> socket.getOption(EpollSocketOptions.SO_ATTACH_REUSEPORT_CBPF_SOCKETS));
    }

    private static void assertUnsupported(String message, Executable call) {
        assertEquals(
                message, assertThrows(UnsupportedOperationException.class, call).getMessage());
    }
}
