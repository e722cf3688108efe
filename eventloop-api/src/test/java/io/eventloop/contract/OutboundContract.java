package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Writes from memory: every kind, in order, in one system call a turn, and what becomes of them near the end. */
public abstract class OutboundContract extends TransportContract {

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Test
    void sendsEveryKindOfMemory() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            assertTrue(connection.write(Payload.ascii("array,")));
            assertTrue(connection.write(ByteBuffer.wrap(Payload.ascii("heap,"))));
            assertTrue(connection.write(
                    ByteBuffer.wrap(Payload.ascii("read-only heap,")).asReadOnlyBuffer()));
            assertTrue(connection.write(direct(Payload.ascii("direct,"))));
            assertTrue(
                    connection.write(direct(Payload.ascii("read-only direct,")).asReadOnlyBuffer()));
            Buffer buffer = connection.loop().buffers().acquire(100);
            assertTrue(connection.write(buffer.writeBytes(Payload.ascii("buffer,"))));
            Buffer wrapped = connection.loop().buffers().wrap(direct(Payload.ascii("wrapped")));
            assertTrue(connection.write(wrapped));
        });
        String all = "array,heap,read-only heap,direct,read-only direct,buffer,wrapped";
        assertEquals(all, Payload.text(peer.receive(all.length())));
    }

    @Test
    void sendsOnlyTheRemainingBytesAndMovesNoPosition() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        ByteBuffer heap = ByteBuffer.wrap(Payload.ascii("xxheapyy")).position(2).limit(6);
        ByteBuffer direct = direct(Payload.ascii("xxdirectyy")).position(2).limit(8);
        on(connection, () -> {
            connection.write(heap);
            connection.write(direct);
            Buffer buffer = connection.loop().buffers().acquire(16).writeBytes(Payload.ascii("xxbuffer"));
            connection.write(buffer.skip(2));
        });
        assertEquals("heapdirectbuffer", Payload.text(peer.receive(16)));
        assertEquals(2, heap.position());
        assertEquals(6, heap.limit());
        assertEquals(2, direct.position());
        assertEquals(8, direct.limit());
    }

    @Test
    void copiesHeapMemoryAtOnce() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            byte[] array = Payload.ascii("first");
            connection.write(array);
            connection.write(ByteBuffer.wrap(array));
            Arrays.fill(array, (byte) 'x');
        });
        assertEquals("firstfirst", Payload.text(peer.receive(10)));
    }

    @Test
    void sendsPiecesLargerThanAnySizeClass() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        byte[] large = Payload.random(1_000_003, 1);
        on(connection, () -> {
            connection.write(large);
            connection.write(ByteBuffer.wrap(large));
            connection.write(direct(large));
            connection.write(connection.loop().buffers().acquire(large.length).writeBytes(large));
        });
        assertArrayEquals(Payload.concatenation(large, large, large, large), peer.receive(4 * large.length));
    }

    @Test
    void keepsTheOrderOfManySmallPieces() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        byte[] all = Payload.random(30_000, 2);
        on(connection, () -> {
            int at = 0;
            for (int i = 0; at < all.length; i++) {
                int length = Math.min(i % 20, all.length - at);
                byte[] piece = Arrays.copyOfRange(all, at, at + length);
                connection.write(i % 2 == 0 ? ByteBuffer.wrap(piece) : direct(piece));
                at += length;
            }
        });
        assertArrayEquals(all, peer.receive(all.length));
    }

    @Test
    void writesOfOneTurnLeaveInOneCall() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        long before = loop().metrics().writes();
        on(connection, () -> {
            for (int i = 0; i < 10; i++) {
                connection.write(direct(Payload.ascii("piece")));
            }
            assertEquals(50, connection.queuedBytes());
            assertEquals(0, connection.bytesSent());
        });
        peer.receive(50);
        OnLoop.turn(loop());
        assertEquals(1, loop().metrics().writes() - before);
    }

    @Test
    void flushSendsAtOnce() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(new byte[100]);
            assertEquals(100, connection.queuedBytes());
            connection.flush();
            assertEquals(0, connection.queuedBytes());
            assertEquals(100, connection.bytesSent());
            connection.flush();
            // The peer has the bytes while the loop still stands in this task.
            assertEquals(100, peer.receive(100).length);
        });
    }

    @Test
    void sendsWhatACallbackWrites() throws IOException {
        RecordingHandler handler = handler()
                .whenOpen(c -> c.write(Payload.ascii("welcome ")))
                .whenInputClosed(c -> {
                    c.write(Payload.ascii("bye"));
                    c.close();
                });
        handler.whenData((c, in) -> c.write(in.detach()));
        Peer peer = peerOf(handler);
        assertEquals("welcome ", Payload.text(peer.receive(8)));
        assertEquals("hello ", Payload.text(peer.exchange(Payload.ascii("hello "), 6)));
        peer.shutdownOutput();
        assertEquals("bye", Payload.text(peer.receiveToEnd()));
    }

    @Test
    void takesEmptyWrites() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            assertTrue(connection.write(new byte[0]));
            assertTrue(connection.write(ByteBuffer.allocate(0)));
            assertTrue(connection.write(connection.loop().buffers().acquire(10)));
            assertEquals(0, connection.queuedBytes());
            assertTrue(connection.write(Payload.ascii("x")));
            assertTrue(connection.write(ByteBuffer.allocateDirect(0)));
            assertTrue(connection.write(Payload.ascii("y")));
        });
        assertEquals("xy", Payload.text(peer.receive(2)));
    }

    @Test
    void takesTheBufferOver() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            Buffer buffer = connection.loop().buffers().acquire(10).writeBytes(Payload.ascii("mine"));
            connection.write(buffer);
            assertThrows(IllegalStateException.class, buffer::release);
            assertThrows(IllegalStateException.class, () -> connection.write(buffer));
            assertThrows(IllegalStateException.class, buffer::readByte);
        });
        assertEquals("mine", Payload.text(peer.receive(4)));
    }

    @Test
    void discardsWritesAfterClose() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(Payload.ascii("before"));
            connection.close();
            assertFalse(connection.write(Payload.ascii("after")));
            assertFalse(connection.write(ByteBuffer.wrap(Payload.ascii("after"))));
            assertFalse(connection.write(connection.loop().buffers().acquire(10).writeBytes(Payload.ascii("after"))));
            assertFalse(connection.isWritable());
        });
        assertEquals("before", Payload.text(peer.receiveToEnd()));
    }

    @Test
    void discardsWritesAfterTheEnd() throws IOException {
        CompletableFuture<Boolean> inOnClosed = new CompletableFuture<>();
        RecordingHandler handler =
                handler().whenClosed((c, reason) -> inOnClosed.complete(c.write(Payload.ascii("in onClosed"))));
        peerOf(handler).reset();
        handler.closed();
        assertFalse(Await.value("the write in onClosed", inOnClosed));
        Connection connection = handler.opened();
        on(connection, () -> {
            assertFalse(connection.write(Payload.ascii("late")));
            assertFalse(connection.write(connection.loop().buffers().acquire(10).writeBytes(Payload.ascii("late"))));
            connection.flush();
            assertEquals(0, connection.queuedBytes());
        });
    }

    @Test
    void refusesWritesAfterShutdownOutput() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(Payload.ascii("before"));
            connection.shutdownOutput();
            assertThrows(IllegalStateException.class, () -> connection.write(Payload.ascii("after")));
            Buffer buffer = connection.loop().buffers().acquire(10).writeBytes(Payload.ascii("after"));
            assertThrows(IllegalStateException.class, () -> connection.write(buffer));
        });
        assertEquals("before", Payload.text(peer.receiveToEnd()));
        on(connection, () -> assertEquals(Connection.State.OPEN, connection.state()));
    }

    @Test
    void reclaimsQueuedBuffersAtTheEnd() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            connection.write(new byte[5_000_000]);
            connection.write(connection.loop().buffers().acquire(50_000).writeBytes(new byte[50_000]));
        });
        peer.receive(1000);
        peer.reset();
        assertEquals(CloseReason.Kind.RESET, handler.closed().kind());
        assertNoBufferHeld();
    }
}
