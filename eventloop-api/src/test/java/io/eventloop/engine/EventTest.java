package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.Errno;
import io.eventloop.ListenOptions;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events are hints: stale, spurious and reordered ones do nothing, and a poll without any costs nothing. */
final class EventTest {
    private static final int ALL = ReadySink.READABLE | ReadySink.WRITABLE | ReadySink.INPUT_ENDED | ReadySink.ERROR;

    private final EngineRig rig = new EngineRig();
    private final ScriptedSocket socket = new ScriptedSocket();
    private final RecordingHandler handler = new RecordingHandler();

    @AfterEach
    void close() {
        rig.close();
        assertEquals(List.of(), handler.violations());
    }

    @Test
    void anEventOfAnEarlierTenantIsDropped() throws IOException {
        RecordingHandler second = new RecordingHandler();
        RecordingHandler[] handlers = {handler, second};
        int[] next = {0};
        rig.group.listen(ScriptedTransport.LOCAL, ListenOptions.DEFAULT, c -> handlers[next[0]++]);
        rig.turns(2);
        rig.transport.listener.answers.add(socket);
        rig.turns(2);
        ScriptedPoller.Registration old = rig.poller().registration(socket);
        handler.opened().abort();
        rig.turns(2);
        ScriptedSocket successor = new ScriptedSocket();
        rig.transport.listener.answers.add(successor);
        rig.turns(2);
        ScriptedPoller.Registration fresh = rig.poller().registration(successor);
        assertEquals(old.slot, fresh.slot, "the slot was not used again, so this test shows nothing");
        int reads = successor.reads;
        rig.poller().events.add(new ScriptedPoller.Event(old.slot, old.generation, ALL));
        rig.turns(2);
        assertEquals(reads, successor.reads);
        assertEquals(List.of(Event.OPEN), second.events());
        assertEquals(1, rig.loop.metrics().staleEvents());
    }

    @Test
    void anEventAfterTheEndInTheSamePollIsDropped() throws IOException {
        ScriptedSocket other = new ScriptedSocket();
        RecordingHandler otherHandler = new RecordingHandler();
        Connection connection = rig.accept(other, otherHandler);
        handler.whenData((c, in) -> {
            in.skip(in.readableBytes());
            connection.abort();
        });
        rig.accept(socket, handler);
        socket.input.add(new byte[1]);
        other.input.add(new byte[1]);
        rig.poller().report(socket, ReadySink.READABLE);
        rig.poller().report(other, ReadySink.READABLE);
        rig.turns(3);
        assertEquals(CloseReason.Kind.ABORTED, otherHandler.closed().kind());
        assertEquals(0, otherHandler.count(Event.DATA));
        assertTrue(other.reset);
    }

    @Test
    void anEventForNoSlotIsDropped() throws IOException {
        rig.accept(socket, handler);
        rig.poller().events.add(new ScriptedPoller.Event(77, 1, ALL));
        rig.poller().events.add(new ScriptedPoller.Event(0, 99, ALL));
        rig.turns(2);
        assertEquals(2, rig.loop.metrics().staleEvents());
        assertEquals(List.of(Event.OPEN), handler.events());
    }

    @Test
    void aSpuriousReadinessCostsOneReadAndNoCallback() throws IOException {
        rig.accept(socket, handler);
        int reads = socket.reads;
        rig.poller().report(socket, ReadySink.READABLE);
        rig.turns(5);
        assertEquals(reads + 1, socket.reads);
        assertEquals(List.of(Event.OPEN), handler.events());
        assertFalse(rig.turn());
    }

    @Test
    void aSpuriousErrorDoesNotEndAHealthyConnection() throws IOException {
        rig.accept(socket, handler);
        rig.poller().report(socket, ReadySink.ERROR);
        rig.turns(3);
        assertEquals(List.of(Event.OPEN), handler.events());
        socket.input.add(new byte[] {1});
        rig.turns(2);
        assertArrayEquals(new byte[] {1}, handler.received(1));
        handler.opened().pauseReading();
        rig.turns(2);
        assertEquals(List.of(Event.OPEN, Event.DATA), handler.events());
    }

    @Test
    void aSpuriousEndOfInputDoesNotEndTheInput() throws IOException {
        rig.accept(socket, handler);
        rig.poller().report(socket, ReadySink.INPUT_ENDED);
        rig.turns(3);
        assertEquals(0, handler.count(Event.INPUT_CLOSED));
        socket.input.add(new byte[] {1});
        rig.turns(2);
        assertArrayEquals(new byte[] {1}, handler.received(1));
    }

    @Test
    void aSpuriousWritabilityWritesNothing() throws IOException {
        rig.accept(socket, handler);
        rig.poller().report(socket, ReadySink.WRITABLE);
        rig.turns(3);
        assertEquals(0, socket.writes);
        assertEquals(List.of(Event.OPEN), handler.events());
    }

    @Test
    void theSameEventTwiceIsHandledOnce() throws IOException {
        rig.accept(socket, handler);
        socket.input.add(new byte[] {7});
        for (int i = 0; i < 5; i++) {
            rig.poller().report(socket, ReadySink.READABLE);
        }
        rig.turns(2);
        assertArrayEquals(new byte[] {7}, handler.received(1));
        assertEquals(1, handler.count(Event.DATA));
    }

    @Test
    void writabilityBeforeReadabilityIsAsGoodAsTheOtherWay() throws IOException {
        Connection connection = rig.accept(socket, handler);
        socket.room = () -> 0;
        connection.write(new byte[10]);
        rig.turn();
        socket.room = () -> 100;
        socket.input.add(new byte[] {1});
        rig.poller().report(socket, ReadySink.WRITABLE);
        rig.poller().report(socket, ReadySink.READABLE);
        rig.turns(2);
        assertEquals(10, socket.sent.size());
        assertArrayEquals(new byte[] {1}, handler.received(1));
    }

    @Test
    void aPollWithoutEventsDoesNothing() throws IOException {
        rig.accept(socket, handler);
        rig.turns(3);
        int reads = socket.reads;
        for (int i = 0; i < 100; i++) {
            assertFalse(rig.turn());
        }
        assertEquals(reads, socket.reads);
        assertEquals(List.of(Event.OPEN), handler.events());
    }

    @Test
    void anIdleLoopIsToldToWaitAsLongAsItMay() {
        rig.loop.runOnce(-1);
        assertEquals(-1L, lastTimeout());
        rig.loop.runOnce(5_000_000);
        assertEquals(5_000_000L, lastTimeout());
        rig.loop.runOnce(0);
        assertEquals(0L, lastTimeout());
    }

    @Test
    void aLoopWithATimerWaitsForItAtMost() {
        rig.loop.schedule(Duration.ofMillis(20), () -> {});
        rig.loop.runOnce(-1);
        long timeout = lastTimeout();
        assertTrue(timeout > 0 && timeout <= Duration.ofMillis(70).toNanos(), timeout + " ns");
    }

    @Test
    void aLoopWithWorkDoesNotWait() {
        rig.loop.execute(() -> {});
        rig.loop.runOnce(-1);
        assertEquals(0L, lastTimeout());
    }

    private long lastTimeout() {
        List<Long> timeouts = rig.poller().timeouts;
        return timeouts.get(timeouts.size() - 1);
    }

    @Test
    void aPollThatFailsEndsTheLoopAndEverythingOnIt() throws IOException {
        rig.accept(socket, handler);
        IOException failure = new IOException("poll failed");
        rig.poller().failures.add(failure);
        rig.turn();
        CloseReason reason = handler.closed();
        assertEquals(CloseReason.Kind.LOOP_FAILED, reason.kind());
        assertTrue(socket.isClosed());
        assertTrue(rig.poller().closed);
        rig.failures.take(failure);
    }

    @Test
    void aFailureThatCameWithBytesIsSeenWhenTheirHandlerPauses() throws IOException {
        handler.whenData((c, in) -> {
            handler.keep(in);
            c.pauseReading();
        });
        rig.accept(socket, handler);
        socket.input.add(new byte[5]);
        socket.input.add(ScriptedSocket.failure("recv(2)", Errno.ECONNRESET));
        rig.poller().report(socket, ALL);
        rig.turns(3);
        assertEquals(List.of(Event.OPEN, Event.DATA, Event.CLOSED), handler.events());
        assertEquals(Kind.RESET, handler.closed().kind());
    }
}
