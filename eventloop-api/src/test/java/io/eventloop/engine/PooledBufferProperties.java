package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.engine.BufferModel.Call;
import io.eventloop.engine.BufferModel.Kind;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A buffer and an array of bytes with two indexes, driven side by side. */
class PooledBufferProperties {
    private static final int CAPACITY = BufferModel.CAPACITY;
    private static final long REFUSED = BufferModel.REFUSED;

    @Property(tries = 2_000)
    void behavesLikeAnArrayWithTwoIndexes(@ForAll boolean guarded, @ForAll("calls") List<Call> calls) {
        PoolFixture fixture = guarded ? PoolFixture.guarded() : PoolFixture.production();
        BufferModel model = new BufferModel(fixture);
        calls.forEach(model::apply);
    }

    @Property
    void findsTheFirstByteInAnyRange(
            @ForAll("confusing") byte[] bytes, @ForAll("indexes") int from, @ForAll("indexes") int to) {
        PooledBuffer buffer = PoolFixture.production().pool.acquire(CAPACITY);
        buffer.writeBytes(bytes);
        for (int value : new int[] {0, 1, 0x7F, 0x80, 0x81, 0xFF}) {
            assertEquals(
                    BufferModel.outcome(() -> indexOf(bytes, (byte) value, from, to)),
                    BufferModel.outcome(() -> buffer.indexOf((byte) value, from, to)));
        }
    }

    /** Values that differ in one bit, or by one, mislead a search that compares eight bytes at a time. */
    @Provide
    Arbitrary<byte[]> confusing() {
        return Arbitraries.frequency(
                        Tuple.of(20, (byte) 2),
                        Tuple.of(1, (byte) 0),
                        Tuple.of(1, (byte) 1),
                        Tuple.of(1, (byte) 0x7F),
                        Tuple.of(1, (byte) 0x80),
                        Tuple.of(1, (byte) 0x81),
                        Tuple.of(1, (byte) 0xFF))
                .array(byte[].class)
                .ofSize(CAPACITY);
    }

    @Provide
    Arbitrary<Integer> indexes() {
        return Arbitraries.frequencyOf(
                Tuple.of(20, Arbitraries.integers().between(0, CAPACITY)),
                Tuple.of(4, Arbitraries.integers().between(0, 20)),
                Tuple.of(2, Arbitraries.integers().between(-9, CAPACITY + 9)),
                Tuple.of(1, Arbitraries.of(Integer.MIN_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE - 7)));
    }

    @Provide
    Arbitrary<List<Call>> calls() {
        return Combinators.combine(
                        Arbitraries.of(Kind.class), indexes(), Arbitraries.of(1, 2, 4, 8), Arbitraries.longs())
                .as(Call::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(100);
    }

    private static long indexOf(byte[] bytes, byte value, int from, int to) {
        if (from < 0 || from > to || to > bytes.length) {
            return REFUSED;
        }
        for (int i = from; i < to; i++) {
            if (bytes[i] == value) {
                return i;
            }
        }
        return -1;
    }
}
