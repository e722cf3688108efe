package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.EventLoop;
import io.eventloop.ListenOptions;
import io.eventloop.ListenOptions.Distribution;
import io.eventloop.ListenOptions.Overflow;
import io.eventloop.Listener;
import io.eventloop.contract.RecordingHandler.Event;
import io.eventloop.spi.Capability;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** How many connections a listener takes, how fast, and onto which loops. */
public abstract class AcceptLimitContract extends TransportContract {

    private static ListenOptions maxConnections(int count, Overflow overflow) {
        return ListenOptions.builder().maxConnections(count, overflow).build();
    }

    private Listener greeting(ListenOptions options) throws IOException {
        return listen(options, c -> handler().whenOpen(open -> open.write(Payload.ascii("hi"))));
    }

    @Test
    void resetsConnectionsAboveTheLimit() throws IOException {
        Listener listener = greeting(maxConnections(2, Overflow.RESET));
        Peer first = connectTo(listener);
        first.receive(2);
        connectTo(listener).receive(2);
        for (int refused = 1; refused <= 5; refused++) {
            assertEquals(Peer.End.RESET, endOfConnectTo(listener));
            assertEquals(refused, listener.metrics().refused());
        }
        assertEquals(2, listener.metrics().active());
        assertEquals(2, listener.metrics().accepted());
        first.reset();
        Await.until("room for one", loop(), () -> listener.metrics().active() == 1);
        connectTo(listener).receive(2);
    }

    @Test
    void leavesConnectionsAboveTheLimitWaiting() throws IOException {
        Listener listener = greeting(maxConnections(2, Overflow.WAIT));
        Peer first = connectTo(listener);
        first.receive(2);
        Peer second = connectTo(listener);
        second.receive(2);
        Peer third = connectTo(listener);
        Peer fourth = connectTo(listener);
        OnLoop.turns(loop(), 20);
        assertEquals(2, listener.metrics().accepted());
        first.reset();
        Await.until("one of the two", loop(), () -> listener.metrics().accepted() == 3);
        OnLoop.turns(loop(), 20);
        assertEquals(3, listener.metrics().accepted());
        second.close();
        // Which of them came first is for the kernel to say.
        third.receive(2);
        fourth.receive(2);
        assertEquals(0, listener.metrics().refused());
    }

    @Test
    void waitingAtTheLimitCostsNoTurns() throws IOException {
        Listener listener = greeting(maxConnections(1, Overflow.WAIT));
        connectTo(listener).receive(2);
        connectTo(listener);
        connectTo(listener);
        OnLoop.turns(loop(), 5);
        long before = loop().metrics().turns();
        OnLoop.turns(loop(), 50);
        long turns = loop().metrics().turns() - before;
        assertTrue(turns <= 120, turns + " turns for 50 tasks");
    }

    @Test
    void theLimitHoldsOverAllLoops() throws IOException {
        start(builder -> builder.loops(3));
        Listener listener = greeting(maxConnections(4, Overflow.RESET));
        for (int i = 0; i < 4; i++) {
            connectTo(listener).receive(2);
        }
        for (int i = 0; i < 6; i++) {
            assertEquals(Peer.End.RESET, endOfConnectTo(listener));
        }
        assertEquals(4, listener.metrics().active());
        assertEquals(6, listener.metrics().refused());
    }

    @Test
    void acceptsNoFasterThanItsRate() throws IOException {
        Listener listener =
                greeting(ListenOptions.builder().maxAcceptsPerSecond(3).build());
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            peers.add(connectTo(listener));
        }
        Await.until("the first three", loop(), () -> listener.metrics().accepted() == 3);
        OnLoop.turns(loop(), 20);
        assertEquals(3, listener.metrics().accepted());
        environment.advance(Duration.ofSeconds(1).plus(ManualEnvironment.SLACK));
        Await.until("the next three", loop(), () -> listener.metrics().accepted() == 6);
        OnLoop.turns(loop(), 20);
        assertEquals(6, listener.metrics().accepted());
        environment.advance(Duration.ofSeconds(1).plus(ManualEnvironment.SLACK));
        for (Peer peer : peers) {
            peer.receive(2);
        }
        assertEquals(0, listener.metrics().refused());
    }

    @Test
    void anUnusedRateDoesNotGrowPastOneSecond() throws IOException {
        Listener listener =
                greeting(ListenOptions.builder().maxAcceptsPerSecond(2).build());
        environment.advance(Duration.ofMinutes(1), loop());
        for (int i = 0; i < 5; i++) {
            connectTo(listener);
        }
        Await.until("the first two", loop(), () -> listener.metrics().accepted() == 2);
        OnLoop.turns(loop(), 20);
        assertEquals(2, listener.metrics().accepted());
    }

    @Test
    void acceptsOneATurnWhereSoTold() throws IOException {
        AtomicInteger accepted = new AtomicInteger();
        List<Integer> seen = new CopyOnWriteArrayList<>();
        ListenOptions options = ListenOptions.builder().maxAcceptsPerTurn(1).build();
        Listener listener = listen(options, c -> {
            accepted.incrementAndGet();
            // Tasks run after the sockets of a turn: each sees what was accepted until the end of its own turn.
            c.loop().execute(() -> seen.add(accepted.get()));
            return handler();
        });
        LoopGate.whileHeld(loop(), () -> {
            for (int i = 0; i < 4; i++) {
                connectTo(listener);
            }
        });
        Await.until("four connections", loop(), () -> seen.size() == 4);
        assertEquals(List.of(1, 2, 3, 4), seen);
    }

    @Test
    void roundRobinSpreadsExactly() throws IOException {
        start(builder -> builder.loops(3));
        Map<EventLoop, AtomicInteger> perLoop = new ConcurrentHashMap<>();
        ListenOptions options =
                ListenOptions.builder().distribution(Distribution.ROUND_ROBIN).build();
        Listener listener = listen(options, c -> {
            assertTrue(c.loop().inLoop());
            perLoop.computeIfAbsent(c.loop(), any -> new AtomicInteger()).incrementAndGet();
            return handler().whenOpen(open -> open.write(Payload.ascii("hi")));
        });
        for (int i = 0; i < 12; i++) {
            connectTo(listener).receive(2);
        }
        for (EventLoop loop : group().loops()) {
            assertEquals(4, perLoop.get(loop).get(), loop.name());
        }
    }

    @Test
    void reusePortServesEveryConnection() throws IOException {
        Assumptions.assumeTrue(
                peers().capabilities().contains(Capability.REUSE_PORT), "the transport has no REUSE_PORT");
        start(builder -> builder.loops(3));
        Listener listener = greeting(
                ListenOptions.builder().distribution(Distribution.REUSE_PORT).build());
        for (int i = 0; i < 30; i++) {
            connectTo(listener).receive(2);
        }
        assertEquals(30, listener.metrics().accepted());
        listener.close();
        Await.value("the closed listener", listener.closed());
    }

    @Test
    void reusePortIsRefusedWhereItIsMissing() {
        Assumptions.assumeFalse(peers().capabilities().contains(Capability.REUSE_PORT), "the transport has REUSE_PORT");
        ListenOptions options =
                ListenOptions.builder().distribution(Distribution.REUSE_PORT).build();
        assertThrows(UnsupportedOperationException.class, () -> listen(options, c -> handler()));
    }

    @Test
    void aLoopRefusesConnectionsAboveItsOwnLimit() throws IOException {
        // The listener counts as one.
        start(builder -> builder.options(LOOP.withMaxConnections(3)));
        Listener listener = greeting(ListenOptions.DEFAULT);
        connectTo(listener).receive(2);
        connectTo(listener).receive(2);
        assertEquals(Peer.End.RESET, endOfConnectTo(listener));
        assertEquals(1, listener.metrics().refused());
        RecordingHandler handler = handler();
        connect(listener.address(), ConnectOptions.DEFAULT, handler);
        CloseReason reason = handler.closed();
        assertEquals(CloseReason.Kind.OVERLOADED, reason.kind());
        assertEquals(CloseReason.Initiator.LIBRARY, reason.initiator());
        assertEquals(List.of(Event.CLOSED), handler.events());
        Await.until("the first two alone", loop(), () -> listener.metrics().active() == 2);
    }

    @Test
    void aLoopAtItsLimitTakesConnectionsAgainOnceOneEnds() throws IOException {
        start(builder -> builder.options(LOOP.withMaxConnections(2)));
        Listener listener = greeting(ListenOptions.DEFAULT);
        Peer only = connectTo(listener);
        only.receive(2);
        assertEquals(Peer.End.RESET, endOfConnectTo(listener));
        only.reset();
        Await.until("room for one", loop(), () -> listener.metrics().active() == 0);
        connectTo(listener).receive(2);
    }

    @Test
    void handsOutNumbersOnceOverAllLoops() throws IOException {
        start(builder -> builder.loops(2));
        List<Long> ids = new CopyOnWriteArrayList<>();
        Listener listener = listen(c -> {
            ids.add(c.id());
            return handler().whenOpen(open -> open.write(Payload.ascii("hi")));
        });
        for (int i = 0; i < 10; i++) {
            connectTo(listener).receive(2);
        }
        assertEquals(10, ids.stream().distinct().count());
        assertEquals(10, ids.size());
    }
}
