package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** A buffer beside an array of bytes with two indexes. Every call is made on both, and what they do is compared. */
final class BufferModel {
    static final int CAPACITY = PoolFixture.SMALL;

    /** What a call that is out of bounds comes to. */
    static final long REFUSED = 0xBAD_BAD_BADL;

    enum Kind {
        READ,
        WRITE,
        GET,
        GET_LITTLE_ENDIAN,
        SET,
        READ_ARRAY,
        READ_BYTE_BUFFER,
        WRITE_ARRAY,
        WRITE_BYTE_BUFFER,
        GET_ARRAY,
        SKIP,
        READ_INDEX,
        WRITE_INDEX,
        COMPACT,
        CLEAR
    }

    /** One call: an index or a length, often out of bounds, and a value of 1, 2, 4 or 8 bytes. */
    record Call(Kind kind, int index, int width, long value) {}

    private final PooledBuffer buffer;
    private final Model model = new Model();

    BufferModel(PoolFixture fixture) {
        buffer = fixture.pool.acquire(CAPACITY);
        buffer.fill((byte) 0);
    }

    void apply(Call call) {
        assertEquals(outcome(() -> model.apply(call)), outcome(() -> apply(buffer, call)), call::toString);
        model.assertEqualTo(buffer);
    }

    static long outcome(LongSupplier call) {
        try {
            return call.getAsLong();
        } catch (IndexOutOfBoundsException e) {
            return REFUSED;
        }
    }

    private static long apply(PooledBuffer buffer, Call call) {
        int index = call.index;
        byte[] array = arrayOf(call);
        switch (call.kind) {
            case READ -> {
                return switch (call.width) {
                    case 1 -> buffer.readByte();
                    case 2 -> buffer.readShort();
                    case 4 -> buffer.readInt();
                    default -> buffer.readLong();
                };
            }
            case GET -> {
                return switch (call.width) {
                    case 1 -> buffer.getByte(index);
                    case 2 -> buffer.getShort(index);
                    case 4 -> buffer.getInt(index);
                    default -> buffer.getLong(index);
                };
            }
            case GET_LITTLE_ENDIAN -> {
                return switch (call.width) {
                    case 1 -> buffer.getByte(index);
                    case 2 -> buffer.getShortLE(index);
                    case 4 -> buffer.getIntLE(index);
                    default -> buffer.getLongLE(index);
                };
            }
            case WRITE -> {
                switch (call.width) {
                    case 1 -> buffer.writeByte((int) call.value);
                    case 2 -> buffer.writeShort((int) call.value);
                    case 4 -> buffer.writeInt((int) call.value);
                    default -> buffer.writeLong(call.value);
                }
            }
            case SET -> {
                switch (call.width) {
                    case 1 -> buffer.setByte(index, (int) call.value);
                    case 2 -> buffer.setShort(index, (int) call.value);
                    case 4 -> buffer.setInt(index, (int) call.value);
                    default -> buffer.setLong(index, call.value);
                }
            }
            case READ_ARRAY -> buffer.readBytes(array, 0, array.length);
            case READ_BYTE_BUFFER -> buffer.readBytes(ByteBuffer.wrap(array));
            case GET_ARRAY -> buffer.getBytes(index, array, 0, call.width);
            case WRITE_ARRAY -> buffer.writeBytes(array);
            case WRITE_BYTE_BUFFER -> buffer.writeBytes(ByteBuffer.wrap(array));
            case SKIP -> buffer.skip(index);
            case READ_INDEX -> buffer.readIndex(index);
            case WRITE_INDEX -> buffer.writeIndex(index);
            case COMPACT -> buffer.compact();
            case CLEAR -> buffer.clear();
        }
        return Arrays.hashCode(array);
    }

    /** An array as long as the call's index allows, filled from its value. */
    private static byte[] arrayOf(Call call) {
        byte[] array = new byte[Math.min(Math.max(call.index, call.width), 2 * CAPACITY)];
        for (int i = 0; i < array.length; i++) {
            array[i] = (byte) (call.value >>> (i % 8));
        }
        return array;
    }

    private static final class Model {
        private final byte[] bytes = new byte[CAPACITY];
        private int read;
        private int write;

        long apply(Call call) {
            int index = call.index;
            byte[] array = arrayOf(call);
            switch (call.kind) {
                case READ -> {
                    long value = get(readableAt(call.width), call.width);
                    read += call.width;
                    return value;
                }
                case GET -> {
                    return get(inside(index, call.width), call.width);
                }
                case GET_LITTLE_ENDIAN -> {
                    long value = get(inside(index, call.width), call.width);
                    return Long.reverseBytes(value) >> (64 - 8 * call.width);
                }
                case WRITE -> {
                    set(writableAt(call.width), call.width, call.value);
                    write += call.width;
                }
                case SET -> set(inside(index, call.width), call.width, call.value);
                case READ_ARRAY, READ_BYTE_BUFFER -> {
                    System.arraycopy(bytes, readableAt(array.length), array, 0, array.length);
                    read += array.length;
                }
                case GET_ARRAY -> System.arraycopy(bytes, inside(index, call.width), array, 0, call.width);
                case WRITE_ARRAY, WRITE_BYTE_BUFFER -> {
                    System.arraycopy(array, 0, bytes, writableAt(array.length), array.length);
                    write += array.length;
                }
                case SKIP -> read = readableAt(index) + index;
                case READ_INDEX -> read = check(index >= 0 && index <= write, index);
                case WRITE_INDEX -> write = check(index >= read && index <= CAPACITY, index);
                case COMPACT -> {
                    System.arraycopy(bytes, read, bytes, 0, write - read);
                    write -= read;
                    read = 0;
                }
                case CLEAR -> {
                    read = 0;
                    write = 0;
                }
            }
            return Arrays.hashCode(array);
        }

        void assertEqualTo(PooledBuffer buffer) {
            assertEquals(read, buffer.readIndex());
            assertEquals(write, buffer.writeIndex());
            assertEquals(write - read, buffer.readableBytes());
            assertEquals(CAPACITY - write, buffer.writableBytes());
            byte[] content = new byte[CAPACITY];
            buffer.getBytes(0, content, 0, CAPACITY);
            assertArrayEquals(bytes, content);
        }

        private long get(int index, int width) {
            long value = bytes[index];
            for (int i = 1; i < width; i++) {
                value = value << 8 | bytes[index + i] & 0xFF;
            }
            return value;
        }

        private void set(int index, int width, long value) {
            for (int i = 0; i < width; i++) {
                bytes[index + i] = (byte) (value >> 8 * (width - 1 - i));
            }
        }

        private int readableAt(int length) {
            return check(length >= 0 && length <= write - read, read);
        }

        private int writableAt(int length) {
            return check(length <= CAPACITY - write, write);
        }

        private static int inside(int index, int width) {
            return check(index >= 0 && index <= CAPACITY - width, index);
        }

        private static int check(boolean isInside, int result) {
            if (!isInside) {
                throw new IndexOutOfBoundsException();
            }
            return result;
        }
    }
}
