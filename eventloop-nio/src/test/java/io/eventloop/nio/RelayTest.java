package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionLimits;
import io.eventloop.Relay;
import io.eventloop.RelayOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RelayTest {
    /** More than the kernel buffers on both sides of a loopback connection hold. */
    private static final int MUCH_BYTES = 32 << 20;

    /** Takes all of {@code MUCH_BYTES} without holding back. */
    private static final ConnectionLimits DEEP = ConnectionLimits.builder()
            .waterMarks(MUCH_BYTES, 2 * MUCH_BYTES)
            .maxQueuedBytes(4 * MUCH_BYTES)
            .maxQueuedWrites(1 << 20)
            .build();

    @Test
    void relaysBothWaysAndCounts() throws Exception {
        try (RelayFixture f = RelayFixture.joined(ConnectionLimits.DEFAULT)) {
            send(f.peerA, "ping");
            assertEquals("ping", receive(f.peerB, 4));
            send(f.peerB, "pongpong");
            assertEquals("pongpong", receive(f.peerA, 8));
            assertEquals(4, f.onLoop(f.relay::bytesFromA));
            assertEquals(8, f.onLoop(f.relay::bytesFromB));
        }
    }

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
        send(first, "request");
        first.shutdownOutput();
        assertEquals("request", all(second));
        send(second, "answer");
        assertEquals("answer", receive(first, 6));
        send(second, "more");
        second.shutdownOutput();
        assertEquals("more", all(first));
        RelayFixture.Completion end = f.completion();
        assertEquals(Kind.FINISHED, end.a().kind());
        assertEquals(Kind.FINISHED, end.b().kind());
    }

    @Test
    void deliversWhatIsQueuedBeforeTheEnd() throws Exception {
        byte[] bytes = RelayFixture.pattern(MUCH_BYTES);
        try (RelayFixture f = RelayFixture.joined(ConnectionLimits.DEFAULT)) {
            CompletableFuture<Void> sent = sendAndEnd(f.peerA, bytes);
            f.await(() -> f.a.isReadingPaused());
            assertArrayEquals(bytes, f.peerB.getInputStream().readAllBytes());
            sent.get(RelayFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertEquals(MUCH_BYTES, f.onLoop(f.relay::bytesFromA));
        }
    }

    @Test
    void holdsBackASenderWhoseReaderStops() throws Exception {
        ConnectionLimits limits = ConnectionLimits.DEFAULT;
        byte[] bytes = RelayFixture.pattern(MUCH_BYTES);
        try (RelayFixture f = RelayFixture.joined(limits)) {
            CompletableFuture<Void> sent = sendAndEnd(f.peerA, bytes);
            f.await(() -> f.a.isReadingPaused());
            send(f.peerB, "meanwhile");
            assertEquals("meanwhile", receive(f.peerA, 9));
            assertTrue(f.onLoop(f.a::isReadingPaused));
            long most =
                    limits.highWaterBytes() + f.onLoop(() -> f.loop.buffers().largestClassBytes());
            long queued = f.group.metrics().largestQueueBytes();
            assertTrue(queued > limits.lowWaterBytes() && queued <= most, queued + " queued, at most " + most);
            assertArrayEquals(bytes, f.peerB.getInputStream().readAllBytes());
            sent.get(RelayFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void leavesInTheConnectionWhatTheTargetMayNotQueue() throws Exception {
        ConnectionLimits narrow = ConnectionLimits.builder()
                .waterMarks(500, 1000)
                .maxQueuedBytes(1001)
                .build();
        byte[] bytes = RelayFixture.pattern(MUCH_BYTES);
        try (RelayFixture f = RelayFixture.joined(narrow)) {
            CompletableFuture<Void> sent = sendAndEnd(f.peerA, bytes);
            f.await(() -> f.a.isReadingPaused());
            assertArrayEquals(bytes, f.peerB.getInputStream().readAllBytes());
            sent.get(RelayFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertTrue(f.group.metrics().largestQueueBytes() <= 1001);
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
            send(f.peerB, "are you there?");
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
            assertEquals("", all(f.peerA));
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
            assertEquals("", all(f.peerA));
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
    void relaysBytesNotConsumedBeforeTheJoin() throws Exception {
        try (RelayFixture f = new RelayFixture(ConnectionLimits.DEFAULT)) {
            send(f.peerA, "early");
            f.await(() -> f.a.unconsumedBytes() == 5);
            f.join(RelayOptions.DEFAULT);
            assertEquals("early", receive(f.peerB, 5));
            send(f.peerA, "late");
            assertEquals("late", receive(f.peerB, 4));
            assertEquals(9, f.onLoop(f.relay::bytesFromA));
        }
    }

    @Test
    void resumesConnectionsPausedBeforeTheJoin() throws Exception {
        try (RelayFixture f = new RelayFixture(ConnectionLimits.DEFAULT)) {
            f.loop.execute(f.a::pauseReading);
            f.loop.execute(f.b::pauseReading);
            send(f.peerA, "to b");
            f.join(RelayOptions.DEFAULT);
            assertEquals("to b", receive(f.peerB, 4));
            send(f.peerB, "to a");
            assertEquals("to a", receive(f.peerA, 4));
        }
    }

    @Test
    void holdsBackAtOnceIfTheTargetIsFullAtTheJoin() throws Exception {
        byte[] before = RelayFixture.pattern(MUCH_BYTES);
        ConnectionLimits limits = ConnectionLimits.builder()
                .waterMarks(0, 1)
                .maxQueuedBytes(2 * MUCH_BYTES)
                .build();
        try (RelayFixture f = new RelayFixture(limits)) {
            f.onLoop(() -> f.b.write(before));
            f.await(() -> f.b.queuedBytes() > 0);
            f.join(RelayOptions.DEFAULT);
            assertTrue(f.onLoop(f.a::isReadingPaused));
            send(f.peerA, "behind");
            f.peerA.shutdownOutput();
            byte[] received = f.peerB.getInputStream().readAllBytes();
            assertEquals(before.length + 6, received.length);
            assertEquals("behind", new String(received, before.length, 6, StandardCharsets.US_ASCII));
        }
    }

    @Test
    void refusesConnectionsOfDifferentLoops() throws Exception {
        try (RelayFixture f = new RelayFixture(ConnectionLimits.DEFAULT);
                RelayFixture other = new RelayFixture(ConnectionLimits.DEFAULT)) {
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class, () -> unwrapped(() -> f.onLoop(() -> Relay.join(f.a, other.b))));
            assertTrue(e.getMessage().contains("different loops"), e.getMessage());
        }
    }

    @Test
    void refusesAConnectionJoinedWithItself() throws Exception {
        try (RelayFixture f = new RelayFixture(ConnectionLimits.DEFAULT)) {
            assertThrows(IllegalArgumentException.class, () -> unwrapped(() -> f.onLoop(() -> Relay.join(f.a, f.a))));
        }
    }

    @Test
    void refusesAConnectionThatIsNotOpen() throws Exception {
        try (RelayFixture f = new RelayFixture(ConnectionLimits.DEFAULT)) {
            f.loop.execute(f.b::close);
            IllegalStateException e = assertThrows(
                    IllegalStateException.class, () -> unwrapped(() -> f.onLoop(() -> Relay.join(f.a, f.b))));
            assertTrue(e.getMessage().contains("CLOS"), e.getMessage());
        }
    }

    @Test
    void refusesAnotherThread() throws Exception {
        try (RelayFixture f = new RelayFixture(ConnectionLimits.DEFAULT)) {
            assertThrows(IllegalStateException.class, () -> Relay.join(f.a, f.b));
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

    /** The exception of the call itself instead of the future's. */
    private static void unwrapped(Runnable call) throws Throwable {
        try {
            call.run();
        } catch (CompletionException e) {
            throw e.getCause();
        }
    }

    private static CompletableFuture<Void> sendAndEnd(Socket peer, byte[] bytes) {
        return CompletableFuture.runAsync(() -> {
            try {
                peer.getOutputStream().write(bytes);
                peer.shutdownOutput();
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
    }

    private static void send(Socket peer, String text) throws IOException {
        peer.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String receive(Socket peer, int length) throws IOException {
        return new String(peer.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }

    private static String all(Socket peer) throws IOException {
        return new String(peer.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
}
