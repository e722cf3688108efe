package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call that throws what no call is expected to throw takes one connection along, and no other. */
public abstract class ContainmentContract extends TransportContract {
    @TempDir
    Path directory;

    private FileChannel writeOnly() throws IOException {
        Path path = directory.resolve("write-only");
        Files.write(path, new byte[1000]);
        return closedLater(FileChannel.open(path, StandardOpenOption.WRITE));
    }

    @Test
    void aFileNotOpenForReadingEndsItsConnectionOnly() throws IOException {
        Peer other = connectTo(listen(c -> handler().whenData((echo, in) -> echo.write(in.detach()))));
        FileChannel file = writeOnly();
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> connection.write(file, 0, 1000));
        CloseReason reason = handler.closed();
        assertEquals(Kind.SYSTEM_FAILED, reason.kind());
        assertEquals(Initiator.LIBRARY, reason.initiator());
        Throwable failure = reason.failure().orElseThrow();
        if (failure instanceof RuntimeException) {
            // A transport that finds it by a system call has an ordinary failure of that call.
            failures.take(failure);
        }
        assertEquals(Peer.End.RESET, peer.awaitEnd());
        byte[] sent = Payload.random(10_000, 1);
        assertArrayEquals(sent, other.exchange(sent, sent.length));
    }

    @Test
    void aFileNotOpenForReadingIsClosedWhereItWasGivenAway() throws IOException {
        FileChannel file = writeOnly();
        RecordingHandler handler = handler();
        peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> connection.writeAndClose(file, 0, 1000));
        Throwable failure = handler.closed().failure().orElseThrow();
        if (failure instanceof RuntimeException) {
            failures.take(failure);
        }
        assertFalse(file.isOpen());
    }

    @Test
    void aFileWithAnImpossiblePositionIsClosedWhereItWasGivenAway() throws IOException {
        FileChannel file = writeOnly();
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, () -> {
            assertThrows(IllegalArgumentException.class, () -> connection.writeAndClose(file, -1, 10));
            assertFalse(file.isOpen());
            connection.write(Payload.ascii("as before"));
        });
        assertEquals("as before", Payload.text(peer.receive(9)));
    }
}
