package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When timers fire and when a sleeper must wake, for every clock. */
class TimerWheelTimeTest {
    private static final long TICK = 1L << TimerWheel.DEFAULT_TICK_SHIFT;
    private static final long YEAR = TimeUnit.DAYS.toNanos(365);
    private static final int ALL = Integer.MAX_VALUE;

    private final List<String> fired = new ArrayList<>();
    private final TimerWheel wheel = new TimerWheel(0, TimerWheel.DEFAULT_TICK_SHIFT);

    @Test
    void rejectsTickShiftOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> new TimerWheel(0, -1));
        assertThrows(IllegalArgumentException.class, () -> new TimerWheel(0, 41));
    }

    @Test
    void firesAtDeadlineThatIsWholeTick() {
        wheel.schedule(node("a"), 5 * TICK);
        assertEquals(0, wheel.advance(5 * TICK - 1, ALL));
        assertEquals(1, wheel.advance(5 * TICK, ALL));
        assertFired("a");
    }

    @Test
    void firesLessThanOneTickAfterDeadlineBetweenTicks() {
        wheel.schedule(node("a"), 5 * TICK + 1);
        assertEquals(0, wheel.advance(6 * TICK - 1, ALL));
        assertEquals(1, wheel.advance(6 * TICK, ALL));
    }

    @Test
    void neverFiresEarlyAtAnyLevel() {
        for (long delay = TICK; delay > 0 && delay < 200 * YEAR; delay *= 3) {
            TimerWheel fresh = new TimerWheel(0, TimerWheel.DEFAULT_TICK_SHIFT);
            fresh.schedule(node("a"), delay);
            assertEquals(0, fresh.advance(delay - 1, ALL), "early");
            assertEquals(1, fresh.advance(delay + TICK - 1, ALL), "late");
        }
    }

    @Test
    void passesItsTimeToCallback() {
        long[] seen = new long[1];
        wheel.schedule(
                new TimerNode() {
                    @Override
                    protected void expire(long nowNanos) {
                        seen[0] = nowNanos;
                    }
                },
                TICK);
        wheel.advance(7 * TICK + 3, ALL);
        assertEquals(7 * TICK + 3, seen[0]);
    }

    @Test
    void firesDeadlineInPastAtNextAdvance() {
        wheel.advance(YEAR, ALL);
        wheel.schedule(node("now"), YEAR);
        wheel.schedule(node("past"), YEAR - TICK);
        wheel.schedule(node("before start"), -YEAR);
        assertTrue(wheel.hasDue());
        assertEquals(YEAR, wheel.nextDeadlineNanos());
        assertEquals(3, wheel.advance(YEAR, ALL));
        assertFired("now", "past", "before start");
    }

    @Test
    void learnsTimeFromAdvanceWithoutExpirations() {
        wheel.schedule(node("early"), TICK);
        assertEquals(0, wheel.advance(TICK + 5, 0));
        assertTrue(wheel.hasDue());
        wheel.schedule(node("now"), TICK + 5);
        assertEquals(2, wheel.advance(TICK + 5, ALL));
        assertFired("early", "now");
    }

    @Test
    void toleratesClockThatStandsStillOrGoesBack() {
        wheel.advance(70 * TICK, ALL);
        wheel.schedule(node("a"), 71 * TICK);
        assertEquals(0, wheel.advance(70 * TICK, ALL));
        assertEquals(0, wheel.advance(2 * TICK, ALL));
        wheel.schedule(node("past"), 69 * TICK);
        assertEquals(1, wheel.advance(3 * TICK, ALL));
        assertEquals(0, wheel.advance(71 * TICK - 1, ALL));
        assertEquals(1, wheel.advance(71 * TICK, ALL));
        assertFired("past", "a");
    }

    @Test
    void jumpsOverYearsInNoMoreStepsThanTimers() {
        for (int hour = 1; hour <= 1000; hour++) {
            wheel.schedule(node("" + hour), TimeUnit.HOURS.toNanos(hour));
        }
        assertEquals(1000, wheel.advance(100 * YEAR, ALL)); // tick by tick this would take an hour
        assertEquals("1", fired.get(0));
        assertEquals("1000", fired.get(999));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE, Long.MAX_VALUE - 5 * (1L << 20), -3 * (1L << 20)})
    void worksFromAnyStartTime(long start) {
        TimerWheel fresh = new TimerWheel(start, TimerWheel.DEFAULT_TICK_SHIFT);
        fresh.schedule(node("ticks"), start + 10 * TICK);
        fresh.schedule(node("years"), start + 10 * YEAR);
        assertEquals(start + 10 * TICK, fresh.nextDeadlineNanos());
        assertEquals(0, fresh.advance(start + 10 * TICK - 1, ALL));
        assertEquals(1, fresh.advance(start + 10 * TICK, ALL));
        assertEquals(0, fresh.advance(start + 10 * YEAR - 1, ALL));
        assertEquals(1, fresh.advance(start + 10 * YEAR + TICK, ALL));
        assertFired("ticks", "years");
    }

    @Test
    void keepsDeadlineBeyondRangeOfClock() {
        wheel.advance(YEAR, ALL);
        wheel.schedule(node("a"), YEAR + Long.MAX_VALUE);
        assertEquals(0, wheel.advance(290 * YEAR, ALL));
        assertEquals(1, wheel.size());
        assertTrue(wheel.nextDeadlineNanos() > 290 * YEAR);
    }

    @Test
    void hasNoNextDeadlineWhenEmpty() {
        assertEquals(Long.MAX_VALUE, wheel.nextDeadlineNanos());
        TimerNode node = node("a");
        wheel.schedule(node, TICK);
        wheel.cancel(node);
        assertEquals(Long.MAX_VALUE, wheel.nextDeadlineNanos());
    }

    @Test
    void keepsNextDeadlineApartFromMarkOfEmptyWheel() {
        TimerWheel fresh = new TimerWheel(Long.MAX_VALUE - TICK, TimerWheel.DEFAULT_TICK_SHIFT);
        fresh.schedule(node("a"), Long.MAX_VALUE);
        assertEquals(Long.MAX_VALUE - 1, fresh.nextDeadlineNanos());
    }

    @Test
    void roundsNextDeadlineUpToTickWithinLevelZero() {
        wheel.schedule(node("a"), 40 * TICK + 1);
        assertEquals(41 * TICK, wheel.nextDeadlineNanos());
        wheel.schedule(node("b"), 7 * TICK);
        assertEquals(7 * TICK, wheel.nextDeadlineNanos());
    }

    @Test
    void wakesSleeperAtMostOncePerLevel() {
        long deadline = 3 * YEAR + 123456789;
        wheel.schedule(node("a"), deadline);
        int wakes = 0;
        long now = 0;
        while (wheel.size() > 0) {
            now = wheel.nextDeadlineNanos();
            wheel.advance(now, ALL);
            wakes++;
        }
        assertTrue(wakes <= 8, "woke " + wakes + " times");
        assertTrue(now - deadline >= 0 && now - deadline < TICK);
    }

    private TimerNode node(String name) {
        return new CallbackNode(() -> fired.add(name));
    }

    private void assertFired(String... names) {
        assertEquals(List.of(names), fired);
    }
}
