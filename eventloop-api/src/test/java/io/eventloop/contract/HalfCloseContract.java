package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Each direction ends by itself, and an orderly end is never mistaken for a reset. */
public abstract class HalfCloseContract extends TransportContract {

    @Test
    void goesOnSendingAfterThePeersEnd() throws IOException {
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        Peer peer = peerOf(handler);
        peer.send(Payload.ascii("request")).shutdownOutput();
        Connection connection = handler.seen(Event.INPUT_CLOSED, 1);
        assertEquals("request", Payload.text(handler.received(7)));
        byte[] answer = Payload.random(2_000_000, 1);
        on(connection, () -> {
            assertEquals(Connection.State.OPEN, connection.state());
            connection.write(answer);
        });
        assertArrayEquals(answer, peer.receive(answer.length));
        on(connection, connection::shutdownOutput);
        assertEquals(Peer.End.FIN, peer.awaitEnd());
        assertEquals(CloseReason.Kind.FINISHED, handler.closed().kind());
    }

    @Test
    void goesOnReceivingAfterItsOwnEnd() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(Payload.ascii("done"));
            connection.shutdownOutput();
            connection.shutdownOutput();
        });
        assertEquals("done", Payload.text(peer.receiveToEnd()));
        byte[] sent = Payload.random(2_000_000, 2);
        peer.send(sent);
        assertArrayEquals(sent, handler.received(sent.length));
        on(connection, () -> assertEquals(Connection.State.OPEN, connection.state()));
        peer.shutdownOutput();
        CloseReason reason = handler.closed();
        assertTrue(reason.isOrderly(), reason.toString());
        assertEquals(1, handler.count(Event.INPUT_CLOSED));
    }

    @Test
    void sendsWhatIsQueuedBeforeItsEnd() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        byte[] all = Payload.random(5_000_000, 3);
        on(connection, () -> {
            connection.write(all);
            connection.shutdownOutput();
        });
        assertArrayEquals(all, peer.receiveToEnd());
        on(connection, () -> assertEquals(Connection.State.OPEN, connection.state()));
    }

    @Test
    void finishesWhenOurEndComesLast() throws IOException {
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        Peer peer = peerOf(handler);
        peer.shutdownOutput();
        Connection connection = handler.seen(Event.INPUT_CLOSED, 1);
        on(connection, connection::shutdownOutput);
        assertEquals(CloseReason.Kind.FINISHED, handler.closed().kind());
        assertEquals(Peer.End.FIN, peer.awaitEnd());
    }

    @Test
    void finishesWhenThePeersEndComesLast() throws IOException {
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, connection::shutdownOutput);
        assertEquals(Peer.End.FIN, peer.awaitEnd());
        peer.shutdownOutput();
        assertEquals(CloseReason.Kind.FINISHED, handler.closed().kind());
        assertEquals(List.of(Event.OPEN, Event.INPUT_CLOSED, Event.CLOSED), handler.events());
    }

    @Test
    void closesByDefaultOnceWhatIsQueuedWasSent() throws IOException {
        byte[] all = Payload.random(3_000_000, 4);
        RecordingHandler handler = handler();
        handler.whenData((c, in) -> {
            handler.keep(in);
            c.write(all);
        });
        Peer peer = peerOf(handler);
        peer.send(Payload.ascii("x")).shutdownOutput();
        assertArrayEquals(all, peer.receiveToEnd());
        assertTrue(handler.closed().isOrderly());
    }

    @Test
    void showsUnconsumedBytesAtThePeersEndAndDropsThem() throws IOException {
        CompletableFuture<Integer> left = new CompletableFuture<>();
        RecordingHandler handler =
                handler().whenData((c, in) -> {}).whenInputClosed(c -> left.complete(c.unconsumedBytes()));
        peerOf(handler).send(Payload.ascii("half a frame")).shutdownOutput();
        assertEquals(12, Await.value("the rest", left));
        Connection connection = handler.seen(Event.INPUT_CLOSED, 1);
        on(connection, () -> assertEquals(0, connection.unconsumedBytes()));
        assertNoBufferHeld();
    }

    @Test
    void tellsThePeersEndOnceAndAfterTheLastByte() throws IOException {
        byte[] sent = Payload.random(1_000_000, 5);
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        Peer peer = peerOf(handler);
        peer.send(sent).shutdownOutput();
        handler.seen(Event.INPUT_CLOSED, 1);
        assertArrayEquals(sent, handler.received(sent.length));
        OnLoop.turns(loop(), 10);
        assertEquals(1, handler.count(Event.INPUT_CLOSED));
    }

    @Test
    void tellsThePeersEndOnlyOnceReadingIsResumed() throws IOException {
        RecordingHandler handler = handler().whenOpen(Connection::pauseReading);
        Peer peer = peerOf(handler);
        peer.send(Payload.ascii("x")).shutdownOutput();
        OnLoop.turns(loop(), 20);
        assertEquals(List.of(Event.OPEN), handler.events());
        Connection connection = handler.opened();
        on(connection, connection::resumeReading);
        handler.closed();
        assertEquals(List.of(Event.OPEN, Event.DATA, Event.INPUT_CLOSED, Event.CLOSED), handler.events());
    }

    @Test
    void aResetAfterOurEndIsAReset() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, connection::shutdownOutput);
        assertEquals(Peer.End.FIN, peer.awaitEnd());
        peer.reset();
        CloseReason reason = handler.closed();
        assertEquals(CloseReason.Kind.RESET, reason.kind());
        assertEquals(CloseReason.Initiator.PEER, reason.initiator());
        assertEquals(0, handler.count(Event.INPUT_CLOSED));
    }

    @Test
    void aResetAfterThePeersEndIsSeenByTheNextWrite() throws IOException {
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        Peer peer = peerOf(handler);
        peer.shutdownOutput();
        Connection connection = handler.seen(Event.INPUT_CLOSED, 1);
        peer.reset();
        // A write that overtakes the reset succeeds, and the next one is the next.
        Await.until("a write that meets the reset", loop(), () -> {
            on(connection, () -> connection.write(new byte[1000]));
            return handler.count(Event.CLOSED) == 1;
        });
        CloseReason reason = handler.closed();
        assertEquals(CloseReason.Kind.RESET, reason.kind());
        assertEquals(CloseReason.Initiator.PEER, reason.initiator());
    }

    @Test
    void eachDirectionTellsWhetherItHasEnded() throws IOException {
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            assertFalse(connection.isInputEnded());
            assertFalse(connection.isOutputEnded());
            connection.write(new byte[10]);
            connection.shutdownOutput();
            assertTrue(connection.isOutputEnded());
            assertFalse(connection.isWritable());
        });
        peer.shutdownOutput();
        assertEquals(CloseReason.Kind.FINISHED, handler.closed().kind());
        on(connection, () -> assertTrue(connection.isInputEnded()));
    }

    @Test
    void bothEndsAtOnceFinish() throws IOException {
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        LoopGate.whileHeld(loop(), () -> {
            peer.shutdownOutput();
            loop().execute(connection::shutdownOutput);
        });
        assertEquals(CloseReason.Kind.FINISHED, handler.closed().kind());
        assertEquals(Peer.End.FIN, peer.awaitEnd());
    }
}
