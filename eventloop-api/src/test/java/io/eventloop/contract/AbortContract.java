package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The end at once: the peer sees a reset, what was queued is gone, and it works from inside every callback. */
public abstract class AbortContract extends TransportContract {

    private static void assertAborted(CloseReason reason) {
        assertEquals(Kind.ABORTED, reason.kind(), reason.toString());
        assertEquals(Initiator.LOCAL, reason.initiator(), reason.toString());
        assertFalse(reason.isOrderly());
    }

    @Test
    void resetsThePeer() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, connection::abort);
        assertEquals(Peer.End.RESET, peer.awaitEnd());
        assertAborted(handler.closed());
    }

    @Test
    void discardsWhatIsQueued() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(new byte[1_000_000]);
            connection.abort();
            assertFalse(connection.write(new byte[1]));
        });
        assertEquals(Peer.End.RESET, peer.awaitEnd());
        assertAborted(handler.closed());
        on(connection, () -> assertEquals(0, connection.queuedBytes()));
        assertNoBufferHeld();
    }

    @Test
    void secondAbortAndLaterCloseDoNothing() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.abort();
            connection.abort();
            connection.close();
            connection.shutdownOutput();
            connection.flush();
        });
        assertAborted(handler.closed());
    }

    @Test
    void cutsACloseThatIsUnderWay() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = slowPeerOf(handler, ConnectionLimits.DEFAULT);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(new byte[5_000_000]);
            connection.close();
        });
        peer.receive(1000);
        on(connection, connection::abort);
        assertEquals(Peer.End.RESET, peer.awaitEnd());
        assertAborted(handler.closed());
    }

    @Test
    void worksInOnOpen() throws IOException {
        RecordingHandler handler = handler().whenOpen(Connection::abort);
        assertEquals(Peer.End.RESET, endOfConnectTo(listen(c -> handler)));
        assertAborted(handler.closed());
        assertEquals(List.of(Event.OPEN, Event.CLOSED), handler.events());
    }

    @Test
    void worksInOnDataWithBytesUnconsumed() throws IOException {
        RecordingHandler handler = handler().whenData((c, in) -> {
            in.skip(1);
            c.abort();
        });
        Peer peer = peerOf(handler).send(new byte[1000]);
        assertEquals(Peer.End.RESET, peer.awaitEnd());
        assertAborted(handler.closed());
        assertEquals(List.of(Event.OPEN, Event.DATA, Event.CLOSED), handler.events());
    }

    @Test
    void worksInOnDataAfterDetaching() throws IOException {
        RecordingHandler handler = handler().whenData((c, in) -> {
            c.write(in.detach());
            c.abort();
        });
        Peer peer = peerOf(handler).send(new byte[10_000]);
        assertEquals(Peer.End.RESET, peer.awaitEnd());
        assertAborted(handler.closed());
    }

    @Test
    void worksInOnInputClosed() throws IOException {
        RecordingHandler handler = handler().whenInputClosed(Connection::abort);
        Peer peer = peerOf(handler);
        peer.shutdownOutput();
        assertAborted(handler.closed());
        assertEquals(Peer.End.RESET, peer.awaitEnd());
    }

    @Test
    void worksInOnWritable() throws IOException {
        RecordingHandler handler = handler().whenWritable(Connection::abort);
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> connection.write(new byte[300_000]));
        peer.awaitEnd();
        assertAborted(handler.closed());
    }

    @Test
    void anotherConnectionMayBeAbortedFromACallback() throws IOException {
        RecordingHandler victim = handler();
        Peer victimPeer = peerOf(victim);
        Connection connection = victim.opened();
        RecordingHandler handler = handler().whenData((c, in) -> connection.abort());
        Peer peer = peerOf(handler);
        LoopGate.whileHeld(loop(), () -> {
            // Both are ready in the same poll, whichever comes first.
            victimPeer.send(new byte[10]);
            peer.send(new byte[10]);
        });
        assertAborted(victim.closed());
        assertEquals(Peer.End.RESET, victimPeer.awaitEnd());
        assertEquals(Event.CLOSED, victim.events().get(victim.events().size() - 1));
    }
}
