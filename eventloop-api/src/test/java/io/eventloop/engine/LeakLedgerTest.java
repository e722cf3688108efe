package io.eventloop.engine;

import static io.eventloop.engine.PoolFixture.LARGE;
import static io.eventloop.engine.PoolFixture.MEDIUM;
import static io.eventloop.engine.PoolFixture.SMALL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.BufferLeak;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeakLedgerTest {
    private final PoolFixture fixture = PoolFixture.guarded();
    private final SlabPool pool = fixture.pool;

    @Test
    void listsWhatIsOutInTheOrderOfAcquisition() {
        PooledBuffer small = pool.acquire(SMALL);
        PooledBuffer medium = pool.acquire(MEDIUM);
        PooledBuffer big = pool.acquire(LARGE + 5);
        assertEquals(List.of(SMALL, MEDIUM, LARGE + 5), capacities(pool.outstanding()));

        medium.release();
        assertEquals(List.of(SMALL, LARGE + 5), capacities(pool.outstanding()));
        small.release();
        big.release();
        assertEquals(List.of(), pool.outstanding());
    }

    @Test
    void keepsTheExactAcquiringStack() {
        PooledBuffer culprit = acquireForTheCulprit();
        BufferLeak leak = pool.outstanding().get(0);
        assertTrue(mentions(leak.acquiredAt(), "acquireForTheCulprit"));
        culprit.release();
    }

    @Test
    void blamesTheLastOwnerAndNamesTheFirst() {
        PooledBuffer buffer = acquireForTheCulprit();
        buffer.lend();
        Buffer mine = detachForTheHandler(buffer);
        BufferLeak leak = pool.outstanding().get(0);
        assertTrue(mentions(leak.acquiredAt(), "detachForTheHandler"));
        assertTrue(mentions(leak.acquiredAt().getCause(), "acquireForTheCulprit"));

        PooledBuffer engines = ((PooledBuffer) mine).takeOver();
        leak = pool.outstanding().get(0);
        assertEquals("handed on here", leak.acquiredAt().getMessage());
        assertTrue(mentions(leak.acquiredAt().getCause(), "acquireForTheCulprit"));
        assertEquals(1, pool.outstanding().size());
        engines.release();
        assertEquals(List.of(), pool.outstanding());
    }

    @Test
    void blamesTheSameOwnerAfterALoan() {
        PooledBuffer buffer = acquireForTheCulprit();
        BufferLeak before = pool.outstanding().get(0);
        buffer.lend();
        PooledBuffer again = buffer.reclaim();
        assertEquals(List.of(before), pool.outstanding());
        again.release();
    }

    @Test
    void reportsEachLeakOnceAtTheClose() {
        PooledBuffer buffer = acquireForTheCulprit();
        pool.close();
        pool.close();
        assertEquals(List.of(SMALL), capacities(fixture.leaks));
        assertTrue(mentions(fixture.leaks.get(0).acquiredAt(), "acquireForTheCulprit"));

        buffer.release();
        assertEquals(1, fixture.leaks.size());
        assertEquals(List.of(), pool.outstanding());
    }

    @Test
    void reportsABufferThatTheCollectorFinds() {
        WeakReference<PooledBuffer> lost = new WeakReference<>(acquireForTheCulprit());
        PooledBuffer kept = pool.acquire(MEDIUM);
        collect(lost);
        // The collector queues references after it has cleared them: give it as many acquisitions as it needs.
        for (int i = 0; i < 1_000 && fixture.leaks.isEmpty(); i++) {
            pool.acquire(LARGE).release();
            System.gc();
        }
        assertEquals(List.of(SMALL), capacities(fixture.leaks));
        assertTrue(mentions(fixture.leaks.get(0).acquiredAt(), "acquireForTheCulprit"));
        assertEquals(List.of(MEDIUM), capacities(pool.outstanding()));
        kept.release();

        pool.close();
        assertEquals(1, fixture.leaks.size());
    }

    @Test
    void reportsNothingThatWasReleasedOrReplaced() {
        PooledBuffer lent = pool.acquire(SMALL);
        WeakReference<PooledBuffer> replaced = new WeakReference<>(lent);
        lent.lend();
        Buffer mine = lent.detach();
        lent = null;
        collect(replaced);
        assertNull(PoolFixture.elsewhere(mine::release));
        WeakReference<Buffer> released = new WeakReference<>(mine);
        mine = null;
        collect(released);

        pool.close();
        assertEquals(List.of(), fixture.leaks);
    }

    @Test
    void doesNotCountSharedMemory() {
        pool.wrap(ByteBuffer.allocateDirect(8));
        assertEquals(List.of(), pool.outstanding());
        pool.close();
        assertEquals(List.of(), fixture.leaks);
    }

    @Test
    void knowsNothingInProduction() {
        PoolFixture production = PoolFixture.production();
        production.pool.acquire(SMALL);
        assertEquals(List.of(), production.pool.outstanding());
        production.pool.close();
        assertEquals(List.of(), production.leaks);
    }

    private PooledBuffer acquireForTheCulprit() {
        return pool.acquire(SMALL);
    }

    private static Buffer detachForTheHandler(Buffer lent) {
        return lent.detach();
    }

    private static List<Integer> capacities(List<BufferLeak> leaks) {
        return leaks.stream().map(BufferLeak::capacityBytes).toList();
    }

    private static boolean mentions(Throwable stack, String method) {
        for (StackTraceElement frame : stack.getStackTrace()) {
            if (frame.getMethodName().equals(method)) {
                return true;
            }
        }
        return false;
    }

    private static void collect(WeakReference<?> reference) {
        for (int i = 0; i < 1_000 && reference.get() != null; i++) {
            System.gc();
        }
        assertNull(reference.get(), "the collector never ran");
    }
}
