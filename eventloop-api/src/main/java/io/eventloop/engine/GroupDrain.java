package io.eventloop.engine;

import io.eventloop.DrainReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One drain of a group: every loop tells its handlers, and reports when its last connection is over; at the deadline each
 * loop aborts what remains.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> a loop that has ended counts as drained.
 */
final class GroupDrain {
    private final LoopGroup group;
    private final List<Loop> loops;
    private final Duration limit;
    private final boolean[] drained;
    private int pending;
    private final AtomicInteger draining = new AtomicInteger();
    private final AtomicInteger aborted = new AtomicInteger();

    GroupDrain(LoopGroup group, List<Loop> loops, Duration limit) {
        this.group = group;
        this.loops = loops;
        this.limit = limit;
        drained = new boolean[loops.size()];
        pending = loops.size();
    }

    void begin() {
        for (Loop loop : loops) {
            if (!loop.order(() -> beginOn(loop))) {
                drained(loop);
            }
        }
    }

    private void beginOn(Loop loop) {
        draining.addAndGet(loop.connections().drain());
        if (limit.isZero()) {
            abortOn(loop);
        } else {
            loop.schedule(limit, () -> abortOn(loop));
        }
    }

    private void abortOn(Loop loop) {
        aborted.addAndGet(loop.connections().abortRemaining());
    }

    /** One more connection to wait for, also if the loop had none any more. Nothing once the drain is over. */
    void openedMeanwhile(Loop loop) {
        draining.incrementAndGet();
        synchronized (this) {
            if (drained[loop.index()] && pending > 0) {
                drained[loop.index()] = false;
                pending++;
            }
        }
    }

    /** A loop's last connection is over. */
    void drained(Loop loop) {
        if (isLast(loop)) {
            group.drainEnded(new DrainReport(draining.get(), aborted.get()));
        }
    }

    private synchronized boolean isLast(Loop loop) {
        if (drained[loop.index()]) {
            return false;
        }
        drained[loop.index()] = true;
        pending--;
        return pending == 0;
    }
}
