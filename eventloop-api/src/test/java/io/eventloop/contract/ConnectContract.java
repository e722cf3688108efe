package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.Errno;
import io.eventloop.EventLoop;
import io.eventloop.SystemCallException;
import io.eventloop.contract.RecordingHandler.Event;
import io.eventloop.spi.RawSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Connecting: the outcome is told once, by the handler, and never within the call. */
public abstract class ConnectContract extends TransportContract {

    /** An address at which nobody listens: it was listened at until just now. */
    private SocketAddress unused() throws IOException {
        try (PeerListener gone = new PeerListener(peers(), loopback(), 1)) {
            return gone.address();
        }
    }

    /** An address whose backlog is full, so that connects to it hang. */
    private SocketAddress full() throws IOException {
        PeerListener listener = peerListener(1);
        List<RawSocket> waiting = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            RawSocket socket = rawSocket(listener.address());
            if (!socket.connect(listener.address())) {
                waiting.add(socket);
            }
        }
        assertFalse(waiting.isEmpty(), "a backlog of 1 took 8 connections");
        return listener.address();
    }

    @Test
    void connectsAndCarriesBytes() throws IOException {
        PeerListener listener = peerListener(16);
        RecordingHandler handler = handler().whenOpen(c -> c.write(Payload.ascii("hello")));
        Connection connection = connect(listener.address(), ConnectOptions.DEFAULT, handler);
        Peer peer = accept(listener);
        assertSame(connection, handler.opened());
        assertEquals("hello", Payload.text(peer.receive(5)));
        peer.send(Payload.ascii("world"));
        assertEquals("world", Payload.text(handler.received(5)));
        on(connection, () -> {
            assertEquals(Connection.State.OPEN, connection.state());
            assertEquals(listener.address(), connection.remoteAddress());
        });
    }

    @Test
    void isConnectingUntilItIsOpen() throws IOException {
        PeerListener listener = peerListener(16);
        RecordingHandler handler = handler();
        OnLoop.run(loop(), () -> {
            Connection connection = loop().connect(listener.address(), ConnectOptions.DEFAULT, handler);
            assertEquals(Connection.State.CONNECTING, connection.state());
            assertEquals(listener.address(), connection.remoteAddress());
            assertSame(handler, connection.handler());
            assertSame(loop(), connection.loop());
            assertEquals(List.of(), handler.events());
        });
        handler.opened();
    }

    @Test
    void connectsFromTheGroupOnAnyThread() throws IOException {
        start(builder -> builder.loops(3));
        PeerListener listener = peerListener(16);
        for (EventLoop loop : group().loops()) {
            RecordingHandler handler = handler();
            group().connect(listener.address(), ConnectOptions.DEFAULT, handler);
            Connection connection = handler.opened();
            assertTrue(group().loops().contains(connection.loop()), loop.name());
        }
    }

    @Test
    void connectsToItsOwnListener() throws IOException {
        RecordingHandler accepted = handler();
        accepted.whenData((c, in) -> c.write(in.detach()));
        SocketAddress address = listen(c -> accepted).address();
        RecordingHandler handler = handler().whenOpen(c -> c.write(Payload.ascii("round trip")));
        Connection connection = connect(address, ConnectOptions.DEFAULT, handler);
        assertEquals("round trip", Payload.text(handler.received(10)));
        on(connection, connection::close);
        assertTrue(handler.closed().isOrderly());
        assertTrue(accepted.closed().isOrderly());
    }

    @Test
    void aRefusalNamesTheAddress() throws IOException {
        SocketAddress address = unused();
        RecordingHandler handler = handler();
        connect(address, ConnectOptions.DEFAULT, handler);
        CloseReason reason = handler.closed();
        assertEquals(Kind.CONNECT_FAILED, reason.kind());
        SystemCallException failure =
                assertInstanceOf(SystemCallException.class, reason.failure().orElseThrow());
        assertEquals(Errno.ECONNREFUSED, failure.errno());
        String port = Integer.toString(((InetSocketAddress) address).getPort());
        assertTrue(failure.getMessage().contains("127.0.0.1:" + port), failure.getMessage());
        assertEquals(List.of(Event.CLOSED), handler.events());
    }

    @Test
    void neverCallsBackWithinTheCall() throws IOException {
        SocketAddress address = unused();
        RecordingHandler handler = handler();
        OnLoop.run(loop(), () -> {
            loop().connect(address, ConnectOptions.DEFAULT, handler);
            assertEquals(List.of(), handler.events());
        });
        handler.closed();
    }

    @Test
    void givesUpAfterTheConnectTimeout() throws IOException {
        RecordingHandler handler = handler();
        Duration timeout = Duration.ofSeconds(3);
        Connection connection = connect(full(), ConnectOptions.DEFAULT.withConnectTimeout(timeout), handler);
        environment.advance(timeout.minusMillis(1), loop());
        on(connection, () -> assertEquals(Connection.State.CONNECTING, connection.state()));
        environment.advance(ManualEnvironment.SLACK, loop());
        CloseReason reason = handler.closed();
        assertEquals(Kind.CONNECT_TIMEOUT, reason.kind());
        assertEquals(CloseReason.Initiator.LIBRARY, reason.initiator());
        assertEquals(List.of(Event.CLOSED), handler.events());
        assertEquals(0, loop().metrics().active());
    }

    @Test
    void aConnectInTimeDisarmsTheTimeout() throws IOException {
        RecordingHandler handler = handler();
        ConnectOptions options = ConnectOptions.DEFAULT.withConnectTimeout(Duration.ofSeconds(1));
        Connection connection = connect(peerListener(16).address(), options, handler);
        handler.opened();
        environment.advance(Duration.ofSeconds(5), loop());
        on(connection, () -> assertEquals(Connection.State.OPEN, connection.state()));
    }

    @Test
    void abortWhileConnectingEndsIt() throws IOException {
        RecordingHandler handler = handler();
        Connection connection = connect(full(), ConnectOptions.DEFAULT, handler);
        on(connection, connection::abort);
        assertEquals(Kind.ABORTED, handler.closed().kind());
        assertEquals(CloseReason.Initiator.LOCAL, handler.closed().initiator());
        assertEquals(List.of(Event.CLOSED), handler.events());
    }

    @Test
    void closeWhileConnectingEndsIt() throws IOException {
        RecordingHandler handler = handler();
        Connection connection = connect(full(), ConnectOptions.DEFAULT, handler);
        on(connection, connection::close);
        assertEquals(Kind.CLOSED, handler.closed().kind());
        assertEquals(CloseReason.Initiator.LOCAL, handler.closed().initiator());
        assertEquals(List.of(Event.CLOSED), handler.events());
    }

    @Test
    void closeWhileConnectingGivesUpWhatIsQueued() throws IOException {
        RecordingHandler handler = handler();
        Connection connection = connect(full(), ConnectOptions.DEFAULT, handler);
        on(connection, () -> {
            connection.write(new byte[100]);
            connection.close();
        });
        assertEquals(Kind.ABORTED, handler.closed().kind());
        assertEquals(List.of(Event.CLOSED), handler.events());
        assertNoBufferHeld();
    }

    @Test
    void abortRightAfterTheCallEndsIt() throws IOException {
        SocketAddress address = peerListener(16).address();
        RecordingHandler handler = handler();
        OnLoop.run(loop(), () -> {
            Connection connection = loop().connect(address, ConnectOptions.DEFAULT, handler);
            connection.abort();
            connection.abort();
        });
        assertEquals(Kind.ABORTED, handler.closed().kind());
        assertEquals(List.of(Event.CLOSED), handler.events());
    }

    @Test
    void sendsWhatWasWrittenWhileConnecting() throws IOException {
        PeerListener listener = peerListener(16);
        RecordingHandler handler = handler().whenOpen(c -> c.write(Payload.ascii(" and after")));
        OnLoop.run(loop(), () -> {
            Connection connection = loop().connect(listener.address(), ConnectOptions.DEFAULT, handler);
            connection.write(Payload.ascii("before"));
            connection.flush();
            assertEquals(6, connection.queuedBytes());
        });
        assertEquals("before and after", Payload.text(accept(listener).receive(16)));
    }

    @Test
    void refusesUnresolvedAddresses() {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("backend.invalid", 80);
        RecordingHandler handler = handler();
        OnLoop.run(loop(), () -> {
            Throwable refusal = assertThrows(
                    IllegalArgumentException.class, () -> loop().connect(unresolved, ConnectOptions.DEFAULT, handler));
            assertTrue(refusal.getMessage().contains("backend.invalid"), refusal.getMessage());
        });
        assertThrows(
                IllegalArgumentException.class, () -> group().connect(unresolved, ConnectOptions.DEFAULT, handler));
        OnLoop.turns(loop(), 3);
        assertEquals(List.of(), handler.events());
    }

    @Test
    void refusesAddressesNoSocketHas() {
        SocketAddress strange = new SocketAddress() {
            private static final long serialVersionUID = 1L;
        };
        OnLoop.run(
                loop(),
                () -> assertThrows(
                        IllegalArgumentException.class,
                        () -> loop().connect(strange, ConnectOptions.DEFAULT, handler())));
    }

    @Test
    void aCallbackMayConnectAgain() throws IOException {
        SocketAddress bad = unused();
        PeerListener good = peerListener(16);
        RecordingHandler second = handler();
        RecordingHandler first =
                handler().whenClosed((c, reason) -> c.loop().connect(good.address(), ConnectOptions.DEFAULT, second));
        connect(bad, ConnectOptions.DEFAULT, first);
        assertEquals(Kind.CONNECT_FAILED, first.closed().kind());
        second.opened();
    }

    @Test
    void manyFailedConnectsLeaveNothing() throws IOException {
        SocketAddress address = unused();
        List<CompletableFuture<Kind>> ends = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            CompletableFuture<Kind> end = new CompletableFuture<>();
            ends.add(end);
            connect(address, ConnectOptions.DEFAULT, handler().whenClosed((c, reason) -> end.complete(reason.kind())));
        }
        for (CompletableFuture<Kind> end : ends) {
            assertEquals(Kind.CONNECT_FAILED, Await.value("the failure", end));
        }
        OnLoop.turns(loop(), 2);
        assertEquals(0, loop().metrics().active());
        Await.until(
                "every timer to be cancelled", loop(), () -> loop().metrics().timersArmed() == 0);
        assertEquals(100L, loop().metrics().closed().get(Kind.CONNECT_FAILED));
    }
}
