package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Environment;
import io.eventloop.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Timers on a running loop: in order, never early, cancelled for good, and waking a loop that sleeps. */
public abstract class TimerContract extends TransportContract {
    private final List<String> fired = new CopyOnWriteArrayList<>();

    private Timer schedule(Duration delay, String name) {
        return OnLoop.call(loop(), () -> loop().schedule(delay, () -> fired.add(name)));
    }

    @Test
    void fireInTheOrderOfTheirDeadlines() {
        schedule(Duration.ofSeconds(3), "third");
        schedule(Duration.ofSeconds(1), "first");
        schedule(Duration.ofMinutes(4), "fourth");
        schedule(Duration.ofSeconds(2), "second");
        environment.advance(Duration.ofMinutes(5), loop());
        assertEquals(List.of("first", "second", "third", "fourth"), fired);
    }

    @Test
    void neverFireEarly() {
        schedule(Duration.ofMillis(500), "due");
        environment.advance(Duration.ofNanos(499_999_999), loop());
        assertEquals(List.of(), fired);
        environment.advance(ManualEnvironment.SLACK, loop());
        assertEquals(List.of("due"), fired);
        environment.advance(Duration.ofMinutes(1), loop());
        assertEquals(List.of("due"), fired);
    }

    @Test
    void doNotFireOnceCancelled() {
        Timer timer = schedule(Duration.ofSeconds(1), "cancelled");
        OnLoop.run(loop(), () -> {
            assertTrue(timer.isArmed());
            assertTrue(timer.cancel());
            assertFalse(timer.isArmed());
            assertFalse(timer.cancel());
        });
        environment.advance(Duration.ofMinutes(1), loop());
        assertEquals(List.of(), fired);
        assertEquals(0, loop().metrics().timersArmed());
    }

    @Test
    void armedAgainFireAtTheNewDeadlineOnly() {
        Timer timer = schedule(Duration.ofSeconds(1), "once");
        OnLoop.run(loop(), () -> timer.schedule(Duration.ofSeconds(10)));
        environment.advance(Duration.ofSeconds(5), loop());
        assertEquals(List.of(), fired);
        environment.advance(Duration.ofSeconds(5).plus(ManualEnvironment.SLACK), loop());
        assertEquals(List.of("once"), fired);
        OnLoop.run(loop(), () -> {
            assertFalse(timer.isArmed());
            timer.schedule(Duration.ofSeconds(1));
        });
        environment.advance(Duration.ofSeconds(1).plus(ManualEnvironment.SLACK), loop());
        assertEquals(List.of("once", "once"), fired);
    }

    @Test
    void doNotFireBeforeTheyAreArmed() {
        Timer timer = OnLoop.call(loop(), () -> loop().timer(() -> fired.add("made")));
        environment.advance(Duration.ofDays(2), loop());
        OnLoop.run(loop(), () -> assertFalse(timer.isArmed()));
        assertEquals(List.of(), fired);
    }

    @Test
    void mayArmThemselves() {
        Timer[] self = new Timer[1];
        OnLoop.run(loop(), () -> {
            self[0] = loop().timer(() -> {
                fired.add("tick");
                assertFalse(self[0].isArmed());
                self[0].schedule(Duration.ofSeconds(1));
            });
            self[0].schedule(Duration.ofSeconds(1));
        });
        for (int i = 1; i <= 5; i++) {
            environment.advance(Duration.ofSeconds(1).plus(ManualEnvironment.SLACK), loop());
            assertEquals(i, fired.size());
        }
    }

    @Test
    void withoutDelayFireInALaterTurn() {
        Timer[] self = new Timer[1];
        OnLoop.run(loop(), () -> {
            self[0] = loop().timer(() -> {
                fired.add("now");
                if (fired.size() < 100) {
                    self[0].schedule(Duration.ZERO);
                }
            });
            self[0].schedule(Duration.ZERO);
            assertEquals(0, fired.size());
        });
        Await.until("a hundred", loop(), () -> {
            environment.advance(Duration.ofMillis(2));
            return fired.size() == 100;
        });
        assertTrue(loop().metrics().turns() >= 100);
    }

    @Test
    void mayCancelEachOtherAmongTheDue() {
        Timer[] timers = new Timer[2];
        OnLoop.run(loop(), () -> {
            for (int i = 0; i < 2; i++) {
                int other = 1 - i;
                timers[i] = loop().timer(() -> {
                    fired.add("one");
                    timers[other].cancel();
                });
                timers[i].schedule(Duration.ofSeconds(1));
            }
        });
        environment.advance(Duration.ofSeconds(2), loop());
        assertEquals(List.of("one"), fired);
    }

    @Test
    void thatFailAreReportedAndHarmNoOther() {
        RuntimeException failure = new RuntimeException("in a timer");
        OnLoop.run(
                loop(),
                () -> loop().schedule(Duration.ofSeconds(1), () -> {
                    throw failure;
                }));
        schedule(Duration.ofSeconds(1), "other");
        schedule(Duration.ofSeconds(2), "later");
        environment.advance(Duration.ofSeconds(3), loop());
        failures.take(failure);
        assertEquals(List.of("other", "later"), fired);
        assertEquals(1, loop().metrics().failedCallbacks());
    }

    @Test
    void areBoundedPerTurn() {
        start(builder -> builder.options(LOOP.withMaxTimersPerTurn(10)));
        OnLoop.run(loop(), () -> {
            for (int i = 0; i < 100; i++) {
                loop().schedule(Duration.ofSeconds(1), () -> {
                    fired.add("due");
                    if (fired.size() % 10 == 1) {
                        // Runs in the next turn, before that turn's timers: ten at most have come since.
                        int until = fired.size() + 9;
                        loop().execute(() -> assertTrue(fired.size() <= until, fired.size() + " in a turn"));
                    }
                });
            }
        });
        environment.advance(Duration.ofSeconds(2));
        Await.until("all timers", loop(), () -> fired.size() == 100);
        OnLoop.turns(loop(), 2);
        assertEquals(100, loop().metrics().timersFired());
    }

    @Test
    void armAndFireFromAHandler() throws IOException {
        RecordingHandler handler = handler();
        handler.whenData((c, in) -> {
            in.skip(in.readableBytes());
            c.loop().schedule(Duration.ofSeconds(1), () -> c.write(Payload.ascii("late answer")));
        });
        Peer peer = peerOf(handler).send(Payload.ascii("question"));
        handler.seen(RecordingHandler.Event.DATA, 1);
        OnLoop.turn(loop());
        environment.advance(Duration.ofSeconds(1).plus(ManualEnvironment.SLACK), loop());
        assertEquals("late answer", Payload.text(peer.receive(11)));
    }

    @Test
    void wakeALoopThatSleeps() {
        start(builder -> builder.environment(Environment.system()));
        CountDownLatch woken = new CountDownLatch(1);
        OnLoop.run(loop(), () -> loop().schedule(Duration.ofMillis(20), woken::countDown));
        Await.latch("the timer", woken);
    }

    @Test
    void shortenTheSleepOfALoop() {
        start(builder -> builder.environment(Environment.system()));
        CountDownLatch woken = new CountDownLatch(1);
        OnLoop.run(loop(), () -> {
            loop().schedule(Duration.ofHours(1), () -> fired.add("much later"));
            loop().schedule(Duration.ofMillis(5), woken::countDown);
        });
        Await.latch("the earlier timer", woken);
        OnLoop.turns(loop(), 2);
        assertEquals(1, loop().metrics().timersArmed());
    }

    @Test
    void tellTheirDeadline() {
        Timer timer = schedule(Duration.ofSeconds(7), "due");
        OnLoop.run(
                loop(),
                () -> assertEquals(
                        environment.clock().nanoTime() + Duration.ofSeconds(7).toNanos(), timer.deadlineNanos()));
    }

    @Test
    void areDroppedWithTheLoop() {
        schedule(Duration.ofSeconds(1), "never");
        environment.advance(Duration.ZERO);
        group().close();
        environment.advance(Duration.ofSeconds(10));
        assertEquals(List.of(), fired);
    }
}
