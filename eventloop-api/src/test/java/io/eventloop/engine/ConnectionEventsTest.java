package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.eventloop.Explanation;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The events a connection keeps: few, each once, in the order in which they happened last. */
final class ConnectionEventsTest {
    private static final long BEGIN = -5_000_000_123L;
    private static final long SECOND = 1_000_000_000L;

    private final ConnectionEvents events = new ConnectionEvents(BEGIN, false);

    private List<String> whats() {
        return events.list(BEGIN).stream().map(Explanation.Event::what).toList();
    }

    @Test
    void knowsItsBeginning() {
        events.established(BEGIN + 2 * SECOND);
        assertEquals(
                List.of("3.000 s ago  connect begun", "1.000 s ago  established"),
                events.list(BEGIN + 3 * SECOND).stream()
                        .map(Explanation.Event::toString)
                        .toList());
    }

    @Test
    void fitsItsEventsIntoFiveBits() {
        assertTrue(ConnectionEvent.values().length <= 32);
    }

    @Test
    void forgetsTheOldestWhenAllPlacesAreTaken() {
        ConnectionEvent[] all = ConnectionEvent.values();
        for (int i = 0; i < all.length; i++) {
            events.add(all[i], BEGIN + i);
        }
        List<String> last = List.of(all).subList(all.length - 8, all.length).stream()
                .map(ConnectionEvent::phrase)
                .toList();
        assertEquals("connect begun", whats().get(0));
        assertEquals(last, whats().subList(1, 9));
        events.add(all[all.length - 8], BEGIN);
        assertEquals(last.get(1), whats().get(1), "the oldest moved to the end");
        assertEquals(last.get(0), whats().get(8));
    }

    @Test
    void keepsTimesAcrossTheSignOfTheClock() {
        events.add(ConnectionEvent.PAUSED, BEGIN);
        events.add(ConnectionEvent.RESUMED, BEGIN + 6 * SECOND);
        List<Explanation.Event> list = events.list(BEGIN + 7 * SECOND);
        assertEquals(7_000, list.get(1).ago().toMillis());
        assertEquals(1_000, list.get(2).ago().toMillis());
    }

    /** The budget of an idle connection depends on it. */
    @Test
    void costsWhatItSays() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ConnectionEvents[] many = new ConnectionEvents[10_000];
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < many.length; i++) {
            many[i] = new ConnectionEvents(BEGIN, true);
        }
        long begun = threads.getCurrentThreadAllocatedBytes();
        for (ConnectionEvents each : many) {
            each.add(ConnectionEvent.PAUSED, BEGIN);
        }
        long noted = threads.getCurrentThreadAllocatedBytes();
        for (ConnectionEvents each : many) {
            for (int i = 0; i < 10; i++) {
                each.add(ConnectionEvent.RESUMED, BEGIN);
                each.add(ConnectionEvent.PAUSED, BEGIN);
            }
        }
        long after = threads.getCurrentThreadAllocatedBytes();
        assertTrue((begun - before) / many.length <= 32, (begun - before) + " bytes");
        assertTrue((noted - begun) / many.length <= 80, (noted - begun) + " bytes");
        assertTrue(after - noted < many.length, (after - noted) + " bytes");
    }

    @Test
    void aCopyStaysAsItWas() {
        events.add(ConnectionEvent.PAUSED, BEGIN);
        ConnectionEvents copy = events.copy();
        events.add(ConnectionEvent.PAUSED, BEGIN + SECOND);
        events.add(ConnectionEvent.RESUMED, BEGIN + SECOND);
        assertEquals(2, copy.list(BEGIN).size());
        assertEquals(1, copy.list(BEGIN).get(1).times());
    }
}
