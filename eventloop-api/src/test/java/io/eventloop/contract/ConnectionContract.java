package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.Listener;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a connection is and that it carries bytes: all of them, in order, both ways, from the first to the last. */
public abstract class ConnectionContract extends TransportContract {
    private static final int LARGE = 6 << 20;

    /** Sends back what it gets, and reads no more than it can send. */
    private static void echo(Connection connection, Buffer in) {
        if (!connection.write(in.detach())) {
            connection.pauseReading();
        }
    }

    private RecordingHandler echoing() {
        return handler().whenData(ConnectionContract::echo).whenWritable(Connection::resumeReading);
    }

    @Test
    void opensBeforeItDeliversData() throws IOException {
        RecordingHandler handler = handler();
        Listener listener = listen(c -> handler);
        Peer peer = connectTo(listener).send(Payload.ascii("early"));
        assertEquals("early", Payload.text(handler.received(5)));
        peer.shutdownOutput();
        handler.closed();
        List<Event> events = handler.events();
        assertEquals(Event.OPEN, events.get(0));
        assertEquals(Event.CLOSED, events.get(events.size() - 1));
    }

    @Test
    void isOpenInsideOnOpen() throws IOException {
        CompletableFuture<Connection.State> state = new CompletableFuture<>();
        connectTo(listen(c -> handler().whenOpen(open -> state.complete(open.state()))));
        assertEquals(Connection.State.OPEN, Await.value("the state", state));
    }

    @Test
    void echoesWhatItGets() throws IOException {
        Peer peer = peerOf(echoing());
        for (int size : new int[] {1, 2, 100, 4096, 65_536, 100_001}) {
            byte[] sent = Payload.random(size, size);
            assertArrayEquals(sent, peer.exchange(sent, size));
        }
    }

    @Test
    void receivesByteByByte() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        byte[] sent = Payload.random(300, 1);
        for (byte b : sent) {
            peer.send(new byte[] {b});
        }
        assertArrayEquals(sent, handler.received(sent.length));
    }

    @Test
    void carriesLargeTransfersBothWaysAtOnce() throws IOException {
        Peer peer = peerOf(echoing());
        byte[] sent = Payload.random(LARGE, 2);
        assertArrayEquals(sent, peer.exchange(sent, LARGE));
    }

    @Test
    void carriesDifferentLargeTransfersEachWay() throws IOException {
        byte[] down = Payload.random(LARGE, 3);
        byte[] up = Payload.random(LARGE, 4);
        RecordingHandler handler = handler().whenOpen(c -> c.write(down));
        Peer peer = peerOf(handler);
        assertArrayEquals(down, peer.exchange(up, down.length));
        assertArrayEquals(up, handler.received(up.length));
    }

    @Test
    void keepsManyConnectionsApart() throws IOException {
        Listener listener = listen(c -> echoing());
        Peer[] peers = new Peer[20];
        for (int i = 0; i < peers.length; i++) {
            peers[i] = connectTo(listener);
        }
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < peers.length; i++) {
                byte[] sent = Payload.random(1000 + round, i);
                assertArrayEquals(sent, peers[i].exchange(sent, sent.length));
            }
        }
    }

    @Test
    void countsBytesEachWay() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        peer.send(new byte[5000]);
        handler.received(5000);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(new byte[300]);
            connection.flush();
            assertEquals(5000, connection.bytesReceived());
            assertEquals(300, connection.bytesSent());
        });
        peer.receive(300);
    }

    @Test
    void knowsBothAddresses() throws IOException {
        RecordingHandler handler = handler();
        Listener listener = listen(c -> handler);
        Peer peer = connectTo(listener);
        Connection connection = handler.opened();
        on(connection, () -> {
            assertEquals(listener.address(), connection.localAddress());
            assertEquals(peer.localAddress(), connection.remoteAddress());
        });
    }

    @Test
    void knowsItsRemoteAddressAfterTheEnd() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        peer.reset();
        handler.closed();
        on(connection, () -> {
            assertEquals(Connection.State.CLOSED, connection.state());
            assertEquals(peer.localAddress(), connection.remoteAddress());
        });
    }

    @Test
    void hasANumberOfItsOwn() throws IOException {
        start(builder -> builder.loops(2));
        RecordingHandler[] handlers = {handler(), handler(), handler(), handler()};
        long[] ids = new long[handlers.length];
        for (int i = 0; i < handlers.length; i++) {
            RecordingHandler handler = handlers[i];
            connectTo(listen(c -> handler));
            ids[i] = handler.opened().id();
            for (int j = 0; j < i; j++) {
                assertNotEquals(ids[j], ids[i]);
            }
        }
    }

    @Test
    void tellsItsHandlerLoopAndLimits() throws IOException {
        RecordingHandler handler = handler();
        ConnectionLimits limits =
                ConnectionLimits.builder().maxInboundBytes(1234).build();
        peerOf(handler, limits);
        Connection connection = handler.opened();
        on(connection, () -> {
            assertSame(handler, connection.handler());
            assertSame(loop(), connection.loop());
            assertEquals(limits, connection.limits());
            ConnectionLimits other = limits.toBuilder().maxInboundBytes(4321).build();
            connection.limits(other);
            assertEquals(other, connection.limits());
        });
    }

    @Test
    void setsAndReadsSocketOptions() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            assertTrue(connection.option(StandardSocketOptions.TCP_NODELAY), "TCP_NODELAY is the default");
            connection.option(StandardSocketOptions.SO_KEEPALIVE, true);
            assertTrue(connection.option(StandardSocketOptions.SO_KEEPALIVE));
            connection.option(StandardSocketOptions.SO_KEEPALIVE, false);
            assertEquals(false, connection.option(StandardSocketOptions.SO_KEEPALIVE));
        });
    }

    @Test
    void refusesUnknownSocketOptions() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            assertThrows(UnsupportedOperationException.class, () -> connection.option(new Unknown()));
            assertThrows(UnsupportedOperationException.class, () -> connection.option(new Unknown(), 1));
            assertEquals(Connection.State.OPEN, connection.state());
        });
    }

    @Test
    void ignoresBytesThatAHandlerOnlyDiscards() throws IOException {
        CompletableFuture<Long> total = new CompletableFuture<>();
        ConnectionHandler discarding = (connection, in) -> {
            in.skip(in.readableBytes());
            if (connection.bytesReceived() == LARGE) {
                total.complete(connection.bytesReceived());
            }
        };
        connectTo(listen(c -> discarding)).send(new byte[LARGE]);
        assertEquals(LARGE, Await.value("all bytes", total));
    }

    /** An option no transport has. */
    private static final class Unknown implements SocketOption<Integer> {
        @Override
        public String name() {
            return "SO_UNKNOWN_TO_ALL";
        }

        @Override
        public Class<Integer> type() {
            return Integer.class;
        }
    }
}
