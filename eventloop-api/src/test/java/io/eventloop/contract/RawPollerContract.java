package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import io.eventloop.contract.RawRig.Event;
import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a poller reports, to whom, and how often. */
public abstract class RawPollerContract extends RawContract {
    @Test
    void passesSlotAndGenerationThrough() throws Exception {
        Link link = rig.link();
        rig.poller().register(link.socket(), 123_456, 0x89AB_CDEF);
        RawRig.send(link.peer(), "x");
        assertEquals(new Event(123_456, 0x89AB_CDEF, readable()), rig.await(123_456, ReadySink.READABLE));
    }

    @Test
    void doesNotRepeatAnEventThatNobodyActsOn() throws Exception {
        Link link = rig.link(1);
        RawRig.send(link.peer(), "x");
        rig.await(1, ReadySink.READABLE);
        for (int i = 0; i < 3; i++) {
            assertEquals(0, rig.poll());
        }
    }

    @Test
    void reportsInputThatWasThereBeforeTheRegistration() throws Exception {
        Link link = rig.link();
        RawRig.send(link.peer(), "x");
        rig.poller().register(link.socket(), 1, 1);
        rig.await(1, ReadySink.READABLE);
    }

    @Test
    void keepsWaitingForInputAfterAWritableEvent() throws Exception {
        Link link = rig.link(1);
        rig.poller().awaitWritable(link.socket());
        rig.await(1, ReadySink.WRITABLE);
        RawRig.send(link.peer(), "x");
        assertEquals(readable(), rig.await(1, ReadySink.READABLE).ops());
    }

    @Test
    void reportsWritableAfterAWriteThatWouldBlock() throws Exception {
        Link link = rig.link(1);
        rig.poller().awaitWritable(link.socket());
        rig.await(1, ReadySink.WRITABLE);
        String chunk = "x".repeat(4096);
        while (rig.write(link.socket(), chunk, chunk, chunk, chunk) > 0) {
            assertEquals(0, rig.poll());
        }
        rig.poller().awaitWritable(link.socket());
        Thread reader = new Thread(() -> assertThrows(Exception.class, () -> {
            while (true) {
                RawRig.receive(link.peer());
            }
        }));
        reader.start();
        rig.await(1, ReadySink.WRITABLE);
        assertTrue(rig.write(link.socket(), chunk) > 0);
        link.peer().close();
        reader.join();
    }

    @Test
    void reportsAResetAsWhateverIsAwaited() throws Exception {
        Link link = rig.link(1);
        RawRig.send(link.peer(), "x");
        rig.await(1, ReadySink.READABLE);
        reset(link);
        rig.poller().awaitWritable(link.socket());
        int ops = rig.await(1, ReadySink.WRITABLE).ops();
        assertEquals(ReadySink.WRITABLE, isEdgeTriggered() ? ops & ReadySink.WRITABLE : ops);
        assertEquals(0, rig.poll(), "a reset socket of which nothing is awaited is silent");
    }

    @Test
    void reportsOnlyTheNewTenantOfASlot() throws Exception {
        Link old = rig.link(1);
        RawRig.send(old.peer(), "x");
        old.socket().close();
        Link tenant = rig.link();
        rig.poller().register(tenant.socket(), 1, 2);
        RawRig.send(tenant.peer(), "x");
        assertEquals(2, rig.await(1, ReadySink.READABLE).generation());
        assertEquals(List.of(new Event(1, 2, readable())), rig.events());
    }

    @Test
    void ignoresAnAwaitAfterTheSocketIsClosed() throws Exception {
        Link link = rig.link(1);
        link.socket().close();
        rig.poller().awaitReadable(link.socket());
        rig.poller().awaitWritable(link.socket());
        assertEquals(0, rig.poll());
        link.socket().close();
    }

    @Test
    void ignoresAnAwaitOfASocketThatIsNotRegistered() throws Exception {
        rig.poller().awaitReadable(rig.link().socket());
        assertEquals(0, rig.poll());
    }

    @Test
    void refusesToRegisterTwice() throws Exception {
        Link link = rig.link(1);
        String message = assertThrows(
                        IllegalStateException.class, () -> rig.poller().register(link.socket(), 2, 1))
                .getMessage();
        assertTrue(message.startsWith("already registered"), message);
    }

    @Test
    void refusesToRegisterAfterTheClose() throws Exception {
        RawSocket closed = rig.link().socket();
        closed.close();
        SystemCallException refused =
                assertThrows(SystemCallException.class, () -> rig.poller().register(closed, 2, 1));
        assertEquals(Errno.OTHER, refused.errno());
    }

    @Test
    void reportsMoreEventsThanOneBatchHasRoomFor() throws Exception {
        List<RawSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 1100; i++) {
            sockets.add(rig.link().socket());
        }
        for (int i = 0; i < sockets.size(); i++) {
            rig.poller().register(sockets.get(i), 1 + i, 1);
            rig.poller().awaitWritable(sockets.get(i));
        }
        boolean[] seen = new boolean[sockets.size()];
        for (int left = seen.length; left > 0; ) {
            assertTrue(rig.poll(RawRig.PATIENCE_NANOS) > 0);
            for (Event event : rig.events()) {
                if (event.slot() != RawRig.LISTENER_SLOT) {
                    assertFalse(seen[event.slot() - 1]);
                    seen[event.slot() - 1] = true;
                    left--;
                }
            }
        }
        assertEquals(0, rig.poll());
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
        rig.poller().wakeup();
        assertEquals(0, rig.poll(Long.MAX_VALUE));
    }

    @Test
    void refusesToPollAfterTheClose() throws Exception {
        Poller closed = rig.transport().openPoller();
        closed.close();
        closed.close();
        assertThrows(IllegalStateException.class, () -> closed.poll(0, (slot, generation, ops) -> {}));
    }
}
