package io.eventloop.engine;

import io.eventloop.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.Charset;

/**
 * The accessors of a buffer: indexes over one piece of direct memory. Whose memory it is, is the matter of
 * {@link PooledBuffer}, the only subclass; with a single concrete class below {@link Buffer} every call is monomorphic.
 *
 * <p>Memory is read and written by absolute index. An accessor makes one bounds check and leaves the reason for a
 * refusal to a slow path, so that it stays small enough to inline. A buffer that was {@linkplain #bury() buried} has no
 * memory and no capacity: every access fails the check that it makes anyway, and the slow path says why.
 *
 * <p><b>Threading:</b> used by one thread at a time.
 *
 * <p><b>Ownership:</b> see {@link PooledBuffer}.
 *
 * <p><b>Failure:</b> as {@link Buffer} says; a write to read-only memory throws {@link ReadOnlyBufferException}.
 */
abstract class MemoryBuffer extends Buffer {
    private static final ByteBuffer NO_MEMORY = ByteBuffer.allocateDirect(0);

    private ByteBuffer memory;
    private long address;
    private int capacity;
    /** The capacity, or 0 if the memory is read-only: then every write takes the slow path. */
    private int writeLimit;

    private int readIndex;
    private int writeIndex;
    private ByteBuffer readView;
    private ByteBuffer writeView;

    /**
     * @param memory its index 0 becomes ours, its capacity too; big-endian
     * @param address of the memory's index 0, or 0
     */
    MemoryBuffer(ByteBuffer memory, long address) {
        this.memory = memory;
        this.address = address;
        capacity = memory.capacity();
        writeLimit = memory.isReadOnly() ? 0 : capacity;
    }

    /** Throws if the buffer is no longer its holder's to use; called where an access was refused or is rare. */
    abstract void checkUsable();

    final ByteBuffer memory() {
        return memory;
    }

    /** Takes memory and capacity away, so that every later access is refused. */
    final void bury() {
        memory = NO_MEMORY;
        address = 0;
        capacity = 0;
        // As they never are otherwise: neither can be moved, and whoever asks how much there is to read learns it too.
        readIndex = 1;
        writeIndex = -1;
        writeLimit = -2;
        readView = null;
        writeView = null;
    }

    /** Sets both indexes, which are known to be right. */
    final void indexes(int read, int write) {
        readIndex = read;
        writeIndex = write;
    }

    /** Moves the readable bytes to the front, for the largest possible writable part. */
    final void compact() {
        int length = writeIndex - readIndex;
        if (readIndex > 0) {
            memory.put(0, memory, readIndex, length);
            indexes(0, length);
        }
    }

    /** Whether {@code minBytes} can be written, after {@link #compact()} at the latest. */
    final boolean hasRoom(int minBytes) {
        return writeLimit - (writeIndex - readIndex) >= minBytes;
    }

    /** Has {@link #writableBytes()} answer at most {@code bytes}, until {@link #uncapWritable()}. */
    final void capWritable(int bytes) {
        writeLimit = Math.min(writeLimit, writeIndex + bytes);
    }

    /** Ends a cap, on memory that may be written. */
    final void uncapWritable() {
        writeLimit = capacity;
    }

    /** Fills the memory, which is not empty, with one byte value, by copying twice as much each time. */
    final void fill(byte value) {
        memory.put(0, value);
        // Doubling overflows beyond 1 GiB, when all is done.
        for (int done = 1; done > 0 && done < capacity; done <<= 1) {
            memory.put(done, memory, 0, Math.min(done, capacity - done));
        }
    }

    @Override
    public final int capacity() {
        return capacity;
    }

    @Override
    public final int readIndex() {
        return readIndex;
    }

    @Override
    public final Buffer readIndex(int index) {
        if (index < 0 || index > writeIndex) {
            throw refused("read index", index, 0);
        }
        readIndex = index;
        return this;
    }

    @Override
    public final int writeIndex() {
        return writeIndex;
    }

    @Override
    public final Buffer writeIndex(int index) {
        if (index < readIndex || index > capacity) {
            throw refused("write index", index, 0);
        }
        writeIndex = index;
        return this;
    }

    @Override
    public final int readableBytes() {
        int bytes = writeIndex - readIndex;
        if (bytes < 0) {
            throw refused("readable bytes", 0, 0);
        }
        return bytes;
    }

    @Override
    public final int writableBytes() {
        return Math.max(0, writeLimit - writeIndex);
    }

    @Override
    public final Buffer skip(int count) {
        readIndex = readableAt(count) + count;
        return this;
    }

    @Override
    public final Buffer clear() {
        checkUsable();
        indexes(0, 0);
        return this;
    }

    @Override
    public final byte readByte() {
        int at = readableAt(Byte.BYTES);
        readIndex = at + Byte.BYTES;
        return memory.get(at);
    }

    @Override
    public final short readShort() {
        int at = readableAt(Short.BYTES);
        readIndex = at + Short.BYTES;
        return memory.getShort(at);
    }

    @Override
    public final int readInt() {
        int at = readableAt(Integer.BYTES);
        readIndex = at + Integer.BYTES;
        return memory.getInt(at);
    }

    @Override
    public final long readLong() {
        int at = readableAt(Long.BYTES);
        readIndex = at + Long.BYTES;
        return memory.getLong(at);
    }

    @Override
    public final Buffer readBytes(byte[] target, int offset, int length) {
        int at = readableAt(length);
        memory.get(at, target, offset, length);
        readIndex = at + length;
        return this;
    }

    @Override
    public final Buffer readBytes(ByteBuffer target) {
        int length = target.remaining();
        int at = readableAt(length);
        target.put(target.position(), memory, at, length);
        target.position(target.limit());
        readIndex = at + length;
        return this;
    }

    @Override
    public final byte getByte(int index) {
        try {
            return memory.get(index);
        } catch (IndexOutOfBoundsException e) {
            throw refused("access", index, Byte.BYTES);
        }
    }

    @Override
    public final short getShort(int index) {
        try {
            return memory.getShort(index);
        } catch (IndexOutOfBoundsException e) {
            throw refused("access", index, Short.BYTES);
        }
    }

    @Override
    public final int getInt(int index) {
        try {
            return memory.getInt(index);
        } catch (IndexOutOfBoundsException e) {
            throw refused("access", index, Integer.BYTES);
        }
    }

    @Override
    public final long getLong(int index) {
        try {
            return memory.getLong(index);
        } catch (IndexOutOfBoundsException e) {
            throw refused("access", index, Long.BYTES);
        }
    }

    @Override
    public final Buffer getBytes(int index, byte[] target, int offset, int length) {
        memory.get(inside(index, length), target, offset, length);
        return this;
    }

    @Override
    public final int indexOf(byte value, int from, int to) {
        return ByteSearch.indexOf(memory, value, inside(from, to - from), to);
    }

    @Override
    public final Buffer writeByte(int value) {
        int at = writableAt(Byte.BYTES);
        memory.put(at, (byte) value);
        writeIndex = at + Byte.BYTES;
        return this;
    }

    @Override
    public final Buffer writeShort(int value) {
        int at = writableAt(Short.BYTES);
        memory.putShort(at, (short) value);
        writeIndex = at + Short.BYTES;
        return this;
    }

    @Override
    public final Buffer writeInt(int value) {
        int at = writableAt(Integer.BYTES);
        memory.putInt(at, value);
        writeIndex = at + Integer.BYTES;
        return this;
    }

    @Override
    public final Buffer writeLong(long value) {
        int at = writableAt(Long.BYTES);
        memory.putLong(at, value);
        writeIndex = at + Long.BYTES;
        return this;
    }

    @Override
    public final Buffer writeBytes(byte[] source, int offset, int length) {
        int at = writableAt(length);
        memory.put(at, source, offset, length);
        writeIndex = at + length;
        return this;
    }

    @Override
    public final Buffer writeBytes(ByteBuffer source) {
        int length = source.remaining();
        int at = writableAt(length);
        memory.put(at, source, source.position(), length);
        source.position(source.limit());
        writeIndex = at + length;
        return this;
    }

    @Override
    public final Buffer writeBytes(Buffer source, int length) {
        MemoryBuffer from = (MemoryBuffer) source;
        int start = from.readableAt(length);
        int at = writableAt(length);
        memory.put(at, from.memory, start, length);
        from.readIndex = start + length;
        writeIndex = at + length;
        return this;
    }

    @Override
    public final Buffer writeLatin1(CharSequence text) {
        int length = text.length();
        int at = writableAt(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c > 0xFF) {
                throw new IllegalArgumentException(
                        "character 0x" + Integer.toHexString(c) + " at " + i + " is above 0xFF");
            }
            memory.put(at + i, (byte) c);
        }
        writeIndex = at + length;
        return this;
    }

    @Override
    public final Buffer setByte(int index, int value) {
        memory.put(inside(index, Byte.BYTES), (byte) value);
        return this;
    }

    @Override
    public final Buffer setShort(int index, int value) {
        memory.putShort(inside(index, Short.BYTES), (short) value);
        return this;
    }

    @Override
    public final Buffer setInt(int index, int value) {
        memory.putInt(inside(index, Integer.BYTES), value);
        return this;
    }

    @Override
    public final Buffer setLong(int index, long value) {
        memory.putLong(inside(index, Long.BYTES), value);
        return this;
    }

    @Override
    public final String toString(Charset charset) {
        checkUsable();
        byte[] bytes = new byte[readableBytes()];
        memory.get(readIndex, bytes);
        return new String(bytes, charset);
    }

    @Override
    public final ByteBuffer readable() {
        ByteBuffer view = readView;
        if (view == null) {
            checkUsable();
            view = readView = memory.duplicate();
        }
        return view.order(ByteOrder.BIG_ENDIAN).limit(writeIndex).position(readIndex);
    }

    @Override
    public final ByteBuffer writable() {
        ByteBuffer view = writeView;
        if (view == null) {
            checkUsable();
            view = writeView = memory.duplicate();
        }
        return view.order(ByteOrder.BIG_ENDIAN)
                .limit(writeIndex + writableBytes())
                .position(writeIndex);
    }

    @Override
    public final long address() {
        return address;
    }

    @Override
    public final boolean isReadOnly() {
        return memory.isReadOnly();
    }

    private int readableAt(int length) {
        int at = readIndex;
        if (length < 0 || length > writeIndex - at) {
            throw refused("read", at, length);
        }
        return at;
    }

    private int writableAt(int length) {
        int at = writeIndex;
        if (length < 0 || length > writeLimit - at) {
            throw refusedWrite(at, length);
        }
        return at;
    }

    private int inside(int index, int length) {
        if (index < 0 || length < 0 || index > capacity - length) {
            throw refused("access", index, length);
        }
        return index;
    }

    private RuntimeException refusedWrite(int index, int length) {
        RuntimeException refusal = refused("write", index, length);
        return memory.isReadOnly() ? new ReadOnlyBufferException() : refusal;
    }

    private RuntimeException refused(String what, int index, int length) {
        checkUsable();
        return new IndexOutOfBoundsException(what + " at " + index + (length == 0 ? "" : " of " + length + " bytes")
                + ", read index " + readIndex + ", write index " + writeIndex + ", capacity " + capacity);
    }
}
