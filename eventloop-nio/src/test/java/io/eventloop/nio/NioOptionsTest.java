package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.contract.RawRig;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(60)
class NioOptionsTest {
    private RawRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RawRig(new NioTransport());
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void setsOptionsOfNewAndAcceptedSockets() throws Exception {
        SocketOptions options = SocketOptions.builder()
                .set(StandardSocketOptions.TCP_NODELAY, true)
                .set(StandardSocketOptions.SO_KEEPALIVE, true)
                .build();
        SocketAddress remote = rig.listener().localAddress();
        RawSocket client = rig.closing(rig.transport().openSocket(remote, options));
        rig.closing(SocketChannel.open(remote));
        RawSocket server = rig.closing(rig.accept(options));
        for (RawSocket socket : new RawSocket[] {client, server}) {
            assertTrue(socket.getOption(StandardSocketOptions.TCP_NODELAY));
            assertTrue(socket.getOption(StandardSocketOptions.SO_KEEPALIVE));
            socket.setOption(StandardSocketOptions.TCP_NODELAY, false);
            assertFalse(socket.getOption(StandardSocketOptions.TCP_NODELAY));
        }
    }

    @Test
    void namesTheUnknownOptionAndTheTransport() throws Exception {
        SocketOptions options = SocketOptions.builder().set(RawRig.UNKNOWN, 1).build();
        String expected = "SO_UNKNOWN is not supported by transport nio here";
        SocketAddress address = rig.listener().localAddress();
        assertUnsupported(expected, () -> rig.transport().openSocket(address, options));
        assertUnsupported(expected, () -> rig.transport().listen(anyPort(), 1, false, options));
        RawSocket socket = rig.link().socket();
        assertUnsupported(expected, () -> socket.setOption(RawRig.UNKNOWN, 1));
        assertUnsupported(expected, () -> socket.getOption(RawRig.UNKNOWN));
    }

    @Test
    void namesTheValueThatIsRefused() {
        SocketOptions options =
                SocketOptions.builder().set(StandardSocketOptions.SO_RCVBUF, -1).build();
        SystemCallException refused =
                assertThrows(SystemCallException.class, () -> rig.transport().listen(anyPort(), 1, false, options));
        assertEquals("setsockopt(2) SO_RCVBUF=-1: EINVAL", refused.getMessage());
        assertEquals(Errno.EINVAL, refused.errno());
    }

    @Test
    void listenerPassesItsReceiveBufferOn() throws Exception {
        SocketOptions options = SocketOptions.builder()
                .set(StandardSocketOptions.SO_RCVBUF, 32 << 10)
                .build();
        RawListener listener = rig.closing(rig.transport().listen(anyPort(), 16, false, options));
        rig.closing(SocketChannel.open(listener.localAddress()));
        RawSocket accepted = null;
        while (accepted == null) {
            accepted = listener.accept(SocketOptions.NONE);
        }
        rig.closing(accepted);
        int usual = rig.link().socket().getOption(StandardSocketOptions.SO_RCVBUF);
        int inherited = accepted.getOption(StandardSocketOptions.SO_RCVBUF);
        assertTrue(inherited >= 32 << 10 && inherited < usual, inherited + " beside " + usual);
    }

    @Test
    void listenerLeavesOptionsOfConnectionsToThem() throws Exception {
        SocketOptions options = SocketOptions.builder()
                .set(StandardSocketOptions.TCP_NODELAY, true)
                .set(StandardSocketOptions.SO_KEEPALIVE, true)
                .set(StandardSocketOptions.SO_SNDBUF, 32 << 10)
                .set(StandardSocketOptions.SO_LINGER, 1)
                .build();
        rig.closing(rig.transport().listen(anyPort(), 1, false, options));
    }

    @Test
    void leavesTcpOptionsOutOnUnixDomainSockets() throws Exception {
        SocketOptions options = SocketOptions.builder()
                .set(StandardSocketOptions.TCP_NODELAY, true)
                .set(StandardSocketOptions.SO_KEEPALIVE, true)
                .set(StandardSocketOptions.SO_SNDBUF, 32 << 10)
                .build();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            NioOptions.setAll(channel, true, options);
            assertTrue(channel.getOption(StandardSocketOptions.SO_SNDBUF) >= 32 << 10);
        }
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static void assertUnsupported(String message, Executable call) {
        assertEquals(
                message, assertThrows(UnsupportedOperationException.class, call).getMessage());
    }
}
