package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import io.eventloop.nio.NioRig.Link;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.WriteVector;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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
    private NioRig rig;
    private Link link;
    private RawSocket socket;

    @BeforeEach
    void open() throws Exception {
        rig = new NioRig();
        link = rig.link(1);
        socket = link.socket();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void readsBehindTheWriteIndex() throws Exception {
        NioRig.send(link.peer(), "world");
        Buffer target = rig.buffer().writeLatin1("hello ");
        while (target.readableBytes() < 11) {
            rig.poll(NioRig.PATIENCE_NANOS);
            assertTrue(socket.read(target) >= 0);
            rig.poller.awaitReadable(socket);
        }
        assertEquals("hello world", target.toString(StandardCharsets.US_ASCII));
        target.release();
    }

    @Test
    void readsZeroWhenItWouldBlock() throws Exception {
        Buffer target = rig.buffer();
        assertEquals(0, socket.read(target));
        assertEquals(0, target.writeIndex());
        target.release();
    }

    @Test
    void readsTheEndOfInputAgainAndAgain() throws Exception {
        NioRig.send(link.peer(), "x");
        link.peer().shutdownOutput();
        assertEquals("x", rig.read(socket, 1));
        assertNull(rig.read(socket, 1));
        assertNull(rig.read(socket, 1));
    }

    @Test
    void writesOneBuffer() throws Exception {
        assertEquals(5, rig.write(socket, "hello"));
        assertEquals("hello", NioRig.receive(link.peer()));
    }

    @Test
    void writesManyBuffersInOrderWithoutMovingAnIndex() throws Exception {
        WriteVector vector = new WriteVector();
        Buffer first = rig.buffer().writeLatin1("..hel").skip(2);
        Buffer second = rig.buffer().writeLatin1("lo ");
        Buffer third = rig.buffer().writeLatin1("world");
        vector.add(first);
        vector.add(second);
        vector.add(third);
        assertEquals(11, socket.write(vector));
        assertEquals("hello world", NioRig.receive(link.peer()));
        assertEquals(2, first.readIndex());
        assertEquals(3, first.readableBytes());
        assertEquals(5, third.readableBytes());
    }

    @Test
    void writesZeroWhenItWouldBlock() throws Exception {
        String chunk = "x".repeat(4096);
        long written;
        do {
            written = rig.write(socket, chunk, chunk, chunk, chunk);
        } while (written > 0);
        assertEquals(0, written);
        assertEquals(0, rig.write(socket, chunk));
    }

    @Test
    void shutdownOutputEndsThePeersInputAndKeepsItsOwn() throws Exception {
        rig.write(socket, "last");
        socket.shutdownOutput();
        assertEquals("last", NioRig.receive(link.peer()));
        assertNull(NioRig.receive(link.peer()));
        NioRig.send(link.peer(), "still");
        assertEquals("still", rig.read(socket, 1));
        SystemCallException refused = assertThrows(SystemCallException.class, () -> rig.write(socket, "x"));
        assertEquals(Errno.EPIPE, refused.errno());
    }

    @Test
    void closeShowsThePeerAnEndOfInputBeforeTheNextPoll() throws Exception {
        rig.write(socket, "last");
        socket.close();
        assertEquals("last", NioRig.receive(link.peer()));
        assertNull(NioRig.receive(link.peer()));
    }

    @Test
    void closeWithResetShowsThePeerAReset() throws Exception {
        socket.closeWithReset();
        rig.poll();
        assertThrows(SocketException.class, () -> NioRig.receive(link.peer()));
    }

    @Test
    void closeWithResetOfAnUnregisteredSocketShowsThePeerAReset() throws Exception {
        Link other = rig.link();
        other.socket().closeWithReset();
        assertThrows(SocketException.class, () -> NioRig.receive(other.peer()));
    }

    @Test
    void resetIsAFailureNotAnEndOfInput() throws Exception {
        link.peer().setOption(StandardSocketOptions.SO_LINGER, 0);
        link.peer().close();
        SystemCallException reset = assertThrows(SystemCallException.class, () -> rig.read(socket, 1));
        assertEquals(Errno.ECONNRESET, reset.errno());
        assertEquals("recv(2) from " + NioErrors.text(socket.remoteAddress()) + ": ECONNRESET", reset.getMessage());
        SystemCallException broken = assertThrows(SystemCallException.class, () -> rig.write(socket, "x"));
        assertTrue(broken.errno().isReset(), broken::getMessage);
    }

    @Test
    void addressesStayKnownAfterTheClose() throws Exception {
        SocketAddress peerAddress = link.peer().getLocalAddress();
        link.peer().close();
        socket.close();
        rig.poll();
        assertEquals(peerAddress, socket.remoteAddress());
        assertEquals(rig.listener.localAddress(), socket.localAddress());
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
            received.append(NioRig.receive(link.peer()));
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
        assertEquals("0123456789", NioRig.receive(link.peer()));
    }

    @Test
    void hasDescriptorFreedByTheNextPoll() throws Exception {
        assertTrue(((NioSocket) socket).channel().isRegistered());
        socket.close();
        rig.poll();
        assertFalse(((NioSocket) socket).channel().isRegistered());
    }
}
