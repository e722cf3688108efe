package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.nio.NioRig.Event;
import io.eventloop.nio.NioRig.Link;
import io.eventloop.spi.ReadySink;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NioPollerTest {
    private NioRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new NioRig();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void passesSlotAndGenerationThrough() throws Exception {
        Link link = rig.link();
        rig.poller.register(link.socket(), 123_456, 7_890);
        NioRig.send(link.peer(), "x");
        assertEquals(new Event(123_456, 7_890, ReadySink.READABLE), rig.await(123_456, ReadySink.READABLE));
    }

    @Test
    void doesNotRepeatAnEventThatNobodyActsOn() throws Exception {
        Link link = rig.link(1);
        NioRig.send(link.peer(), "x");
        rig.await(1, ReadySink.READABLE);
        for (int i = 0; i < 3; i++) {
            assertEquals(0, rig.poll());
        }
    }

    @Test
    void repeatsAnEventAwaitedAgainThoughNothingWasRead() throws Exception {
        Link link = rig.link(1);
        NioRig.send(link.peer(), "x");
        for (int i = 0; i < 3; i++) {
            rig.await(1, ReadySink.READABLE);
            rig.poller.awaitReadable(link.socket());
        }
        assertEquals("x", rig.read(link.socket(), 1));
    }

    @Test
    void reportsInputThatWasThereBeforeALateAwait() throws Exception {
        Link link = rig.link(1);
        NioRig.send(link.peer(), "x");
        rig.await(1, ReadySink.READABLE);
        assertEquals(0, rig.poll());
        rig.poller.awaitReadable(link.socket());
        assertEquals(1, rig.poll(NioRig.PATIENCE_NANOS));
        assertEquals(List.of(new Event(1, 1, ReadySink.READABLE)), rig.events);
    }

    @Test
    void leavesTheKeyAloneWhenAnEventIsAwaitedAgainBeforeTheNextPoll() throws Exception {
        Link link = rig.link(1);
        SelectionKey key = ((NioSocket) link.socket()).key;
        NioRig.send(link.peer(), "x");
        rig.await(1, ReadySink.READABLE);
        assertEquals(SelectionKey.OP_READ, key.interestOps(), "off only when the next poll begins");
        rig.read(link.socket(), 1);
        rig.poller.awaitReadable(link.socket());
        rig.poll();
        assertEquals(SelectionKey.OP_READ, key.interestOps());
    }

    @Test
    void switchesThePausedKeyOff() throws Exception {
        Link link = rig.link(1);
        NioRig.send(link.peer(), "x");
        rig.await(1, ReadySink.READABLE);
        rig.poll();
        assertEquals(0, ((NioSocket) link.socket()).key.interestOps());
    }

    @Test
    void reportsWritableOnlyWhenAwaited() throws Exception {
        Link link = rig.link(1);
        assertEquals(0, rig.poll());
        rig.poller.awaitWritable(link.socket());
        assertEquals(ReadySink.WRITABLE, rig.await(1, ReadySink.WRITABLE).ops());
        assertEquals(0, rig.poll());
    }

    @Test
    void keepsWaitingForInputAfterAWritableEvent() throws Exception {
        Link link = rig.link(1);
        rig.poller.awaitWritable(link.socket());
        rig.await(1, ReadySink.WRITABLE);
        NioRig.send(link.peer(), "x");
        assertEquals(ReadySink.READABLE, rig.await(1, ReadySink.READABLE).ops());
    }

    @Test
    void reportsAResetAsWhateverIsAwaited() throws Exception {
        Link link = rig.link(1);
        NioRig.send(link.peer(), "x");
        rig.await(1, ReadySink.READABLE);
        reset(link);
        rig.poller.awaitWritable(link.socket());
        assertEquals(ReadySink.WRITABLE, rig.await(1, ReadySink.WRITABLE).ops());
        assertEquals(0, rig.poll(), "a reset socket of which nothing is awaited is silent");
    }

    @Test
    void dropsTheEventOfASocketClosedEarlierInTheSameBatch() throws Exception {
        Link first = rig.link(1);
        Link second = rig.link(2);
        NioRig.send(first.peer(), "x");
        NioRig.send(second.peer(), "x");
        awaitBoth(first, second);
        int[] reported = new int[1];
        int count = rig.poller.poll(NioRig.PATIENCE_NANOS, (slot, generation, ops) -> {
            reported[0]++;
            (slot == 1 ? second : first).socket().close();
        });
        assertEquals(1, reported[0]);
        assertEquals(1, count);
    }

    @Test
    void reportsOnlyTheNewTenantOfASlot() throws Exception {
        Link old = rig.link(1);
        NioRig.send(old.peer(), "x");
        old.socket().close();
        Link tenant = rig.link();
        rig.poller.register(tenant.socket(), 1, 2);
        NioRig.send(tenant.peer(), "x");
        assertEquals(2, rig.await(1, ReadySink.READABLE).generation());
        assertEquals(List.of(new Event(1, 2, ReadySink.READABLE)), rig.events);
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
    void ignoresAnAwaitOfASocketThatIsNotRegistered() throws Exception {
        rig.poller.awaitReadable(rig.link().socket());
        assertEquals(0, rig.poll());
    }

    @Test
    void refusesToRegisterTwice() throws Exception {
        Link link = rig.link(1);
        String message = assertThrows(IllegalStateException.class, () -> rig.poller.register(link.socket(), 2, 1))
                .getMessage();
        assertEquals("already registered, as slot 1", message);
    }

    @Test
    void reportsMoreEventsThanItFirstHasRoomFor() throws Exception {
        int links = 200;
        Link[] all = new Link[links];
        for (int i = 0; i < links; i++) {
            all[i] = rig.link(1 + i);
            NioRig.send(all[i].peer(), "x");
        }
        boolean[] seen = new boolean[links];
        for (int left = links; left > 0; ) {
            assertTrue(rig.poll(NioRig.PATIENCE_NANOS) > 0);
            for (Event event : rig.events) {
                if (event.slot() != NioRig.LISTENER_SLOT) {
                    assertFalse(seen[event.slot() - 1]);
                    seen[event.slot() - 1] = true;
                    left--;
                }
            }
        }
        assertEquals(0, rig.poll());
    }

    @Test
    void roundsTimeoutsUpToMilliseconds() {
        assertEquals(0, NioPoller.selectTimeoutMillis(-1), "a selector takes 0 for without end");
        assertEquals(1, NioPoller.selectTimeoutMillis(1));
        assertEquals(1, NioPoller.selectTimeoutMillis(1_000_000));
        assertEquals(2, NioPoller.selectTimeoutMillis(1_000_001));
        assertEquals(9_223_372_036_855L, NioPoller.selectTimeoutMillis(Long.MAX_VALUE));
    }

    @Test
    void endsAWaitAtItsTimeout() throws Exception {
        assertEquals(0, rig.poll(1));
    }

    /** Brings both sockets into one batch: each is reported once, then both are awaited again. */
    private void awaitBoth(Link first, Link second) throws Exception {
        Set<Integer> seen = new HashSet<>();
        while (!seen.containsAll(Set.of(1, 2))) {
            assertTrue(rig.poll(NioRig.PATIENCE_NANOS) > 0);
            rig.events.forEach(event -> seen.add(event.slot()));
        }
        rig.poller.awaitReadable(first.socket());
        rig.poller.awaitReadable(second.socket());
    }

    private static void reset(Link link) throws Exception {
        link.peer().setOption(StandardSocketOptions.SO_LINGER, 0);
        link.peer().close();
    }
}
