package io.eventloop.engine;

import io.eventloop.Explanation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of a connection: its beginning, and the last {@value #KEPT} kinds of event with the time each happened last
 * and how often. An event that happens again moves to the end instead of taking another place, so that a connection that
 * is paused and resumed all day still knows what else it has seen.
 *
 * <p>It costs 32 bytes per connection, and 80 more once there was an event after the beginning: one that only opens and
 * moves bytes within its marks has none. An entry is one long:
 *
 * <pre>
 *   63              16 15      5 4    0
 *   │ time in µs, mod 2^48 │ times  │ event │
 * </pre>
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> none; times are right for 8 years.
 */
final class ConnectionEvents {
    private static final int KEPT = 8;

    private static final ConnectionEvent[] EVENTS = ConnectionEvent.values();
    private static final int EVENT_MASK = 31;
    private static final int TIMES_SHIFT = 5;
    private static final int MOST_TIMES = 2047;
    private static final int TIME_SHIFT = 16;
    private static final long TIME_MASK = (1L << 48) - 1;

    private static final int ACCEPTED = -1;
    private static final int NOT_ESTABLISHED = -2;

    private final long beginNanos;
    private int establishedMicros;
    private int size;
    private long[] entries;

    ConnectionEvents(long nowNanos, boolean accepted) {
        beginNanos = nowNanos;
        establishedMicros = accepted ? ACCEPTED : NOT_ESTABLISHED;
    }

    private ConnectionEvents(ConnectionEvents other) {
        beginNanos = other.beginNanos;
        establishedMicros = other.establishedMicros;
        size = other.size;
        entries = size == 0 ? null : other.entries.clone();
    }

    /** A copy that does not change with the connection. */
    ConnectionEvents copy() {
        return new ConnectionEvents(this);
    }

    /** The connect succeeded; kept without an entry, since every connection has it. */
    void established(long nowNanos) {
        if (establishedMicros == NOT_ESTABLISHED) {
            establishedMicros = (int) Math.min(Integer.MAX_VALUE, (nowNanos - beginNanos) / 1000);
        }
    }

    void add(ConnectionEvent event, long nowNanos) {
        if (entries == null) {
            entries = new long[KEPT];
        }
        int at = indexOf(event);
        int times = at < size ? Math.min(MOST_TIMES, times(entries[at]) + 1) : 1;
        int last = at < size ? size - 1 : size;
        if (last == KEPT) {
            // All places are taken by other events: the oldest is forgotten.
            at = 0;
            last--;
        }
        System.arraycopy(entries, at + 1, entries, at, last - at);
        entries[last] = micros(nowNanos) << TIME_SHIFT | (long) times << TIMES_SHIFT | event.ordinal();
        size = Math.max(size, last + 1);
    }

    /** Where it is, or {@code size} if it is not there. */
    private int indexOf(ConnectionEvent event) {
        int at = 0;
        while (at < size && (entries[at] & EVENT_MASK) != event.ordinal()) {
            at++;
        }
        return at;
    }

    private static int times(long entry) {
        return (int) (entry >>> TIMES_SHIFT) & MOST_TIMES;
    }

    private static long micros(long nanos) {
        return Math.floorDiv(nanos, 1000L);
    }

    /** How long the connection has existed. */
    long ageNanos(long nowNanos) {
        return nowNanos - beginNanos;
    }

    /** What is kept, oldest first. */
    List<Explanation.Event> list(long nowNanos) {
        List<Explanation.Event> list = new ArrayList<>(size + 2);
        Duration age = Duration.ofNanos(ageNanos(nowNanos));
        list.add(new Explanation.Event(establishedMicros == ACCEPTED ? "accepted" : "connect begun", 1, age));
        if (establishedMicros >= 0) {
            list.add(new Explanation.Event("established", 1, age.minusNanos(establishedMicros * 1000L)));
        }
        for (int i = 0; i < size; i++) {
            long entry = entries[i];
            long agoMicros = (micros(nowNanos) - (entry >>> TIME_SHIFT)) & TIME_MASK;
            String what = EVENTS[(int) entry & EVENT_MASK].phrase();
            list.add(new Explanation.Event(what, times(entry), Duration.ofNanos(agoMicros * 1000)));
        }
        return list;
    }
}
