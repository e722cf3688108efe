package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import io.eventloop.contract.RawRig.Link;
import io.eventloop.engine.SlabPool;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.TcpInfo;
import io.eventloop.spi.WriteVector;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EpollSocketTest {
    private EpollRig rig;
    private Link link;
    private RawSocket socket;

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig();
        link = rig.link(1);
        socket = link.socket();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void readsBehindTheWriteIndexAndNoFurtherThanTheCapacity() throws Exception {
        EpollRig.send(link.peer(), "x".repeat(5000));
        Buffer target = rig.buffer().writeLatin1("hello ");
        while (target.writableBytes() > 0) {
            rig.poll(EpollRig.PATIENCE_NANOS);
            assertTrue(socket.read(target) >= 0);
        }
        assertEquals(4096, target.writeIndex());
        assertEquals("hello xx", target.toString(StandardCharsets.US_ASCII).substring(0, 8));
        assertEquals(0, socket.read(target), "no room is not the end of input");
        target.release();
    }

    @Test
    void resetIsAFailureNotAnEndOfInput() throws Exception {
        reset();
        SystemCallException reset = assertThrows(SystemCallException.class, () -> rig.read(socket, 1));
        assertEquals(Errno.ECONNRESET, reset.errno());
        assertEquals("recv(2) from " + EpollErrors.text(socket.remoteAddress()) + ": ECONNRESET", reset.getMessage());
        SystemCallException broken = assertThrows(SystemCallException.class, () -> rig.write(socket, "x"));
        assertEquals("send(2) to " + EpollErrors.text(socket.remoteAddress()) + ": EPIPE", broken.getMessage());
    }

    @Test
    void callsOnAClosedSocketFailAndReachNoOther() {
        socket.close();
        socket.close();
        SystemCallException closed = assertThrows(SystemCallException.class, () -> rig.read(socket, 1));
        assertEquals(Errno.OTHER, closed.errno());
        assertTrue(closed.getMessage().endsWith(": EBADF"), closed.getMessage());
        assertThrows(SystemCallException.class, () -> rig.write(socket, "x"));
        assertThrows(SystemCallException.class, socket::shutdownOutput);
        assertThrows(SystemCallException.class, socket::peek);
    }

    @Test
    void refusesMemoryThatIsNotTheProcesssOwn() {
        SlabPool stray = rig.closing(new SlabPool(BufferPoolOptions.DEFAULT, "stray", direct -> 8, () -> true));
        WriteVector vector = new WriteVector();
        vector.add(stray.acquire(16).writeLatin1("x"));
        SystemCallException refused = assertThrows(SystemCallException.class, () -> socket.write(vector));
        assertTrue(refused.getMessage().endsWith(": EFAULT"), refused.getMessage());
        vector.buffer(0).release();
    }

    @Test
    void peeksWithoutConsuming() throws Exception {
        assertEquals(0, socket.peek());
        EpollRig.send(link.peer(), "xy");
        while (socket.peek() == 0) {
            rig.poll(EpollRig.PATIENCE_NANOS);
        }
        assertEquals(1, socket.peek());
        assertEquals("xy", rig.read(socket, 1));
        assertEquals(0, socket.peek());
        link.peer().shutdownOutput();
        rig.await(1, ReadySink.INPUT_ENDED);
        assertEquals(-1, socket.peek());
    }

    @Test
    void peeksAReset() throws Exception {
        reset();
        rig.await(1, ReadySink.ERROR);
        SystemCallException reset = assertThrows(SystemCallException.class, socket::peek);
        assertEquals(Errno.ECONNRESET, reset.errno());
    }

    @Test
    void countsWhatTheKernelHolds() throws Exception {
        EpollRig.send(link.peer(), "0123456789");
        while (socket.unreadBytes() < 10) {
            rig.poll(EpollRig.PATIENCE_NANOS);
        }
        assertEquals(10, socket.unreadBytes());
        String chunk = "x".repeat(4096);
        while (rig.write(socket, chunk, chunk, chunk, chunk) > 0) {
            assertTrue(socket.unsentBytes() >= 0);
        }
        assertTrue(socket.unsentBytes() > 0, "the peer reads nothing and its kernel is full");
    }

    @Test
    void tellsTheKernelsViewOfTheConnection() throws Exception {
        rig.write(socket, "0123456789");
        EpollRig.receive(link.peer(), 10);
        EpollRig.send(link.peer(), "01234");
        rig.read(socket, 1);
        TcpInfo info = socket.tcpInfo();
        assertEquals(TcpInfo.State.ESTABLISHED, info.state());
        assertEquals(5, info.bytesReceived());
        assertTrue(info.bytesAcked() <= 11, info::toString);
        assertTrue(info.rttMicros() > 0 && info.rttMicros() < 60_000_000, info::toString);
        assertTrue(info.congestionWindowSegments() > 0, info::toString);
        assertTrue(info.segmentBytes() >= 536, info::toString);
        assertEquals(0, info.bytesRetransmitted());
        link.peer().shutdownOutput();
        rig.await(1, ReadySink.INPUT_ENDED);
        assertEquals(TcpInfo.State.CLOSE_WAIT, socket.tcpInfo().state());
    }

    private void reset() throws Exception {
        link.peer().setOption(StandardSocketOptions.SO_LINGER, 0);
        link.peer().close();
    }
}
