package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.Errno;
import io.eventloop.Listener;
import io.eventloop.SystemCallException;
import io.eventloop.spi.Capability;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same over IPv6 and UNIX-domain sockets, where the host has them. */
public abstract class AddressFamilyContract extends TransportContract {
    @TempDir
    Path folder;

    private InetSocketAddress ipv6() throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("::1"), 0);
        try (PeerListener probe = new PeerListener(peers(), address, 1)) {
            assertInstanceOf(Inet6Address.class, ((InetSocketAddress) probe.address()).getAddress());
        } catch (SystemCallException e) {
            Assumptions.abort("::1 is missing on this host: " + e.getMessage());
        }
        return address;
    }

    private UnixDomainSocketAddress path(String name) {
        Assumptions.assumeTrue(
                peers().capabilities().contains(Capability.UNIX_SOCKETS), "the transport has no UNIX-domain sockets");
        return UnixDomainSocketAddress.of(folder.resolve(name));
    }

    private void carriesBothWays(SocketAddress local) throws IOException {
        RecordingHandler accepted = handler();
        accepted.whenData((c, in) -> c.write(in.detach()));
        Listener listener = group().listen(local, c -> accepted);
        byte[] sent = Payload.random(1_000_000, 1);
        RecordingHandler handler = handler().whenOpen(c -> c.write(sent));
        Connection connection = connect(listener.address(), ConnectOptions.DEFAULT, handler);
        assertArrayEquals(sent, handler.received(sent.length));
        on(connection, () -> {
            assertEquals(listener.address(), connection.remoteAddress());
            connection.close();
        });
        assertTrue(handler.closed().isOrderly());
        assertTrue(accepted.closed().isOrderly());
    }

    private void tellsTheEndsApart(SocketAddress local) throws IOException {
        RecordingHandler finished = handler().whenInputClosed(Connection::shutdownOutput);
        Listener first = group().listen(local, c -> finished);
        Peer peer = connectTo(first);
        peer.send(Payload.ascii("x")).shutdownOutput();
        assertEquals(Peer.End.FIN, peer.awaitEnd());
        assertEquals(CloseReason.Kind.FINISHED, finished.closed().kind());
    }

    @Test
    void ipv6CarriesBothWays() throws IOException {
        carriesBothWays(ipv6());
    }

    @Test
    void ipv6TellsTheEndsApart() throws IOException {
        tellsTheEndsApart(ipv6());
    }

    @Test
    void ipv6RefusalNamesTheAddress() throws IOException {
        SocketAddress unused;
        try (PeerListener gone = new PeerListener(peers(), ipv6(), 1)) {
            unused = gone.address();
        }
        RecordingHandler handler = handler();
        connect(unused, ConnectOptions.DEFAULT, handler);
        SystemCallException failure = assertInstanceOf(
                SystemCallException.class, handler.closed().failure().orElseThrow());
        assertEquals(Errno.ECONNREFUSED, failure.errno());
        String port = Integer.toString(((InetSocketAddress) unused).getPort());
        assertTrue(failure.getMessage().contains("]:" + port), failure.getMessage());
    }

    @Test
    void unixSocketsCarryBothWays() throws IOException {
        carriesBothWays(path("server"));
    }

    @Test
    void unixSocketsTellTheEndsApart() throws IOException {
        tellsTheEndsApart(path("server"));
    }

    @Test
    void unixSocketsDeliverEverythingBeforeTheClose() throws IOException {
        byte[] all = Payload.random(2_000_000, 2);
        RecordingHandler handler = handler().whenOpen(c -> {
            c.write(all);
            c.close();
        });
        Peer peer = connectTo(group().listen(path("server"), c -> handler));
        assertArrayEquals(all, peer.receiveToEnd());
        peer.close();
        assertTrue(handler.closed().isOrderly());
    }

    @Test
    void unixSocketPathIsReportedAndRemovedByTheClose() throws IOException {
        UnixDomainSocketAddress address = path("server");
        Listener listener = group().listen(address, c -> handler());
        assertEquals(address, listener.address());
        assertTrue(Files.exists(address.getPath()));
        listener.close();
        Await.value("the closed listener", listener.closed());
        assertFalse(Files.exists(address.getPath()));
    }

    @Test
    void unixSocketPathInUseIsRefusedByName() throws IOException {
        UnixDomainSocketAddress address = path("server");
        Listener listener = group().listen(address, c -> handler());
        SystemCallException refusal =
                assertThrows(SystemCallException.class, () -> group().listen(address, c -> handler()));
        assertEquals(Errno.EADDRINUSE, refusal.errno());
        assertTrue(refusal.getMessage().contains(address.getPath().toString()), refusal.getMessage());
        connectTo(listener);
    }

    @Test
    void unixSocketConnectToAMissingPathFails() {
        UnixDomainSocketAddress address = path("nobody");
        RecordingHandler handler = handler();
        OnLoop.run(loop(), () -> {
            loop().connect(address, ConnectOptions.DEFAULT, handler);
            assertEquals(0, handler.events().size(), "no callback within the call");
        });
        CloseReason reason = handler.closed();
        assertEquals(CloseReason.Kind.CONNECT_FAILED, reason.kind());
        SystemCallException failure =
                assertInstanceOf(SystemCallException.class, reason.failure().orElseThrow());
        assertEquals(Errno.ENOENT, failure.errno());
        assertTrue(failure.getMessage().contains(address.getPath().toString()), failure.getMessage());
    }

    @Test
    void unixSocketConnectionsKnowTheirAddresses() throws IOException {
        UnixDomainSocketAddress address = path("server");
        RecordingHandler accepted = handler();
        group().listen(address, c -> accepted);
        RecordingHandler handler = handler();
        Connection connection = connect(address, ConnectOptions.DEFAULT, handler);
        handler.opened();
        on(connection, () -> {
            assertEquals(address, connection.remoteAddress());
            assertEquals(UnixDomainSocketAddress.of(""), connection.localAddress());
        });
        Connection server = accepted.opened();
        on(server, () -> {
            assertEquals(address, server.localAddress());
            assertEquals(UnixDomainSocketAddress.of(""), server.remoteAddress());
        });
    }
}
