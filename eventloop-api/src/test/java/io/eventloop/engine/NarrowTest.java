package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eventloop.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A buffer of which only a part is shown. */
final class NarrowTest {
    private static PoolFixture fixture(boolean guarded) {
        return guarded ? PoolFixture.guarded() : PoolFixture.production();
    }

    private static PooledBuffer filled(PoolFixture fixture) {
        PooledBuffer buffer = fixture.pool.acquire(100);
        buffer.writeLatin1("abcdef");
        return buffer;
    }

    private static String text(Buffer buffer) {
        return buffer.toString(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void showsAndTakesOnlyThatPart(boolean guarded) {
        PooledBuffer buffer = filled(fixture(guarded));
        int hidden = buffer.narrow(2);
        assertEquals(4, hidden);
        assertEquals("ab", text(buffer));
        assertEquals(0, buffer.writableBytes());
        assertEquals(2, buffer.readable().remaining());
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.writeByte(1));
        buffer.skip(2);
        assertThrows(IndexOutOfBoundsException.class, buffer::readByte);
        buffer.widen(hidden);
        assertEquals("cdef", text(buffer));
        buffer.writeByte('g');
        assertEquals("cdefg", text(buffer));
        buffer.release();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void detachesACopyOfThePartAndLeavesTheRestWithItsLender(boolean guarded) {
        PooledBuffer buffer = filled(fixture(guarded));
        buffer.lend();
        int hidden = buffer.narrow(3);
        Buffer mine = buffer.detach();
        assertEquals("abc", text(mine));
        assertEquals(0, buffer.readableBytes());
        buffer.widen(hidden);
        assertEquals("def", text(buffer));
        mine.release();
        buffer.reclaim().release();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void detachesWithoutACopyWhereNothingIsHidden(boolean guarded) {
        PooledBuffer buffer = filled(fixture(guarded));
        buffer.lend();
        assertEquals(0, buffer.narrow(6));
        Buffer mine = buffer.detach();
        if (!guarded) {
            assertSame(buffer, mine);
        }
        assertEquals("abcdef", text(mine));
        mine.release();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isNestedAndShownAgainAtTheEndOfALoan(boolean guarded) {
        PooledBuffer buffer = filled(fixture(guarded));
        buffer.lend();
        buffer.narrow(4);
        int inner = buffer.narrow(1);
        assertEquals("a", text(buffer));
        buffer.widen(inner);
        assertEquals("abcd", text(buffer));
        assertEquals(0, buffer.writableBytes(), "the outer part still hides bytes behind it");
        buffer.skip(1).narrow(1);
        PooledBuffer ours = buffer.reclaim();
        assertEquals("bcdef", text(ours));
        ours.writeByte('g');
        ours.release();
    }

    @Test
    void isForgottenWithARelease() {
        PoolFixture fixture = PoolFixture.production();
        PooledBuffer buffer = filled(fixture);
        buffer.narrow(1);
        buffer.release();
        Buffer again = fixture.pool.acquire(100);
        assertSame(buffer, again);
        assertEquals(PoolFixture.SMALL, again.writableBytes());
        assertThrows(IndexOutOfBoundsException.class, () -> again.widen(1));
        again.release();
    }

    @Test
    void refusesWhatIsNotThere() {
        PooledBuffer buffer = filled(PoolFixture.guarded());
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.narrow(7));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.narrow(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.widen(1));
        buffer.release();
        assertThrows(IllegalStateException.class, () -> buffer.narrow(1));
    }

    @Test
    void leavesReadOnlyMemoryReadOnly() {
        PooledBuffer buffer = PoolFixture.production().pool.wrap(ByteBuffer.allocateDirect(10));
        buffer.widen(buffer.narrow(3));
        assertEquals(10, buffer.readableBytes());
        assertEquals(0, buffer.writableBytes());
        buffer.release();
    }
}
