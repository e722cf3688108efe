package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Inbound bytes: lent, kept while unconsumed, taken over by detaching, bounded, and held back by a pause. */
public abstract class InboundContract extends TransportContract {

    private static ConnectionLimits maxInbound(int bytes) {
        return ConnectionLimits.builder().maxInboundBytes(bytes).build();
    }

    @Test
    void offersUnconsumedBytesAgainWithMoreBehind() throws IOException {
        List<String> offers = new CopyOnWriteArrayList<>();
        RecordingHandler handler = handler().whenData((c, in) -> offers.add(in.toString(StandardCharsets.US_ASCII)));
        Peer peer = peerOf(handler).send(Payload.ascii("one"));
        handler.seen(Event.DATA, 1);
        peer.send(Payload.ascii("two"));
        handler.seen(Event.DATA, 2);
        assertEquals(List.of("one", "onetwo"), offers);
        Connection connection = handler.opened();
        on(connection, () -> assertEquals(6, connection.unconsumedBytes()));
    }

    @Test
    void keepsWhatIsLeftOfAPartialConsumption() throws IOException {
        List<String> offers = new CopyOnWriteArrayList<>();
        RecordingHandler handler = handler().whenData((c, in) -> {
            offers.add(in.toString(StandardCharsets.US_ASCII));
            in.skip(2);
        });
        Peer peer = peerOf(handler).send(Payload.ascii("abc"));
        handler.seen(Event.DATA, 1);
        Connection connection = handler.opened();
        on(connection, () -> assertEquals(1, connection.unconsumedBytes()));
        peer.send(Payload.ascii("def"));
        handler.seen(Event.DATA, 2);
        assertEquals(List.of("abc", "cdef"), offers);
    }

    @Test
    void framesOfAnySizeNeedNoAccumulation() throws IOException {
        CompletableFuture<Integer> total = new CompletableFuture<>();
        int frames = 3000;
        int[] seen = {0};
        RecordingHandler handler = handler().whenData((c, in) -> {
            while (in.readableBytes() >= 2 && in.readableBytes() >= 2 + in.getShort(in.readIndex())) {
                int length = in.readShort();
                for (int i = 0; i < length; i++) {
                    assertEquals((byte) (seen[0] + i), in.readByte());
                }
                seen[0]++;
            }
            if (seen[0] == frames) {
                total.complete(seen[0]);
            }
        });
        Peer peer = peerOf(handler);
        PlainBuffer out = new PlainBuffer(peers(), 4 << 20);
        for (int frame = 0; frame < frames; frame++) {
            int length = frame * 7 % 1000;
            out.writeShort(length);
            for (int i = 0; i < length; i++) {
                out.writeByte(frame + i);
            }
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes, 0, bytes.length);
        peer.send(bytes);
        assertEquals(frames, Await.value("all frames", total));
    }

    @Test
    void detachedBytesOutliveTheCallback() throws IOException {
        CompletableFuture<Buffer> taken = new CompletableFuture<>();
        RecordingHandler handler = handler().whenData((c, in) -> taken.complete(in.detach()));
        Peer peer = peerOf(handler).send(Payload.ascii("mine"));
        Buffer buffer = Await.value("the detached buffer", taken);
        Connection connection = handler.opened();
        on(connection, () -> {
            assertEquals(0, connection.unconsumedBytes());
            assertEquals("mine", buffer.toString(StandardCharsets.US_ASCII));
        });
        peer.reset();
        handler.closed();
        on(connection, () -> {
            assertEquals("mine", buffer.toString(StandardCharsets.US_ASCII));
            buffer.release();
        });
    }

    @Test
    void detachedPrefixLeavesTheRest() throws IOException {
        CompletableFuture<String> prefix = new CompletableFuture<>();
        List<String> offers = new CopyOnWriteArrayList<>();
        RecordingHandler handler = handler().whenData((c, in) -> {
            offers.add(in.toString(StandardCharsets.US_ASCII));
            if (offers.size() == 1) {
                Buffer own = in.detach(3);
                prefix.complete(own.toString(StandardCharsets.US_ASCII));
                own.release();
            }
        });
        Peer peer = peerOf(handler).send(Payload.ascii("abcde"));
        assertEquals("abc", Await.value("the prefix", prefix));
        peer.send(Payload.ascii("f"));
        handler.seen(Event.DATA, 2);
        assertEquals(List.of("abcde", "def"), offers);
    }

    @Test
    void lentBufferIsDeadAfterTheCallback() throws IOException {
        CompletableFuture<Buffer> lent = new CompletableFuture<>();
        RecordingHandler handler = handler().whenData((c, in) -> {
            in.skip(in.readableBytes());
            lent.complete(in);
        });
        peerOf(handler).send(Payload.ascii("x"));
        Buffer buffer = Await.value("the lent buffer", lent);
        on(handler.opened(), () -> assertThrows(IllegalStateException.class, () -> buffer.getByte(0)));
    }

    @Test
    void refusesToWriteALentBuffer() throws IOException {
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        RecordingHandler handler = handler();
        handler.whenData((c, in) -> {
            refusal.complete(assertThrows(RuntimeException.class, () -> c.write(in)));
            handler.keep(in);
        });
        peerOf(handler).send(Payload.ascii("lent"));
        assertInstanceOf(IllegalStateException.class, Await.value("the refusal", refusal));
        assertEquals("lent", Payload.text(handler.received(4)));
    }

    @Test
    void endsWhenTheLimitIsReachedAndNothingIsConsumed() throws IOException {
        RecordingHandler handler = handler().whenData((c, in) -> {});
        Peer peer = peerOf(handler, maxInbound(1000)).send(new byte[999]);
        Connection connection = handler.opened();
        Await.until("999 bytes", loop(), () -> OnLoop.call(loop(), connection::unconsumedBytes) == 999);
        on(connection, () -> assertEquals(Connection.State.OPEN, connection.state()));
        peer.send(new byte[1]);
        CloseReason reason = handler.closed();
        assertEquals(CloseReason.Kind.INBOUND_LIMIT, reason.kind());
        assertEquals(CloseReason.Initiator.LIBRARY, reason.initiator());
        assertEquals(Peer.End.RESET, peer.awaitEnd());
    }

    @Test
    void goesOnAtTheLimitWhileTheHandlerConsumes() throws IOException {
        RecordingHandler handler = handler();
        handler.whenData((c, in) -> handler.keep(in, 100));
        byte[] sent = Payload.random(10_000, 5);
        peerOf(handler, maxInbound(500)).send(sent);
        byte[] received = handler.received(sent.length - 500);
        assertArrayEquals(Arrays.copyOf(sent, received.length), received);
        Connection connection = handler.opened();
        on(connection, () -> assertEquals(Connection.State.OPEN, connection.state()));
    }

    @Test
    void holdsTheLimitWhilePaused() throws IOException {
        RecordingHandler handler = handler();
        int limit = 20_000;
        handler.whenData((c, in) -> c.pauseReading());
        Peer peer = peerOf(handler, maxInbound(limit));
        byte[] sent = Payload.random(50_000, 6);
        int first = peer.sendSome(sent);
        handler.seen(Event.DATA, 1);
        OnLoop.turns(loop(), 20);
        Connection connection = handler.opened();
        on(connection, () -> {
            assertEquals(Connection.State.OPEN, connection.state());
            assertTrue(connection.unconsumedBytes() <= limit, connection.unconsumedBytes() + " bytes kept");
            assertEquals(1, handler.count(Event.DATA));
            handler.whenData((c, in) -> handler.keep(in));
            connection.resumeReading();
        });
        peer.send(Arrays.copyOfRange(sent, first, sent.length));
        assertArrayEquals(sent, handler.received(sent.length));
    }

    @Test
    void deliversNothingWhilePaused() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.pauseReading();
            assertTrue(connection.isReadingPaused());
        });
        peer.send(Payload.ascii("later"));
        OnLoop.turns(loop(), 20);
        assertEquals(0, handler.count(Event.DATA));
        on(connection, () -> {
            connection.resumeReading();
            assertFalse(connection.isReadingPaused());
        });
        assertEquals("later", Payload.text(handler.received(5)));
    }

    @Test
    void deliversNothingMoreAfterAPauseInsideTheCallback() throws IOException {
        RecordingHandler handler = handler();
        handler.whenData((c, in) -> {
            handler.keep(in);
            c.pauseReading();
        });
        Peer peer = peerOf(handler).send(Payload.ascii("a"));
        handler.received(1);
        peer.send(Payload.ascii("b"));
        OnLoop.turns(loop(), 20);
        assertEquals(1, handler.count(Event.DATA));
        on(handler.opened(), () -> handler.opened().resumeReading());
        assertEquals("ab", Payload.text(handler.received(2)));
    }

    @Test
    void offersKeptBytesAgainOnResume() throws IOException {
        RecordingHandler handler = handler();
        handler.whenData((c, in) -> c.pauseReading());
        peerOf(handler).send(Payload.ascii("kept"));
        Connection connection = handler.seen(Event.DATA, 1);
        on(connection, () -> {
            assertEquals(4, connection.unconsumedBytes());
            handler.whenData((c, in) -> handler.keep(in));
            connection.resumeReading();
        });
        assertEquals("kept", Payload.text(handler.received(4)));
    }

    @Test
    void offersUnconsumedBytesToTheNextHandler() throws IOException {
        RecordingHandler next = handler().joiningLate();
        RecordingHandler first = handler();
        first.whenData((c, in) -> {
            in.skip(8);
            c.handler(next);
        });
        // The first handler is replaced, so its onClosed goes to the next one.
        Peer peer = peerOf(first.replaced()).send(Payload.ascii("UPGRADE:rest"));
        assertEquals("rest", Payload.text(next.received(4)));
        peer.send(Payload.ascii("more"));
        assertEquals("restmore", Payload.text(next.received(8)));
        peer.reset();
        next.closed();
        assertEquals(List.of(Event.OPEN, Event.DATA), first.events());
        assertEquals(0, next.count(Event.OPEN));
    }

    @Test
    void offersUnconsumedBytesToAHandlerSetFromATask() throws IOException {
        RecordingHandler next = handler().joiningLate();
        RecordingHandler first = handler().replaced().whenData((c, in) -> {});
        peerOf(first).send(Payload.ascii("kept"));
        Connection connection = first.seen(Event.DATA, 1);
        on(connection, () -> connection.handler(next));
        assertEquals("kept", Payload.text(next.received(4)));
    }

    @Test
    void readsWhatCameBeforeTheEndWhenResumedAfterIt() throws IOException {
        RecordingHandler handler = handler().whenOpen(Connection::pauseReading);
        Peer peer = peerOf(handler).send(Payload.ascii("last words"));
        peer.shutdownOutput();
        OnLoop.turns(loop(), 10);
        Connection connection = handler.opened();
        on(connection, connection::resumeReading);
        assertEquals("last words", Payload.text(handler.received(10)));
        handler.closed();
        assertEquals(1, handler.count(Event.INPUT_CLOSED));
    }
}
