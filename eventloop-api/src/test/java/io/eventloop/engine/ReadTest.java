package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.Errno;
import io.eventloop.contract.Payload;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reading, call by call: when it stops, whom it lets go first, and what each answer of the system means. */
final class ReadTest {
    private final EngineRig rig = new EngineRig();
    private final ScriptedSocket socket = new ScriptedSocket();
    private final RecordingHandler handler = new RecordingHandler();

    @AfterEach
    void close() {
        rig.close();
        assertEquals(List.of(), handler.violations());
    }

    @Test
    void stopsAtAShortRead() throws IOException {
        rig.accept(socket, handler);
        int reads = socket.reads;
        socket.input.add(new byte[100]);
        socket.input.add(ScriptedSocket.BLOCK);
        rig.turn();
        assertEquals(reads + 1, socket.reads, "a short read says that nothing is left");
        assertEquals(100, handler.received(100).length);
    }

    @Test
    void readsTheEndBehindAShortReadWhenItWasAnnounced() throws IOException {
        rig.accept(socket, handler);
        socket.input.add(new byte[100]);
        socket.input.add(ScriptedSocket.END);
        rig.poller().registration(socket).awaitsReadable = false;
        rig.poller().report(socket, ReadySink.READABLE | ReadySink.INPUT_ENDED);
        // An edge-triggered poller says nothing more.
        rig.turn();
        assertEquals(
                List.of(Event.OPEN, Event.DATA, Event.INPUT_CLOSED),
                handler.events().subList(0, 3));
    }

    @Test
    void leavesOthersTheirTurnAfterItsBudget() throws IOException {
        ConnectionLimits limits =
                ConnectionLimits.builder().readBudgetBytes(100_000).build();
        rig.accept(socket, handler, limits);
        ScriptedSocket modest = new ScriptedSocket();
        RecordingHandler modestHandler = new RecordingHandler();
        rig.accept(modest, modestHandler);
        socket.input.add(new byte[1_000_000]);
        modest.input.add(new byte[10]);
        rig.turn();
        assertEquals(10, modestHandler.received(10).length);
        int first = handler.received(1).length;
        assertTrue(first >= 100_000 && first <= 100_000 + (64 << 10), first + " bytes in one turn");
        rig.turn();
        int second = handler.received(first + 1).length - first;
        assertTrue(second >= 100_000 && second <= 100_000 + (64 << 10), second + " bytes in the next turn");
        assertTrue(rig.loop.nextDeadlineNanos() <= rig.environment.clock().nanoTime(), "more is pending");
    }

    @Test
    void aPauseInsideTheCallbackStopsTheReadsOfThatTurn() throws IOException {
        handler.whenData((c, in) -> {
            handler.keep(in);
            c.pauseReading();
        });
        Connection connection = rig.accept(socket, handler);
        socket.input.add(Payload.random(1_000_000, 1));
        int reads = socket.reads;
        rig.turns(10);
        assertEquals(reads + 1, socket.reads);
        connection.resumeReading();
        rig.turns(10);
        assertEquals(reads + 2, socket.reads);
        assertEquals(2, handler.count(Event.DATA));
    }

    @Test
    void neverReadsPastTheInboundLimit() throws IOException {
        int limit = 5000;
        handler.whenData((c, in) -> {
            assertTrue(in.readableBytes() <= limit, in.readableBytes() + " bytes offered");
            handler.keep(in, 1);
        });
        ConnectionLimits limits =
                ConnectionLimits.builder().maxInboundBytes(limit).build();
        rig.accept(socket, handler, limits);
        byte[] sent = Payload.random(20_000, 2);
        socket.input.add(sent);
        rig.turns(200);
        byte[] received = handler.received(1);
        assertTrue(received.length >= sent.length - limit, received.length + " bytes");
        for (int i = 0; i < received.length; i++) {
            assertEquals(sent[i], received[i]);
        }
    }

    @Test
    void framesAsLargeAsTheLimitPass() throws IOException {
        int frame = 5000;
        handler.whenData((c, in) -> {
            while (in.readableBytes() >= frame) {
                handler.keep(in, frame);
            }
        });
        ConnectionLimits limits =
                ConnectionLimits.builder().maxInboundBytes(frame).build();
        rig.accept(socket, handler, limits);
        byte[] sent = Payload.random(10 * frame, 3);
        for (int at = 0; at < sent.length; at += 1000) {
            byte[] piece = new byte[1000];
            System.arraycopy(sent, at, piece, 0, piece.length);
            socket.input.add(piece);
        }
        rig.turns(100);
        assertArrayEquals(sent, handler.received(sent.length));
    }

    @Test
    void aResetIsToldAfterTheBytesBeforeIt() throws IOException {
        rig.accept(socket, handler);
        socket.input.add(new byte[100]);
        socket.input.add(ScriptedSocket.failure("read(2)", Errno.ECONNRESET));
        rig.turns(3);
        CloseReason reason = handler.closed();
        assertEquals(Kind.RESET, reason.kind());
        assertEquals(Initiator.PEER, reason.initiator());
        assertEquals(List.of(Event.OPEN, Event.DATA, Event.CLOSED), handler.events());
        assertTrue(socket.isClosed());
    }

    @Test
    void anyOtherFailureIsTheSystems() throws IOException {
        rig.accept(socket, handler);
        IOException failure = ScriptedSocket.failure("read(2)", Errno.ENOBUFS);
        socket.input.add(failure);
        rig.turns(2);
        CloseReason reason = handler.closed();
        assertEquals(Kind.SYSTEM_FAILED, reason.kind());
        assertEquals(Initiator.LIBRARY, reason.initiator());
        assertSame(failure, reason.failure().orElseThrow());
    }

    @Test
    void aTimeOutOfTheKernelIsTheSystems() throws IOException {
        rig.accept(socket, handler);
        socket.input.add(ScriptedSocket.failure("read(2)", Errno.ETIMEDOUT));
        rig.turns(2);
        assertEquals(Kind.SYSTEM_FAILED, handler.closed().kind());
    }

    @Test
    void aFailedReadReclaimsWhatWasUnconsumed() throws IOException {
        handler.whenData((c, in) -> {});
        rig.accept(socket, handler);
        socket.input.add(new byte[1000]);
        socket.input.add(ScriptedSocket.failure("read(2)", Errno.ECONNRESET));
        rig.turns(3);
        assertEquals(Kind.RESET, handler.closed().kind());
        long usedBytes = rig.loop.metrics().buffers().usedBytes();
        assertTrue(usedBytes <= 64 << 10, usedBytes + " bytes in use");
    }

    @Test
    void theEndAfterUnconsumedBytesIsTold() throws IOException {
        int[] left = new int[1];
        handler.whenData((c, in) -> {}).whenInputClosed(c -> left[0] = c.unconsumedBytes());
        rig.accept(socket, handler);
        socket.input.add(new byte[10]);
        socket.input.add(ScriptedSocket.END);
        rig.turns(3);
        assertEquals(10, left[0]);
    }

    @Test
    void readsNothingMoreAfterTheEndOfInput() throws IOException {
        handler.whenInputClosed(c -> {});
        rig.accept(socket, handler);
        socket.input.add(ScriptedSocket.END);
        rig.turns(3);
        int reads = socket.reads;
        rig.poller().report(socket, ReadySink.READABLE | ReadySink.INPUT_ENDED);
        rig.turns(3);
        assertEquals(reads, socket.reads);
        assertFalse(rig.turn());
    }

    @Test
    void discardsWhatArrivesWhileItCloses() throws IOException {
        Connection connection = rig.accept(socket, handler);
        connection.write(Payload.ascii("bye"));
        connection.close();
        socket.input.add(new byte[500_000]);
        socket.input.add(ScriptedSocket.END);
        rig.turns(20);
        CloseReason reason = handler.closed();
        assertEquals(Kind.CLOSED, reason.kind());
        assertEquals(0, handler.count(Event.DATA));
        assertEquals("bye", Payload.text(socket.sent.toByteArray()));
        assertTrue(socket.outputEnded);
        assertTrue(socket.closed);
        assertFalse(socket.reset);
    }
}
