package io.eventloop.epoll;

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
import io.eventloop.spi.RawListener;
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
class EpollListenerTest {
    private static final String V6_LOOPBACK = "::1";

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
    void acceptsNothingWhenNobodyWaits() throws Exception {
        assertNull(rig.listener.accept(SocketOptions.DEFAULT));
        assertFalse(rig.listener.shed());
    }

    @Test
    void isReportedForEachArrivalAndNotAgain() throws Exception {
        rig.closing(SocketChannel.open(rig.listener.localAddress()));
        rig.await(EpollRig.LISTENER_SLOT, ReadySink.READABLE);
        assertEquals(0, rig.poll(), "a paused listener is silent");
        rig.closing(SocketChannel.open(rig.listener.localAddress()));
        rig.await(EpollRig.LISTENER_SLOT, ReadySink.READABLE);
        rig.closing(rig.accept(SocketOptions.DEFAULT));
        rig.closing(rig.accept(SocketOptions.DEFAULT));
        assertNull(rig.listener.accept(SocketOptions.DEFAULT));
    }

    @Test
    void shedsOneConnectionWithAReset() throws Exception {
        SocketChannel shed = rig.closing(SocketChannel.open(rig.listener.localAddress()));
        SocketChannel kept = rig.closing(SocketChannel.open(rig.listener.localAddress()));
        assertTrue(rig.listener.shed());
        assertThrows(SocketException.class, () -> EpollRig.receive(shed));
        EpollSocket accepted = rig.closing(rig.accept(SocketOptions.DEFAULT));
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
        EpollSocket accepted = rig.closing(rig.accept(SocketOptions.DEFAULT));
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
        assertFalse(rig.listener.shed());
    }

    @Test
    void namesTheAddressInUse() {
        SocketAddress taken = rig.listener.localAddress();
        SystemCallException refused = assertThrows(
                SystemCallException.class, () -> rig.transport.listen(taken, 1, false, SocketOptions.DEFAULT));
        assertEquals(Errno.EADDRINUSE, refused.errno());
        assertEquals("bind(2) to " + EpollErrors.text(taken) + ": EADDRINUSE", refused.getMessage());
    }

    @Test
    void sharesAnAddressAndGetsItsPartOfTheConnections() throws Exception {
        RawListener first = rig.closing(rig.transport.listen(EpollRig.loopback(), 64, true, SocketOptions.DEFAULT));
        SocketAddress shared = first.localAddress();
        RawListener second = rig.closing(rig.transport.listen(shared, 64, true, SocketOptions.DEFAULT));
        assertEquals(shared, second.localAddress());
        assertNotEquals(0, ((InetSocketAddress) shared).getPort());
        int[] accepted = new int[2];
        // One side alone would be chance in one of 2^63 runs.
        for (int i = 0; i < 64; i++) {
            rig.closing(SocketChannel.open(shared));
            EpollSocket socket = null;
            for (int k = 0; socket == null; k = 1 - k) {
                socket = (EpollSocket) (k == 0 ? first : second).accept(SocketOptions.NONE);
                accepted[k] += socket == null ? 0 : 1;
            }
            rig.closing(socket);
        }
        assertTrue(accepted[0] > 0 && accepted[1] > 0, accepted[0] + " and " + accepted[1]);
    }

    @Test
    void steersConnectionsByTheProgramOfTheGroup() throws Exception {
        SocketOptions single = SocketOptions.builder()
                .set(EpollSocketOptions.SO_ATTACH_REUSEPORT_CBPF_SOCKETS, 1)
                .build();
        RawListener first = rig.closing(rig.transport.listen(EpollRig.loopback(), 64, true, SocketOptions.NONE));
        SocketAddress shared = first.localAddress();
        RawListener second = rig.closing(rig.transport.listen(shared, 64, true, single));
        // One that shares nothing has nothing to steer.
        rig.closing(rig.transport.listen(EpollRig.loopback(), 1, false, single));
        for (int i = 0; i < 64; i++) {
            rig.closing(SocketChannel.open(shared));
            assertNull(second.accept(SocketOptions.NONE), "every CPU's number modulo 1 is that of the first socket");
            rig.closing(rig.accept(first, 0, SocketOptions.NONE));
        }
    }

    @Test
    void refusesToSteerAmongNoSockets() {
        SocketOptions none = SocketOptions.builder()
                .set(EpollSocketOptions.SO_ATTACH_REUSEPORT_CBPF_SOCKETS, 0)
                .build();
        SystemCallException refused =
                assertThrows(SystemCallException.class, () -> rig.transport.listen(EpollRig.loopback(), 1, true, none));
        assertEquals("setsockopt(2) SO_ATTACH_REUSEPORT_CBPF=0: EINVAL", refused.getMessage());
    }

    @Test
    void wildcardAcceptsBothFamilies() throws Exception {
        assumeIpv6();
        for (String wildcard : new String[] {"::", "0.0.0.0"}) {
            SocketAddress any = new InetSocketAddress(InetAddress.getByName(wildcard), 0);
            RawListener listener = rig.closing(rig.transport.listen(any, 4, false, SocketOptions.DEFAULT));
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            for (String loopback : new String[] {"127.0.0.1", V6_LOOPBACK}) {
                SocketChannel peer = rig.closing(SocketChannel.open(new InetSocketAddress(loopback, port)));
                EpollSocket accepted = (EpollSocket) rig.closing(listener.accept(SocketOptions.NONE));
                assertEquals(peer.getLocalAddress(), accepted.remoteAddress());
                assertEquals(peer.getRemoteAddress(), accepted.localAddress());
                accepted.close();
                assertEquals(peer.getRemoteAddress(), accepted.localAddress(), "known after the close");
            }
        }
    }

    @Test
    void worksOverIpv6() throws Exception {
        assumeIpv6();
        try (EpollRig v6 = new EpollRig(new InetSocketAddress(V6_LOOPBACK, 0))) {
            EpollRig.Link link = v6.link(1);
            v6.write(link.socket(), "six");
            assertEquals("six", EpollRig.receive(link.peer()));
            assertEquals(link.peer().getLocalAddress(), link.socket().remoteAddress());
            EpollSocket client = v6.socketTo(v6.listener.localAddress());
            client.connect(v6.listener.localAddress());
            assertEquals(v6.listener.localAddress(), client.remoteAddress());
        }
    }

    @Test
    void closesTheSocketWhoseOptionsCannotBeSet() throws Exception {
        SocketChannel peer = rig.closing(SocketChannel.open(rig.listener.localAddress()));
        SocketOptions options =
                SocketOptions.builder().set(EpollOptionsTest.UNKNOWN, 1).build();
        assertThrows(UnsupportedOperationException.class, () -> rig.accept(options));
        assertEquals(null, EpollRig.receive(peer));
    }

    private static void assumeIpv6() {
        try (SocketChannel probe = SocketChannel.open()) {
            probe.bind(new InetSocketAddress(V6_LOOPBACK, 0));
        } catch (Exception e) {
            assumeTrue(false, "no IPv6 here");
        }
    }
}
