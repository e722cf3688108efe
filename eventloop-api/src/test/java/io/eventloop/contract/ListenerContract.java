package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.Errno;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.SystemCallException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Listening: where, for how long, and what a pause, a close and a failing acceptor do. */
public abstract class ListenerContract extends TransportContract {

    private static int port(Listener listener) {
        return ((InetSocketAddress) listener.address()).getPort();
    }

    @Test
    void reportsThePortTheSystemChose() throws IOException {
        Listener one = listen(c -> handler());
        Listener two = listen(c -> handler());
        assertNotEquals(0, port(one));
        assertNotEquals(port(one), port(two));
        connectTo(one);
        connectTo(two);
    }

    @Test
    void aPortInUseIsRefusedByName() throws IOException {
        Listener first = listen(c -> handler());
        ListenOptions single = ListenOptions.builder()
                .distribution(ListenOptions.Distribution.ROUND_ROBIN)
                .build();
        PeerListener held = peerListener(16);
        SystemCallException refusal =
                assertThrows(SystemCallException.class, () -> group().listen(held.address(), single, c -> handler()));
        assertEquals(Errno.EADDRINUSE, refusal.errno());
        String port = Integer.toString(((InetSocketAddress) held.address()).getPort());
        assertTrue(refusal.getMessage().contains("127.0.0.1:" + port), refusal.getMessage());
        connectTo(first);
    }

    @Test
    void aForeignAddressIsRefused() {
        // RFC 5737: 203.0.113.0/24 is nobody's.
        InetSocketAddress foreign = new InetSocketAddress("203.0.113.1", 0);
        SystemCallException refusal =
                assertThrows(SystemCallException.class, () -> group().listen(foreign, c -> handler()));
        assertEquals(Errno.EADDRNOTAVAIL, refusal.errno());
        assertTrue(refusal.getMessage().contains("203.0.113.1"), refusal.getMessage());
    }

    @Test
    void anUnresolvedAddressIsRefused() {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("name.invalid", 0);
        assertThrows(IllegalArgumentException.class, () -> group().listen(unresolved, c -> handler()));
    }

    @Test
    void acceptsWithTheOptionsOfTheListener() throws IOException {
        ConnectionLimits limits =
                ConnectionLimits.builder().maxInboundBytes(777).build();
        RecordingHandler handler = handler();
        connectTo(listen(with(limits), c -> handler));
        Connection connection = handler.opened();
        on(connection, () -> assertEquals(limits, connection.limits()));
    }

    @Test
    void theAcceptorMayReplaceTheLimits() throws IOException {
        ConnectionLimits limits =
                ConnectionLimits.builder().maxInboundBytes(777).build();
        RecordingHandler handler = handler();
        connectTo(listen(c -> {
            c.limits(limits);
            return handler;
        }));
        Connection connection = handler.opened();
        on(connection, () -> assertEquals(limits, connection.limits()));
    }

    @Test
    void pauseLeavesConnectionsInTheBacklog() throws IOException {
        List<RecordingHandler> handlers = new CopyOnWriteArrayList<>();
        Listener listener = listen(c -> {
            handlers.add(handler());
            return handlers.get(handlers.size() - 1);
        });
        listener.pause();
        OnLoop.turns(loop(), 3);
        Peer peer = connectTo(listener).send(Payload.ascii("waiting"));
        OnLoop.turns(loop(), 20);
        assertEquals(0, handlers.size());
        listener.resume();
        Await.until("the connection", loop(), () -> handlers.size() == 1);
        assertEquals("waiting", Payload.text(handlers.get(0).received(7)));
        peer.send(Payload.ascii("!"));
        handlers.get(0).received(8);
    }

    @Test
    void closeAcceptsWhatWaitsInTheBacklogFirst() throws IOException {
        AtomicInteger accepted = new AtomicInteger();
        Listener listener = listen(c -> {
            accepted.incrementAndGet();
            return handler().whenData((echo, in) -> echo.write(in.detach()));
        });
        Peer[] peers = new Peer[5];
        LoopGate.whileHeld(loop(), () -> {
            for (int i = 0; i < peers.length; i++) {
                peers[i] = connectTo(listener);
            }
            listener.close();
        });
        Await.value("the closed listener", listener.closed());
        assertEquals(peers.length, accepted.get());
        for (Peer peer : peers) {
            assertArrayEquals(Payload.ascii("alive"), peer.exchange(Payload.ascii("alive"), 5));
        }
        SystemCallException refusal = assertThrows(SystemCallException.class, () -> connectTo(listener));
        assertEquals(Errno.ECONNREFUSED, refusal.errno());
    }

    @Test
    void closeOfAPausedListenerAcceptsWhatWaits() throws IOException {
        RecordingHandler handler = handler();
        Listener listener = listen(c -> handler);
        listener.pause();
        OnLoop.turns(loop(), 3);
        connectTo(listener);
        listener.close();
        Await.value("the closed listener", listener.closed());
        handler.opened();
    }

    @Test
    void secondCloseDoesNothing() throws IOException {
        Listener listener = listen(c -> handler());
        assertFalse(listener.closed().isDone());
        listener.close();
        listener.close();
        Await.value("the closed listener", listener.closed());
        listener.close();
        listener.pause();
        listener.resume();
        assertNotEquals(0, port(listener));
    }

    @Test
    void freesItsPortByClosing() throws IOException {
        Listener listener = listen(c -> handler());
        listener.close();
        Await.value("the closed listener", listener.closed());
        RecordingHandler handler = handler();
        connectTo(group().listen(listener.address(), c -> handler));
        handler.opened();
    }

    @Test
    void connectionsOutliveTheListener() throws IOException {
        RecordingHandler handler = handler();
        Listener listener = listen(c -> handler);
        Peer peer = connectTo(listener);
        handler.opened();
        listener.close();
        Await.value("the closed listener", listener.closed());
        peer.send(Payload.ascii("still here"));
        assertEquals("still here", Payload.text(handler.received(10)));
    }

    @Test
    void closesFromInsideItsAcceptor() throws IOException {
        RecordingHandler handler = handler();
        Listener[] self = new Listener[1];
        LoopGate.whileHeld(loop(), () -> {
            self[0] = listen(c -> {
                self[0].close();
                return handler;
            });
            connectTo(self[0]);
        });
        Await.value("the closed listener", self[0].closed());
        handler.opened();
    }

    @Test
    void aFailingAcceptorEndsThatConnectionOnly() throws IOException {
        RuntimeException failure = new RuntimeException("no handler today");
        AtomicInteger calls = new AtomicInteger();
        RecordingHandler handler = handler();
        Listener listener = listen(c -> {
            if (calls.getAndIncrement() == 0) {
                throw failure;
            }
            return handler;
        });
        assertEquals(Peer.End.RESET, endOfConnectTo(listener));
        failures.take(failure);
        connectTo(listener).send(Payload.ascii("fine"));
        assertEquals("fine", Payload.text(handler.received(4)));
        Await.until("one active", loop(), () -> listener.metrics().active() == 1);
    }

    @Test
    void anAcceptorWithoutAHandlerEndsThatConnectionOnly() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        RecordingHandler handler = handler();
        Listener listener = listen(c -> calls.getAndIncrement() == 0 ? null : handler);
        assertEquals(Peer.End.RESET, endOfConnectTo(listener));
        failures.take("the missing handler", report -> true);
        connectTo(listener);
        handler.opened();
    }

    @Test
    void theAcceptorMayAbort() throws IOException {
        RecordingHandler handler = handler();
        Listener listener = listen(c -> {
            c.abort();
            return handler;
        });
        assertEquals(Peer.End.RESET, endOfConnectTo(listener));
        Await.until("none active", loop(), () -> listener.metrics().active() == 0);
        assertEquals(0, handler.count(RecordingHandler.Event.OPEN));
    }

    @Test
    void countsWhatItAcceptedAndWhatIsOpen() throws IOException {
        Listener listener = listen(c -> handler());
        Peer first = connectTo(listener);
        connectTo(listener);
        connectTo(listener);
        Await.until("three active", loop(), () -> listener.metrics().active() == 3);
        first.reset();
        Await.until("two active", loop(), () -> listener.metrics().active() == 2);
        assertEquals(3, listener.metrics().accepted());
        assertEquals(0, listener.metrics().refused());
        assertEquals(0, listener.metrics().acceptFailures());
    }
}
