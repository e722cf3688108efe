package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionLimits;
import io.eventloop.RelayOptions;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How one side ends, and what becomes of the other. */
@Timeout(120)
class RelayEndTest {
    /** More than the kernel buffers on both sides of a loopback connection hold. */
    private static final int MUCH_BYTES = 32 << 20;

    /** Takes all of {@code MUCH_BYTES} without holding back. */
    private static final ConnectionLimits DEEP = ConnectionLimits.builder()
            .waterMarks(MUCH_BYTES, 2 * MUCH_BYTES)
            .maxQueuedBytes(4 * MUCH_BYTES)
            .maxQueuedWrites(1 << 20)
            .build();

    @Test
    void passesAnEndOfOutputOnWhileTheOtherDirectionGoesOn() throws Exception {
        try (RelayFixture f = RelayFixture.joined(ConnectionLimits.DEFAULT)) {
            passesAnEndOn(f, f.peerA, f.peerB);
        }
        try (RelayFixture f = RelayFixture.joined(ConnectionLimits.DEFAULT)) {
            passesAnEndOn(f, f.peerB, f.peerA);
        }
    }

    private static void passesAnEndOn(RelayFixture f, Socket first, Socket second) throws Exception {
        RelayFixture.send(first, "request");
        first.shutdownOutput();
        assertEquals("request", RelayFixture.all(second));
        RelayFixture.send(second, "answer");
        assertEquals("answer", RelayFixture.receive(first, 6));
        RelayFixture.send(second, "more");
        second.shutdownOutput();
        assertEquals("more", RelayFixture.all(first));
        RelayFixture.Completion end = f.completion();
        assertEquals(Kind.FINISHED, end.a().kind());
        assertEquals(Kind.FINISHED, end.b().kind());
    }

    @Test
    void deliversWhatIsQueuedBeforeTheEnd() throws Exception {
        byte[] bytes = RelayFixture.pattern(MUCH_BYTES);
        try (RelayFixture f = RelayFixture.joined(ConnectionLimits.DEFAULT)) {
            CompletableFuture<Void> sent = RelayFixture.sendAndEnd(f.peerA, bytes);
            f.await(() -> f.a.isReadingPaused());
            assertArrayEquals(bytes, f.peerB.getInputStream().readAllBytes());
            sent.get(RelayFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertEquals(MUCH_BYTES, f.onLoop(f.relay::bytesFromA));
        }
    }

    @Test
    void passesAResetOn() throws Exception {
        try (RelayFixture f = RelayFixture.joined(ConnectionLimits.DEFAULT)) {
            RelayFixture.reset(f.peerA);
            assertEquals(0, RelayFixture.readUntilReset(f.peerB));
            RelayFixture.Completion end = f.completion();
            assertEquals(Kind.RESET, end.a().kind());
            assertEquals(Initiator.PEER, end.a().initiator());
            assertEquals(Kind.ABORTED, end.b().kind());
        }
    }

    @Test
    void discardsWhatIsQueuedWhenItsSenderIsReset() throws Exception {
        try (RelayFixture f = RelayFixture.joined(DEEP)) {
            f.peerA.getOutputStream().write(RelayFixture.pattern(MUCH_BYTES));
            f.await(() -> f.relay.bytesFromA() == MUCH_BYTES);
            RelayFixture.reset(f.peerA);
            assertEquals(Kind.RESET, f.completion().a().kind());
            assertTrue(RelayFixture.readUntilReset(f.peerB) < MUCH_BYTES);
        }
    }

    @Test
    void deliversWhatWasReceivedBeforeAnEndThatAResetFollows() throws Exception {
        byte[] bytes = RelayFixture.pattern(MUCH_BYTES);
        try (RelayFixture f = RelayFixture.joined(DEEP)) {
            f.peerA.getOutputStream().write(bytes);
            f.peerA.shutdownOutput();
            f.await(f::isEndPassedToB);
            RelayFixture.reset(f.peerA);
            // Nothing is read from a any more: only a write finds the reset.
            RelayFixture.send(f.peerB, "are you there?");
            f.await(() -> f.a.state() != State.OPEN);
            assertArrayEquals(bytes, f.peerB.getInputStream().readAllBytes());
            f.peerB.close();
            RelayFixture.Completion end = f.completion();
            assertEquals(Kind.RESET, end.a().kind());
            assertEquals(Kind.CLOSED, end.b().kind());
        }
    }

    @Test
    void letsASlowReaderFinishLongAfterTheOtherSideIsOver() throws Exception {
        byte[] bytes = RelayFixture.pattern(MUCH_BYTES);
        ConnectionLimits hasty =
                DEEP.toBuilder().closeTimeout(Duration.ofMillis(1)).build();
        try (RelayFixture f = RelayFixture.joined(hasty)) {
            f.peerB.shutdownOutput();
            f.peerA.getOutputStream().write(bytes);
            f.peerA.shutdownOutput();
            assertEquals("", RelayFixture.all(f.peerA));
            f.await(() -> f.a.state() == State.CLOSED);
            CompletableFuture<Void> later = new CompletableFuture<>();
            f.loop.execute(() -> f.loop.schedule(Duration.ofMillis(20), () -> later.complete(null)));
            later.get(RelayFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertArrayEquals(bytes, f.peerB.getInputStream().readAllBytes());
            RelayFixture.Completion end = f.completion();
            assertEquals(Kind.FINISHED, end.a().kind());
            assertEquals(Kind.FINISHED, end.b().kind());
        }
    }

    @Test
    void flushesToTheOtherSideOfAConnectionClosedLocally() throws Exception {
        byte[] bytes = RelayFixture.pattern(MUCH_BYTES);
        try (RelayFixture f = RelayFixture.joined(DEEP)) {
            f.peerA.getOutputStream().write(bytes);
            f.await(() -> f.relay.bytesFromA() == MUCH_BYTES);
            f.loop.execute(f.a::close);
            assertEquals("", RelayFixture.all(f.peerA));
            f.peerA.close();
            assertArrayEquals(bytes, f.peerB.getInputStream().readAllBytes());
            f.peerB.close();
            RelayFixture.Completion end = f.completion();
            assertEquals(Kind.CLOSED, end.a().kind());
            assertEquals(Kind.CLOSED, end.b().kind());
        }
    }

    @Test
    void givesUpOnAReaderThatTakesNothingWithinTheCloseTimeout() throws Exception {
        ConnectionLimits hasty =
                DEEP.toBuilder().closeTimeout(Duration.ofMillis(50)).build();
        try (RelayFixture f = RelayFixture.joined(hasty)) {
            f.peerA.getOutputStream().write(RelayFixture.pattern(MUCH_BYTES));
            f.await(() -> f.relay.bytesFromA() == MUCH_BYTES);
            f.peerA.shutdownOutput();
            f.await(f::isEndPassedToB);
            f.loop.execute(f.a::abort);
            RelayFixture.Completion end = f.completion();
            assertEquals(Kind.ABORTED, end.a().kind());
            assertEquals(Kind.CLOSE_TIMEOUT, end.b().kind());
            assertTrue(RelayFixture.readUntilReset(f.peerB) < MUCH_BYTES);
        }
    }

    @Test
    void abortOfOneSideResetsTheOther() throws Exception {
        try (RelayFixture f = RelayFixture.joined(ConnectionLimits.DEFAULT)) {
            f.loop.execute(f.b::abort);
            RelayFixture.readUntilReset(f.peerA);
            RelayFixture.readUntilReset(f.peerB);
            RelayFixture.Completion end = f.completion();
            assertEquals(Kind.ABORTED, end.a().kind());
            assertEquals(Kind.ABORTED, end.b().kind());
        }
    }

    @Test
    void passesAnEndOnThatWasReadBeforeTheJoin() throws Exception {
        try (RelayFixture f = new RelayFixture(ConnectionLimits.DEFAULT)) {
            f.peerA.shutdownOutput();
            f.await(() -> f.a.isInputEnded());
            f.join(RelayOptions.DEFAULT);
            assertEquals("", RelayFixture.all(f.peerB));
            RelayFixture.send(f.peerB, "answer");
            f.peerB.shutdownOutput();
            assertEquals("answer", RelayFixture.all(f.peerA));
            RelayFixture.Completion end = f.completion();
            assertEquals(Kind.FINISHED, end.a().kind());
            assertEquals(Kind.FINISHED, end.b().kind());
        }
    }

    @Test
    void completesOnceWhenTheGroupCloses() throws Exception {
        RelayFixture f = RelayFixture.joined(ConnectionLimits.DEFAULT);
        f.group.close();
        RelayFixture.Completion end = f.completion();
        assertEquals(Kind.SHUT_DOWN, end.a().kind());
        assertEquals(Kind.SHUT_DOWN, end.b().kind());
        f.close();
    }
}
