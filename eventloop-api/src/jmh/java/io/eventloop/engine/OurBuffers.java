package io.eventloop.engine;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;

/** Buffers of a loop's own pool. */
final class OurBuffers implements LoopBuffers {
    private final SlabPool pool;
    private final Buffer page;

    /** Volatile, as in the loop. */
    private volatile Thread owner = Thread.currentThread();

    OurBuffers() {
        BufferPoolOptions options = BufferPoolOptions.builder().guarded(false).build();
        pool = new SlabPool(options, "benchmark", memory -> 0, this::inLoop);
        page = pool.acquire(INTS * Integer.BYTES);
    }

    private boolean inLoop() {
        return Thread.currentThread() == owner;
    }

    @Override
    public void acquireRelease(int bytes) {
        pool.acquire(bytes).release();
    }

    @Override
    public int writeReadInts() {
        page.clear();
        for (int i = 0; i < INTS; i++) {
            page.writeInt(i);
        }
        int sum = 0;
        for (int i = 0; i < INTS; i++) {
            sum += page.readInt();
        }
        return sum;
    }

    @Override
    public void close() {
        page.release();
        pool.close();
    }
}
