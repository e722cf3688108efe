package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The budget of the production pool in steady state: no byte of heap. */
class SlabPoolAllocationTest {
    private static final int ROUNDS = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final PoolFixture fixture = PoolFixture.production();
    private final SlabPool pool = fixture.pool;
    private final PooledBuffer[] held = new PooledBuffer[4];
    private long sink;

    @Test
    void acquiresAndReleasesWithoutAllocating() {
        assertAllocatesNothing(() -> {
            PooledBuffer buffer = pool.acquire(100);
            buffer.writeLong(1);
            buffer.release();
        });
    }

    @Test
    void acquiresManyAndReleasesThemInOrderWithoutAllocating() {
        assertAllocatesNothing(() -> {
            for (int i = 0; i < held.length; i++) {
                held[i] = pool.acquire(100 + 900 * i);
            }
            for (PooledBuffer buffer : held) {
                buffer.release();
            }
        });
    }

    @Test
    void releasesElsewhereAndReclaimsWithoutAllocating() {
        assertAllocatesNothing(() -> {
            PooledBuffer one = pool.acquire(100);
            PooledBuffer two = pool.acquire(1_000);
            fixture.isElsewhere = true;
            one.release();
            two.release();
            fixture.isElsewhere = false;
            sink += pool.reclaimReleased();
        });
    }

    @Test
    void lendsDetachesAndCopiesWithoutAllocating() {
        byte[] bytes = new byte[32];
        assertAllocatesNothing(() -> {
            PooledBuffer buffer = pool.acquire(100);
            buffer.writeLong(1).writeLatin1("hello world");
            buffer.lend();
            buffer.detach(8).release();
            buffer.detach();
            PooledBuffer engines = buffer.takeOver();
            ByteBuffer view = engines.readable();
            sink += view.remaining() + engines.indexOf((byte) 'w', 8, 19);
            engines.readBytes(bytes, 0, 11);
            engines.compact();
            engines.release();
        });
    }

    private void assertAllocatesNothing(Runnable round) {
        // Compiling and class loading may be charged to this thread at first: the best of some runs counts.
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 20 && least > 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                round.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least, "bytes allocated by " + ROUNDS + " rounds");
    }
}
