package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoop;
import io.eventloop.Explanation;
import io.eventloop.Explanation.Wait;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The search of a group for connections that are stuck: what it finds, when, and what it leaves out. */
public abstract class StuckContract extends TransportContract {
    private static final Duration STILL = Duration.ofSeconds(10);
    private static final ConnectionLimits NO_TIMEOUTS = ConnectionLimits.builder()
            .idleTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .closeTimeout(Duration.ZERO)
            .build();

    private List<Explanation> stuck() {
        return Await.value("the search", group().stuckConnections(STILL));
    }

    private void assertStuck(Connection connection, Wait wait) {
        OnLoop.turns(loop(), 10);
        environment.advance(STILL.minusMillis(1), loop());
        assertEquals(List.of(), stuck());
        environment.advance(Duration.ofMillis(1), loop());
        List<Explanation> found = stuck();
        assertEquals(
                List.of(connection.id()),
                found.stream().map(Explanation::connectionId).toList());
        assertTrue(found.get(0).waits().contains(wait), found.toString());
        assertEquals(STILL, found.get(0).sinceProgress());
    }

    @Test
    void findsAPeerThatDoesNotRead() throws IOException {
        RecordingHandler handler = handler();
        slowPeerOf(handler, NO_TIMEOUTS);
        Connection connection = handler.opened();
        on(connection, () -> connection.write(new byte[6_000_000]));
        // The kernel may take some more a while later: then it is the loop that has a step to do.
        Await.until("a connection that waits for its peer to read", loop(), () -> {
            environment.advance(STILL, loop());
            return stuck().stream()
                    .filter(found -> found.connectionId() == connection.id())
                    .anyMatch(found -> found.waits().contains(Wait.PEER_TO_READ));
        });
    }

    @Test
    void findsAPeerThatSendsButDoesNotRead() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = slowPeerOf(handler, NO_TIMEOUTS);
        Connection connection = handler.opened();
        on(connection, () -> connection.write(new byte[6_000_000]));
        AtomicInteger sent = new AtomicInteger();
        Await.until("a stuck connection", loop(), () -> {
            environment.advance(STILL, loop());
            OnLoop.call(loop(), () -> peer.send(new byte[1]));
            handler.received(sent.incrementAndGet());
            return !stuck().isEmpty();
        });
    }

    @Test
    void findsUnconsumedBytes() throws IOException {
        RecordingHandler handler = handler().whenData((c, in) -> {});
        peerOf(handler, NO_TIMEOUTS).send(new byte[10]);
        handler.seen(Event.DATA, 1);
        assertStuck(handler.opened(), Wait.HANDLER_TO_CONSUME);
    }

    @Test
    void findsAPeersEndThatNobodyAnswers() throws IOException {
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        peerOf(handler, NO_TIMEOUTS).shutdownOutput();
        handler.seen(Event.INPUT_CLOSED, 1);
        assertStuck(handler.opened(), Wait.HANDLER_TO_END);
    }

    @Test
    void findsAPauseThatIsNeverEnded() throws IOException {
        RecordingHandler handler = handler().whenOpen(Connection::pauseReading);
        Peer peer = peerOf(handler, NO_TIMEOUTS);
        peer.send(new byte[10]);
        Await.until(
                "bytes behind the pause",
                loop(),
                () -> OnLoop.call(loop(), handler.opened()::explain).toString().contains("the peer has sent more"));
        assertStuck(handler.opened(), Wait.HANDLER_TO_RESUME);
    }

    @Test
    void findsACloseThatTakesLong() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler, NO_TIMEOUTS);
        on(handler.opened(), handler.opened()::close);
        assertStuck(handler.opened(), Wait.PEER_TO_END);
    }

    @Test
    void anIdleConnectionIsNotStuck() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler, NO_TIMEOUTS);
        environment.advance(STILL.multipliedBy(2), loop());
        assertEquals(List.of(), stuck());
    }

    @Test
    void looksOnEveryLoopAndReportsTheLongestFirst() throws IOException {
        start(b -> b.loops(3));
        RecordingHandler[] handlers = new RecordingHandler[3];
        for (int i = 0; i < 3; i++) {
            RecordingHandler handler = handlers[i] = handler().whenData((c, in) -> {});
            PeerListener listener = peerListener(1);
            EventLoop loop = group().loops().get(i);
            OnLoop.run(
                    loop,
                    () -> loop.connect(listener.address(), ConnectOptions.DEFAULT.withLimits(NO_TIMEOUTS), handler));
            accept(listener).send(new byte[1]);
            handler.seen(Event.DATA, 1);
            environment.advance(Duration.ofSeconds(1));
            group().loops().forEach(each -> OnLoop.turns(each, 3));
        }
        environment.advance(STILL);
        group().loops().forEach(each -> OnLoop.turns(each, 3));
        List<Long> found = stuck().stream().map(Explanation::connectionId).toList();
        assertEquals(Stream.of(handlers).map(h -> h.opened().id()).toList(), found);
    }

    @Test
    void aGroupThatEndedHasNoneStuck() {
        group().close();
        assertEquals(List.of(), stuck());
        assertFalse(group().stuckConnections(STILL).isCompletedExceptionally());
    }

    @Test
    void refusesANegativeTime() {
        assertThrows(IllegalArgumentException.class, () -> group().stuckConnections(STILL.negated()));
    }
}
