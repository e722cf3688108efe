package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.DrainReport;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroupBuilder;
import io.eventloop.Listener;
import io.eventloop.Timer;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Loops that the caller runs turn by turn, in a thread of its own choice. */
public abstract class CallerDrivenContract extends TransportContract {
    private static final long STEP_NANOS = 10_000_000;

    private EventLoop loop;

    @BeforeEach
    void startCallerDriven() {
        loop = start(EventLoopGroupBuilder::callerDriven).loops().get(0);
    }

    private void runUntil(String what, BooleanSupplier condition) {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            assertTrue(i < 1000, what + " did not come");
            loop.runOnce(STEP_NANOS);
        }
    }

    @Test
    void runsNothingByItself() {
        List<String> ran = new ArrayList<>();
        loop.execute(() -> ran.add("task"));
        assertEquals(List.of(), ran);
        assertTrue(loop.runOnce(0));
        assertEquals(List.of("task"), ran);
        assertFalse(loop.runOnce(0));
    }

    @Test
    void takesTheCallingThreadForItsOwn() {
        Thread[] seen = new Thread[1];
        loop.execute(() -> seen[0] = Thread.currentThread());
        loop.runOnce(0);
        assertSame(Thread.currentThread(), seen[0]);
        assertTrue(loop.inLoop());
    }

    @Test
    void carriesBytes() throws IOException {
        RecordingHandler accepted = handler();
        accepted.whenData((c, in) -> c.write(in.detach()));
        RecordingHandler handler = handler().whenOpen(c -> c.write(Payload.ascii("there and back")));
        Listener listener = group().listen(loopback(), c -> accepted);
        loop.runOnce(0);
        loop.connect(listener.address(), ConnectOptions.DEFAULT, handler);
        runUntil("the echo", () -> handler.count(Event.DATA) > 0);
        assertEquals("there and back", Payload.text(handler.received(14)));
    }

    @Test
    void tellsItsNextDeadline() {
        loop.runOnce(0);
        assertEquals(Long.MAX_VALUE, loop.nextDeadlineNanos());
        Timer timer = loop.schedule(Duration.ofSeconds(3), () -> {});
        long due = environment.clock().nanoTime() + Duration.ofSeconds(3).toNanos();
        long deadline = loop.nextDeadlineNanos();
        assertTrue(deadline <= due + ManualEnvironment.SLACK.toNanos(), (deadline - due) + " ns late");
        loop.execute(() -> {});
        assertTrue(loop.nextDeadlineNanos() <= environment.clock().nanoTime());
        loop.runOnce(0);
        timer.cancel();
        runUntil("no deadline", () -> loop.nextDeadlineNanos() == Long.MAX_VALUE);
    }

    @Test
    void reachesADeadlineByGoingFromOneToTheNext() {
        List<String> fired = new ArrayList<>();
        loop.runOnce(0);
        long due = environment.clock().nanoTime() + Duration.ofHours(3).toNanos();
        loop.schedule(Duration.ofHours(3), () -> fired.add("due"));
        for (int steps = 0; fired.isEmpty(); steps++) {
            assertTrue(steps < 100, "no timer after 100 deadlines");
            long wait = loop.nextDeadlineNanos() - environment.clock().nanoTime();
            environment.advance(Duration.ofNanos(Math.max(0, wait)));
            loop.runOnce(0);
        }
        long late = environment.clock().nanoTime() - due;
        assertTrue(late >= 0 && late <= ManualEnvironment.SLACK.toNanos(), late + " ns late");
    }

    @Test
    void waitsUntilAnotherThreadGivesItWork() {
        CountDownLatch ran = new CountDownLatch(1);
        loop.runOnce(0);
        Thread sender = new Thread(() -> loop.execute(ran::countDown));
        sender.start();
        while (ran.getCount() > 0) {
            loop.runOnce(-1);
        }
        Await.end(sender);
    }

    @Test
    void refusesATurnWithinATurn() {
        List<Throwable> refusals = new ArrayList<>();
        loop.execute(() -> refusals.add(assertThrows(IllegalStateException.class, () -> loop.runOnce(0))));
        loop.runOnce(0);
        assertEquals(1, refusals.size());
    }

    @Test
    void returnsAfterTheLongestWait() {
        loop.runOnce(0);
        assertFalse(loop.runOnce(1_000_000));
    }

    @Test
    void ordersTimersByTheInjectedClock() {
        List<String> fired = new ArrayList<>();
        loop.runOnce(0);
        loop.schedule(Duration.ofSeconds(2), () -> fired.add("second"));
        loop.schedule(Duration.ofSeconds(1), () -> fired.add("first"));
        loop.runOnce(0);
        assertEquals(List.of(), fired);
        environment.advance(Duration.ofSeconds(3));
        runUntil("both timers", () -> fired.size() == 2);
        assertEquals(List.of("first", "second"), fired);
    }

    @Test
    void closeEndsItsConnectionsInTheCallingThread() throws IOException {
        RecordingHandler handler = handler();
        RecordingHandler accepted = handler();
        Listener listener = group().listen(loopback(), c -> accepted);
        loop.runOnce(0);
        loop.connect(listener.address(), ConnectOptions.DEFAULT, handler);
        runUntil("both ends", () -> handler.count(Event.OPEN) + accepted.count(Event.OPEN) == 2);
        group().close();
        assertEquals(CloseReason.Kind.SHUT_DOWN, handler.closed().kind());
        assertEquals(CloseReason.Kind.SHUT_DOWN, accepted.closed().kind());
        assertTrue(group().closed().isDone());
        assertThrows(IllegalStateException.class, () -> loop.runOnce(0));
        assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
    }

    @Test
    void drainsWhileTheCallerRunsIt() throws IOException {
        RecordingHandler handler = handler().whenDrain(Connection::abort);
        Listener listener = group().listen(loopback(), c -> handler);
        loop.runOnce(0);
        Peer peer = connectTo(listener);
        runUntil("the connection", () -> handler.count(Event.OPEN) == 1);
        CompletableFuture<DrainReport> drain = group().shutdown(Duration.ofSeconds(10));
        runUntilEnded(drain::isDone);
        assertEquals(1, drain.join().draining());
        assertEquals(0, drain.join().aborted());
        assertEquals(Peer.End.RESET, peer.awaitEnd());
    }

    private void runUntilEnded(BooleanSupplier condition) {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            assertTrue(i < 1000, "the drain did not end");
            try {
                loop.runOnce(STEP_NANOS);
            } catch (IllegalStateException ended) {
                return;
            }
        }
    }
}
