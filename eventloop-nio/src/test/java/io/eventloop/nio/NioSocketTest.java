package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import io.eventloop.contract.RawRig;
import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.RawSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NioSocketTest {
    private RawRig rig;
    private Link link;
    private RawSocket socket;

    @BeforeEach
    void open() throws Exception {
        rig = new RawRig(new NioTransport());
        link = rig.link(1);
        socket = link.socket();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void callsOnAClosedSocketFailAndChangeNothing() {
        socket.close();
        SystemCallException closed = assertThrows(SystemCallException.class, () -> rig.read(socket, 1));
        assertEquals(Errno.OTHER, closed.errno());
        assertTrue(closed.getMessage().endsWith(": closed"), closed.getMessage());
    }

    @Test
    void sendsFileBytesUntilTheFileEnds(@TempDir Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "0123456789");
        try (FileChannel file = FileChannel.open(path)) {
            assertEquals(4, socket.sendFile(file, 2, 4));
            assertEquals(2, socket.sendFile(file, 8, 100), "the file is shorter than asked for");
            assertEquals(-1, socket.sendFile(file, 10, 1));
            assertEquals(-1, socket.sendFile(file, 11, 1));
        }
        StringBuilder received = new StringBuilder();
        while (received.length() < 6) {
            received.append(RawRig.receive(link.peer()));
        }
        assertEquals("234589", received.toString());
    }

    @Test
    void sendFileReturnsZeroWhenItWouldBlock(@TempDir Path directory) throws Exception {
        Path path = Files.write(directory.resolve("file"), new byte[64 << 10]);
        try (FileChannel file = FileChannel.open(path)) {
            long sent;
            do {
                sent = socket.sendFile(file, 0, 64 << 10);
            } while (sent > 0);
            assertEquals(0, sent);
        }
    }

    @Test
    void sendFileOnAnInterruptedThreadClosesNothing(@TempDir Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "0123456789");
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            Thread.currentThread().interrupt();
            assertEquals(10, socket.sendFile(file, 0, 10));
            assertTrue(Thread.interrupted());
            assertTrue(file.isOpen());
        }
        assertEquals("0123456789", RawRig.receive(link.peer()));
    }

    @Test
    void hasDescriptorFreedByTheNextPoll() throws Exception {
        assertTrue(((NioSocket) socket).channel().isRegistered());
        socket.close();
        rig.poll();
        assertFalse(((NioSocket) socket).channel().isRegistered());
    }

    @Test
    void anUnconnectedSocketIsSilentAndRefusesBytes() throws Exception {
        RawSocket client = rig.socketTo(rig.listener().localAddress());
        rig.poller().register(client, 2, 1);
        rig.poller().awaitWritable(client);
        assertEquals(0, rig.poll());
        SystemCallException refused = assertThrows(SystemCallException.class, () -> rig.write(client, "x"));
        assertEquals(Errno.ENOTCONN, refused.errno());
        assertEquals(
                Errno.ENOTCONN,
                assertThrows(SystemCallException.class, client::shutdownOutput).errno());
    }
}
