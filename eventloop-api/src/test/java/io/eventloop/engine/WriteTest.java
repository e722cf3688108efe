package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.Errno;
import io.eventloop.contract.Payload;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writing, call by call: short writes, full sockets, marks met to the byte, and the end behind the last byte. */
final class WriteTest {
    private final EngineRig rig = new EngineRig();
    private final ScriptedSocket socket = new ScriptedSocket();
    private final RecordingHandler handler = new RecordingHandler();

    @AfterEach
    void close() {
        rig.close();
        assertEquals(List.of(), handler.violations());
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Test
    void oneByteAtATimeKeepsTheOrder() throws IOException {
        Connection connection = rig.accept(socket, handler);
        socket.room = () -> 1;
        byte[] all = Payload.random(300, 1);
        for (int at = 0; at < all.length; at += 30) {
            byte[] piece = new byte[30];
            System.arraycopy(all, at, piece, 0, 30);
            connection.write(at % 60 == 0 ? direct(piece) : ByteBuffer.wrap(piece));
        }
        rig.turns(all.length + 10);
        assertArrayEquals(all, socket.sent.toByteArray());
        assertEquals(0, connection.queuedBytes());
        assertEquals(300, connection.bytesSent());
    }

    @Test
    void aFullSocketIsLeftAloneUntilItIsWritable() throws IOException {
        Connection connection = rig.accept(socket, handler);
        socket.isStuck = true;
        socket.room = () -> 0;
        connection.write(new byte[100]);
        rig.turn();
        assertEquals(1, socket.writes);
        connection.write(new byte[100]);
        connection.flush();
        rig.turns(10);
        assertEquals(1, socket.writes);
        assertEquals(200, connection.queuedBytes());
        assertFalse(rig.turn(), "nothing is pending while the peer holds back");
        socket.isStuck = false;
        socket.room = () -> 1000;
        rig.turns(2);
        assertEquals(200, socket.sent.size());
        assertEquals(2, socket.writes);
    }

    @Test
    void meetsTheMarksToTheByte() throws IOException {
        ConnectionLimits limits =
                ConnectionLimits.builder().waterMarks(1000, 2000).build();
        Connection connection = rig.accept(socket, handler, limits);
        socket.room = () -> 0;
        socket.isStuck = true;
        assertTrue(connection.write(new byte[2000]));
        assertFalse(connection.write(new byte[1]));
        rig.turns(3);
        assertEquals(0, handler.count(Event.WRITABLE));
        sendOnce(1000);
        assertEquals(1001, connection.queuedBytes());
        assertEquals(0, handler.count(Event.WRITABLE), "above the low mark");
        sendOnce(1);
        assertEquals(1000, connection.queuedBytes());
        assertEquals(1, handler.count(Event.WRITABLE), "at the low mark");
        sendOnce(500);
        rig.turns(3);
        assertEquals(1, handler.count(Event.WRITABLE), "once per crossing");
        assertTrue(connection.isWritable());
    }

    /** Has the socket take so many bytes in one call, and be full again. */
    private void sendOnce(int bytes) {
        int[] left = {bytes};
        socket.room = () -> {
            int room = left[0];
            left[0] = 0;
            return room;
        };
        socket.isStuck = false;
        rig.turn();
        socket.isStuck = true;
        rig.turn();
    }

    @Test
    void onWritableMayFillTheQueueAgain() throws IOException {
        ConnectionLimits limits =
                ConnectionLimits.builder().waterMarks(100, 200).build();
        int[] rounds = {0};
        handler.whenWritable(c -> {
            if (rounds[0]++ < 10) {
                assertFalse(c.write(new byte[201]));
            }
        });
        Connection connection = rig.accept(socket, handler, limits);
        connection.write(new byte[201]);
        rig.turns(30);
        assertEquals(11 * 201, socket.sent.size());
        assertEquals(11, handler.count(Event.WRITABLE));
    }

    @Test
    void onWritableThatFillsTheQueueStarvesNobody() throws IOException {
        ConnectionLimits limits =
                ConnectionLimits.builder().waterMarks(100, 200).build();
        handler.whenWritable(c -> c.write(new byte[201]));
        Connection connection = rig.accept(socket, handler, limits);
        ScriptedSocket other = new ScriptedSocket();
        RecordingHandler otherHandler = new RecordingHandler();
        rig.accept(other, otherHandler);
        connection.write(new byte[201]);
        for (int i = 1; i <= 20; i++) {
            other.input.add(new byte[1]);
            rig.turn();
        }
        rig.turn();
        assertEquals(20, otherHandler.received(20).length);
        connection.abort();
    }

    @Test
    void theEndFollowsTheLastByte() throws IOException {
        handler.whenInputClosed(c -> {});
        Connection connection = rig.accept(socket, handler);
        socket.room = () -> 10;
        connection.write(new byte[95]);
        connection.shutdownOutput();
        while (socket.sent.size() < 90) {
            assertFalse(socket.outputEnded);
            rig.turn();
        }
        rig.turns(5);
        assertEquals(95, socket.sent.size());
        assertTrue(socket.outputEnded);
        assertEquals(Connection.State.OPEN, connection.state());
        socket.input.add(ScriptedSocket.END);
        rig.turns(2);
        assertEquals(Kind.FINISHED, handler.closed().kind());
    }

    @Test
    void aResetFoundByAWriteEndsTheConnection() throws IOException {
        handler.whenOpen(Connection::pauseReading);
        Connection connection = rig.accept(socket, handler);
        socket.room = () -> -1;
        connection.write(new byte[10]);
        rig.turns(3);
        assertEquals(Kind.RESET, handler.closed().kind());
        assertEquals(Initiator.PEER, handler.closed().initiator());
    }

    @Test
    void aResetFoundByAWriteLeavesWhatCameBeforeToBeRead() throws IOException {
        Connection connection = rig.accept(socket, handler);
        socket.room = () -> -1;
        connection.write(new byte[10]);
        socket.input.add(Payload.ascii("last words"));
        socket.input.add(ScriptedSocket.failure("read(2)", Errno.ECONNRESET));
        rig.turns(5);
        assertEquals(Kind.RESET, handler.closed().kind());
        assertEquals(1, handler.count(Event.DATA));
        assertFalse(connection.write(new byte[1]));
    }

    @Test
    void aFlushInsideACallbackMayEndTheConnection() throws IOException {
        handler.whenData((c, in) -> {
            in.skip(in.readableBytes());
            c.write(new byte[10]);
            c.flush();
            c.write(new byte[10]);
        });
        rig.accept(socket, handler);
        socket.room = () -> -1;
        socket.input.add(new byte[1]);
        socket.input.add(ScriptedSocket.failure("read(2)", Errno.ECONNRESET));
        rig.turns(4);
        assertEquals(Kind.RESET, handler.closed().kind());
    }

    @Test
    void gathersNoMoreThanAVectorHolds() throws IOException {
        Connection connection = rig.accept(socket, handler);
        byte[] piece = new byte[1000];
        for (int i = 0; i < 200; i++) {
            connection.write(direct(piece));
        }
        rig.turns(5);
        assertEquals(200_000, socket.sent.size());
        assertTrue(socket.writes >= 4 && socket.writes <= 5, socket.writes + " writes");
    }

    @Test
    void anIdleConnectionCostsFewTurnsADay() throws IOException {
        handler.whenIdle(c -> false);
        rig.accept(socket, handler);
        long end = rig.environment.clock().nanoTime() + Duration.ofDays(1).toNanos();
        long before = rig.loop.metrics().turns();
        while (rig.environment.clock().nanoTime() < end) {
            long wait = rig.loop.nextDeadlineNanos() - rig.environment.clock().nanoTime();
            rig.environment.advance(Duration.ofNanos(Math.max(wait, 1)));
            rig.turn();
        }
        long turns = rig.loop.metrics().turns() - before;
        int idle = handler.count(Event.IDLE);
        assertTrue(idle >= 280 && idle <= 288, idle + " idle timeouts of 5 minutes in a day");
        assertTrue(turns <= 5000, turns + " turns");
    }
}
