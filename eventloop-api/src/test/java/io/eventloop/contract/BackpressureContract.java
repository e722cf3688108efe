package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.Listener;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The outbound queue: the marks that hold a writer back, the bounds that refuse it, and peers that do not read. */
public abstract class BackpressureContract extends TransportContract {
    private static final ConnectionLimits MARKS = ConnectionLimits.builder()
            .waterMarks(1000, 2000)
            .maxQueuedBytes(10_000)
            .maxQueuedWrites(50)
            .build();

    @Test
    void writeReturnsFalseAboveTheHighMark() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler, MARKS);
        Connection connection = handler.opened();
        on(connection, () -> {
            assertTrue(connection.write(new byte[2000]), "at the mark");
            assertTrue(connection.isWritable());
            assertFalse(connection.write(new byte[1]), "above the mark");
            assertFalse(connection.isWritable());
            connection.flush();
            assertTrue(connection.isWritable());
        });
    }

    @Test
    void tellsOncePerCrossingThatTheQueueFell() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, MARKS);
        Connection connection = handler.opened();
        for (int crossing = 1; crossing <= 5; crossing++) {
            on(connection, () -> {
                for (int i = 0; i < 10; i++) {
                    connection.write(new byte[500]);
                }
                assertFalse(connection.isWritable());
            });
            peer.receive(5000);
            handler.seen(Event.WRITABLE, crossing);
            OnLoop.turns(loop(), 5);
            assertEquals(crossing, handler.count(Event.WRITABLE));
        }
    }

    @Test
    void tellsNothingBelowTheHighMark() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, MARKS);
        Connection connection = handler.opened();
        for (int i = 0; i < 5; i++) {
            on(connection, () -> assertTrue(connection.write(new byte[2000])));
            peer.receive(2000);
        }
        OnLoop.turns(loop(), 5);
        assertEquals(0, handler.count(Event.WRITABLE));
    }

    @Test
    void aWriterThatObeysTheMarksGetsEverythingThrough() throws IOException {
        byte[] all = Payload.random(3_000_000, 1);
        AtomicInteger at = new AtomicInteger();
        RecordingHandler handler = handler().whenOpen(c -> pump(c, all, at)).whenWritable(c -> pump(c, all, at));
        Peer peer = slowPeerOf(handler, MARKS);
        assertArrayEquals(all, peer.receiveToEnd());
    }

    private static void pump(Connection connection, byte[] all, AtomicInteger at) {
        boolean goOn = true;
        while (goOn && at.get() < all.length) {
            int from = at.getAndAdd(700);
            int length = Math.min(700, all.length - from);
            goOn = connection.write(ByteBuffer.wrap(all, from, length));
            assertTrue(connection.queuedBytes() <= 2700, connection.queuedBytes() + " bytes queued");
        }
        if (at.get() >= all.length) {
            connection.close();
        }
    }

    @Test
    void refusesMemoryPastTheHardBoundAndLives() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, MARKS);
        Connection connection = handler.opened();
        byte[] accepted = Payload.random(10_000, 2);
        on(connection, () -> {
            assertFalse(connection.write(accepted));
            assertThrows(WriteLimitExceededException.class, () -> connection.write(new byte[1]));
            assertThrows(WriteLimitExceededException.class, () -> connection.write(ByteBuffer.allocate(1)));
            assertThrows(WriteLimitExceededException.class, () -> connection.write(ByteBuffer.allocateDirect(1)));
            Buffer buffer = connection.loop().buffers().acquire(1).writeByte(1);
            assertThrows(WriteLimitExceededException.class, () -> connection.write(buffer));
            assertEquals(10_000, connection.queuedBytes());
            assertEquals(Connection.State.OPEN, connection.state());
        });
        assertArrayEquals(accepted, peer.receive(10_000));
        on(connection, () -> connection.write(Payload.ascii("next")));
        assertEquals("next", Payload.text(peer.receive(4)));
        OnLoop.turn(loop());
        assertNoBufferHeld();
    }

    @Test
    void refusesAWriteLargerThanTheBoundAsAWhole() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, MARKS);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(Payload.ascii("a"));
            assertThrows(WriteLimitExceededException.class, () -> connection.write(new byte[10_000]));
            assertEquals(1, connection.queuedBytes());
            connection.write(Payload.ascii("b"));
        });
        assertEquals("ab", Payload.text(peer.receive(2)));
    }

    @Test
    void refusesPiecesPastTheHardBoundAndLives() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, MARKS);
        Connection connection = handler.opened();
        on(connection, () -> {
            for (int i = 0; i < 49; i++) {
                assertTrue(connection.write(ByteBuffer.allocateDirect(1)));
            }
            assertFalse(connection.write(ByteBuffer.allocateDirect(1)), "at the bound");
            assertThrows(WriteLimitExceededException.class, () -> connection.write(ByteBuffer.allocateDirect(1)));
            assertEquals(50, connection.queuedBytes());
            connection.flush();
            assertTrue(connection.write(ByteBuffer.allocateDirect(1)));
        });
        assertArrayEquals(new byte[51], peer.receive(51));
        handler.seen(Event.WRITABLE, 1);
    }

    @Test
    void aRefusedWriteNamesConnectionAndBound() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, MARKS);
        Connection connection = handler.opened();
        on(connection, () -> {
            Throwable refusal =
                    assertThrows(WriteLimitExceededException.class, () -> connection.write(new byte[10_001]));
            String message = refusal.getMessage().replace(",", "");
            assertTrue(message.contains("10000"), message);
            String address = peer.localAddress().toString().replace("/", "");
            assertTrue(message.contains(address) || message.contains(Long.toString(connection.id())), message);
        });
    }

    @Test
    void aPeerThatNeverReadsDisturbsNoOther() throws IOException {
        RecordingHandler stuck = handler();
        slowPeerOf(stuck, ConnectionLimits.DEFAULT);
        Connection connection = stuck.opened();
        on(connection, () -> {
            for (int i = 0; i < 8; i++) {
                connection.write(new byte[1 << 20]);
            }
        });
        Listener listener = listen(c -> handler().whenData((echo, in) -> echo.write(in.detach())));
        Peer other = connectTo(listener);
        for (int i = 0; i < 50; i++) {
            byte[] sent = Payload.random(10_000, i);
            assertArrayEquals(sent, other.exchange(sent, sent.length));
        }
        on(connection, () -> {
            assertEquals(Connection.State.OPEN, connection.state());
            assertTrue(connection.queuedBytes() > 4 << 20, connection.queuedBytes() + " bytes queued");
        });
    }

    @Test
    void deliversEverythingOnceTheSlowPeerReads() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = slowPeerOf(handler, ConnectionLimits.DEFAULT);
        Connection connection = handler.opened();
        byte[] all = Payload.random(4_000_000, 3);
        on(connection, () -> connection.write(all));
        OnLoop.turns(loop(), 10);
        assertArrayEquals(all, peer.receive(all.length));
        handler.seen(Event.WRITABLE, 1);
        on(connection, () -> assertEquals(0, connection.queuedBytes()));
    }

    @Test
    void replacedLimitsHoldForTheNextWrite() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, MARKS);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.limits(
                    MARKS.toBuilder().waterMarks(10, 20).maxQueuedBytes(30).build());
            assertFalse(connection.write(new byte[21]));
            assertThrows(WriteLimitExceededException.class, () -> connection.write(new byte[10]));
        });
        peer.receive(21);
        on(connection, () -> {
            connection.limits(MARKS);
            assertTrue(connection.write(new byte[2000]));
        });
    }

    @Test
    void aRefusalTheHandlerLetsPassEndsTheConnection() throws IOException {
        RecordingHandler handler = handler().whenData((c, in) -> c.write(new byte[10_001]));
        peerOf(handler, MARKS).send(Payload.ascii("x"));
        CloseReason reason = handler.closed();
        assertEquals(CloseReason.Kind.HANDLER_FAILED, reason.kind());
        failures.take(reason.failure().orElseThrow());
    }
}
