package io.eventloop.engine;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * What the steps of a turn have to go through: endpoints that are ready, layers and connections with something to flush,
 * connections that ended. What is added while a step runs through its list waits for the next time.
 *
 * <p>Endpoints that yield come after the others, and after what those have written has been flushed; a bounded number of them,
 * so that a turn does not become longer the more there are.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> none. <b>Failure:</b> none; each list holds an endpoint at most
 * once, so their number bounds it.
 */
final class LoopWork {
    /** Flushing begins early when this many connections wait for it, to bound the memory their writes hold. */
    private static final int EARLY_FLUSH = 64;

    /** A step of a handshake takes some ten microseconds, so this many take about one millisecond. */
    private static final int YIELDING_PER_TURN = 16;

    private final LoopGovernor governor;
    private final ArrayDeque<Runnable> yielding = new ArrayDeque<>();
    private final Pending<Endpoint> ready = new Pending<>();
    private final Pending<SocketConnection> flushes = new Pending<>();
    private final Pending<SocketConnection> closes = new Pending<>();

    /** Of layers above connections, which write to them when the turn's own writes are known. */
    private final Pending<Runnable> visits = new Pending<>();

    /** Since the last flush; those that it put on the list again, having sent their share, do not count. */
    private int addedFlushes;

    private boolean flushing;

    /** @param governor looks at the memory in use between any two callbacks */
    LoopWork(LoopGovernor governor) {
        this.governor = governor;
    }

    void addReady(Endpoint endpoint) {
        if (!endpoint.onReadyList) {
            endpoint.onReadyList = true;
            if (endpoint.yields) {
                yielding.add(() -> dispatch(endpoint));
            } else {
                ready.add(endpoint);
            }
        }
    }

    void addYielding(Runnable step) {
        yielding.add(step);
    }

    void addFlush(SocketConnection connection) {
        flushes.add(connection);
        addedFlushes++;
    }

    void addVisit(Runnable visit) {
        visits.add(visit);
        addedFlushes++;
    }

    void addClosed(SocketConnection connection) {
        closes.add(connection);
    }

    boolean isEmpty() {
        return ready.isEmpty() && flushes.isEmpty() && closes.isEmpty() && visits.isEmpty() && yielding.isEmpty();
    }

    boolean hasCloses() {
        return !closes.isEmpty();
    }

    int dispatchReady() {
        int count = ready.begin();
        for (int i = 0; i < count; i++) {
            dispatch(ready.take());
            if (addedFlushes >= EARLY_FLUSH) {
                flushWritten();
            }
            governor.check();
        }
        return count + dispatchYielding();
    }

    private void dispatch(Endpoint endpoint) {
        endpoint.onReadyList = false;
        if (endpoint.slot >= 0) {
            try {
                endpoint.dispatch();
            } catch (RuntimeException e) {
                endpoint.failed(e);
            }
        }
    }

    private int dispatchYielding() {
        int count = Math.min(yielding.size(), YIELDING_PER_TURN);
        if (count > 0) {
            flushWritten();
        }
        for (int i = 0; i < count; i++) {
            yielding.poll().run();
            governor.check();
        }
        return count;
    }

    /** Flushes what was written; does nothing when it is called on the way. */
    int flushWritten() {
        if (flushing) {
            return 0;
        }
        flushing = true;
        try {
            return flushBatch();
        } finally {
            flushing = false;
        }
    }

    private int flushBatch() {
        int visited = visits.begin();
        for (int i = 0; i < visited; i++) {
            visits.take().run();
            governor.check();
        }
        int count = flushes.begin();
        for (int i = 0; i < count; i++) {
            SocketConnection connection = flushes.take();
            try {
                connection.out().flushStep();
            } catch (RuntimeException e) {
                connection.failed(e);
            }
            governor.check();
        }
        addedFlushes = 0;
        return visited + count;
    }

    int completeCloses() {
        int count = closes.begin();
        for (int i = 0; i < count; i++) {
            closes.take().complete();
            governor.check();
        }
        return count;
    }

    /** One list, in two halves: the batch a step goes through, and what is gathered meanwhile. */
    private static final class Pending<E> {
        private Object[] gathering = new Object[64];
        private Object[] batch = new Object[64];
        private int gathered;
        private int batchNext;
        private int batchSize;

        void add(E item) {
            if (gathered == gathering.length) {
                gathering = Arrays.copyOf(gathering, gathered * 2);
            }
            gathering[gathered++] = item;
        }

        boolean isEmpty() {
            return gathered == 0 && batchNext == batchSize;
        }

        int size() {
            return gathered;
        }

        /** Makes what was gathered the batch. Returns its size. */
        int begin() {
            while (batchNext < batchSize) {
                // An Error cut the last batch short.
                add(take());
            }
            Object[] filled = gathering;
            gathering = batch;
            batch = filled;
            batchNext = 0;
            batchSize = gathered;
            gathered = 0;
            return batchSize;
        }

        /** Takes the next item out of the batch. */
        @SuppressWarnings("unchecked")
        E take() {
            E item = (E) batch[batchNext];
            batch[batchNext++] = null;
            return item;
        }
    }
}
