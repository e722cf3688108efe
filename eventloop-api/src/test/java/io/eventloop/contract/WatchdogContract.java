package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A callback that blocks its loop is reported while it blocks, with the stack that shows where. */
public abstract class WatchdogContract extends TransportContract {
    private static final Duration THRESHOLD = Duration.ofMillis(20);

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @BeforeEach
    void startWithWatchdog() {
        start(builder -> builder.options(LOOP.withBlockedThreshold(THRESHOLD)));
    }

    private void blockTheLoopHere() {
        entered.countDown();
        Await.latch("the report", released);
    }

    private static boolean showsWhere(Failures.Report report) {
        return Arrays.stream(report.failure().getStackTrace())
                .anyMatch(element -> element.getMethodName().contains("blockTheLoopHere"));
    }

    private Failures.Report reportWhileBlocked() {
        Await.latch("the callback to block", entered);
        environment.advance(THRESHOLD.multipliedBy(2));
        Failures.Report report = failures.take("the report of the blocked callback", WatchdogContract::showsWhere);
        released.countDown();
        return report;
    }

    @Test
    void reportsATaskWithItsStack() {
        loop().execute(this::blockTheLoopHere);
        Failures.Report report = reportWhileBlocked();
        assertTrue(report.what().contains(loop().name()), report.what());
        OnLoop.turns(loop(), 2);
        assertEquals(1, loop().metrics().blockedCallbacks());
    }

    @Test
    void reportsAHandlerWithItsStack() throws IOException {
        RecordingHandler handler = handler();
        handler.whenData((c, in) -> {
            handler.keep(in);
            blockTheLoopHere();
        });
        Peer peer = peerOf(handler).send(Payload.ascii("x"));
        reportWhileBlocked();
        handler.seen(Event.DATA, 1);
        // The loop goes on as if nothing had been.
        handler.whenData((c, in) -> handler.keep(in));
        peer.send(Payload.ascii("y"));
        assertEquals("xy", Payload.text(handler.received(2)));
    }

    @Test
    void reportsATimerWithItsStack() {
        OnLoop.run(loop(), () -> loop().schedule(Duration.ZERO, this::blockTheLoopHere));
        environment.advance(Duration.ofMillis(5));
        loop().execute(() -> {});
        reportWhileBlocked();
    }

    @Test
    void doesNotTakeALoopThatWaitsForABlockedOne() {
        OnLoop.turn(loop());
        environment.advance(Duration.ofHours(1));
        loop().execute(this::blockTheLoopHere);
        Await.latch("the callback to block", entered);
        assertEquals(0, loop().metrics().blockedCallbacks());
        released.countDown();
    }
}
