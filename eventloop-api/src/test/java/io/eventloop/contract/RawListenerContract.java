package io.eventloop.contract;

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
import io.eventloop.contract.RawRig.Link;
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
import org.junit.jupiter.api.Test;

/** What a raw listener accepts, sheds and refuses, and that its address is free when it is closed. */
public abstract class RawListenerContract extends RawContract {
    private static final String V6_LOOPBACK = "::1";

    @Test
    void acceptsNothingWhenNobodyWaits() throws Exception {
        assertNull(rig.listener().accept(SocketOptions.DEFAULT));
        assertFalse(rig.listener().shed());
    }

    @Test
    void isReportedForEachArrivalAndNotAgain() throws Exception {
        rig.peer();
        rig.await(RawRig.LISTENER_SLOT, ReadySink.READABLE);
        assertEquals(0, rig.poll(), "a paused listener is silent");
        rig.peer();
        rig.poller().awaitReadable(rig.listener());
        rig.await(RawRig.LISTENER_SLOT, ReadySink.READABLE);
        rig.closing(rig.accept(SocketOptions.DEFAULT));
        rig.closing(rig.accept(SocketOptions.DEFAULT));
        assertNull(rig.listener().accept(SocketOptions.DEFAULT));
    }

    @Test
    void shedsOneConnectionWithAReset() throws Exception {
        SocketChannel shed = rig.peer();
        SocketChannel kept = rig.peer();
        rig.await(RawRig.LISTENER_SLOT, ReadySink.READABLE);
        assertTrue(rig.listener().shed());
        assertThrows(SocketException.class, () -> RawRig.receive(shed));
        RawSocket accepted = rig.closing(rig.accept(SocketOptions.DEFAULT));
        assertEquals(kept.getLocalAddress(), accepted.remoteAddress());
    }

    @Test
    void survivesConnectionsGivenUpBeforeTheyAreAccepted() throws Exception {
        for (int i = 0; i < 4; i++) {
            try (SocketChannel quitter = SocketChannel.open(rig.listener().localAddress())) {
                quitter.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        }
        SocketChannel patient = rig.peer();
        RawSocket accepted = rig.closing(rig.accept(SocketOptions.DEFAULT));
        while (!accepted.remoteAddress().equals(patient.getLocalAddress())) {
            accepted = rig.closing(rig.accept(SocketOptions.DEFAULT));
        }
    }

    @Test
    void closesTheSocketWhoseOptionsCannotBeSet() throws Exception {
        SocketChannel peer = rig.peer();
        SocketOptions options = SocketOptions.builder().set(RawRig.UNKNOWN, 1).build();
        assertThrows(UnsupportedOperationException.class, () -> rig.accept(options));
        assertNull(RawRig.receive(peer));
    }

    @Test
    void closeFreesTheAddressAtOnce() throws Exception {
        SocketAddress address = rig.listener().localAddress();
        rig.listener().close();
        assertThrows(ConnectException.class, () -> SocketChannel.open(address));
        rig.closing(rig.transport().listen(address, 1, false, SocketOptions.DEFAULT));
        rig.listener().close();
    }

    @Test
    void shedsNothingAfterTheCloseAndOpensNothingForIt() {
        assumeTrue(Descriptors.areVisible());
        rig.listener().close();
        int before = Descriptors.open().size();
        assertFalse(rig.listener().shed());
        assertEquals(before, Descriptors.open().size());
    }

    @Test
    void closeDuringAPollTakesEffectAtTheNext() throws Exception {
        rig.peer();
        rig.poller()
                .poll(
                        RawRig.PATIENCE_NANOS,
                        (slot, generation, ops) -> rig.listener().close());
        rig.poll();
        assertThrows(
                ConnectException.class, () -> SocketChannel.open(rig.listener().localAddress()));
    }

    @Test
    void namesTheAddressInUse() {
        SocketAddress taken = rig.listener().localAddress();
        SystemCallException refused = assertThrows(
                SystemCallException.class, () -> rig.transport().listen(taken, 1, false, SocketOptions.DEFAULT));
        assertEquals(Errno.EADDRINUSE, refused.errno());
        assertEquals("bind(2) to " + text(taken) + ": EADDRINUSE", refused.getMessage());
    }

    @Test
    void sharesAnAddressAndGetsItsPartOfTheConnections() throws Exception {
        assumeTrue(rig.transport().capabilities().contains(Capability.REUSE_PORT));
        RawListener first = rig.closing(rig.transport().listen(loopback(), 64, true, SocketOptions.DEFAULT));
        SocketAddress shared = first.localAddress();
        RawListener second = rig.closing(rig.transport().listen(shared, 64, true, SocketOptions.DEFAULT));
        assertEquals(shared, second.localAddress());
        assertNotEquals(0, ((InetSocketAddress) shared).getPort());
        int[] accepted = new int[2];
        // One side alone would be chance in one of 2^63 runs.
        for (int i = 0; i < 64; i++) {
            rig.closing(SocketChannel.open(shared));
            RawSocket socket = null;
            for (int k = 0; socket == null; k = 1 - k) {
                socket = (k == 0 ? first : second).accept(SocketOptions.NONE);
                accepted[k] += socket == null ? 0 : 1;
            }
            rig.closing(socket);
        }
        assertTrue(accepted[0] > 0 && accepted[1] > 0, accepted[0] + " and " + accepted[1]);
    }

    @Test
    void wildcardAcceptsBothFamilies() throws Exception {
        assumeIpv6();
        int slot = 10;
        for (String wildcard : new String[] {"::", "0.0.0.0"}) {
            SocketAddress any = new InetSocketAddress(InetAddress.getByName(wildcard), 0);
            RawListener listener = rig.closing(rig.transport().listen(any, 4, false, SocketOptions.DEFAULT));
            rig.poller().register(listener, ++slot, 1);
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            for (String loopback : new String[] {"127.0.0.1", V6_LOOPBACK}) {
                SocketChannel peer = rig.closing(SocketChannel.open(new InetSocketAddress(loopback, port)));
                RawSocket accepted = rig.closing(rig.accept(listener, slot, SocketOptions.NONE));
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
        try (RawRig v6 = new RawRig(peers(), new InetSocketAddress(V6_LOOPBACK, 0))) {
            Link link = v6.link(1);
            v6.write(link.socket(), "six");
            assertEquals("six", RawRig.receive(link.peer()));
            assertEquals(link.peer().getLocalAddress(), link.socket().remoteAddress());
            RawSocket client = v6.socketTo(v6.listener().localAddress());
            client.connect(v6.listener().localAddress());
            assertEquals(v6.listener().localAddress(), client.remoteAddress());
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
