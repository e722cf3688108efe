package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.Relay;
import io.eventloop.RelayOptions;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is there already, bytes or an end, when another handler or a relay takes a connection over. */
public abstract class TakeoverContract extends TransportContract {
    private static final int FIRST = 4;
    private static final byte[] SENT = Payload.random(16, 1);

    /** A read that fills its room goes on reading, and meets the end behind the bytes in the same turn. */
    private static final ConnectionLimits JUST_ENOUGH =
            ConnectionLimits.builder().maxInboundBytes(SENT.length).build();

    /** Sends all bytes and the end so that the loop sees them together. */
    private void sendAtOnce(Peer peer) {
        LoopGate.whileHeld(loop(), () -> {
            peer.send(SENT);
            peer.shutdownOutput();
        });
    }

    @Test
    void theNextHandlerGetsWhatWasLeftBeforeTheEnd() throws IOException {
        RecordingHandler second = handler().joiningLate();
        RecordingHandler first = handler().replaced();
        first.whenData((c, in) -> {
            first.keep(in, FIRST);
            c.handler(second);
        });
        sendAtOnce(peerOf(first, JUST_ENOUGH));
        second.seen(Event.INPUT_CLOSED, 1);
        assertArrayEquals(Arrays.copyOfRange(SENT, FIRST, SENT.length), second.received(SENT.length - FIRST));
        assertEquals(List.of(Event.DATA, Event.INPUT_CLOSED), second.events().subList(0, 2));
    }

    @Test
    void aRelayGetsWhatWasLeftBeforeTheEnd() throws IOException {
        RecordingHandler targetHandler = handler().replaced();
        Peer target = peerOf(targetHandler);
        Connection to = targetHandler.opened();
        RecordingHandler first = handler().replaced();
        first.whenData((c, in) -> {
            first.keep(in, FIRST);
            Relay.join(c, to);
        });
        sendAtOnce(peerOf(first, JUST_ENOUGH));
        assertArrayEquals(Arrays.copyOfRange(SENT, FIRST, SENT.length), target.receiveToEnd());
    }

    @Test
    void aRelayPassesOnAnEndThatCameBeforeIt() throws IOException {
        RecordingHandler source =
                handler().replaced().whenInputClosed(c -> assertEquals(Connection.State.OPEN, c.state()));
        RecordingHandler target = handler().replaced();
        Peer from = peerOf(source);
        Peer to = peerOf(target);
        from.shutdownOutput();
        source.seen(Event.INPUT_CLOSED, 1);
        CompletableFuture<List<Kind>> ends = new CompletableFuture<>();
        on(
                source.opened(),
                () -> Relay.join(
                        source.opened(),
                        target.opened(),
                        RelayOptions.DEFAULT,
                        (relay, a, b) -> ends.complete(List.of(a.kind(), b.kind()))));
        assertEquals(0, to.receiveToEnd().length);
        to.send(Payload.ascii("answer"));
        to.shutdownOutput();
        assertEquals("answer", Payload.text(from.receiveToEnd()));
        assertEquals(List.of(Kind.FINISHED, Kind.FINISHED), Await.value("the relay's completion", ends));
    }

    @Test
    void aRelayIsRefusedOnceAnOutputHasEnded() throws IOException {
        RecordingHandler source = handler();
        RecordingHandler target = handler();
        Peer from = peerOf(source);
        peerOf(target);
        Connection a = source.opened();
        Connection b = target.opened();
        on(b, () -> {
            b.shutdownOutput();
            assertThrows(IllegalStateException.class, () -> Relay.join(a, b));
            assertThrows(IllegalStateException.class, () -> Relay.join(b, a));
        });
        // Both are as they were.
        from.send(SENT);
        assertArrayEquals(SENT, source.received(SENT.length));
        from.reset();
        assertEquals(Kind.RESET, source.closed().kind());
        assertEquals(CloseReason.Initiator.PEER, source.closed().initiator());
    }
}
