package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.WriteVector;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a connected raw socket does by itself, without the engine: the outcomes of its calls, as values and as failures. */
public abstract class RawSocketContract extends TransportContract {
    private static final ReadySink ANY = (slot, generation, readyOps) -> {};

    private Poller poller;
    private SocketAddress listening;
    private RawSocket socket;
    private Peer peer;

    @BeforeEach
    void connect() throws IOException {
        poller = closedLater(peers().openPoller());
        PeerListener listener = peerListener(4);
        listening = listener.address();
        socket = connected();
        poller.register(socket, 1, 1);
        peer = accept(listener);
    }

    /** Connected and not registered. */
    private RawSocket connected() throws IOException {
        RawSocket connecting = rawSocket(listening);
        boolean isConnected = connecting.connect(listening);
        long deadline = System.nanoTime() + Await.BOUND.toNanos();
        while (!isConnected) {
            assertTrue(System.nanoTime() - deadline < 0, "not connected");
            isConnected = connecting.finishConnect();
        }
        return connecting;
    }

    private PlainBuffer buffer() {
        return new PlainBuffer(peers(), 4096);
    }

    /** Reads once, after waiting for something to read. */
    private int read(PlainBuffer target) throws IOException {
        long deadline = System.nanoTime() + Await.BOUND.toNanos();
        int count = socket.read(target);
        while (count == 0) {
            poller.awaitReadable(socket);
            waitForEvent(deadline);
            count = socket.read(target);
        }
        return count;
    }

    private void waitForEvent(long deadline) throws IOException {
        Peer.waitUntil(poller, deadline, "an event");
    }

    private String readText() throws IOException {
        PlainBuffer target = buffer();
        read(target);
        return target.toString(StandardCharsets.US_ASCII);
    }

    private long write(String... parts) throws IOException {
        WriteVector vector = new WriteVector();
        for (String part : parts) {
            PlainBuffer buffer = buffer();
            buffer.writeLatin1(part);
            vector.add(buffer);
        }
        return socket.write(vector);
    }

    @Test
    void readsBehindTheWriteIndexAndNoFurtherThanTheCapacity() throws IOException {
        peer.send(Payload.ascii("x".repeat(5000)));
        PlainBuffer target = buffer();
        target.writeLatin1("hello ");
        while (target.writableBytes() > 0) {
            assertTrue(read(target) > 0);
        }
        assertEquals(4096, target.writeIndex());
        assertEquals("hello xx", target.toString(StandardCharsets.US_ASCII).substring(0, 8));
    }

    @Test
    void readsZeroWhenItWouldBlock() throws IOException {
        PlainBuffer target = buffer();
        assertEquals(0, socket.read(target));
        assertEquals(0, target.writeIndex());
    }

    @Test
    void readsTheEndOfInputAgainAndAgain() throws IOException {
        peer.send(Payload.ascii("x")).shutdownOutput();
        assertEquals("x", readText());
        assertEquals(-1, read(buffer()));
        assertEquals(-1, read(buffer()));
    }

    @Test
    void writesOneBuffer() throws IOException {
        assertEquals(5, write("hello"));
        assertEquals("hello", Payload.text(peer.receive(5)));
    }

    @Test
    void writesManyBuffersInOrderWithoutMovingAnIndex() throws IOException {
        WriteVector vector = new WriteVector();
        PlainBuffer first = buffer();
        first.writeLatin1("..hel").skip(2);
        PlainBuffer second = buffer();
        second.writeLatin1("lo ");
        PlainBuffer third = buffer();
        third.writeLatin1("world");
        vector.add(first);
        vector.add(second);
        vector.add(third);
        assertEquals(11, socket.write(vector));
        assertEquals("hello world", Payload.text(peer.receive(11)));
        assertEquals(2, first.readIndex());
        assertEquals(3, first.readableBytes());
        assertEquals(5, third.readableBytes());
    }

    @Test
    void writesAsManyBuffersAsAVectorTakes() throws IOException {
        String[] parts = new String[WriteVector.MAX_BUFFERS];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Character.toString('0' + i);
        }
        assertEquals(parts.length, write(parts));
        assertEquals(String.join("", parts), Payload.text(peer.receive(parts.length)));
    }

    @Test
    void writesNothingOfAnEmptyVector() throws IOException {
        assertEquals(0, socket.write(new WriteVector()));
    }

    @Test
    void writesZeroWhenItWouldBlock() throws IOException {
        String chunk = "x".repeat(4096);
        long written;
        do {
            written = write(chunk, chunk, chunk, chunk);
        } while (written > 0);
        assertEquals(0, written);
        assertEquals(0, write(chunk));
    }

    @Test
    void shutdownOutputEndsThePeersInputAndKeepsItsOwn() throws IOException {
        write("last");
        socket.shutdownOutput();
        assertEquals("last", Payload.text(peer.receiveToEnd()));
        peer.send(Payload.ascii("still"));
        assertEquals("still", readText());
        SystemCallException refused = assertThrows(SystemCallException.class, () -> write("x"));
        assertEquals(Errno.EPIPE, refused.errno());
    }

    @Test
    void shutdownOutputAfterThePeersResetSaysNothing() throws IOException {
        peer.reset();
        assertThrows(SystemCallException.class, () -> read(buffer()));
        socket.shutdownOutput();
    }

    @Test
    void closeShowsThePeerAnEndOfInputBeforeTheNextPoll() throws IOException {
        write("last");
        socket.close();
        assertEquals("last", Payload.text(peer.receiveToEnd()));
    }

    @Test
    void closeWithResetShowsThePeerAReset() throws IOException {
        socket.closeWithReset();
        poller.poll(0, ANY);
        assertEquals(Peer.End.RESET, peer.awaitEnd());
    }

    @Test
    void closeWithResetOfAnUnregisteredSocketShowsThePeerAReset() throws IOException {
        PeerListener listener = peerListener(1);
        listening = listener.address();
        RawSocket unregistered = connected();
        Peer other = accept(listener);
        unregistered.closeWithReset();
        assertEquals(Peer.End.RESET, other.awaitEnd());
    }

    @Test
    void resetIsAFailureNotAnEndOfInput() throws IOException {
        peer.reset();
        SystemCallException reset = assertThrows(SystemCallException.class, () -> read(buffer()));
        assertEquals(Errno.ECONNRESET, reset.errno());
        assertEquals("recv(2) from " + RawContract.text(listening) + ": ECONNRESET", reset.getMessage());
        SystemCallException broken = assertThrows(SystemCallException.class, () -> write("x"));
        assertTrue(broken.errno().isReset(), broken::getMessage);
    }

    @Test
    void addressesStayKnownAfterTheClose() throws IOException {
        SocketAddress local = socket.localAddress();
        peer.close();
        socket.close();
        poller.poll(0, ANY);
        assertEquals(listening, socket.remoteAddress());
        assertEquals(local, socket.localAddress());
    }

    @Test
    void callsOnAClosedSocketFail() {
        socket.close();
        socket.close();
        SystemCallException closed = assertThrows(SystemCallException.class, () -> socket.read(buffer()));
        assertEquals(Errno.OTHER, closed.errno());
        assertThrows(SystemCallException.class, () -> write("x"));
    }
}
