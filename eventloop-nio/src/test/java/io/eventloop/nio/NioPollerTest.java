package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.SocketOptions;
import io.eventloop.contract.RawRig;
import io.eventloop.contract.RawRig.Event;
import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.ReadySink;
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
    private RawRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RawRig(new NioTransport());
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void repeatsAnEventAwaitedAgainThoughNothingWasRead() throws Exception {
        Link link = rig.link(1);
        RawRig.send(link.peer(), "x");
        for (int i = 0; i < 3; i++) {
            rig.await(1, ReadySink.READABLE);
            rig.poller().awaitReadable(link.socket());
        }
        assertEquals("x", rig.read(link.socket(), 1));
    }

    @Test
    void reportsInputThatWasThereBeforeALateAwait() throws Exception {
        Link link = rig.link(1);
        RawRig.send(link.peer(), "x");
        rig.await(1, ReadySink.READABLE);
        assertEquals(0, rig.poll());
        rig.poller().awaitReadable(link.socket());
        assertEquals(1, rig.poll(RawRig.PATIENCE_NANOS));
        assertEquals(List.of(new Event(1, 1, ReadySink.READABLE)), rig.events());
    }

    @Test
    void reportsAListenerAgainWhileConnectionsWait() throws Exception {
        rig.peer();
        rig.peer();
        rig.await(RawRig.LISTENER_SLOT, ReadySink.READABLE);
        assertEquals(0, rig.poll(), "a paused listener is silent");
        rig.poller().awaitReadable(rig.listener());
        rig.await(RawRig.LISTENER_SLOT, ReadySink.READABLE);
        rig.closing(rig.accept(SocketOptions.DEFAULT));
        rig.closing(rig.accept(SocketOptions.DEFAULT));
    }

    @Test
    void leavesTheKeyAloneWhenAnEventIsAwaitedAgainBeforeTheNextPoll() throws Exception {
        Link link = rig.link(1);
        SelectionKey key = ((NioSocket) link.socket()).key;
        RawRig.send(link.peer(), "x");
        rig.await(1, ReadySink.READABLE);
        assertEquals(SelectionKey.OP_READ, key.interestOps(), "off only when the next poll begins");
        rig.read(link.socket(), 1);
        rig.poller().awaitReadable(link.socket());
        rig.poll();
        assertEquals(SelectionKey.OP_READ, key.interestOps());
    }

    @Test
    void switchesThePausedKeyOff() throws Exception {
        Link link = rig.link(1);
        RawRig.send(link.peer(), "x");
        rig.await(1, ReadySink.READABLE);
        rig.poll();
        assertEquals(0, ((NioSocket) link.socket()).key.interestOps());
    }

    @Test
    void reportsWritableOnlyWhenAwaited() throws Exception {
        Link link = rig.link(1);
        assertEquals(0, rig.poll());
        rig.poller().awaitWritable(link.socket());
        assertEquals(ReadySink.WRITABLE, rig.await(1, ReadySink.WRITABLE).ops());
        assertEquals(0, rig.poll());
    }

    @Test
    void dropsTheEventOfASocketClosedEarlierInTheSameBatch() throws Exception {
        Link first = rig.link(1);
        Link second = rig.link(2);
        RawRig.send(first.peer(), "x");
        RawRig.send(second.peer(), "x");
        awaitBoth(first, second);
        int[] reported = new int[1];
        int count = rig.poller().poll(RawRig.PATIENCE_NANOS, (slot, generation, ops) -> {
            reported[0]++;
            (slot == 1 ? second : first).socket().close();
        });
        assertEquals(1, reported[0]);
        assertEquals(1, count);
    }

    @Test
    void namesTheSlotOfWhatIsRegisteredAlready() throws Exception {
        Link link = rig.link(1);
        String message = assertThrows(
                        IllegalStateException.class, () -> rig.poller().register(link.socket(), 2, 1))
                .getMessage();
        assertEquals("already registered, as slot 1", message);
    }

    @Test
    void roundsTimeoutsUpToMilliseconds() {
        assertEquals(0, NioPoller.selectTimeoutMillis(-1), "a selector takes 0 for without end");
        assertEquals(1, NioPoller.selectTimeoutMillis(1));
        assertEquals(1, NioPoller.selectTimeoutMillis(1_000_000));
        assertEquals(2, NioPoller.selectTimeoutMillis(1_000_001));
        assertEquals(9_223_372_036_855L, NioPoller.selectTimeoutMillis(Long.MAX_VALUE));
    }

    /** Brings both sockets into one batch: each is reported once, then both are awaited again. */
    private void awaitBoth(Link first, Link second) throws Exception {
        Set<Integer> seen = new HashSet<>();
        while (!seen.containsAll(Set.of(1, 2))) {
            assertTrue(rig.poll(RawRig.PATIENCE_NANOS) > 0);
            rig.events().forEach(event -> seen.add(event.slot()));
        }
        rig.poller().awaitReadable(first.socket());
        rig.poller().awaitReadable(second.socket());
    }
}
