package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.Capability;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NioListenerTest {
    private static final String V6_LOOPBACK = "::1";

    private NioRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new NioRig();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void acceptsNothingWhenNobodyWaits() throws Exception {
        assertNull(rig.listener.accept(SocketOptions.DEFAULT));
        assertFalse(rig.listener.shed());
    }

    @Test
    void isReportedAgainWhileConnectionsWait() throws Exception {
        rig.closing(SocketChannel.open(rig.listener.localAddress()));
        rig.closing(SocketChannel.open(rig.listener.localAddress()));
        rig.await(NioRig.LISTENER_SLOT, ReadySink.READABLE);
        assertEquals(0, rig.poll(), "a paused listener is silent");
        rig.poller.awaitReadable(rig.listener);
        rig.await(NioRig.LISTENER_SLOT, ReadySink.READABLE);
        rig.closing(rig.accept(SocketOptions.DEFAULT));
        rig.closing(rig.accept(SocketOptions.DEFAULT));
    }

    @Test
    void shedsOneConnectionWithAReset() throws Exception {
        SocketChannel shed = rig.closing(SocketChannel.open(rig.listener.localAddress()));
        SocketChannel kept = rig.closing(SocketChannel.open(rig.listener.localAddress()));
        rig.await(NioRig.LISTENER_SLOT, ReadySink.READABLE);
        assertTrue(rig.listener.shed());
        assertThrows(SocketException.class, () -> NioRig.receive(shed));
        RawSocket accepted = rig.closing(rig.accept(SocketOptions.DEFAULT));
        assertEquals(kept.getLocalAddress(), accepted.remoteAddress());
    }

    @Test
    void survivesConnectionsGivenUpBeforeTheyAreAccepted() throws Exception {
        for (int i = 0; i < 4; i++) {
            try (SocketChannel quitter = SocketChannel.open(rig.listener.localAddress())) {
                quitter.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        }
        SocketChannel patient = rig.closing(SocketChannel.open(rig.listener.localAddress()));
        RawSocket accepted = rig.closing(rig.accept(SocketOptions.DEFAULT));
        while (!accepted.remoteAddress().equals(patient.getLocalAddress())) {
            accepted = rig.closing(rig.accept(SocketOptions.DEFAULT));
        }
    }

    @Test
    void closeFreesTheAddressAtOnce() throws Exception {
        SocketAddress address = rig.listener.localAddress();
        rig.listener.close();
        assertThrows(ConnectException.class, () -> SocketChannel.open(address));
        rig.closing(rig.transport.listen(address, 1, false, SocketOptions.DEFAULT));
        rig.listener.close();
    }

    @Test
    void closeDuringAPollTakesEffectAtTheNext() throws Exception {
        rig.closing(SocketChannel.open(rig.listener.localAddress()));
        rig.poller.poll(NioRig.PATIENCE_NANOS, (slot, generation, ops) -> rig.listener.close());
        rig.poll();
        assertThrows(ConnectException.class, () -> SocketChannel.open(rig.listener.localAddress()));
    }

    @Test
    void namesTheAddressInUse() {
        SocketAddress taken = rig.listener.localAddress();
        SystemCallException refused = assertThrows(
                SystemCallException.class, () -> rig.transport.listen(taken, 1, false, SocketOptions.DEFAULT));
        assertEquals(Errno.EADDRINUSE, refused.errno());
        assertEquals("bind(2) to " + NioErrors.text(taken) + ": EADDRINUSE", refused.getMessage());
    }

    @Test
    void sharesAnAddressWhereTheKernelSpreadsConnections() throws Exception {
        assumeTrue(rig.transport.capabilities().contains(Capability.REUSE_PORT));
        SocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        RawListener first = rig.closing(rig.transport.listen(any, 1, true, SocketOptions.DEFAULT));
        RawListener second = rig.closing(rig.transport.listen(first.localAddress(), 1, true, SocketOptions.DEFAULT));
        assertEquals(first.localAddress(), second.localAddress());
        assertNotEquals(0, ((InetSocketAddress) first.localAddress()).getPort());
    }

    @Test
    void wildcardAcceptsBothFamilies() throws Exception {
        assumeIpv6();
        for (String wildcard : new String[] {"::", "0.0.0.0"}) {
            SocketAddress any = new InetSocketAddress(InetAddress.getByName(wildcard), 0);
            RawListener listener = rig.closing(rig.transport.listen(any, 4, false, SocketOptions.DEFAULT));
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            rig.closing(SocketChannel.open(new InetSocketAddress("127.0.0.1", port)));
            rig.closing(SocketChannel.open(new InetSocketAddress(V6_LOOPBACK, port)));
        }
    }

    @Test
    void worksOverIpv6() throws Exception {
        assumeIpv6();
        try (NioRig v6 = new NioRig(new InetSocketAddress(V6_LOOPBACK, 0))) {
            NioRig.Link link = v6.link(1);
            v6.write(link.socket(), "six");
            assertEquals("six", NioRig.receive(link.peer()));
            assertEquals(link.peer().getLocalAddress(), link.socket().remoteAddress());
            RawSocket client = v6.socketTo(v6.listener.localAddress());
            client.connect(v6.listener.localAddress());
            assertEquals(v6.listener.localAddress(), client.remoteAddress());
        }
    }

    private static void assumeIpv6() {
        try (SocketChannel probe = SocketChannel.open()) {
            probe.bind(new InetSocketAddress(V6_LOOPBACK, 0));
        } catch (Exception e) {
            assumeTrue(false, "no IPv6 here");
        }
    }
}
