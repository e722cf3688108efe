package io.eventloop.testing;

import java.util.Arrays;

/**
 * What is to happen, by time, and by order of entry at one time. A binary heap over primitive keys.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> event objects are used again once they are released.
 *
 * <p><b>Failure:</b> none; it grows with what waits.
 */
final class EventHeap {

    /** One thing that is to happen. */
    static final class Event {
        Step step;
        Object target;
        long a;
        long b;
        private Event nextFree;
    }

    private long[] times = new long[256];
    private long[] orders = new long[256];
    private Event[] events = new Event[256];
    private int size;
    private long nextOrder;
    private Event free;

    int size() {
        return size;
    }

    /** The time of the first event; only if there is one. */
    long firstTime() {
        return times[0];
    }

    void add(long timeNanos, Step step, Object target, long a, long b) {
        Event event = free;
        if (event == null) {
            event = new Event();
        } else {
            free = event.nextFree;
        }
        event.step = step;
        event.target = target;
        event.a = a;
        event.b = b;
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            orders = Arrays.copyOf(orders, size * 2);
            events = Arrays.copyOf(events, size * 2);
        }
        up(size++, timeNanos, nextOrder++, event);
    }

    /** Removes the first event; its user releases it. */
    Event take() {
        Event first = events[0];
        size--;
        Event last = events[size];
        events[size] = null;
        if (size > 0) {
            down(times[size], orders[size], last);
        }
        return first;
    }

    void release(Event event) {
        event.target = null;
        event.nextFree = free;
        free = event;
    }

    private void up(int from, long time, long order, Event event) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            // A later entry never comes before an earlier one of the same time.
            if (times[parent] <= time) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        put(at, time, order, event);
    }

    private void down(long time, long order, Event event) {
        int at = 0;
        int half = size >>> 1;
        while (at < half) {
            int child = 2 * at + 1;
            int right = child + 1;
            if (right < size && isBefore(times[right], orders[right], times[child], orders[child])) {
                child = right;
            }
            if (isBefore(time, order, times[child], orders[child])) {
                break;
            }
            move(child, at);
            at = child;
        }
        put(at, time, order, event);
    }

    private static boolean isBefore(long time, long order, long otherTime, long otherOrder) {
        return time < otherTime || (time == otherTime && order < otherOrder);
    }

    private void move(int from, int to) {
        times[to] = times[from];
        orders[to] = orders[from];
        events[to] = events[from];
    }

    private void put(int at, long time, long order, Event event) {
        times[at] = time;
        orders[at] = order;
        events[at] = event;
    }
}
