package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import io.eventloop.epoll.EpollRig.Event;
import io.eventloop.epoll.EpollRig.Link;
import io.eventloop.spi.Poller;
import io.eventloop.spi.ReadySink;
import java.util.List;
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
    void passesSlotAndGenerationThrough() throws Exception {
        Link link = rig.link();
        rig.poller.register(link.socket(), 123_456, 0x89AB_CDEF);
        EpollRig.send(link.peer(), "x");
        assertEquals(new Event(123_456, 0x89AB_CDEF, BOTH), rig.await(123_456, ReadySink.READABLE));
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
    void reportsInputThatWasThereBeforeTheRegistration() throws Exception {
        Link link = rig.link();
        EpollRig.send(link.peer(), "x");
        rig.poller.register(link.socket(), 1, 1);
        rig.await(1, ReadySink.READABLE);
    }

    @Test
    void reportsWritableAfterAWriteThatWouldBlock() throws Exception {
        Link link = rig.link(1);
        rig.await(1, ReadySink.WRITABLE);
        String chunk = "x".repeat(4096);
        while (rig.write(link.socket(), chunk, chunk, chunk, chunk) > 0) {
            assertEquals(0, rig.poll());
        }
        rig.poller.awaitWritable(link.socket());
        Thread reader = new Thread(() -> assertThrows(Exception.class, () -> {
            while (true) {
                EpollRig.receive(link.peer());
            }
        }));
        reader.start();
        rig.await(1, ReadySink.WRITABLE);
        assertTrue(rig.write(link.socket(), chunk) > 0);
        link.peer().close();
        reader.join();
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
        assertEquals(0, EpollPoller.readyOps(2), "urgent data is none of ours");
    }

    @Test
    void reportsOnlyTheNewTenantOfASlot() throws Exception {
        Link old = rig.link(1);
        EpollRig.send(old.peer(), "x");
        old.socket().close();
        Link tenant = rig.link();
        rig.poller.register(tenant.socket(), 1, 2);
        EpollRig.send(tenant.peer(), "x");
        assertEquals(2, rig.await(1, ReadySink.READABLE).generation());
        assertEquals(List.of(new Event(1, 2, BOTH)), rig.events);
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
    void ignoresAnAwaitAfterTheSocketIsClosed() throws Exception {
        Link link = rig.link(1);
        link.socket().close();
        rig.poller.awaitReadable(link.socket());
        rig.poller.awaitWritable(link.socket());
        assertEquals(0, rig.poll());
        link.socket().close();
    }

    @Test
    void refusesToRegisterTwiceOrAfterTheClose() throws Exception {
        Link link = rig.link(1);
        assertThrows(IllegalStateException.class, () -> rig.poller.register(link.socket(), 2, 1));
        Link closed = rig.link();
        closed.socket().close();
        SystemCallException refused =
                assertThrows(SystemCallException.class, () -> rig.poller.register(closed.socket(), 2, 1));
        assertEquals(Errno.OTHER, refused.errno());
        assertTrue(refused.getMessage().endsWith("EBADF"), refused.getMessage());
    }

    @Test
    void reportsMoreEventsThanOneCallTakesOver() throws Exception {
        int links = 1100;
        Link[] all = new Link[links];
        for (int i = 0; i < links; i++) {
            all[i] = rig.link(1 + i);
        }
        boolean[] seen = new boolean[links];
        for (int left = links; left > 0; ) {
            assertTrue(rig.poll(EpollRig.PATIENCE_NANOS) > 0);
            for (Event event : rig.events) {
                if (event.slot() != EpollRig.LISTENER_SLOT) {
                    assertFalse(seen[event.slot() - 1]);
                    seen[event.slot() - 1] = true;
                    left--;
                }
            }
        }
        assertEquals(0, rig.poll());
    }

    @Test
    void roundsMillisecondsUpAndCapsThem() {
        assertEquals(1, EpollPoller.timeoutMillis(1));
        assertEquals(1, EpollPoller.timeoutMillis(1_000_000));
        assertEquals(2, EpollPoller.timeoutMillis(1_000_001));
        assertEquals(Integer.MAX_VALUE, EpollPoller.timeoutMillis(Long.MAX_VALUE));
    }

    @Test
    void waitsNoLessThanItsTimeout() throws Exception {
        for (long nanos : new long[] {1, 10_000, 3_000_000}) {
            long start = System.nanoTime();
            assertEquals(0, rig.poll(nanos));
            assertTrue(System.nanoTime() - start >= nanos);
        }
    }

    @Test
    void takesTheLongestTimeout() throws Exception {
        rig.poller.wakeup();
        assertEquals(0, rig.poll(Long.MAX_VALUE));
    }

    @Test
    void refusesToPollAfterTheClose() throws Exception {
        Poller closed = rig.transport.openPoller();
        closed.close();
        closed.close();
        assertThrows(IllegalStateException.class, () -> closed.poll(0, (slot, generation, ops) -> {}));
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
