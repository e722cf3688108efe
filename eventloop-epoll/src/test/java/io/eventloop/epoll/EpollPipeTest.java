package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import io.eventloop.contract.Descriptors;
import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.RawPipe;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EpollPipeTest {
    private static final long ALL = 1 << 20;

    private EpollRig rig;
    private Link from;
    private Link to;
    private RawPipe pipe;

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig();
        from = rig.link(1);
        to = rig.link(2);
        pipe = rig.poller.openPipe();
    }

    @AfterEach
    void close() throws Exception {
        pipe.close();
        rig.close();
    }

    private long fill() throws Exception {
        long count = pipe.fill(from.socket(), ALL);
        while (count == 0) {
            rig.await(1, ReadySink.READABLE);
            count = pipe.fill(from.socket(), ALL);
        }
        return count;
    }

    @Test
    void movesBytesAndCountsThem() throws Exception {
        assertEquals(0, pipe.fill(from.socket(), ALL), "nothing there");
        EpollRig.send(from.peer(), "hello");
        assertEquals(5, fill());
        assertEquals(5, pipe.bufferedBytes());
        assertEquals(5, pipe.drain(to.socket()));
        assertEquals(0, pipe.bufferedBytes());
        assertEquals(0, pipe.drain(to.socket()), "nothing left");
        assertEquals("hello", EpollRig.receive(to.peer()));
    }

    @Test
    void movesNoMoreThanAsked() throws Exception {
        EpollRig.send(from.peer(), "hello");
        rig.await(1, ReadySink.READABLE);
        assertEquals(0, pipe.fill(from.socket(), 0));
        assertEquals(2, pipe.fill(from.socket(), 2));
        assertEquals(2, pipe.drain(to.socket()));
        assertEquals(3, fill());
        assertEquals(3, pipe.drain(to.socket()));
        assertEquals("hello", EpollRig.receive(to.peer(), 5));
    }

    @Test
    void tellsTheEndOfInputAndKeepsWhatIsBuffered() throws Exception {
        EpollRig.send(from.peer(), "last");
        from.peer().shutdownOutput();
        assertEquals(4, fill());
        assertEquals(-1, fill());
        assertEquals(4, pipe.bufferedBytes());
        assertEquals(4, pipe.drain(to.socket()));
        assertEquals("last", EpollRig.receive(to.peer()));
    }

    @Test
    void tellsAResetOfTheSource() throws Exception {
        EpollRig.send(from.peer(), "last");
        assertEquals(4, fill());
        from.peer().setOption(StandardSocketOptions.SO_LINGER, 0);
        from.peer().close();
        SystemCallException reset = assertThrows(SystemCallException.class, this::fill);
        assertEquals(Errno.ECONNRESET, reset.errno());
        String remote = EpollErrors.text(from.socket().remoteAddress());
        assertEquals("splice(2) from " + remote + ": ECONNRESET", reset.getMessage());
        assertEquals(4, pipe.drain(to.socket()), "what came before is delivered");
        assertEquals("last", EpollRig.receive(to.peer()));
    }

    @Test
    void tellsThatTheTargetIsGoneAndKeepsTheBytes() throws Exception {
        EpollRig.send(from.peer(), "lost");
        assertEquals(4, fill());
        to.socket().shutdownOutput();
        SystemCallException broken = assertThrows(SystemCallException.class, () -> pipe.drain(to.socket()));
        assertEquals(Errno.EPIPE, broken.errno());
        assertEquals(4, pipe.bufferedBytes());
        Link other = rig.link(3);
        assertEquals(4, pipe.drain(other.socket()));
        assertEquals("lost", EpollRig.receive(other.peer()));
    }

    @Test
    void drainsInPartsWhenTheTargetIsFull() throws Exception {
        byte[] sent = new byte[8 << 20];
        new Random(1).nextBytes(sent);
        Thread sender = new Thread(() -> sendAll(sent));
        sender.start();
        byte[] received = new byte[sent.length];
        Thread receiver = new Thread(() -> receiveAll(received));
        boolean partly = false;
        long moved = 0;
        while (moved < sent.length) {
            fill();
            while (pipe.bufferedBytes() > 0) {
                long count = pipe.drain(to.socket());
                moved += count;
                if (count == 0) {
                    partly = true;
                    if (!receiver.isAlive()) {
                        receiver.start();
                    }
                    rig.await(2, ReadySink.WRITABLE);
                }
            }
        }
        assertTrue(partly, "8 MiB fit into no socket's buffer");
        sender.join();
        receiver.join();
        assertEquals(ByteBuffer.wrap(sent), ByteBuffer.wrap(received));
    }

    private void sendAll(byte[] bytes) {
        try {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                from.peer().write(left);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void receiveAll(byte[] bytes) {
        try {
            ByteBuffer room = ByteBuffer.wrap(bytes);
            while (room.hasRemaining() && to.peer().read(room) >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void emptyPipesAreUsedAgainAndOthersAreNot() throws Exception {
        EpollRig.send(from.peer(), "left over");
        fill();
        int open = Descriptors.open().size();
        pipe.close();
        pipe.close();
        assertEquals(open - 2, Descriptors.open().size(), "one with bytes in it is closed");
        pipe = rig.poller.openPipe();
        assertEquals(0, pipe.bufferedBytes());
        pipe.close();
        assertEquals(open, Descriptors.open().size(), "an empty one is kept");
        pipe = rig.poller.openPipe();
        assertEquals(open, Descriptors.open().size());
        RawPipe closed = rig.poller.openPipe();
        closed.close();
        assertThrows(IllegalStateException.class, () -> closed.fill(from.socket(), 1));
        assertThrows(IllegalStateException.class, () -> closed.drain(to.socket()));
    }

    @Test
    void keepsNoMorePipesThanItsBound() throws Exception {
        int before = Descriptors.open().size();
        List<RawPipe> pipes = new ArrayList<>();
        for (int i = 0; i < PipePool.MAX_SPARE + 5; i++) {
            pipes.add(rig.poller.openPipe());
        }
        pipes.forEach(RawPipe::close);
        assertEquals(before + 2 * PipePool.MAX_SPARE, Descriptors.open().size());
        rig.poller.close();
        // epoll and eventfd are closed as well.
        assertEquals(before - 2, Descriptors.open().size());
        pipe.close();
        assertEquals(before - 4, Descriptors.open().size(), "a pipe that comes back after the close is closed");
    }
}
