package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The deadlines of a connection, by a clock that only the tests move: idleness, a stuck write, a stuck close. */
public abstract class DeadlineContract extends TransportContract {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ALMOST = TIMEOUT.minusMillis(1);
    private static final ConnectionLimits NONE = ConnectionLimits.builder()
            .idleTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .closeTimeout(Duration.ZERO)
            .build();
    private static final ConnectionLimits IDLE =
            NONE.toBuilder().idleTimeout(TIMEOUT).build();
    private static final ConnectionLimits WRITE =
            NONE.toBuilder().writeTimeout(TIMEOUT).build();
    private static final ConnectionLimits CLOSE =
            NONE.toBuilder().closeTimeout(TIMEOUT).build();

    private static void assertEnded(Kind kind, RecordingHandler handler) {
        CloseReason reason = handler.closed();
        assertEquals(kind, reason.kind(), reason.toString());
        assertEquals(Initiator.LIBRARY, reason.initiator(), reason.toString());
    }

    private void passTimeout() {
        environment.advance(TIMEOUT.plus(ManualEnvironment.SLACK), loop());
    }

    @Test
    void idlenessEndsTheConnectionByDefault() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, IDLE);
        environment.advance(ALMOST, loop());
        assertEquals(List.of(Event.OPEN), handler.events());
        environment.advance(ManualEnvironment.SLACK, loop());
        assertEnded(Kind.IDLE_TIMEOUT, handler);
        assertEquals(List.of(Event.OPEN, Event.IDLE, Event.CLOSED), handler.events());
        peer.awaitEnd();
    }

    @Test
    void idlenessMayBeForgivenAgainAndAgain() throws IOException {
        RecordingHandler handler = handler().whenIdle(c -> false);
        Peer peer = peerOf(handler, IDLE);
        for (int i = 1; i <= 5; i++) {
            environment.advance(ALMOST, loop());
            assertEquals(i - 1, handler.count(Event.IDLE));
            environment.advance(ManualEnvironment.SLACK, loop());
            assertEquals(i, handler.count(Event.IDLE));
        }
        peer.send(Payload.ascii("alive"));
        assertEquals("alive", Payload.text(handler.received(5)));
    }

    @Test
    void inboundBytesPutIdlenessOff() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, IDLE);
        for (int i = 1; i <= 5; i++) {
            environment.advance(ALMOST, loop());
            peer.send(new byte[1]);
            handler.received(i);
            OnLoop.turn(loop());
        }
        assertEquals(0, handler.count(Event.IDLE));
        passTimeout();
        assertEnded(Kind.IDLE_TIMEOUT, handler);
    }

    @Test
    void outboundBytesPutIdlenessOff() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, IDLE);
        Connection connection = handler.opened();
        for (int i = 0; i < 5; i++) {
            environment.advance(ALMOST, loop());
            on(connection, () -> connection.write(new byte[1]));
            peer.receive(1);
            OnLoop.turn(loop());
        }
        assertEquals(0, handler.count(Event.IDLE));
        passTimeout();
        assertEnded(Kind.IDLE_TIMEOUT, handler);
    }

    @Test
    void idlenessIsToldWhileReadingIsPaused() throws IOException {
        RecordingHandler handler = handler().whenOpen(Connection::pauseReading).whenIdle(c -> false);
        peerOf(handler, IDLE).send(new byte[100]);
        passTimeout();
        handler.seen(Event.IDLE, 1);
    }

    @Test
    void closeInOnIdleIsOrderly() throws IOException {
        RecordingHandler handler = handler().whenIdle(c -> {
            c.write(Payload.ascii("bye"));
            c.close();
            return false;
        });
        Peer peer = peerOf(handler, IDLE);
        passTimeout();
        assertEquals("bye", Payload.text(peer.receiveToEnd()));
        peer.close();
        assertEquals(Kind.CLOSED, handler.closed().kind());
    }

    @Test
    void noIdleTimeoutMeansNone() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler, NONE);
        environment.advance(Duration.ofDays(30), loop());
        assertEquals(List.of(Event.OPEN), handler.events());
    }

    @Test
    void anIdleTimeoutSetLaterHolds() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler, NONE);
        Connection connection = handler.opened();
        on(connection, () -> connection.limits(IDLE));
        passTimeout();
        assertEnded(Kind.IDLE_TIMEOUT, handler);
    }

    @Test
    void aPeerThatTakesNothingEndsTheConnection() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = slowPeerOf(handler, WRITE);
        Connection connection = handler.opened();
        on(connection, () -> connection.write(new byte[6_000_000]));
        OnLoop.turns(loop(), 10);
        environment.advance(ALMOST, loop());
        assertEquals(0, handler.count(Event.CLOSED));
        Await.until("the write timeout", loop(), () -> {
            passTimeout();
            return handler.count(Event.CLOSED) == 1;
        });
        assertEnded(Kind.WRITE_TIMEOUT, handler);
        assertEquals(Peer.End.RESET, peer.awaitEnd());
        assertNoBufferHeld();
    }

    @Test
    void anyProgressPutsTheWriteTimeoutOff() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = slowPeerOf(handler, WRITE);
        Connection connection = handler.opened();
        on(connection, () -> connection.write(new byte[6_000_000]));
        for (int i = 0; i < 5; i++) {
            OnLoop.turns(loop(), 10);
            environment.advance(ALMOST, loop());
            long before = OnLoop.call(loop(), connection::bytesSent);
            peer.receive(500_000);
            Await.until("progress", loop(), () -> OnLoop.call(loop(), connection::bytesSent) > before);
        }
        assertEquals(0, handler.count(Event.CLOSED));
    }

    @Test
    void aQueueThatEmptiedAfterAStallHasNoWriteTimeout() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = slowPeerOf(handler, WRITE);
        Connection connection = handler.opened();
        on(connection, () -> connection.write(new byte[2_000_000]));
        OnLoop.turns(loop(), 10);
        peer.receive(2_000_000);
        Await.until("the empty queue", loop(), () -> OnLoop.call(loop(), connection::queuedBytes) == 0);
        passTimeout();
        passTimeout();
        on(connection, () -> assertEquals(Connection.State.OPEN, connection.state()));
    }

    @Test
    void anEmptyQueueHasNoWriteTimeout() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, WRITE);
        Connection connection = handler.opened();
        on(connection, () -> connection.write(new byte[1000]));
        peer.receive(1000);
        passTimeout();
        passTimeout();
        on(connection, () -> assertEquals(Connection.State.OPEN, connection.state()));
    }

    @Test
    void aWriteAfterALongSilenceHasItsWholeTimeout() throws IOException {
        RecordingHandler handler = handler();
        slowPeerOf(handler, WRITE);
        Connection connection = handler.opened();
        environment.advance(Duration.ofHours(1), loop());
        on(connection, () -> connection.write(new byte[6_000_000]));
        OnLoop.turns(loop(), 10);
        environment.advance(ALMOST, loop());
        assertEquals(0, handler.count(Event.CLOSED));
    }

    @Test
    void aPeerThatTookAllButNeverEndsIsNotWaitedForPastTheCloseTimeout() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, CLOSE);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(Payload.ascii("bye"));
            connection.close();
        });
        assertEquals("bye", Payload.text(peer.receiveToEnd()));
        environment.advance(ALMOST, loop());
        on(connection, () -> assertEquals(Connection.State.CLOSING, connection.state()));
        environment.advance(ManualEnvironment.SLACK, loop());
        // Everything was handed over: the close counts as orderly.
        assertEquals(Kind.CLOSED, handler.closed().kind());
        assertEquals(Initiator.LOCAL, handler.closed().initiator());
    }

    @Test
    void aPeerThatSendsForEverIsCutByTheCloseTimeout() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, CLOSE);
        Connection connection = handler.opened();
        on(connection, connection::close);
        assertEquals(Peer.End.FIN, peer.awaitEnd());
        for (int i = 0; i < 9; i++) {
            environment.advance(Duration.ofSeconds(1), loop());
            peer.send(new byte[100_000]);
        }
        on(connection, () -> assertEquals(Connection.State.CLOSING, connection.state()));
        environment.advance(Duration.ofSeconds(1).plus(ManualEnvironment.SLACK), loop());
        assertEquals(Kind.CLOSED, handler.closed().kind());
        assertEquals(0, handler.count(Event.DATA));
    }

    @Test
    void aPeerThatNeverReadsIsCutByTheCloseTimeout() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = slowPeerOf(handler, CLOSE);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(new byte[6_000_000]);
            connection.close();
        });
        passTimeout();
        assertEnded(Kind.CLOSE_TIMEOUT, handler);
        assertEquals(Peer.End.RESET, peer.awaitEnd());
    }

    @Test
    void theEndDisarmsAllDeadlines() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, ConnectionLimits.DEFAULT);
        assertTrue(loop().metrics().timersArmed() >= 0);
        peer.reset();
        handler.closed();
        OnLoop.turn(loop());
        Await.until(
                "every timer to be cancelled", loop(), () -> loop().metrics().timersArmed() == 0);
        environment.advance(Duration.ofHours(1), loop());
        assertEquals(List.of(Event.OPEN, Event.CLOSED), handler.events());
    }
}
