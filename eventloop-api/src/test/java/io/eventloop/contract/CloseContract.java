package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The orderly close: everything queued arrives, whatever the peer does, and the end is told once. */
public abstract class CloseContract extends TransportContract {

    private static void assertReason(Kind kind, Initiator initiator, CloseReason reason) {
        assertEquals(kind, reason.kind(), reason.toString());
        assertEquals(initiator, reason.initiator(), reason.toString());
        assertEquals(CloseReason.Scope.CONNECTION, reason.scope(), reason.toString());
    }

    @Test
    void closesByCallOnceThePeerHasEndedToo() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.close();
            assertEquals(Connection.State.CLOSING, connection.state());
        });
        assertEquals(Peer.End.FIN, peer.awaitEnd());
        OnLoop.turns(loop(), 10);
        on(connection, () -> assertEquals(Connection.State.CLOSING, connection.state()));
        peer.close();
        assertReason(Kind.CLOSED, Initiator.LOCAL, handler.closed());
        on(connection, () -> assertEquals(Connection.State.CLOSED, connection.state()));
    }

    @Test
    void deliversEverythingQueued() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        byte[] all = Payload.random(6_000_000, 1);
        on(connection, () -> {
            connection.write(all);
            connection.close();
        });
        assertArrayEquals(all, peer.receiveToEnd());
        peer.close();
        assertReason(Kind.CLOSED, Initiator.LOCAL, handler.closed());
    }

    @Test
    void deliversEverythingWhileThePeerStillSends() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        byte[] all = Payload.random(3_000_000, 2);
        on(connection, () -> {
            connection.write(all);
            connection.close();
        });
        assertArrayEquals(all, peer.exchange(new byte[5_000_000], all.length));
        assertEquals(Peer.End.FIN, peer.awaitEnd());
        peer.shutdownOutput();
        assertReason(Kind.CLOSED, Initiator.LOCAL, handler.closed());
        assertEquals(0, handler.count(Event.DATA));
    }

    @Test
    void inputNobodyReadDoesNotResetWhatWasSent() throws IOException {
        RecordingHandler handler = handler().whenOpen(Connection::pauseReading);
        Peer peer = peerOf(handler);
        peer.sendSome(new byte[200_000]);
        Connection connection = handler.opened();
        byte[] answer = Payload.random(100_000, 3);
        on(connection, () -> {
            connection.write(answer);
            connection.close();
        });
        assertArrayEquals(answer, peer.receiveToEnd());
        peer.close();
        assertReason(Kind.CLOSED, Initiator.LOCAL, handler.closed());
        assertEquals(0, handler.count(Event.DATA));
    }

    @Test
    void anAnswerInOnDataArrivesWhole() throws IOException {
        byte[] answer = Payload.random(500_000, 4);
        RecordingHandler handler = handler().whenData((c, in) -> {
            c.write(answer);
            c.close();
        });
        Peer peer = peerOf(handler);
        assertArrayEquals(answer, peer.exchange(new byte[300_000], answer.length));
        assertEquals(Peer.End.FIN, peer.awaitEnd());
        peer.close();
        assertTrue(handler.closed().isOrderly());
        assertEquals(1, handler.count(Event.DATA));
    }

    @Test
    void isOverAtOnceWhenThePeerHasEndedBefore() throws IOException {
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        Peer peer = peerOf(handler);
        peer.shutdownOutput();
        Connection connection = handler.seen(Event.INPUT_CLOSED, 1);
        on(connection, () -> {
            connection.write(Payload.ascii("bye"));
            connection.close();
        });
        assertTrue(handler.closed().isOrderly());
        assertEquals("bye", Payload.text(peer.receiveToEnd()));
    }

    @Test
    void secondCloseDoesNothing() throws IOException {
        RecordingHandler handler = handler();
        handler.whenClosed((c, reason) -> {
            c.close();
            c.abort();
            c.shutdownOutput();
            c.flush();
            c.pauseReading();
            c.resumeReading();
        });
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(Payload.ascii("once"));
            connection.close();
            connection.close();
            connection.shutdownOutput();
        });
        assertEquals("once", Payload.text(peer.receiveToEnd()));
        peer.close();
        assertReason(Kind.CLOSED, Initiator.LOCAL, handler.closed());
        on(connection, connection::close);
    }

    @Test
    void closeInOnOpenDeliversTheGreeting() throws IOException {
        RecordingHandler handler = handler().whenOpen(c -> {
            c.write(Payload.ascii("busy"));
            c.close();
        });
        Peer peer = peerOf(handler);
        assertEquals("busy", Payload.text(peer.receiveToEnd()));
        peer.close();
        assertReason(Kind.CLOSED, Initiator.LOCAL, handler.closed());
    }

    @Test
    void closeAfterShutdownOutputWaitsForThePeersEnd() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(Payload.ascii("last"));
            connection.shutdownOutput();
            connection.close();
            assertEquals(Connection.State.CLOSING, connection.state());
        });
        assertEquals("last", Payload.text(peer.receiveToEnd()));
        peer.send(Payload.ascii("ignored"));
        peer.close();
        assertReason(Kind.CLOSED, Initiator.LOCAL, handler.closed());
        assertEquals(0, handler.count(Event.DATA));
    }

    @Test
    void readsOnForAPeerThatSendsAllBeforeItReads() throws IOException {
        RecordingHandler handler = handler().whenOpen(Connection::pauseReading);
        Peer peer = slowPeerOf(handler, ConnectionLimits.DEFAULT);
        peer.sendSome(new byte[1000]);
        OnLoop.turns(loop(), 10);
        Connection connection = handler.opened();
        byte[] answer = Payload.random(3_000_000, 5);
        on(connection, () -> {
            connection.write(answer);
            connection.close();
        });
        peer.send(new byte[3_000_000]);
        assertArrayEquals(answer, peer.receiveToEnd());
        peer.close();
        assertTrue(handler.closed().isOrderly());
        assertEquals(0, handler.count(Event.DATA));
    }

    @Test
    void seesThePeersEndAfterShutdownOutputAlthoughReadingWasPaused() throws IOException {
        RecordingHandler handler = handler().whenOpen(Connection::pauseReading);
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, connection::shutdownOutput);
        assertEquals(Peer.End.FIN, peer.awaitEnd());
        peer.send(new byte[1000]).shutdownOutput();
        OnLoop.turns(loop(), 10);
        on(connection, connection::close);
        assertReason(Kind.CLOSED, Initiator.LOCAL, handler.closed());
    }

    @Test
    void thePeersEndAloneIsOrderly() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        peer.close();
        CloseReason reason = handler.closed();
        assertTrue(reason.isOrderly(), reason.toString());
        assertTrue(reason.failure().isEmpty());
    }

    @Test
    void aResetByThePeerIsAReset() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        peer.reset();
        assertReason(Kind.RESET, Initiator.PEER, handler.closed());
        assertEquals(0, handler.count(Event.INPUT_CLOSED));
    }

    @Test
    void aResetDuringATransferIsAReset() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = slowPeerOf(handler, ConnectionLimits.DEFAULT);
        Connection connection = handler.opened();
        on(connection, () -> connection.write(new byte[5_000_000]));
        peer.receive(10_000);
        peer.reset();
        assertReason(Kind.RESET, Initiator.PEER, handler.closed());
    }

    @Test
    void aResetCutsAnUnfinishedClose() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = slowPeerOf(handler, ConnectionLimits.DEFAULT);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(new byte[5_000_000]);
            connection.close();
        });
        peer.receive(10_000);
        peer.reset();
        CloseReason reason = handler.closed();
        assertReason(Kind.RESET, Initiator.PEER, reason);
        assertFalse(reason.isOrderly());
    }

    @Test
    void aResetIsSeenWhileReadingIsPausedByTheNextWrite() throws IOException {
        RecordingHandler handler = handler().whenOpen(Connection::pauseReading);
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        peer.reset();
        // A write that overtakes the reset succeeds, and the next one is the next.
        Await.until("a write that meets the reset", loop(), () -> {
            on(connection, () -> connection.write(new byte[1000]));
            return handler.count(Event.CLOSED) == 1;
        });
        assertReason(Kind.RESET, Initiator.PEER, handler.closed());
    }

    @Test
    void makesNoCallbackAfterClose() throws IOException {
        RecordingHandler handler = handler();
        handler.whenData((c, in) -> c.close());
        Peer peer = peerOf(handler).send(Payload.ascii("first"));
        assertEquals(Peer.End.FIN, peer.awaitEnd());
        peer.send(Payload.ascii("second"));
        peer.close();
        handler.closed();
        assertEquals(1, handler.count(Event.DATA));
        assertEquals(0, handler.count(Event.INPUT_CLOSED));
    }
}
