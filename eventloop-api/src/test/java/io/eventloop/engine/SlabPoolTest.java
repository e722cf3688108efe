package io.eventloop.engine;

import static io.eventloop.engine.PoolFixture.BASE_ADDRESS;
import static io.eventloop.engine.PoolFixture.LARGE;
import static io.eventloop.engine.PoolFixture.LARGE_PER_SLAB;
import static io.eventloop.engine.PoolFixture.MAX;
import static io.eventloop.engine.PoolFixture.MEDIUM;
import static io.eventloop.engine.PoolFixture.MEDIUM_PER_SLAB;
import static io.eventloop.engine.PoolFixture.SLAB;
import static io.eventloop.engine.PoolFixture.SMALL;
import static io.eventloop.engine.PoolFixture.SMALL_PER_SLAB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.BufferLimitExceededException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SlabPoolTest {
    private final SlabPool pool = PoolFixture.production().pool;
    private final PoolFixture guarded = PoolFixture.guarded();

    @Test
    void choosesTheSmallestClassThatFits() {
        assertEquals(SMALL, pool.acquire(0).capacity());
        assertEquals(SMALL, pool.acquire(SMALL).capacity());
        assertEquals(MEDIUM, pool.acquire(SMALL + 1).capacity());
        assertEquals(LARGE, pool.acquire(LARGE).capacity());
        assertEquals(LARGE, pool.largestClassBytes());
        assertThrows(IllegalArgumentException.class, () -> pool.acquire(-1));
        assertEquals(4, pool.metrics().acquired());
    }

    @Test
    void allocatesSlabsOnDemandAndKeepsThem() {
        assertEquals(0, pool.metrics().reservedBytes());
        List<Buffer> slab = acquire(SMALL, SMALL_PER_SLAB);
        assertEquals(SLAB, pool.metrics().reservedBytes());
        slab.add(pool.acquire(SMALL));
        assertEquals(2 * SLAB, pool.metrics().reservedBytes());

        slab.forEach(Buffer::release);
        assertEquals(2 * SLAB, pool.metrics().reservedBytes());
        assertEquals(0, pool.metrics().usedBytes());
        assertEquals((SMALL_PER_SLAB + 1) * SMALL, pool.metrics().peakUsedBytes());
        assertEquals(SMALL_PER_SLAB + 1, pool.metrics().released());
    }

    @Test
    void staggersSlicesOverTheCacheSets() {
        long first = pool.acquire(LARGE).address();
        long second = pool.acquire(LARGE).address();
        assertEquals(BASE_ADDRESS, first);
        assertEquals(LARGE + SizeClass.STAGGER_BYTES, second - first);
    }

    @Test
    void reusesTheBufferReleasedLast() {
        PooledBuffer one = pool.acquire(SMALL);
        PooledBuffer two = pool.acquire(SMALL);
        one.writeInt(1);
        two.release();
        one.release();
        assertSame(one, pool.acquire(SMALL));
        assertSame(two, pool.acquire(SMALL));
        assertEquals("buffer 0..0 of 256, owned", one.toString());
    }

    @Test
    void fallsBackToLargerClassesThenRefuses() {
        PooledBuffer medium = pool.acquire(MEDIUM);
        medium.release();
        PooledBuffer large = pool.acquire(LARGE);
        large.release();
        List<Buffer> small = acquire(SMALL, SMALL_PER_SLAB);

        acquire(SMALL, MEDIUM_PER_SLAB).forEach(b -> assertEquals(MEDIUM, b.capacity()));
        acquire(SMALL, LARGE_PER_SLAB).forEach(b -> assertEquals(LARGE, b.capacity()));
        Exception refusal = assertThrows(BufferLimitExceededException.class, () -> pool.acquire(200));
        int used = SMALL_PER_SLAB * SMALL + MEDIUM_PER_SLAB * MEDIUM + LARGE_PER_SLAB * LARGE;
        assertEquals("buffer pool: 200 bytes asked for, " + used + " in use, limit " + MAX, refusal.getMessage());
        assertEquals(1, pool.metrics().refused());
        assertEquals(used, pool.metrics().usedBytes());
        assertEquals(MAX, pool.metrics().reservedBytes());

        small.get(3).release();
        assertSame(small.get(3), pool.acquire(200));
    }

    @Test
    void fallsBackNeverToASmallerClass() {
        acquire(SMALL, 3 * SMALL_PER_SLAB).forEach(Buffer::release);
        assertThrows(BufferLimitExceededException.class, () -> pool.acquire(LARGE));
    }

    @Test
    void takesLargerRequestsFromOutsideTheSlabsUpToTheLimit() {
        PooledBuffer big = pool.acquire(LARGE + 1);
        assertEquals(LARGE + 1, big.capacity());
        assertEquals(BASE_ADDRESS, big.address());
        assertEquals(LARGE + 1, pool.metrics().usedBytes());
        assertEquals(0, pool.metrics().reservedBytes());
        assertEquals(1, pool.metrics().unpooled());

        int rest = MAX - LARGE - 1;
        assertThrows(BufferLimitExceededException.class, () -> pool.acquire(rest + 1));
        PooledBuffer exact = pool.acquire(rest);
        assertThrows(BufferLimitExceededException.class, () -> pool.acquire(1));
        assertEquals(2, pool.metrics().refused());

        exact.release();
        assertEquals(LARGE + 1, pool.metrics().usedBytes());
        assertEquals(SMALL, pool.acquire(1).capacity());
        assertThrows(BufferLimitExceededException.class, () -> pool.acquire(rest));
    }

    @Test
    void takesBackWhatAnotherThreadReleased() {
        PooledBuffer buffer = pool.acquire(SMALL);
        PooledBuffer big = pool.acquire(2 * LARGE);
        assertEquals(0, pool.reclaimReleased());
        assertNull(PoolFixture.elsewhere(buffer::release));
        assertNull(PoolFixture.elsewhere(big::release));
        assertEquals(SMALL + 2 * LARGE, pool.metrics().usedBytes());

        assertEquals(2, pool.reclaimReleased());
        assertEquals(0, pool.reclaimReleased());
        assertEquals(0, pool.metrics().usedBytes());
        assertEquals(2, pool.metrics().crossThreadReleases());
        assertSame(buffer, pool.acquire(SMALL));
    }

    @Test
    void takesBackWhatAnotherThreadReleasedBeforeItAllocatesOrRefuses() {
        List<Buffer> slab = acquire(LARGE, LARGE_PER_SLAB);
        assertNull(PoolFixture.elsewhere(slab.get(0)::release));
        assertSame(slab.get(0), pool.acquire(LARGE));
        assertEquals(SLAB, pool.metrics().reservedBytes());

        PooledBuffer big = pool.acquire(2 * SLAB);
        assertNull(PoolFixture.elsewhere(big::release));
        assertEquals(2 * SLAB, pool.acquire(2 * SLAB).capacity());
    }

    @Test
    void losesNothingWhenManyThreadsRelease() throws InterruptedException {
        SlabPool pool = guarded.pool;
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            List<Buffer> share = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                share.add(pool.acquire(SMALL));
            }
            threads.add(new Thread(() -> share.forEach(Buffer::release)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(40, pool.reclaimReleased());
        assertEquals(0, pool.metrics().usedBytes());
        assertEquals(List.of(), pool.outstanding());
    }

    @Test
    void detectsASecondReleaseOnAnotherThread() {
        PooledBuffer buffer = pool.acquire(SMALL);
        assertNull(PoolFixture.elsewhere(buffer::release));
        assertThrows(IllegalStateException.class, buffer::release);
        assertEquals(
                IllegalStateException.class,
                PoolFixture.elsewhere(buffer::release).getClass());
        assertEquals(1, pool.reclaimReleased());
    }

    @Test
    void refusesAcquisitionOffTheLoop() {
        Throwable refusal = PoolFixture.elsewhere(() -> pool.acquire(1));
        assertEquals("buffer pool of loop-7 used on thread elsewhere", refusal.getMessage());
        assertEquals(IllegalStateException.class, refusal.getClass());
        assertEquals(
                IllegalStateException.class,
                PoolFixture.elsewhere(() -> pool.wrap(ByteBuffer.allocateDirect(1)))
                        .getClass());
    }

    @Test
    void wrapsSharedMemoryWithoutCopying() {
        ByteBuffer shared = ByteBuffer.allocateDirect(16).order(ByteOrder.LITTLE_ENDIAN);
        shared.putInt(4, 0x01020304).position(4).limit(12);
        PooledBuffer wrapped = pool.wrap(shared);

        assertEquals(4, shared.position());
        assertEquals("buffer 0..8 of 8, owned", wrapped.toString());
        assertEquals(0x04030201, wrapped.readInt());
        shared.put(8, (byte) 9);
        assertEquals(9, wrapped.readByte());
        assertEquals(BASE_ADDRESS, wrapped.address());
        assertEquals(0, pool.metrics().usedBytes());
        wrapped.release();
        assertThrows(IllegalStateException.class, wrapped::release);
        assertEquals(0, pool.metrics().acquired());
        assertEquals(0, pool.metrics().released());
    }

    @Test
    void refusesWritesToWrappedMemory() {
        PooledBuffer wrapped = pool.wrap(ByteBuffer.allocateDirect(16));
        PooledBuffer source = pool.acquire(8);
        source.writeLong(1);
        List<Consumer<Buffer>> writes = List.of(
                b -> b.writeByte(1),
                b -> b.writeShort(1),
                b -> b.writeInt(1),
                b -> b.writeLong(1),
                b -> b.writeBytes(new byte[2]),
                b -> b.writeBytes(ByteBuffer.allocate(2)),
                b -> b.writeBytes(source, 2),
                b -> b.writeLatin1("x"),
                b -> b.setByte(0, 1),
                b -> b.setShort(0, 1),
                b -> b.setInt(0, 1),
                b -> b.setLong(0, 1));
        assertTrue(wrapped.isReadOnly());
        for (Consumer<Buffer> write : writes) {
            wrapped.writeIndex(16);
            assertThrows(ReadOnlyBufferException.class, () -> write.accept(wrapped));
            wrapped.clear();
            assertThrows(ReadOnlyBufferException.class, () -> write.accept(wrapped));
            assertEquals("buffer 0..0 of 16, owned", wrapped.toString());
        }
        assertEquals(0, wrapped.writableBytes());
        assertEquals(0, wrapped.writable().remaining());
        assertTrue(wrapped.writable().isReadOnly());
        assertEquals(8, source.readableBytes());
    }

    @Test
    void refusesToWrapHeapMemory() {
        assertThrows(IllegalArgumentException.class, () -> pool.wrap(ByteBuffer.allocate(1)));
    }

    @Test
    void releasesWrappedMemoryOnAnyThreadWithoutTheLoop() {
        for (SlabPool pool : List.of(pool, guarded.pool)) {
            PooledBuffer wrapped = pool.wrap(ByteBuffer.allocateDirect(4));
            wrapped.lend();
            Buffer mine = wrapped.detach();
            assertNull(PoolFixture.elsewhere(mine::release));
            assertThrows(IllegalStateException.class, mine::release);
            assertEquals(0, pool.reclaimReleased());
        }
    }

    @Test
    void handsOutFreshObjectsAndPoisonedMemoryWhenGuarded() {
        PooledBuffer first = guarded.pool.acquire(SMALL);
        first.writeLong(1);
        long address = first.address();
        first.release();

        PooledBuffer second = guarded.pool.acquire(SMALL);
        assertNotSame(first, second);
        assertEquals(address, second.address());
        assertEquals(0xDEDE_DEDE_DEDE_DEDEL, second.getLong(0));
        assertEquals((byte) 0xDE, second.getByte(SMALL - 1));
    }

    @Test
    void survivesReleasesAfterItsClose() {
        for (SlabPool pool : List.of(pool, guarded.pool)) {
            PooledBuffer early = pool.acquire(SMALL);
            PooledBuffer late = pool.acquire(SMALL);
            PooledBuffer big = pool.acquire(2 * LARGE);
            pool.close();
            pool.close();

            assertNull(PoolFixture.elsewhere(late::release));
            assertNull(PoolFixture.elsewhere(big::release));
            early.release();
            Exception refusal = assertThrows(IllegalStateException.class, () -> pool.acquire(1));
            assertEquals("buffer pool of loop-7 is closed", refusal.getMessage());
        }
    }

    private List<Buffer> acquire(int bytes, int count) {
        List<Buffer> buffers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            buffers.add(pool.acquire(bytes));
        }
        return buffers;
    }
}
