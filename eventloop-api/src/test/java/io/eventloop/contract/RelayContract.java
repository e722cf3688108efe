package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.ListenOptions;
import io.eventloop.ListenOptions.Distribution;
import io.eventloop.Listener;
import io.eventloop.Relay;
import io.eventloop.RelayOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A relay moves bytes both ways, holds back whoever sends more than the other takes, and refuses what it cannot join. */
public abstract class RelayContract extends TransportContract {

    @Test
    void relaysBothWaysAndCounts() throws IOException {
        RelayPair pair = RelayPair.joined(this, ConnectionLimits.DEFAULT);
        pair.peerA.send(Payload.ascii("ping"));
        assertEquals("ping", Payload.text(pair.peerB.receive(4)));
        pair.peerB.send(Payload.ascii("pongpong"));
        assertEquals("pongpong", Payload.text(pair.peerA.receive(8)));
        assertEquals(4, pair.bytesFromA());
        assertEquals(8, pair.bytesFromB());
    }

    @Test
    void holdsBackASenderWhoseReaderStops() throws IOException {
        ConnectionLimits limits = RelayPair.COPIED;
        byte[] bytes = Payload.random(RelayPair.MUCH_BYTES, 1);
        RelayPair pair = RelayPair.joined(this, limits);
        int sent = pair.sendUntilStuck(bytes, pair.a::isReadingPaused);
        assertTrue(sent < bytes.length, sent + " bytes were taken");
        pair.peerB.send(Payload.ascii("meanwhile"));
        assertEquals("meanwhile", Payload.text(pair.peerA.receive(9)));
        assertTrue(pair.call(pair.a::isReadingPaused));
        long most = limits.highWaterBytes() + pair.loop.buffers().largestClassBytes();
        OnLoop.turn(pair.loop);
        long queued = group().metrics().largestQueueBytes();
        assertTrue(queued > limits.lowWaterBytes() && queued <= most, queued + " queued, at most " + most);
        CompletableFuture<Void> left = pair.sendAndEnd(Arrays.copyOfRange(bytes, sent, bytes.length));
        assertArrayEquals(bytes, pair.peerB.receiveToEnd());
        Await.value("the end of sending", left);
    }

    @Test
    void leavesInTheConnectionWhatTheTargetMayNotQueue() throws IOException {
        ConnectionLimits narrow = ConnectionLimits.builder()
                .waterMarks(500, 1000)
                .maxQueuedBytes(1001)
                .build();
        assertHeldBackThenComplete(narrow);
        OnLoop.turn(loop());
        assertTrue(group().metrics().largestQueueBytes() <= 1001);
    }

    @Test
    void holdsBackAtTheBoundOfPieces() throws IOException {
        assertHeldBackThenComplete(RelayPair.DEEP.toBuilder().maxQueuedWrites(2).build());
    }

    private void assertHeldBackThenComplete(ConnectionLimits limits) throws IOException {
        byte[] bytes = Payload.random(RelayPair.MUCH_BYTES, 2);
        RelayPair pair = RelayPair.joined(this, limits);
        CompletableFuture<Void> sent = pair.sendAndEnd(bytes);
        pair.await("the pause", pair.a::isReadingPaused);
        assertArrayEquals(bytes, pair.peerB.receiveToEnd());
        Await.value("the end of sending", sent);
    }

    @Test
    void relaysBytesNotConsumedBeforeTheJoin() throws IOException {
        RelayPair pair = RelayPair.open(this, ConnectionLimits.DEFAULT);
        pair.peerA.send(Payload.ascii("early"));
        pair.await("the bytes", () -> pair.a.unconsumedBytes() == 5);
        pair.join(RelayOptions.DEFAULT);
        assertEquals("early", Payload.text(pair.peerB.receive(5)));
        pair.peerA.send(Payload.ascii("late"));
        assertEquals("late", Payload.text(pair.peerB.receive(4)));
        assertEquals(9, pair.bytesFromA());
    }

    @Test
    void resumesConnectionsPausedBeforeTheJoin() throws IOException {
        RelayPair pair = RelayPair.open(this, ConnectionLimits.DEFAULT);
        on(pair.a, pair.a::pauseReading);
        on(pair.b, pair.b::pauseReading);
        pair.peerA.send(Payload.ascii("to b"));
        pair.join(RelayOptions.DEFAULT);
        assertEquals("to b", Payload.text(pair.peerB.receive(4)));
        pair.peerB.send(Payload.ascii("to a"));
        assertEquals("to a", Payload.text(pair.peerA.receive(4)));
    }

    @Test
    void holdsBackAtOnceIfTheTargetIsFullAtTheJoin() throws IOException {
        byte[] before = Payload.random(RelayPair.MUCH_BYTES, 3);
        ConnectionLimits limits = ConnectionLimits.builder()
                .waterMarks(0, 1)
                .maxQueuedBytes(2 * RelayPair.MUCH_BYTES)
                .build();
        RelayPair pair = RelayPair.open(this, limits);
        pair.call(() -> pair.b.write(before));
        pair.await("queued bytes", () -> pair.b.queuedBytes() > 0);
        pair.join(RelayOptions.DEFAULT);
        assertTrue(pair.call(pair.a::isReadingPaused));
        pair.peerA.send(Payload.ascii("behind")).shutdownOutput();
        byte[] received = pair.peerB.receiveToEnd();
        assertEquals(before.length + 6, received.length);
        assertArrayEquals(before, Arrays.copyOf(received, before.length));
        assertEquals("behind", Payload.text(Arrays.copyOfRange(received, before.length, received.length)));
    }

    @Test
    void refusesAConnectionWhoseOutputHasEnded() throws IOException {
        RelayPair pair = RelayPair.open(this, ConnectionLimits.DEFAULT);
        on(pair.b, pair.b::shutdownOutput);
        IllegalStateException e = assertThrows(
                IllegalStateException.class, () -> OnLoop.call(pair.loop, () -> Relay.join(pair.a, pair.b)));
        assertTrue(e.getMessage().contains("output has ended"), e.getMessage());
    }

    @Test
    void refusesConnectionsOfDifferentLoops() throws IOException {
        start(builder -> builder.loops(2));
        RecordingHandler[] handlers = {handler(), handler()};
        int[] next = {0};
        ListenOptions options =
                ListenOptions.builder().distribution(Distribution.ROUND_ROBIN).build();
        Listener listener = listen(options, c -> handlers[next[0]++]);
        Connection[] connections = new Connection[2];
        for (int i = 0; i < 2; i++) {
            connectTo(listener);
            connections[i] = handlers[i].opened();
        }
        Connection a = connections[0];
        Connection b = connections[1];
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> OnLoop.call(a.loop(), () -> Relay.join(a, b)));
        assertTrue(e.getMessage().contains("different loops"), e.getMessage());
    }

    @Test
    void refusesAConnectionJoinedWithItself() throws IOException {
        RelayPair pair = RelayPair.open(this, ConnectionLimits.DEFAULT);
        assertThrows(IllegalArgumentException.class, () -> OnLoop.call(pair.loop, () -> Relay.join(pair.a, pair.a)));
    }

    @Test
    void refusesAConnectionThatIsNotOpen() throws IOException {
        RelayPair pair = RelayPair.open(this, ConnectionLimits.DEFAULT);
        on(pair.b, pair.b::close);
        IllegalStateException e = assertThrows(
                IllegalStateException.class, () -> OnLoop.call(pair.loop, () -> Relay.join(pair.a, pair.b)));
        assertTrue(e.getMessage().contains("CLOS"), e.getMessage());
    }

    @Test
    void refusesAnotherThread() throws IOException {
        RelayPair pair = RelayPair.open(this, ConnectionLimits.DEFAULT);
        assertThrows(IllegalStateException.class, () -> Relay.join(pair.a, pair.b));
    }
}
