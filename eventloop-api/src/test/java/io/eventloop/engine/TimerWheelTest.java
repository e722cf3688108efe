package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What fires, in which order, and what callbacks may do; {@link TimerWheelTimeTest} has the clock. */
class TimerWheelTest {
    private static final long TICK = 1L << TimerWheel.DEFAULT_TICK_SHIFT;
    private static final long YEAR = TimeUnit.DAYS.toNanos(365);
    private static final int ALL = Integer.MAX_VALUE;

    private final List<String> fired = new ArrayList<>();
    private final TimerWheel wheel = new TimerWheel(0, TimerWheel.DEFAULT_TICK_SHIFT);

    @Test
    void disarmsNodeBeforeItsCallback() {
        TimerNode[] self = new TimerNode[1];
        self[0] = new CallbackNode(() -> {
            assertFalse(self[0].isArmed());
            assertFalse(wheel.cancel(self[0]));
            assertEquals(0, wheel.size());
        });
        wheel.schedule(self[0], TICK);
        assertEquals(1, wheel.advance(TICK, ALL));
    }

    @Test
    void firesInOrderOfTicksAcrossLevels() {
        wheel.schedule(node("d"), 64 * 64 * TICK);
        wheel.schedule(node("b"), 64 * TICK);
        wheel.schedule(node("c"), 65 * TICK);
        wheel.schedule(node("a"), 3 * TICK);
        wheel.advance(YEAR, ALL);
        assertFired("a", "b", "c", "d");
    }

    @Test
    void firesTimersOfOneTickInOrderOfScheduling() {
        long deadline = 64 * 64 * TICK + 70 * TICK;
        wheel.schedule(node("a"), deadline);
        wheel.advance(64 * TICK, ALL);
        wheel.schedule(node("b"), deadline - 1);
        wheel.advance(64 * 64 * TICK, ALL);
        wheel.schedule(node("c"), deadline - 2);
        wheel.advance(64 * 64 * TICK + 65 * TICK, ALL);
        wheel.schedule(node("d"), deadline - 3);
        wheel.advance(deadline, ALL);
        assertFired("a", "b", "c", "d");
    }

    @Test
    void movesArmedNodeToLaterDeadline() {
        TimerNode node = node("a");
        wheel.schedule(node, 2 * TICK);
        wheel.schedule(node, 500 * TICK);
        assertEquals(1, wheel.size());
        assertEquals(500 * TICK, node.deadlineNanos());
        assertEquals(0, wheel.advance(499 * TICK, ALL));
        assertEquals(1, wheel.advance(500 * TICK, ALL));
    }

    @Test
    void movesArmedNodeToEarlierDeadline() {
        TimerNode node = node("a");
        wheel.schedule(node, 500 * TICK);
        wheel.schedule(node, 2 * TICK);
        assertEquals(1, wheel.advance(2 * TICK, ALL));
        assertEquals(0, wheel.advance(1000 * TICK, ALL));
    }

    @Test
    void cancelsOnce() {
        TimerNode node = node("a");
        assertFalse(wheel.cancel(node));
        wheel.schedule(node, TICK);
        assertTrue(node.isArmed());
        assertTrue(wheel.cancel(node));
        assertFalse(wheel.cancel(node));
        assertFalse(node.isArmed());
        assertEquals(0, wheel.size());
        assertEquals(0, wheel.advance(YEAR, ALL));
    }

    @Test
    void cancelsFirstMiddleAndLastOfOneSlot() {
        for (int cancelled = 0; cancelled < 3; cancelled++) {
            fired.clear();
            TimerWheel fresh = new TimerWheel(0, TimerWheel.DEFAULT_TICK_SHIFT);
            TimerNode[] nodes = {node("0"), node("1"), node("2")};
            for (TimerNode node : nodes) {
                fresh.schedule(node, 9 * TICK);
            }
            assertTrue(fresh.cancel(nodes[cancelled]));
            assertEquals(2, fresh.advance(9 * TICK, ALL));
            List<String> expected = new ArrayList<>(List.of("0", "1", "2"));
            expected.remove(cancelled);
            assertEquals(expected, fired);
        }
    }

    @Test
    void firesNoMoreThanAllowedAndKeepsRestDue() {
        for (int i = 0; i < 5; i++) {
            wheel.schedule(node("" + i), (5 - i) * TICK);
        }
        assertEquals(2, wheel.advance(10 * TICK, 2));
        assertFired("4", "3");
        assertEquals(3, wheel.size());
        assertTrue(wheel.hasDue());
        assertEquals(10 * TICK, wheel.nextDeadlineNanos());
        assertEquals(2, wheel.advance(10 * TICK, 2));
        assertEquals(1, wheel.advance(10 * TICK, 2));
        assertFired("4", "3", "2", "1", "0");
        assertFalse(wheel.hasDue());
    }

    @Test
    void cancelsAndReschedulesTimersLeftDue() {
        TimerNode cancelled = node("cancelled");
        TimerNode moved = node("moved");
        wheel.schedule(node("first"), TICK);
        wheel.schedule(cancelled, TICK);
        wheel.schedule(moved, TICK);
        wheel.advance(TICK, 1);
        assertTrue(wheel.cancel(cancelled));
        wheel.schedule(moved, 3 * TICK);
        assertFalse(wheel.hasDue());
        assertEquals(0, wheel.advance(2 * TICK, ALL));
        assertEquals(1, wheel.advance(3 * TICK, ALL));
        assertFired("first", "moved");
    }

    @Test
    void firesTimerRearmedWithoutDelayOnlyInNextAdvance() {
        TimerNode[] self = new TimerNode[1];
        self[0] = new CallbackNode(() -> wheel.schedule(self[0], 0));
        wheel.schedule(self[0], TICK);
        for (int i = 0; i < 3; i++) {
            assertEquals(1, wheel.advance(TICK, ALL));
            assertTrue(wheel.hasDue());
        }
    }

    @Test
    void firesTimersThatScheduleEachOtherOnlyInNextAdvance() {
        TimerNode[] pair = new TimerNode[2];
        pair[0] = new CallbackNode(() -> wheel.schedule(pair[1], 0));
        pair[1] = new CallbackNode(() -> wheel.schedule(pair[0], 0));
        wheel.schedule(pair[0], 0);
        for (int i = 0; i < 4; i++) {
            assertEquals(1, wheel.advance(TICK, ALL));
        }
    }

    @Test
    void firesLeftoverBeforeTimersRearmedWithoutDelay() {
        TimerNode[] greedy = new TimerNode[1];
        greedy[0] = new CallbackNode(() -> {
            fired.add("greedy");
            wheel.schedule(greedy[0], 0);
        });
        wheel.schedule(greedy[0], TICK);
        wheel.schedule(node("patient"), TICK);
        wheel.advance(TICK, 1);
        wheel.advance(TICK, 1);
        assertFired("greedy", "patient");
    }

    @Test
    void letsCallbackCancelAndMoveTimersDueWithIt() {
        TimerNode cancelled = node("cancelled");
        TimerNode moved = node("moved");
        wheel.schedule(
                new CallbackNode(() -> {
                    assertTrue(wheel.cancel(cancelled));
                    wheel.schedule(moved, 9 * TICK);
                }),
                TICK);
        wheel.schedule(cancelled, TICK);
        wheel.schedule(moved, TICK);
        wheel.schedule(node("untouched"), TICK);
        assertEquals(2, wheel.advance(2 * TICK, ALL));
        assertFired("untouched");
        assertEquals(1, wheel.advance(9 * TICK, ALL));
        assertFired("untouched", "moved");
    }

    @Test
    void staysConsistentWhenCallbackThrows() {
        RuntimeException failure = new IllegalStateException("from the callback");
        TimerNode thrower = new CallbackNode(() -> {
            throw failure;
        });
        wheel.schedule(node("before"), TICK);
        wheel.schedule(thrower, TICK);
        wheel.schedule(node("after"), TICK);
        assertSame(failure, assertThrows(RuntimeException.class, () -> wheel.advance(TICK, ALL)));
        assertFired("before");
        assertFalse(thrower.isArmed());
        assertEquals(1, wheel.size());
        assertEquals(TICK, wheel.nextDeadlineNanos());
        assertEquals(1, wheel.advance(TICK, ALL));
        assertFired("before", "after");
    }

    @Test
    void rejectsAdvanceFromCallback() {
        wheel.schedule(new CallbackNode(() -> wheel.advance(2 * TICK, ALL)), TICK);
        assertThrows(IllegalStateException.class, () -> wheel.advance(TICK, ALL));
        assertEquals(0, wheel.advance(2 * TICK, ALL));
    }

    private TimerNode node(String name) {
        return new CallbackNode(() -> fired.add(name));
    }

    private void assertFired(String... names) {
        assertEquals(List.of(names), fired);
    }
}
