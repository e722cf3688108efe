package io.eventloop.engine;

import io.eventloop.BufferLeak;
import io.eventloop.BufferPoolOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;

/** A small pool whose loop is the thread that made it: 19 small, 7 medium or 2 large slices to a slab, three slabs. */
final class PoolFixture {
    static final int SMALL = 256;
    static final int MEDIUM = 1024;
    static final int LARGE = 4096;
    static final int SLAB = 8640;
    static final int MAX = 3 * SLAB;
    static final int SMALL_PER_SLAB = 19;
    static final int MEDIUM_PER_SLAB = 7;
    static final int LARGE_PER_SLAB = 2;
    static final long BASE_ADDRESS = 1L << 40;

    final List<BufferLeak> leaks = new ArrayList<>();
    final SlabPool pool;
    /** Makes the pool take the loop's thread for another one. */
    boolean isElsewhere;

    private PoolFixture(boolean guarded) {
        Thread loop = Thread.currentThread();
        BufferPoolOptions options = BufferPoolOptions.builder()
                .classes(SMALL, MEDIUM, LARGE)
                .slabBytes(SLAB)
                .maxBytes(MAX)
                .guarded(guarded)
                .build();
        pool = new SlabPool(
                options,
                "loop-7",
                memory -> BASE_ADDRESS,
                () -> Thread.currentThread() == loop && !isElsewhere,
                leaks::add);
    }

    static PoolFixture production() {
        return new PoolFixture(false);
    }

    static PoolFixture guarded() {
        return new PoolFixture(true);
    }

    /** Runs the action on another thread and returns what it threw, or null. */
    static Throwable elsewhere(Runnable action) {
        FutureTask<Throwable> task = new FutureTask<>(() -> {
            try {
                action.run();
                return null;
            } catch (Throwable t) {
                return t;
            }
        });
        new Thread(task, "elsewhere").start();
        try {
            return task.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
