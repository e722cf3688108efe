package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes from files: in their place among other writes, without memory, and closed when they are meant to be. */
public abstract class FileContract extends TransportContract {
    @TempDir
    Path folder;

    private FileChannel file(byte[] content) throws IOException {
        Path path = Files.write(Files.createTempFile(folder, "content", ""), content);
        return closedLater(FileChannel.open(path, StandardOpenOption.READ));
    }

    @Test
    void sendsAFileInItsPlace() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        FileChannel file = file(Payload.ascii("0123456789"));
        on(connection, () -> {
            connection.write(Payload.ascii("<"));
            assertTrue(connection.write(file, 2, 5));
            assertEquals(6, connection.queuedBytes());
            connection.write(Payload.ascii("|"));
            assertTrue(connection.write(file, 0, 10));
            connection.write(ByteBuffer.wrap(Payload.ascii(">")));
        });
        assertEquals("<23456|0123456789>", Payload.text(peer.receive(18)));
        assertTrue(file.isOpen());
        assertEquals(0, file.position());
    }

    @Test
    void sendsALargeFile() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        byte[] content = Payload.random(5_000_001, 1);
        FileChannel file = file(content);
        on(connection, () -> {
            connection.write(Payload.ascii("head"));
            connection.writeAndClose(file, 0, content.length);
            connection.write(Payload.ascii("tail"));
            connection.close();
        });
        byte[] all = Payload.concatenation(Payload.ascii("head"), content, Payload.ascii("tail"));
        assertArrayEquals(all, peer.receiveToEnd());
        peer.close();
        assertTrue(handler.closed().isOrderly());
        assertFalse(file.isOpen());
    }

    @Test
    void closesTheFileAfterTheLastByte() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        FileChannel file = file(new byte[1000]);
        on(connection, () -> connection.writeAndClose(file, 0, 1000));
        peer.receive(1000);
        Await.until("the closed file", loop(), () -> !file.isOpen());
        on(connection, () -> assertEquals(Connection.State.OPEN, connection.state()));
    }

    @Test
    void closesTheFileWithTheConnection() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler);
        Connection connection = handler.opened();
        FileChannel given = file(new byte[4_000_000]);
        FileChannel lent = file(new byte[4_000_000]);
        on(connection, () -> {
            connection.writeAndClose(given, 0, 4_000_000);
            connection.write(lent, 0, 4_000_000);
            connection.abort();
        });
        handler.closed();
        Await.until("the closed file", loop(), () -> !given.isOpen());
        assertTrue(lent.isOpen());
    }

    @Test
    void closesTheFileOfADiscardedWrite() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler);
        Connection connection = handler.opened();
        FileChannel file = file(new byte[100]);
        on(connection, () -> {
            connection.close();
            assertFalse(connection.writeAndClose(file, 0, 100));
        });
        assertFalse(file.isOpen());
    }

    @Test
    void closesTheFileOfARefusedWrite() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler);
        Connection connection = handler.opened();
        FileChannel file = file(new byte[100]);
        on(connection, () -> {
            connection.shutdownOutput();
            assertThrows(IllegalStateException.class, () -> connection.writeAndClose(file, 0, 100));
        });
        assertFalse(file.isOpen());
    }

    @Test
    void aFileThatIsTooShortEndsTheConnection() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        FileChannel file = file(new byte[1000]);
        on(connection, () -> connection.writeAndClose(file, 0, 1001));
        CloseReason reason = handler.closed();
        assertFalse(reason.isOrderly());
        assertNotEquals(CloseReason.Kind.RESET, reason.kind());
        assertEquals(CloseReason.Initiator.LIBRARY, reason.initiator());
        assertTrue(reason.failure().isPresent(), "the reason says that the file was too short");
        assertEquals(Peer.End.RESET, peer.awaitEnd());
        assertFalse(file.isOpen());
    }

    @Test
    void fileBytesCountForTheWaterMarkButNotAsMemory() throws IOException {
        ConnectionLimits limits = ConnectionLimits.builder()
                .waterMarks(1000, 2000)
                .maxQueuedBytes(3000)
                .build();
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler, limits);
        Connection connection = handler.opened();
        byte[] content = Payload.random(100_000, 2);
        FileChannel file = file(content);
        on(connection, () -> {
            assertFalse(connection.write(file, 0, content.length));
            assertEquals(content.length, connection.queuedBytes());
            connection.write(new byte[3000]);
        });
        byte[] received = peer.receive(content.length + 3000);
        assertArrayEquals(content, Arrays.copyOf(received, content.length));
        handler.seen(RecordingHandler.Event.WRITABLE, 1);
    }

    @Test
    void holdsNoMemoryForAQueuedFile() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler);
        Connection connection = handler.opened();
        FileChannel file = file(new byte[1_000_000]);
        on(connection, () -> {
            connection.write(file, 0, 1_000_000);
            assertEquals(0, connection.loop().buffers().metrics().usedBytes());
        });
    }
}
