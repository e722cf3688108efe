package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ConnectionLimits;
import io.eventloop.Relay;
import io.eventloop.RelayOptions;
import java.nio.charset.StandardCharsets;
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
            RelayFixture.send(f.peerA, "ping");
            assertEquals("ping", RelayFixture.receive(f.peerB, 4));
            RelayFixture.send(f.peerB, "pongpong");
            assertEquals("pongpong", RelayFixture.receive(f.peerA, 8));
            assertEquals(4, f.onLoop(f.relay::bytesFromA));
            assertEquals(8, f.onLoop(f.relay::bytesFromB));
        }
    }

    @Test
    void holdsBackASenderWhoseReaderStops() throws Exception {
        ConnectionLimits limits = ConnectionLimits.DEFAULT;
        byte[] bytes = RelayFixture.pattern(MUCH_BYTES);
        try (RelayFixture f = RelayFixture.joined(limits)) {
            CompletableFuture<Void> sent = RelayFixture.sendAndEnd(f.peerA, bytes);
            f.await(() -> f.a.isReadingPaused());
            RelayFixture.send(f.peerB, "meanwhile");
            assertEquals("meanwhile", RelayFixture.receive(f.peerA, 9));
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
            CompletableFuture<Void> sent = RelayFixture.sendAndEnd(f.peerA, bytes);
            f.await(() -> f.a.isReadingPaused());
            assertArrayEquals(bytes, f.peerB.getInputStream().readAllBytes());
            sent.get(RelayFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertTrue(f.group.metrics().largestQueueBytes() <= 1001);
        }
    }

    @Test
    void holdsBackAtTheBoundOfPieces() throws Exception {
        ConnectionLimits few = DEEP.toBuilder().maxQueuedWrites(2).build();
        byte[] bytes = RelayFixture.pattern(MUCH_BYTES);
        try (RelayFixture f = RelayFixture.joined(few)) {
            CompletableFuture<Void> sent = RelayFixture.sendAndEnd(f.peerA, bytes);
            f.await(() -> f.a.isReadingPaused());
            assertArrayEquals(bytes, f.peerB.getInputStream().readAllBytes());
            sent.get(RelayFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void relaysBytesNotConsumedBeforeTheJoin() throws Exception {
        try (RelayFixture f = new RelayFixture(ConnectionLimits.DEFAULT)) {
            RelayFixture.send(f.peerA, "early");
            f.await(() -> f.a.unconsumedBytes() == 5);
            f.join(RelayOptions.DEFAULT);
            assertEquals("early", RelayFixture.receive(f.peerB, 5));
            RelayFixture.send(f.peerA, "late");
            assertEquals("late", RelayFixture.receive(f.peerB, 4));
            assertEquals(9, f.onLoop(f.relay::bytesFromA));
        }
    }

    @Test
    void refusesAConnectionWhoseOutputHasEnded() throws Exception {
        try (RelayFixture f = new RelayFixture(ConnectionLimits.DEFAULT)) {
            f.loop.execute(f.b::shutdownOutput);
            IllegalStateException e = assertThrows(
                    IllegalStateException.class, () -> unwrapped(() -> f.onLoop(() -> Relay.join(f.a, f.b))));
            assertTrue(e.getMessage().contains("output has ended"), e.getMessage());
        }
    }

    @Test
    void resumesConnectionsPausedBeforeTheJoin() throws Exception {
        try (RelayFixture f = new RelayFixture(ConnectionLimits.DEFAULT)) {
            f.loop.execute(f.a::pauseReading);
            f.loop.execute(f.b::pauseReading);
            RelayFixture.send(f.peerA, "to b");
            f.join(RelayOptions.DEFAULT);
            assertEquals("to b", RelayFixture.receive(f.peerB, 4));
            RelayFixture.send(f.peerB, "to a");
            assertEquals("to a", RelayFixture.receive(f.peerA, 4));
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
            RelayFixture.send(f.peerA, "behind");
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

    /** The exception of the call itself instead of the future's. */
    private static void unwrapped(Runnable call) throws Throwable {
        try {
            call.run();
        } catch (CompletionException e) {
            throw e.getCause();
        }
    }
}
