package io.eventloop.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.eventloop.BufferLimitExceededException;
import io.eventloop.BufferPoolOptions;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Buffers that other threads than the loop's release come back to the pool, each once. */
public final class BufferReleaseStress {
    private static final BufferPoolOptions THREE_BUFFERS = BufferPoolOptions.builder()
            .classes(256, 256, 256)
            .slabBytes(256)
            .maxBytes(3 * 256)
            .guarded(false)
            .build();

    private BufferReleaseStress() {}

    /** A pool whose three buffers are out. */
    private abstract static class Pool {
        volatile Thread loop = Thread.currentThread();
        final SlabPool pool =
                new SlabPool(THREE_BUFFERS, "loop-0", memory -> 0, () -> Thread.currentThread() == loop, leak -> {});
        final PooledBuffer first = pool.acquire(1);
        final PooledBuffer second = pool.acquire(1);
        final PooledBuffer third = pool.acquire(1);

        Pool() {
            loop = null;
        }

        final int released() {
            return (int) pool.metrics().released();
        }

        /** Acquires what it can and returns how many different buffers that were. */
        final int acquireAll() {
            loop = Thread.currentThread();
            PooledBuffer one = acquired();
            PooledBuffer two = acquired();
            PooledBuffer three = acquired();
            boolean isTwice = one != null && (one == two || one == three) || two != null && two == three;
            return isTwice ? -1 : (one == null ? 0 : 1) + (two == null ? 0 : 1) + (three == null ? 0 : 1);
        }

        final PooledBuffer acquired() {
            try {
                return pool.acquire(1);
            } catch (BufferLimitExceededException e) {
                return null;
            }
        }
    }

    /** Two threads release. */
    @JCStressTest
    @Outcome(id = "3, 3", expect = ACCEPTABLE, desc = "All are back, and are three.")
    @Outcome(expect = FORBIDDEN, desc = "One was lost or came back twice.")
    @State
    public static class TwoThreads extends Pool {
        /** A thread that releases. */
        @Actor
        public void one() {
            first.release();
            second.release();
        }

        /** Another one. */
        @Actor
        public void other() {
            third.release();
        }

        /** The loop, afterwards. */
        @Arbiter
        public void after(II_Result r) {
            r.r1 = acquireAll();
            r.r2 = released();
        }
    }

    /** A thread releases while the loop, out of memory, acquires. */
    @JCStressTest
    @Outcome(
            id = {"0, 2, 2", "1, 1, 2"},
            expect = ACCEPTABLE,
            desc = "One acquisition in vain, or none.")
    @Outcome(expect = FORBIDDEN, desc = "One was lost or came back twice.")
    @State
    public static class AcquiringLoop extends Pool {
        /** A thread that releases. */
        @Actor
        public void elsewhere() {
            first.release();
            second.release();
        }

        /** The loop. */
        @Actor
        public void loop(III_Result r) {
            loop = Thread.currentThread();
            r.r1 = acquired() == null ? 0 : 1;
        }

        /** The loop, afterwards. */
        @Arbiter
        public void after(III_Result r) {
            r.r2 = acquireAll();
            r.r3 = released();
        }
    }

    /** Two threads release the same buffer. */
    @JCStressTest
    @Outcome(
            id = {"0, 1, 1", "1, 0, 1"},
            expect = ACCEPTABLE,
            desc = "It comes back once, the other release throws.")
    @Outcome(expect = FORBIDDEN, desc = "Both releases worked, or neither.")
    @State
    public static class SameBuffer extends Pool {
        /** A thread that releases. */
        @Actor
        public void one(III_Result r) {
            r.r1 = release();
        }

        /** Another one. */
        @Actor
        public void other(III_Result r) {
            r.r2 = release();
        }

        private int release() {
            try {
                first.release();
                return 1;
            } catch (IllegalStateException e) {
                return 0;
            }
        }

        /** The loop, afterwards. */
        @Arbiter
        public void after(III_Result r) {
            r.r3 = acquireAll();
        }
    }

    /** A thread releases while the loop closes the pool: harmless, for both. */
    @JCStressTest
    @Outcome(
            id = {"0, 2", "1, 2", "2, 2"},
            expect = ACCEPTABLE,
            desc = "What came in time was counted, no more.")
    @Outcome(expect = FORBIDDEN, desc = "A release was lost or came twice.")
    @State
    public static class Close extends Pool {
        /** A thread that releases. */
        @Actor
        public void elsewhere() {
            first.release();
            second.release();
        }

        /** The loop. */
        @Actor
        public void loop(II_Result r) {
            loop = Thread.currentThread();
            pool.close();
            r.r1 = released();
        }

        /** The loop, afterwards. */
        @Arbiter
        public void after(II_Result r) {
            pool.reclaimReleased();
            r.r2 = released();
        }
    }
}
