package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.DrainReport;
import io.eventloop.Errno;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import io.eventloop.SystemCallException;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The end of a group: graceful, with a deadline by a clock that only the tests move, or at once. */
public abstract class DrainContract extends TransportContract {
    private static final Duration DRAIN = Duration.ofSeconds(30);

    @BeforeEach
    void startTwoLoops() {
        start(builder -> builder.loops(2));
    }

    private DrainReport report(CompletableFuture<DrainReport> drain) {
        return Await.value("the drain", drain);
    }

    /** Moves the clock until the drain is over; the loops learn of each step by a task. */
    private DrainReport reportPastTheDeadline(CompletableFuture<DrainReport> drain) {
        OnLoop.turns(loop(), 3);
        OnLoop.turns(group().loops().get(1), 3);
        assertFalse(drain.isDone());
        environment.advance(DRAIN.plus(ManualEnvironment.SLACK));
        group().loops().forEach(DrainContract::wake);
        return report(drain);
    }

    private static void wake(EventLoop loop) {
        try {
            loop.execute(() -> {});
        } catch (RejectedExecutionException e) {
            assertTrue(e.getMessage().contains(loop.name()), "it has ended already");
        }
    }

    @Test
    void tellsEveryHandlerAndWaitsForThem() throws IOException {
        List<RecordingHandler> handlers = new ArrayList<>();
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RecordingHandler handler = handler().whenDrain(c -> {
                c.write(Payload.ascii("bye"));
                c.close();
            });
            handlers.add(handler);
            peers.add(peerOf(handler));
        }
        CompletableFuture<DrainReport> drain = group().shutdown(DRAIN);
        for (Peer peer : peers) {
            assertEquals("bye", Payload.text(peer.receiveToEnd()));
            peer.close();
        }
        assertEquals(new DrainReport(5, 0), report(drain));
        for (RecordingHandler handler : handlers) {
            assertEquals(List.of(Event.OPEN, Event.DRAIN, Event.CLOSED), handler.events());
            assertTrue(handler.closed().isOrderly());
        }
        Await.value("the closed group", group().closed());
    }

    @Test
    void letsWhatIsUnderWayFinish() throws IOException {
        RecordingHandler handler = handler();
        handler.whenData((c, in) -> c.write(in.detach()));
        Peer peer = peerOf(handler);
        CompletableFuture<DrainReport> drain = group().shutdown(DRAIN);
        handler.seen(Event.DRAIN, 1);
        byte[] sent = Payload.random(500_000, 1);
        assertArrayEquals(sent, peer.exchange(sent, sent.length));
        assertFalse(drain.isDone());
        peer.close();
        assertEquals(new DrainReport(1, 0), report(drain));
    }

    @Test
    void stopsAcceptingAtOnce() throws IOException {
        RecordingHandler handler = handler();
        Listener listener = listen(c -> handler);
        Peer peer = connectTo(listener);
        handler.opened();
        CompletableFuture<DrainReport> drain = group().shutdown(DRAIN);
        Await.value("the closed listener", listener.closed());
        SystemCallException refusal = assertThrows(SystemCallException.class, () -> connectTo(listener));
        assertEquals(Errno.ECONNREFUSED, refusal.errno());
        peer.close();
        report(drain);
    }

    @Test
    void abortsTheRestAtTheDeadline() throws IOException {
        RecordingHandler quick = handler().whenDrain(Connection::abort);
        RecordingHandler stubborn = handler();
        RecordingHandler alsoStubborn = handler();
        peerOf(quick);
        Peer peer = peerOf(stubborn);
        peerOf(alsoStubborn);
        CompletableFuture<DrainReport> drain = group().shutdown(DRAIN);
        stubborn.seen(Event.DRAIN, 1);
        alsoStubborn.seen(Event.DRAIN, 1);
        quick.closed();
        assertEquals(new DrainReport(3, 2), reportPastTheDeadline(drain));
        CloseReason reason = stubborn.closed();
        assertEquals(Kind.DRAIN_TIMEOUT, reason.kind());
        assertEquals(CloseReason.Initiator.LIBRARY, reason.initiator());
        assertEquals(CloseReason.Scope.GROUP, reason.scope());
        assertEquals(Kind.DRAIN_TIMEOUT, alsoStubborn.closed().kind());
        assertEquals(Peer.End.RESET, peer.awaitEnd());
        Await.value("the closed group", group().closed());
    }

    @Test
    void countsTheConnectsUnderWay() throws IOException {
        RecordingHandler handler = handler();
        PeerListener listener = peerListener(1);
        for (int i = 0; i < 8; i++) {
            rawSocket(listener.address()).connect(listener.address());
        }
        connect(listener.address(), ConnectOptions.DEFAULT.withConnectTimeout(Duration.ZERO), handler);
        CompletableFuture<DrainReport> drain = group().shutdown(DRAIN);
        assertEquals(new DrainReport(1, 1), reportPastTheDeadline(drain));
        assertEquals(List.of(Event.CLOSED), handler.events());
    }

    @Test
    void waitsForWhatBeginsOnALoopThatHadNothingLeft() throws IOException {
        RecordingHandler first = handler();
        Peer peer = peerOf(first);
        CompletableFuture<DrainReport> drain = group().shutdown(DRAIN);
        EventLoop busy = first.seen(Event.DRAIN, 1).loop();
        EventLoop idle = group().loops().get(1 - busy.index());
        OnLoop.turns(idle, 3);
        PeerListener listener = peerListener(1);
        RecordingHandler second = handler();
        idle.execute(() -> idle.connect(listener.address(), ConnectOptions.DEFAULT, second));
        second.seen(Event.DRAIN, 1);
        peer.close();
        first.closed();
        OnLoop.turns(busy, 3);
        assertFalse(drain.isDone(), "a connection is left");
        accept(listener).close();
        assertEquals(new DrainReport(2, 0), report(drain));
        assertTrue(second.closed().isOrderly());
    }

    @Test
    void withoutConnectionsIsOverAtOnce() throws IOException {
        listen(c -> handler());
        assertEquals(new DrainReport(0, 0), report(group().shutdown(DRAIN)));
        Await.value("the closed group", group().closed());
    }

    @Test
    void ofZeroAbortsAtOnce() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        assertEquals(new DrainReport(1, 1), report(group().shutdown(Duration.ZERO)));
        assertFalse(handler.closed().isOrderly());
        assertEquals(Peer.End.RESET, peer.awaitEnd());
    }

    @Test
    void anExceptionInOnDrainEndsThatConnectionOnly() throws IOException {
        RuntimeException failure = new RuntimeException("in onDrain");
        RecordingHandler failing = handler().whenDrain(c -> {
            throw failure;
        });
        RecordingHandler calm = handler();
        peerOf(failing);
        Peer peer = peerOf(calm);
        CompletableFuture<DrainReport> drain = group().shutdown(DRAIN);
        assertEquals(Kind.HANDLER_FAILED, failing.closed().kind());
        failures.take(failure);
        calm.seen(Event.DRAIN, 1);
        peer.close();
        assertEquals(new DrainReport(2, 0), report(drain));
    }

    @Test
    void runsTasksAndTimersUntilTheEnd() throws IOException {
        RecordingHandler handler = handler()
                .whenDrain(c -> c.loop().schedule(Duration.ofSeconds(5), () -> {
                    c.write(Payload.ascii("finished"));
                    c.close();
                }));
        Peer peer = peerOf(handler);
        CompletableFuture<DrainReport> drain = group().shutdown(DRAIN);
        Connection connection = handler.seen(Event.DRAIN, 1);
        OnLoop.turn(connection.loop());
        environment.advance(Duration.ofSeconds(5).plus(ManualEnvironment.SLACK));
        connection.loop().execute(() -> {});
        assertEquals("finished", Payload.text(peer.receiveToEnd()));
        peer.close();
        assertEquals(new DrainReport(1, 0), report(drain));
    }

    @Test
    void closeEndsEveryConnection() throws IOException {
        RecordingHandler first = handler();
        RecordingHandler second = handler();
        Peer peer = peerOf(first);
        peerOf(second);
        group().close();
        assertTrue(group().closed().isDone());
        for (RecordingHandler handler : List.of(first, second)) {
            CloseReason reason = handler.closed();
            assertEquals(Kind.SHUT_DOWN, reason.kind());
            assertEquals(CloseReason.Scope.GROUP, reason.scope());
            assertEquals(List.of(Event.OPEN, Event.CLOSED), handler.events());
        }
        assertEquals(Peer.End.RESET, peer.awaitEnd());
    }

    @Test
    void closeEndsADrainUnderWay() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler);
        CompletableFuture<DrainReport> drain = group().shutdown(DRAIN);
        handler.seen(Event.DRAIN, 1);
        group().close();
        handler.closed();
        Await.value("the end of the drain", drain.handle((report, thrown) -> true));
    }

    @Test
    void closeFromALoopReturnsAndTheGroupEnds() throws IOException {
        RecordingHandler handler = handler();
        peerOf(handler);
        loop().execute(() -> group().close());
        Await.value("the closed group", group().closed());
        assertEquals(Kind.SHUT_DOWN, handler.closed().kind());
    }

    @Test
    void closeFromOnClosedReturns() throws IOException {
        RecordingHandler handler = handler().whenClosed((c, reason) -> group().close());
        peerOf(handler).reset();
        handler.closed();
        Await.value("the closed group", group().closed());
    }

    @Test
    void closeReachesALoopThatIsAboutToSleep() {
        for (int i = 0; i < 400; i++) {
            EventLoopGroup brief = builder().build();
            int delay = i % 100;
            Thread closing = new Thread(() -> closeSoonAfterATask(brief, delay));
            closing.setDaemon(true);
            closing.start();
            Await.end(closing);
        }
    }

    /** Meets the loop at a different point on its way from a task to its next wait each time. */
    private static void closeSoonAfterATask(EventLoopGroup group, int delay) {
        AtomicBoolean ran = new AtomicBoolean();
        group.loops().get(0).execute(() -> ran.set(true));
        while (!ran.get()) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < delay; i++) {
            Thread.onSpinWait();
        }
        group.close();
    }

    @Test
    void secondCloseDoesNothing() {
        group().close();
        group().close();
        assertTrue(group().closed().isDone());
    }

    @Test
    void callsAfterCloseAreRefused() {
        group().close();
        assertThrows(IllegalStateException.class, () -> group().listen(loopback(), c -> handler()));
        assertThrows(IllegalStateException.class, () -> group().next());
        assertThrows(IllegalStateException.class, () -> group().shutdown(DRAIN));
        assertThrows(IllegalStateException.class, () -> group().connect(loopback(), ConnectOptions.DEFAULT, handler()));
    }

    @Test
    void listenersEndWithTheGroup() throws IOException {
        Listener listener = listen(c -> handler());
        group().close();
        Await.value("the closed listener", listener.closed());
        assertThrows(SystemCallException.class, () -> connectTo(listener));
    }

    @Test
    void waitersOnTheFuturesMayNotEndThem() {
        group().closed().complete(null);
        assertFalse(group().closed().isDone());
        OnLoop.turn(loop());
    }
}
