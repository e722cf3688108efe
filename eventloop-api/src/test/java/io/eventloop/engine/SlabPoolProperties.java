package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.BufferLimitExceededException;
import io.eventloop.BufferPoolMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A pool and a ledger, driven side by side; each live buffer is full of a pattern that nobody else may disturb. */
class SlabPoolProperties {
    private static final int[] CLASSES = {PoolFixture.SMALL, PoolFixture.MEDIUM, PoolFixture.LARGE};
    private static final int[] PER_SLAB = {
        PoolFixture.SMALL_PER_SLAB, PoolFixture.MEDIUM_PER_SLAB, PoolFixture.LARGE_PER_SLAB
    };

    enum Kind {
        ACQUIRE,
        RELEASE,
        RELEASE_ELSEWHERE,
        RECLAIM,
        DETACH,
        DETACH_PART,
        HAND_ON,
        WRITE,
        READ
    }

    /** One step, on one of the live buffers. */
    record Step(Kind kind, int pick, int bytes) {}

    @Property(tries = 500)
    void keepsBuffersApartAndCountsThem(@ForAll boolean guarded, @ForAll("steps") List<Step> steps) {
        Bench bench = new Bench(guarded);
        for (Step step : steps) {
            bench.take(step);
            bench.assertSound();
        }
        bench.releaseAll();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Kind> kinds = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(Kind.ACQUIRE)), Tuple.of(9, Arbitraries.of(Kind.class)));
        Arbitrary<Integer> bytes = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.integers().between(0, PoolFixture.SMALL)),
                Tuple.of(4, Arbitraries.integers().between(0, PoolFixture.LARGE)),
                Tuple.of(1, Arbitraries.integers().between(0, 4 * PoolFixture.LARGE)));
        return Combinators.combine(kinds, Arbitraries.integers().between(0, 999), bytes)
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(150);
    }

    /** A live buffer and what must be in it. */
    private static final class Held {
        private PooledBuffer buffer;
        private final byte[] content;

        Held(PooledBuffer buffer, byte[] content) {
            this.buffer = buffer;
            this.content = content;
        }
    }

    private static final class Bench {
        private final PoolFixture fixture;
        private final SlabPool pool;
        private final boolean guarded;
        private final List<Held> live = new ArrayList<>();
        private final List<Integer> releasedElsewhere = new ArrayList<>();
        private final int[] free = new int[CLASSES.length];
        private int patterns;
        private long reserved;
        private long unpooled;
        private long used;
        private long refused;
        private long acquired;

        Bench(boolean guarded) {
            this.guarded = guarded;
            fixture = guarded ? PoolFixture.guarded() : PoolFixture.production();
            pool = fixture.pool;
        }

        void take(Step step) {
            if (step.kind == Kind.ACQUIRE) {
                acquire(step.bytes);
            } else if (step.kind == Kind.RECLAIM) {
                assertEquals(releasedElsewhere.size(), pool.reclaimReleased());
                settleReleasedElsewhere();
            } else if (!live.isEmpty()) {
                int pick = step.pick % live.size();
                Held held = live.get(pick);
                switch (step.kind) {
                    case RELEASE -> {
                        live.remove(pick);
                        held.buffer.release();
                        settle(held.content.length);
                    }
                    case RELEASE_ELSEWHERE -> {
                        live.remove(pick);
                        fixture.isElsewhere = true;
                        held.buffer.release();
                        fixture.isElsewhere = false;
                        releasedElsewhere.add(held.content.length);
                    }
                    case DETACH -> {
                        held.buffer.lend();
                        PooledBuffer lent = held.buffer;
                        held.buffer = (PooledBuffer) lent.detach();
                        assertNull(lent.reclaim());
                    }
                    case DETACH_PART -> detachPart(held, step.bytes);
                    case HAND_ON -> held.buffer = held.buffer.takeOver();
                    case WRITE -> write(held, step.bytes);
                    default -> read(held, step.bytes);
                }
            }
        }

        void assertSound() {
            BufferPoolMetrics metrics = pool.metrics();
            assertEquals(used, metrics.usedBytes());
            assertEquals(reserved, metrics.reservedBytes());
            assertEquals(refused, metrics.refused());
            assertEquals(acquired, metrics.acquired());
            assertEquals(live.size() + releasedElsewhere.size(), metrics.acquired() - metrics.released());
            assertTrue(reserved + unpooled <= PoolFixture.MAX);
            if (guarded) {
                assertEquals(live.size(), pool.outstanding().size());
            }
            for (Held held : live) {
                byte[] actual = new byte[held.content.length];
                held.buffer.getBytes(0, actual, 0, actual.length);
                assertArrayEquals(held.content, actual);
            }
        }

        void releaseAll() {
            live.forEach(held -> held.buffer.release());
            pool.reclaimReleased();
            assertEquals(0, pool.metrics().usedBytes());
            pool.close();
            assertEquals(List.of(), fixture.leaks);
        }

        private void acquire(int bytes) {
            int expected = predict(bytes);
            PooledBuffer buffer;
            try {
                buffer = pool.acquire(bytes);
            } catch (BufferLimitExceededException e) {
                assertEquals(-1, expected);
                return;
            }
            assertEquals(expected, buffer.capacity());
            assertEquals(expected, buffer.writableBytes());
            hold(buffer, 0);
        }

        private void detachPart(Held held, int bytes) {
            int readable = held.buffer.readableBytes();
            int count = readable == 0 ? 0 : bytes % (readable + 1);
            byte[] head = Arrays.copyOfRange(held.content, held.buffer.readIndex(), held.buffer.readIndex() + count);
            PooledBuffer lent = held.buffer;
            lent.lend();
            if (count == readable) {
                held.buffer = (PooledBuffer) lent.detach(count);
                assertNull(lent.reclaim());
                return;
            }
            int expected = predict(count);
            try {
                PooledBuffer part = (PooledBuffer) lent.detach(count);
                assertEquals(expected, part.capacity());
                assertEquals(readable - count, lent.readableBytes());
                byte[] copied = new byte[count];
                part.getBytes(0, copied, 0, count);
                assertArrayEquals(head, copied);
                hold(part, count);
            } catch (BufferLimitExceededException e) {
                assertEquals(-1, expected);
                assertEquals(readable, lent.readableBytes());
            }
            held.buffer = lent.reclaim();
        }

        /** Fills the buffer, except for the first bytes, which are known. */
        private void hold(PooledBuffer buffer, int known) {
            byte[] content = new byte[buffer.capacity()];
            buffer.getBytes(0, content, 0, known);
            patterns++;
            for (int i = known; i < content.length; i++) {
                content[i] = (byte) (patterns + i / 7);
                buffer.setByte(i, content[i]);
            }
            live.add(new Held(buffer, content));
        }

        private void write(Held held, int bytes) {
            byte[] source = new byte[Math.min(bytes, held.buffer.writableBytes())];
            Arrays.fill(source, (byte) bytes);
            System.arraycopy(source, 0, held.content, held.buffer.writeIndex(), source.length);
            held.buffer.writeBytes(source);
        }

        private void read(Held held, int bytes) {
            int from = held.buffer.readIndex();
            byte[] target = new byte[Math.min(bytes, held.buffer.readableBytes())];
            held.buffer.readBytes(target, 0, target.length);
            assertArrayEquals(Arrays.copyOfRange(held.content, from, from + target.length), target);
        }

        /** The capacity that the next acquisition must get, or −1 if it must be refused. */
        private int predict(int bytes) {
            int capacity = bytes > PoolFixture.LARGE ? predictUnpooled(bytes) : predictPooled(bytes);
            if (capacity < 0) {
                refused++;
            } else {
                acquired++;
                used += capacity;
            }
            return capacity;
        }

        private int predictUnpooled(int bytes) {
            if (reserved + unpooled + bytes > PoolFixture.MAX) {
                settleReleasedElsewhere();
            }
            if (reserved + unpooled + bytes > PoolFixture.MAX) {
                return -1;
            }
            unpooled += bytes;
            return bytes;
        }

        private int predictPooled(int bytes) {
            int wanted = bytes <= CLASSES[0] ? 0 : bytes <= CLASSES[1] ? 1 : 2;
            if (free[wanted] == 0) {
                settleReleasedElsewhere();
            }
            if (free[wanted] == 0 && reserved + unpooled + PoolFixture.SLAB <= PoolFixture.MAX) {
                reserved += PoolFixture.SLAB;
                free[wanted] = PER_SLAB[wanted];
            }
            for (int i = wanted; i < CLASSES.length; i++) {
                if (free[i] > 0) {
                    free[i]--;
                    return CLASSES[i];
                }
            }
            return -1;
        }

        private void settleReleasedElsewhere() {
            releasedElsewhere.forEach(this::settle);
            releasedElsewhere.clear();
        }

        private void settle(int capacity) {
            used -= capacity;
            int index = Arrays.binarySearch(CLASSES, capacity);
            if (index >= 0) {
                free[index]++;
            } else {
                unpooled -= capacity;
            }
        }
    }
}
