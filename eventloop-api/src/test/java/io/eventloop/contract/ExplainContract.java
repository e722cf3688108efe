package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.ConnectionTrace;
import io.eventloop.Explanation;
import io.eventloop.Explanation.Wait;
import io.eventloop.Listener;
import io.eventloop.Relay;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a connection says of itself, alive and in its failures. */
public abstract class ExplainContract extends TransportContract {

    private static Explanation explain(Connection connection) {
        return OnLoop.call(connection.loop(), connection::explain);
    }

    private static void assertSays(Explanation explanation, String... phrases) {
        for (String phrase : phrases) {
            assertTrue(explanation.toString().contains(phrase), phrase + " in:\n" + explanation);
        }
    }

    private static List<String> whats(Explanation explanation) {
        return explanation.events().stream().map(Explanation.Event::what).toList();
    }

    private static String trace(Throwable failure) {
        return Stream.of(failure.getSuppressed())
                .filter(ConnectionTrace.class::isInstance)
                .map(Throwable::getMessage)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no trace", failure));
    }

    private Connection full(RecordingHandler handler, ConnectionLimits limits) throws IOException {
        slowPeerOf(handler, limits);
        Connection connection = handler.opened();
        on(connection, () -> connection.write(new byte[6_000_000]));
        Await.until(
                "a full socket",
                loop(),
                () -> whats(explain(connection)).contains("queued bytes wait: the system takes no more"));
        OnLoop.turns(loop(), 10);
        return connection;
    }

    @Test
    void explainsAPeerThatDoesNotRead() throws IOException {
        Connection connection = full(handler(), ConnectionLimits.DEFAULT);
        Duration still = Duration.ofMillis(12_500);
        AtomicReference<Explanation> last = new AtomicReference<>();
        // The kernel may take some more a while later.
        Await.until("a socket that takes no more", loop(), () -> {
            environment.advance(still, loop());
            last.set(explain(connection));
            return last.get().sinceProgress().equals(still)
                    && last.get().waits().contains(Wait.PEER_TO_READ);
        });
        Explanation explanation = last.get();
        assertEquals(Set.of(Wait.PEER_TO_READ, Wait.PEER_TO_SEND), explanation.waits());
        assertEquals(
                List.of("accepted", "queue above the high-water mark", "queued bytes wait: the system takes no more"),
                whats(explanation));
        assertSays(
                explanation,
                "connection " + connection.id() + " to ",
                ", OPEN, no progress for 12.500 s",
                "waits for the peer to take what is queued; the peer to send",
                "writing: none taken for 12.500 s, ",
                "in 1 piece, above the high-water mark of 262,144, at most 8,388,608; ",
                "write timeout in 47.500 s",
                "idle timeout in 287.500 s",
                "handler: io.eventloop.contract.RecordingHandler");
    }

    @Test
    void explainsReadingPausedByTheHandler() throws IOException {
        RecordingHandler handler = handler().whenData((c, in) -> c.pauseReading());
        Peer peer = peerOf(handler);
        peer.send(new byte[100]);
        handler.seen(Event.DATA, 1);
        environment.advance(Duration.ofSeconds(3), loop());
        Explanation explanation = explain(handler.opened());
        assertEquals(Set.of(Wait.HANDLER_TO_RESUME), explanation.waits());
        assertEquals(List.of("accepted", "reading paused by the handler"), whats(explanation));
        assertSays(
                explanation, "reading: paused by the handler, ", "100 bytes unconsumed, at most 65,536; 100 received");
    }

    @Test
    void explainsUnconsumedBytesAtTheirLimit() throws IOException {
        RecordingHandler handler = handler().whenData((c, in) -> {
            if (in.readableBytes() == 100) {
                c.pauseReading();
            }
        });
        ConnectionLimits limits =
                ConnectionLimits.builder().maxInboundBytes(100).build();
        peerOf(handler, limits).send(new byte[300]);
        Await.until("the pause", loop(), () -> OnLoop.call(loop(), handler.opened()::isReadingPaused));
        assertSays(explain(handler.opened()), "100 bytes unconsumed, at the limit of 100; 100 received");
    }

    @Test
    void tellsAPauseForWantOfRoomInTheQueue() throws IOException {
        Connection connection = full(handler(), ConnectionLimits.DEFAULT);
        on(connection, connection::pauseReading);
        Explanation explanation = explain(connection);
        assertTrue(explanation.waits().contains(Wait.HANDLER_TO_RESUME), explanation.toString());
        assertSays(explanation, "reading paused by the handler while the queue was above the high-water mark");
    }

    @Test
    void explainsAHandlerThatNeedsMore() throws IOException {
        RecordingHandler handler = handler().whenData((c, in) -> {});
        peerOf(handler).send(new byte[10]);
        handler.seen(Event.DATA, 1);
        OnLoop.turns(loop(), 3);
        assertEquals(Set.of(Wait.HANDLER_TO_CONSUME), explain(handler.opened()).waits());
    }

    @Test
    void explainsAConnectUnderWay() throws IOException {
        RecordingHandler handler = handler();
        PeerListener listener = peerListener(1);
        Explanation[] within = new Explanation[1];
        OnLoop.run(loop(), () -> {
            Connection connection = loop().connect(listener.address(), ConnectOptions.DEFAULT, handler);
            within[0] = connection.explain();
        });
        assertEquals(Connection.State.CONNECTING, within[0].state());
        assertEquals(Set.of(Wait.CONNECT), within[0].waits());
        assertEquals(List.of("connect begun"), whats(within[0]));
        assertSays(within[0], "waits for the connect to succeed or fail", "deadlines: connect timeout in ");
        Explanation after = explain(handler.opened());
        assertEquals(List.of("connect begun", "established"), whats(after));
        OnLoop.run(loop(), handler.opened()::abort);
        handler.closed();
    }

    @Test
    void explainsACloseUnderWay() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, connection::close);
        OnLoop.turns(loop(), 3);
        environment.advance(Duration.ofSeconds(2), loop());
        Explanation explanation = explain(connection);
        assertEquals(Connection.State.CLOSING, explanation.state());
        assertEquals(Set.of(Wait.PEER_TO_END), explanation.waits());
        assertSays(
                explanation,
                "close timeout in 3.000 s",
                "close() called, close timeout running",
                "our FIN sent",
                "reading: discarded since the close");
        peer.close();
        handler.closed();
    }

    @Test
    void explainsAnIdleConnection() throws IOException {
        RecordingHandler handler = handler().whenIdle(c -> false);
        peerOf(handler);
        environment.advance(Duration.ofSeconds(301), loop());
        Explanation explanation = explain(handler.opened());
        assertEquals(Set.of(Wait.PEER_TO_SEND), explanation.waits());
        assertEquals(Duration.ofSeconds(301), explanation.sinceProgress());
        assertEquals(List.of("accepted", "idle timeout passed, handler asked"), whats(explanation));
        assertSays(explanation, "deadlines: idle timeout in 300.000 s");
    }

    @Test
    void explainsAPeersEndThatNobodyAnswers() throws IOException {
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        peerOf(handler).shutdownOutput();
        handler.seen(Event.INPUT_CLOSED, 1);
        assertEquals(Set.of(Wait.HANDLER_TO_END), explain(handler.opened()).waits());
    }

    @Test
    void explainsTheEndInOnClosed() throws IOException {
        Explanation[] last = new Explanation[1];
        RecordingHandler handler = handler().whenClosed((c, reason) -> last[0] = c.explain());
        peerOf(handler);
        on(handler.opened(), handler.opened()::abort);
        handler.closed();
        assertEquals(Set.of(), last[0].waits());
        assertEquals(List.of("accepted", "abort() called", "end"), whats(last[0]));
        assertSays(last[0], "waits for nothing, it is over", "ended: ABORTED by LOCAL");
    }

    @Test
    void explainsARelayHeldByItsTarget() throws IOException {
        RecordingHandler slow = handler().replaced();
        RecordingHandler fast = handler().replaced();
        Connection target = full(slow, ConnectionLimits.DEFAULT);
        Peer source = peerOf(fast);
        OnLoop.run(loop(), () -> Relay.join(fast.opened(), target));
        source.send(new byte[100]);
        Explanation explanation = explain(fast.opened());
        assertEquals(Set.of(Wait.HANDLER_TO_RESUME), explanation.waits());
        assertSays(
                explanation, "relay to connection " + target.id() + " to ", ", HELD: reading is paused by the relay");
    }

    @Test
    void keepsManyRepetitionsInOnePlace() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.limits(ConnectionLimits.DEFAULT);
            for (int i = 0; i < 3000; i++) {
                connection.pauseReading();
                connection.resumeReading();
            }
        });
        List<Explanation.Event> events = explain(connection).events();
        assertEquals(
                List.of("accepted", "limits replaced", "reading paused by the handler", "reading resumed"),
                events.stream().map(Explanation.Event::what).toList());
        assertEquals(2047, events.get(2).times(), "counted so far and no further");
    }

    @Test
    void containsAHandlersFailureToExplain() throws IOException {
        ConnectionHandler silent = new ConnectionHandler() {
            @Override
            public void onData(Connection connection, Buffer in) {}

            @Override
            public String explain(Connection connection) {
                throw new IllegalStateException("no words");
            }
        };
        RecordingHandler handler = handler().replaced();
        peerOf(handler);
        on(handler.opened(), () -> handler.opened().handler(silent));
        assertSays(explain(handler.opened()), "its explain() threw java.lang.IllegalStateException: no words");
    }

    @Test
    void isForItsLoopOnly() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler);
        assertThrows(IllegalStateException.class, handler.opened()::explain);
    }

    @Test
    void aRefusedWriteTellsWhatCameBefore() throws IOException {
        Connection connection = full(handler(), ConnectionLimits.DEFAULT);
        on(connection, () -> {
            Throwable refusal =
                    assertThrows(WriteLimitExceededException.class, () -> connection.write(new byte[8 << 20]));
            String text = trace(refusal);
            assertTrue(text.startsWith("connection " + connection.id() + " to "), text);
            assertTrue(text.contains("queue above the high-water mark"), text);
            assertTrue(text.contains("a write refused at the queue's bound"), text);
        });
    }

    @Test
    void aWriteAfterTheEndTellsWhatCameBefore() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.shutdownOutput();
            Throwable misuse = assertThrows(IllegalStateException.class, () -> connection.write(new byte[1]));
            assertTrue(trace(misuse).contains("our output to end after what is queued"), trace(misuse));
        });
    }

    @Test
    void aRelayThatCannotBeMadeTellsWhy() throws IOException {
        RecordingHandler handler = handler();
        RecordingHandler other = handler();
        peerOf(handler);
        peerOf(other);
        on(handler.opened(), () -> {
            other.opened().shutdownOutput();
            Throwable misuse =
                    assertThrows(IllegalStateException.class, () -> Relay.join(handler.opened(), other.opened()));
            assertTrue(trace(misuse).contains("our output to end after what is queued"), trace(misuse));
        });
    }

    @Test
    void aResetTellsWhatCameBefore() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.pauseReading();
            connection.resumeReading();
        });
        environment.advance(Duration.ofSeconds(2), loop());
        peer.reset();
        Throwable failure = handler.closed().failure().orElseThrow();
        assertTrue(trace(failure).contains("2.000 s ago  reading resumed"), trace(failure));
    }

    @Test
    void aFailedConnectTellsWhatCameBefore() throws IOException {
        RecordingHandler handler = handler();
        Listener gone = listen(c -> handler());
        gone.close();
        Await.value("the listener's end", gone.closed());
        connect(gone.address(), ConnectOptions.DEFAULT, handler);
        Throwable failure = handler.closed().failure().orElseThrow();
        assertTrue(trace(failure).contains("connect begun"), trace(failure));
    }

    @Test
    void aHandlersFailureTellsWhatCameBeforeOnce() throws IOException {
        RuntimeException shared = new IllegalStateException("thrown again and again");
        for (int i = 0; i < 3; i++) {
            RecordingHandler handler = handler().whenData((c, in) -> {
                throw shared;
            });
            peerOf(handler).send(new byte[1]);
            CloseReason reason = handler.closed();
            assertEquals(CloseReason.Kind.HANDLER_FAILED, reason.kind());
            failures.take(shared);
        }
        assertEquals(1, shared.getSuppressed().length, Arrays.toString(shared.getSuppressed()));
        assertTrue(trace(shared).contains(", OPEN: 1 bytes unconsumed, 1 received, "), trace(shared));
    }
}
