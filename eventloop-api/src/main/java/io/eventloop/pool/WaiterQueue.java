package io.eventloop.pool;

/**
 * The acquisitions that wait for one endpoint, in the order in which they came. Any of them leaves in constant time.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns the waiters. <b>Failure:</b> none; the endpoint bounds it.
 */
final class WaiterQueue {
    private final PoolCounters counters;
    private Waiter first;
    private Waiter last;
    private int size;

    WaiterQueue(PoolCounters counters) {
        this.counters = counters;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(Waiter waiter) {
        waiter.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
        size++;
        counters.add(PoolCounters.WAITING, 1);
        counters.max(PoolCounters.PEAK_WAITING, size);
    }

    /** Takes the one that has waited longest; there must be one. */
    Waiter take() {
        Waiter waiter = first;
        remove(waiter);
        return waiter;
    }

    /** Takes one out that is in the queue. */
    void remove(Waiter waiter) {
        if (waiter.previous == null) {
            first = waiter.next;
        } else {
            waiter.previous.next = waiter.next;
        }
        if (waiter.next == null) {
            last = waiter.previous;
        } else {
            waiter.next.previous = waiter.previous;
        }
        waiter.previous = null;
        waiter.next = null;
        size--;
        counters.add(PoolCounters.WAITING, -1);
        waiter.left();
    }
}
