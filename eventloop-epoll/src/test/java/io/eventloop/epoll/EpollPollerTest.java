package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.SystemCallException;
import io.eventloop.contract.RawRig.Event;
import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EpollPollerTest {
    private static final int BOTH = ReadySink.READABLE | ReadySink.WRITABLE;

    private EpollRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void reportsEachEdgeOnce() throws Exception {
        Link link = rig.link(1);
        assertEquals(new Event(1, 1, ReadySink.WRITABLE), rig.await(1, ReadySink.WRITABLE));
        assertEquals(0, rig.poll());
        EpollRig.send(link.peer(), "x");
        assertEquals(new Event(1, 1, BOTH), rig.await(1, ReadySink.READABLE));
        assertEquals(0, rig.poll(), "nobody acted on it, and it is not repeated");
        EpollRig.send(link.peer(), "y");
        assertEquals(new Event(1, 1, BOTH), rig.await(1, ReadySink.READABLE));
        assertEquals("xy", rig.read(link.socket(), 1));
    }

    @Test
    void tellsTheEndOfInputFromInput() throws Exception {
        Link link = rig.link(1);
        EpollRig.send(link.peer(), "x");
        assertEquals(0, rig.await(1, ReadySink.READABLE).ops() & ReadySink.INPUT_ENDED);
        link.peer().shutdownOutput();
        assertEquals(
                BOTH | ReadySink.INPUT_ENDED,
                rig.await(1, ReadySink.INPUT_ENDED).ops());
    }

    @Test
    void translatesEveryKindOfEvent() {
        assertEquals(ReadySink.READABLE, EpollPoller.readyOps(Linux.EPOLLIN));
        assertEquals(ReadySink.WRITABLE, EpollPoller.readyOps(Linux.EPOLLOUT));
        assertEquals(ReadySink.ERROR, EpollPoller.readyOps(Linux.EPOLLERR));
        assertEquals(ReadySink.READABLE | ReadySink.INPUT_ENDED, EpollPoller.readyOps(Linux.EPOLLRDHUP));
        assertEquals(BOTH | ReadySink.INPUT_ENDED, EpollPoller.readyOps(Linux.EPOLLHUP), "HUP without IN");
        assertEquals(
                ReadySink.READABLE | ReadySink.INPUT_ENDED,
                EpollPoller.readyOps(Linux.EPOLLPRI),
                "urgent data, at which a read stops short");
    }

    @Test
    void labelsAnEventGatheredBeforeTheCloseWithItsGeneration() throws Exception {
        Link first = rig.link(1);
        Link second = rig.link(2);
        EpollRig.send(first.peer(), "x");
        EpollRig.send(second.peer(), "x");
        int[] generations = new int[3];
        while (generations[1] == 0 || generations[2] == 0) {
            rig.poller.poll(EpollRig.PATIENCE_NANOS, (slot, generation, ops) -> {
                generations[slot] = generation;
                first.socket().close();
                second.socket().close();
            });
        }
        assertEquals(1, generations[1]);
        assertEquals(1, generations[2]);
    }

    @Test
    void namesTheErrnoOfARegistrationAfterTheClose() throws Exception {
        RawSocket closed = rig.link().socket();
        closed.close();
        SystemCallException refused = assertThrows(SystemCallException.class, () -> rig.poller.register(closed, 2, 1));
        assertTrue(refused.getMessage().endsWith("EBADF"), refused.getMessage());
    }

    @Test
    void roundsMillisecondsUpAndCapsThem() {
        assertEquals(1, EpollPoller.timeoutMillis(1));
        assertEquals(1, EpollPoller.timeoutMillis(1_000_000));
        assertEquals(2, EpollPoller.timeoutMillis(1_000_001));
        assertEquals(Integer.MAX_VALUE, EpollPoller.timeoutMillis(Long.MAX_VALUE));
    }

    @Test
    void bindsItsThreadToAProcessor() throws Exception {
        Throwable[] failure = new Throwable[1];
        Thread bound = new Thread(() -> {
            try {
                bindAndCheck(0);
            } catch (Throwable e) {
                failure[0] = e;
            }
        });
        bound.start();
        bound.join();
        assertEquals(null, failure[0]);
        assertThrows(IllegalArgumentException.class, () -> rig.poller.bindThread(-1));
        SystemCallException none = assertThrows(SystemCallException.class, () -> rig.poller.bindThread(8191));
        assertEquals("sched_setaffinity(2) to CPU 8191: EINVAL", none.getMessage());
    }

    private void bindAndCheck(int cpu) throws Exception {
        rig.poller.bindThread(cpu);
        Workspace workspace = rig.poller.workspace;
        Memory.clear(workspace.value, 1024);
        assertEquals(0, workspace.kernel.sched_getaffinity(0, 1024, workspace.value));
        assertEquals(1L << cpu, Memory.getLong(workspace.value));
        assertEquals(0, Memory.getLong(workspace.value + 8));
    }
}
