package io.eventloop.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PooledBufferTest {
    private final SlabPool production = PoolFixture.production().pool;
    private final SlabPool guarded = PoolFixture.guarded().pool;

    @Test
    void readsBackWhatWasWrittenBigEndian() {
        PooledBuffer buffer = production.acquire(64);
        buffer.writeByte(0x101).writeShort(0x0203).writeInt(0x04050607).writeLong(0x08090A0B0C0D0E0FL);

        assertEquals(0x01020304, buffer.getInt(0));
        assertEquals(0x04030201, buffer.getIntLE(0));
        assertEquals(15, buffer.readableBytes());
        assertEquals(1, buffer.readByte());
        assertEquals(0x0203, buffer.readShort());
        assertEquals(0x04050607, buffer.readInt());
        assertEquals(0x08090A0B0C0D0E0FL, buffer.readLong());
        assertFalse(buffer.isReadable());
    }

    @Test
    void namesTheNumbersWhenOutOfBounds() {
        PooledBuffer buffer = production.acquire(64);
        buffer.writeInt(7).skip(1);

        Exception read = assertThrows(IndexOutOfBoundsException.class, buffer::readInt);
        assertEquals("read at 1 of 4 bytes, read index 1, write index 4, capacity 256", read.getMessage());
        Exception access = assertThrows(IndexOutOfBoundsException.class, () -> buffer.getLong(249));
        assertEquals("access at 249 of 8 bytes, read index 1, write index 4, capacity 256", access.getMessage());
        Exception index = assertThrows(IndexOutOfBoundsException.class, () -> buffer.readIndex(5));
        assertEquals("read index at 5, read index 1, write index 4, capacity 256", index.getMessage());
    }

    @Test
    void refusesEveryAccessOutsideAndChangesNothing() {
        PooledBuffer buffer = production.acquire(PoolFixture.SMALL);
        buffer.writeIndex(250).readIndex(248);
        ByteBuffer seven = ByteBuffer.allocate(7);
        PooledBuffer other = production.acquire(8);
        other.writeLong(1);
        List<Consumer<Buffer>> accesses = List.of(
                b -> b.skip(3),
                b -> b.skip(-1),
                b -> b.readIndex(-1),
                b -> b.readIndex(251),
                b -> b.writeIndex(247),
                b -> b.writeIndex(257),
                Buffer::readInt,
                Buffer::readLong,
                b -> b.readBytes(new byte[3], 0, 3),
                b -> b.readBytes(new byte[3], 2, 2),
                b -> b.readBytes(new byte[3], 0, -1),
                b -> b.readBytes(seven),
                b -> b.getByte(-1),
                b -> b.getByte(256),
                b -> b.getShort(255),
                b -> b.getInt(Integer.MAX_VALUE),
                b -> b.getLong(Integer.MIN_VALUE),
                b -> b.getBytes(250, new byte[9], 0, 7),
                b -> b.indexOf((byte) 0, 3, 2),
                b -> b.indexOf((byte) 0, 0, 257),
                b -> b.writeLong(1),
                b -> b.writeBytes(new byte[7]),
                b -> b.writeBytes(new byte[7], 6, 2),
                b -> b.writeBytes(seven),
                b -> b.writeBytes(other, 7),
                b -> b.writeBytes(other, -1),
                b -> other.writeBytes(b, 3),
                b -> b.writeLatin1("1234567"),
                b -> b.setByte(256, 0),
                b -> b.setShort(255, 0),
                b -> b.setInt(-1, 0),
                b -> b.setLong(249, 0),
                b -> b.detach(3),
                b -> b.detach(-1));
        byte[] before = new byte[PoolFixture.SMALL];
        buffer.getBytes(0, before, 0, before.length);

        for (Consumer<Buffer> access : accesses) {
            assertThrows(IndexOutOfBoundsException.class, () -> access.accept(buffer));
            assertEquals("buffer 248..250 of 256, owned", buffer.toString());
            assertEquals("buffer 0..8 of 256, owned", other.toString());
            assertEquals(7, seven.remaining());
        }
        byte[] after = new byte[PoolFixture.SMALL];
        buffer.getBytes(0, after, 0, after.length);
        assertTrue(Arrays.equals(before, after));
    }

    @Test
    void copiesToAndFromByteBuffersAndBuffers() {
        PooledBuffer buffer = production.acquire(64);
        ByteBuffer source =
                ByteBuffer.wrap("..hello..".getBytes(US_ASCII)).position(2).limit(7);
        buffer.writeBytes(source);
        assertEquals(0, source.remaining());

        PooledBuffer copy = production.acquire(64);
        copy.writeBytes(buffer.skip(1), 3);
        assertEquals("ell", copy.toString(UTF_8));
        assertEquals("o", buffer.toString(UTF_8));

        ByteBuffer target = ByteBuffer.allocate(5).position(1).limit(4);
        copy.readBytes(target);
        assertEquals(4, target.position());
        assertEquals('l', target.get(3));
        assertFalse(copy.isReadable());
    }

    @Test
    void appendsItsOwnBytesToItself() {
        PooledBuffer buffer = production.acquire(64);
        buffer.writeLatin1("abcd").writeBytes(buffer, 3);
        assertEquals("dabc", buffer.toString(US_ASCII));
    }

    @Test
    void refusesCharactersAboveLatin1AndAppendsNothing() {
        PooledBuffer buffer = production.acquire(64);
        buffer.writeLatin1("caf\u00e9");
        assertEquals("caf\u00e9", buffer.toString(ISO_8859_1));

        Exception refusal = assertThrows(IllegalArgumentException.class, () -> buffer.writeLatin1("5 \u20ac"));
        assertEquals("character 0x20ac at 2 is above 0xFF", refusal.getMessage());
        assertEquals(4, buffer.readableBytes());
    }

    @Test
    void reusesItsViewsAndRestoresThem() {
        PooledBuffer buffer = production.acquire(64);
        buffer.writeLatin1("hello").skip(1);
        ByteBuffer view = buffer.readable();
        assertEquals(1, view.position());
        assertEquals(5, view.limit());
        view.order(ByteOrder.LITTLE_ENDIAN).position(3).limit(3);

        assertSame(view, buffer.readable());
        assertEquals(ByteOrder.BIG_ENDIAN, view.order());
        assertEquals(4, view.remaining());

        ByteBuffer writable = buffer.writable();
        assertEquals(5, writable.position());
        assertEquals(PoolFixture.SMALL, writable.limit());
        writable.put((byte) '!');
        buffer.writeIndex(writable.position());
        assertEquals("ello!", buffer.toString(US_ASCII));
        assertSame(writable, buffer.writable());
    }

    @Test
    void compactsUnreadBytesToTheFront() {
        PooledBuffer buffer = production.acquire(PoolFixture.SMALL);
        buffer.writeBytes(new byte[200]).writeLatin1("unread").skip(200);
        assertEquals(50, buffer.writableBytes());
        assertTrue(buffer.hasRoom(250));
        assertFalse(buffer.hasRoom(251));

        buffer.compact();
        assertEquals("unread", buffer.toString(US_ASCII));
        assertEquals(250, buffer.writableBytes());
    }

    @Test
    void compactsOverlappingBytes() {
        PooledBuffer buffer = production.acquire(PoolFixture.SMALL);
        buffer.writeLatin1("0123456789").skip(1);
        buffer.compact();
        assertEquals("123456789", buffer.toString(US_ASCII));
    }

    @Test
    void clearsToTheFullCapacity() {
        PooledBuffer buffer = production.acquire(64);
        buffer.writeInt(5).skip(2).clear();
        assertEquals("buffer 0..0 of 256, owned", buffer.toString());
        assertEquals(5, buffer.getInt(0));
    }

    @Test
    void lendsAndReclaims() {
        for (SlabPool pool : List.of(production, guarded)) {
            PooledBuffer buffer = pool.acquire(64);
            buffer.writeInt(5).skip(1);
            buffer.lend();
            assertEquals("buffer 1..4 of 256, lent", buffer.toString());

            PooledBuffer again = buffer.reclaim();
            assertEquals("buffer 1..4 of 256, owned", again.toString());
            again.release();
        }
    }

    @Test
    void reclaimsNothingAfterDetach() {
        for (SlabPool pool : List.of(production, guarded)) {
            PooledBuffer lent = pool.acquire(64);
            lent.writeInt(5);
            lent.lend();
            Buffer mine = lent.detach();

            assertNull(lent.reclaim());
            assertEquals(5, mine.readInt());
            assertSame(mine, mine.detach());
            mine.release();
            assertNull(lent.reclaim());
        }
    }

    @Test
    void detachesAPartByCopying() {
        for (SlabPool pool : List.of(production, guarded)) {
            PooledBuffer lent = pool.acquire(64);
            lent.writeLatin1("headbody");
            lent.lend();

            Buffer head = lent.detach(4);
            assertNotSame(lent, head);
            assertEquals("head", head.toString(US_ASCII));
            assertEquals("body", lent.toString(US_ASCII));
            Buffer body = lent.detach(4);
            assertNull(lent.reclaim());
            assertEquals("body", body.toString(US_ASCII));
            head.release();
            body.release();
            assertEquals(0, pool.metrics().usedBytes());
        }
    }

    @Test
    void detectsTransitionsOutOfOrderInEveryMode() {
        for (SlabPool pool : List.of(production, guarded)) {
            PooledBuffer buffer = pool.acquire(64);
            buffer.writeInt(5);
            buffer.lend();
            Exception release = assertThrows(IllegalStateException.class, buffer::release);
            assertEquals("a lent buffer cannot be released: detach it first", release.getMessage());
            assertThrows(IllegalStateException.class, buffer::takeOver);
            assertThrows(IllegalStateException.class, buffer::lend);

            PooledBuffer mine = buffer.reclaim();
            mine.release();
            assertThrows(IllegalStateException.class, mine::release);
            assertThrows(IllegalStateException.class, mine::lend);
            assertThrows(IllegalStateException.class, mine::takeOver);
            assertThrows(IllegalStateException.class, mine::detach);
            assertThrows(IllegalStateException.class, () -> mine.detach(1));
            assertEquals(1, pool.metrics().released());
        }
    }

    @Test
    void handsOnTheSameObjectInProduction() {
        PooledBuffer buffer = production.acquire(64);
        assertSame(buffer, buffer.takeOver());
        buffer.lend();
        assertSame(buffer, buffer.detach());
        buffer.lend();
        assertSame(buffer, buffer.reclaim());
    }

    @Test
    void guardsAgainstUseAfterRelease() {
        PooledBuffer buffer = guarded.acquire(64);
        buffer.writeLong(1);
        buffer.release();
        assertDead(buffer, "release", "guardsAgainstUseAfterRelease");
    }

    @Test
    void guardsAgainstUseAfterDetach() {
        PooledBuffer lent = guarded.acquire(64);
        lent.writeLong(1);
        lent.lend();
        Buffer mine = lent.detach();
        assertDead(lent, "detach", "guardsAgainstUseAfterDetach");
        assertEquals(1, mine.readLong());
    }

    @Test
    void guardsAgainstUseAfterTheLoan() {
        PooledBuffer lent = guarded.acquire(64);
        lent.writeLong(1);
        lent.lend();
        PooledBuffer again = lent.reclaim();
        assertDead(lent, "its loan", "guardsAgainstUseAfterTheLoan");
        assertEquals(1, again.readLong());
    }

    @Test
    void guardsAgainstUseAfterHandingOn() {
        PooledBuffer buffer = guarded.acquire(64);
        buffer.writeLong(1);
        PooledBuffer engines = buffer.takeOver();
        assertDead(buffer, "being handed on", "guardsAgainstUseAfterHandingOn");
        assertEquals(1, engines.readLong());
    }

    private static void assertDead(PooledBuffer buffer, String event, String culprit) {
        List<Consumer<Buffer>> accesses = List.of(
                Buffer::readByte,
                Buffer::readLong,
                b -> b.readBytes(new byte[1], 0, 1),
                b -> b.skip(1),
                b -> b.getByte(0),
                b -> b.getInt(0),
                b -> b.writeByte(1),
                b -> b.writeBytes(new byte[1]),
                b -> b.writeLatin1("x"),
                b -> b.setByte(0, 1),
                b -> b.readIndex(1),
                b -> b.writeIndex(1),
                b -> b.indexOf((byte) 0, 0, 1),
                b -> b.toString(US_ASCII),
                Buffer::isReadable,
                Buffer::readableBytes,
                b -> b.readIndex(0),
                b -> b.writeBytes(new byte[0]),
                Buffer::clear,
                Buffer::readable,
                Buffer::writable,
                Buffer::detach,
                Buffer::release);
        for (Consumer<Buffer> access : accesses) {
            Exception refusal = assertThrows(IllegalStateException.class, () -> access.accept(buffer));
            assertEquals("buffer used after " + event, refusal.getMessage());
            assertTrue(Arrays.stream(refusal.getCause().getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals(culprit)));
        }
        assertEquals(0, buffer.capacity());
        assertEquals(0, buffer.writableBytes());
        assertEquals(0, buffer.address());
    }
}
