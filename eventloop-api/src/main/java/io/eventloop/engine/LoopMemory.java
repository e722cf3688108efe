package io.eventloop.engine;

import io.eventloop.BufferLimitExceededException;
import io.eventloop.spi.WriteVector;

/**
 * What all connections of a loop share so that an idle one holds nothing: the buffer of the next read, the vector of the
 * next write, and write queues that are empty. It keeps the group's memory budget in view.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns what is given back to it.
 *
 * <p><b>Failure:</b> {@link io.eventloop.BufferLimitExceededException} if there is no memory for a read buffer.
 */
final class LoopMemory {
    /** Empty write queues kept for the next connections that write. */
    private static final int SPARE_QUEUES = 256;

    /** From a refusal of the JVM to the next question: a loop that stands still for half a second does so seldom. */
    private static final long ASK_AGAIN_NANOS = 10_000_000_000L;

    private final SlabPool pool;
    private final LoopGovernor governor;
    private final WheelTimer askAgain;
    private final WriteVector vector = new WriteVector();
    private final WriteQueue[] spareQueues = new WriteQueue[SPARE_QUEUES];
    private int spareQueueCount;
    private PooledBuffer readBuffer;

    LoopMemory(Loop loop, SlabPool pool) {
        this.pool = pool;
        this.governor = new LoopGovernor(loop, pool, loop.group().governor());
        this.askAgain = new WheelTimer(loop, pool::askAgain);
    }

    LoopGovernor governor() {
        return governor;
    }

    /** Takes back what other threads released, and accounts for what is in use. */
    void turnEnded() {
        pool.reclaimReleased();
        if (pool.isExhausted() && !askAgain.isArmed()) {
            askAgain.scheduleNanos(ASK_AGAIN_NANOS);
        }
        governor.turnEnded();
    }

    WriteVector vector() {
        return vector;
    }

    /** The buffer of the next read, the caller's until it is given back. */
    PooledBuffer takeReadBuffer() {
        PooledBuffer buffer = readBuffer;
        if (buffer == null) {
            return pool.acquire(pool.largestClassBytes());
        }
        readBuffer = null;
        return buffer;
    }

    void giveReadBuffer(PooledBuffer buffer) {
        if (readBuffer == null && buffer.capacity() == pool.largestClassBytes()) {
            buffer.clear();
            readBuffer = buffer;
        } else {
            buffer.release();
        }
    }

    /** The contents in a smaller buffer, or as they are if there is none. */
    PooledBuffer inSmaller(PooledBuffer large) {
        PooledBuffer smaller;
        try {
            smaller = pool.acquire(large.readableBytes());
        } catch (BufferLimitExceededException e) {
            return large;
        }
        if (smaller.capacity() >= large.capacity()) {
            smaller.release();
            return large;
        }
        smaller.writeBytes(large, large.readableBytes());
        giveReadBuffer(large);
        return smaller;
    }

    WriteQueue takeWriteQueue() {
        return spareQueueCount > 0 ? spareQueues[--spareQueueCount] : new WriteQueue();
    }

    /** @param queue empty */
    void giveWriteQueue(WriteQueue queue) {
        if (spareQueueCount < SPARE_QUEUES) {
            queue.trim();
            spareQueues[spareQueueCount++] = queue;
        }
    }

    /** Gives the read buffer back to the pool, at the loop's end. */
    void close() {
        governor.close();
        askAgain.cancel();
        if (readBuffer != null) {
            readBuffer.release();
            readBuffer = null;
        }
    }
}
