package io.eventloop.contract;

import static io.eventloop.contract.RelayPair.MUCH_BYTES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionLimits;
import io.eventloop.RelayOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How one side of a relay ends, and what becomes of the other. */
public abstract class RelayEndContract extends TransportContract {

    private static void assertKinds(Kind ofA, Kind ofB, RelayPair.Completion end) {
        assertEquals(ofA, end.a().kind());
        assertEquals(ofB, end.b().kind());
    }

    /** Has all of them in b's queue and the kernel's buffers before it returns. */
    private static void sendAll(RelayPair pair, byte[] bytes) throws IOException {
        pair.peerA.send(bytes);
        pair.awaitBytesFromA(bytes.length);
    }

    @Test
    void passesAnEndOfOutputOnWhileTheOtherDirectionGoesOn() throws IOException {
        RelayPair first = RelayPair.joined(this, ConnectionLimits.DEFAULT);
        assertPassesAnEndOn(first, first.peerA, first.peerB);
        RelayPair second = RelayPair.joined(this, ConnectionLimits.DEFAULT);
        assertPassesAnEndOn(second, second.peerB, second.peerA);
    }

    private static void assertPassesAnEndOn(RelayPair pair, Peer first, Peer second) throws IOException {
        first.send(Payload.ascii("request")).shutdownOutput();
        assertEquals("request", Payload.text(second.receiveToEnd()));
        second.send(Payload.ascii("answer"));
        assertEquals("answer", Payload.text(first.receive(6)));
        second.send(Payload.ascii("more")).shutdownOutput();
        assertEquals("more", Payload.text(first.receiveToEnd()));
        assertKinds(Kind.FINISHED, Kind.FINISHED, pair.completion());
    }

    @Test
    void deliversWhatIsQueuedBeforeTheEnd() throws IOException {
        byte[] bytes = Payload.random(MUCH_BYTES, 1);
        RelayPair pair = RelayPair.joined(this, RelayPair.COPIED);
        CompletableFuture<Void> sent = pair.sendAndEnd(bytes);
        pair.await("the pause", pair.a::isReadingPaused);
        assertArrayEquals(bytes, pair.peerB.receiveToEnd());
        Await.value("the end of sending", sent);
        assertEquals(MUCH_BYTES, pair.bytesFromA());
    }

    @Test
    void passesAResetOn() throws IOException {
        RelayPair pair = RelayPair.joined(this, ConnectionLimits.DEFAULT);
        pair.peerA.reset();
        Peer.Rest rest = pair.peerB.receiveRest();
        assertEquals(Peer.End.RESET, rest.end());
        assertEquals(0, rest.bytes().length);
        RelayPair.Completion end = pair.completion();
        assertKinds(Kind.RESET, Kind.ABORTED, end);
        assertEquals(Initiator.PEER, end.a().initiator());
    }

    @Test
    void discardsWhatIsQueuedWhenItsSenderIsReset() throws IOException {
        RelayPair pair = RelayPair.joined(this, RelayPair.DEEP);
        sendAll(pair, Payload.random(MUCH_BYTES, 2));
        pair.peerA.reset();
        assertEquals(Kind.RESET, pair.completion().a().kind());
        assertCutOff(pair);
    }

    private static void assertCutOff(RelayPair pair) throws IOException {
        Peer.Rest rest = pair.peerB.receiveRest();
        assertEquals(Peer.End.RESET, rest.end());
        assertTrue(rest.bytes().length < MUCH_BYTES, rest.bytes().length + " bytes came");
    }

    @Test
    void deliversWhatWasReceivedBeforeAnEndThatAResetFollows() throws IOException {
        byte[] bytes = Payload.random(MUCH_BYTES, 3);
        RelayPair pair = RelayPair.joined(this, RelayPair.DEEP);
        pair.peerA.send(bytes);
        pair.peerA.shutdownOutput();
        pair.await("the end passed on", pair.b::isOutputEnded);
        pair.peerA.reset();
        // Nothing is read from a any more: only a write finds the reset.
        pair.peerB.send(Payload.ascii("are you there?"));
        pair.await("the end of a", () -> pair.a.state() != State.OPEN);
        assertArrayEquals(bytes, pair.peerB.receiveToEnd());
        pair.peerB.close();
        assertKinds(Kind.RESET, Kind.CLOSED, pair.completion());
    }

    @Test
    void letsASlowReaderFinishLongAfterTheOtherSideIsOver() throws IOException {
        byte[] bytes = Payload.random(MUCH_BYTES, 4);
        ConnectionLimits hasty =
                RelayPair.DEEP.toBuilder().closeTimeout(Duration.ofMillis(1)).build();
        RelayPair pair = RelayPair.joined(this, hasty);
        pair.peerB.shutdownOutput();
        pair.peerA.send(bytes);
        pair.peerA.shutdownOutput();
        assertEquals("", Payload.text(pair.peerA.receiveToEnd()));
        pair.await("the end of a", () -> pair.a.state() == State.CLOSED);
        environment.advance(Duration.ofMillis(20), pair.loop);
        assertArrayEquals(bytes, pair.peerB.receiveToEnd());
        assertKinds(Kind.FINISHED, Kind.FINISHED, pair.completion());
    }

    @Test
    void flushesToTheOtherSideOfAConnectionClosedLocally() throws IOException {
        byte[] bytes = Payload.random(MUCH_BYTES, 5);
        RelayPair pair = RelayPair.joined(this, RelayPair.DEEP);
        sendAll(pair, bytes);
        on(pair.a, pair.a::close);
        assertEquals("", Payload.text(pair.peerA.receiveToEnd()));
        pair.peerA.close();
        assertArrayEquals(bytes, pair.peerB.receiveToEnd());
        pair.peerB.close();
        assertKinds(Kind.CLOSED, Kind.CLOSED, pair.completion());
    }

    @Test
    void givesUpOnAReaderThatTakesNothingWithinTheCloseTimeout() throws IOException {
        ConnectionLimits hasty =
                RelayPair.DEEP.toBuilder().closeTimeout(Duration.ofMillis(50)).build();
        RelayPair pair = RelayPair.joined(this, hasty);
        sendAll(pair, Payload.random(MUCH_BYTES, 6));
        pair.peerA.shutdownOutput();
        pair.await("the end passed on", pair.b::isOutputEnded);
        on(pair.a, pair.a::abort);
        OnLoop.turns(pair.loop, 2);
        // The kernel may take some more a while later, and the timeout begins anew.
        Await.until("the end of both", pair.loop, () -> {
            environment.advance(Duration.ofMillis(50).plus(ManualEnvironment.SLACK), pair.loop);
            return pair.isComplete();
        });
        assertKinds(Kind.ABORTED, Kind.CLOSE_TIMEOUT, pair.completion());
        assertCutOff(pair);
    }

    @Test
    void abortOfOneSideResetsTheOther() throws IOException {
        RelayPair pair = RelayPair.joined(this, ConnectionLimits.DEFAULT);
        on(pair.b, pair.b::abort);
        assertEquals(Peer.End.RESET, pair.peerA.awaitEnd());
        assertEquals(Peer.End.RESET, pair.peerB.awaitEnd());
        assertKinds(Kind.ABORTED, Kind.ABORTED, pair.completion());
    }

    @Test
    void passesAnEndOnThatWasReadBeforeTheJoin() throws IOException {
        RelayPair pair = RelayPair.open(this, ConnectionLimits.DEFAULT);
        pair.peerA.shutdownOutput();
        pair.await("the end of input", pair.a::isInputEnded);
        pair.join(RelayOptions.DEFAULT);
        assertEquals("", Payload.text(pair.peerB.receiveToEnd()));
        pair.peerB.send(Payload.ascii("answer")).shutdownOutput();
        assertEquals("answer", Payload.text(pair.peerA.receiveToEnd()));
        assertKinds(Kind.FINISHED, Kind.FINISHED, pair.completion());
    }

    @Test
    void completesOnceWhenTheGroupCloses() throws IOException {
        RelayPair pair = RelayPair.joined(this, ConnectionLimits.DEFAULT);
        group().close();
        assertKinds(Kind.SHUT_DOWN, Kind.SHUT_DOWN, pair.completion());
    }
}
