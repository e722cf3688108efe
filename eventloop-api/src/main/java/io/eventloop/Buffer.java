package io.eventloop;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;

/**
 * A contiguous run of bytes with a read index and a write index: {@code 0 <= readIndex <= writeIndex <= capacity}.
 *
 * <p>Bytes between the two indexes are readable, bytes from the write index to the capacity are writable. Multi-byte
 * accessors are big-endian, as on the wire; the {@code LE} forms are little-endian. Indexes are absolute, starting at 0.
 *
 * <p>There are no reference counts: a buffer has exactly one owner at any time. {@link #release()},
 * {@link Connection#write(Buffer)} and {@link #detach()} end the caller's ownership. A buffer handed to
 * {@link ConnectionHandler#onData} is <em>lent</em>: it may be read and consumed, and is taken over by {@code detach()}.
 *
 * <p><b>Threading:</b> used by one thread at a time; {@link #release()} alone may be called from any thread.
 *
 * <p><b>Ownership:</b> whoever acquired or detached it releases it or hands it on, once.
 *
 * <p><b>Failure:</b> an access outside the bounds throws {@link IndexOutOfBoundsException} and changes nothing; a
 * second release, or handing on a lent buffer without detaching it, throws {@link IllegalStateException}. A guarded
 * pool also throws {@link IllegalStateException} at the first use after release, with the releasing stack as its cause.
 *
 * <p>Not for extension outside this library.
 */
public abstract class Buffer {

    /** For the engine only. */
    protected Buffer() {}

    /** The number of bytes the memory holds, from index 0. */
    public abstract int capacity();

    /** The index of the next byte to read. */
    public abstract int readIndex();

    /** Moves the read index, within {@code 0..writeIndex}. */
    public abstract Buffer readIndex(int index);

    /** The index of the next byte to write. */
    public abstract int writeIndex();

    /** Moves the write index, within {@code readIndex..capacity}. */
    public abstract Buffer writeIndex(int index);

    /** Bytes between the read and the write index. */
    public abstract int readableBytes();

    /** Bytes between the write index and the capacity; 0 for a read-only buffer. */
    public abstract int writableBytes();

    /** Whether at least one byte can be read. */
    public final boolean isReadable() {
        return readableBytes() > 0;
    }

    /** Consumes {@code count} readable bytes without looking at them. */
    public abstract Buffer skip(int count);

    /** Sets both indexes to 0; the memory keeps its content. */
    public abstract Buffer clear();

    /** Reads one byte. */
    public abstract byte readByte();

    /** Reads two bytes, big-endian. */
    public abstract short readShort();

    /** Reads four bytes, big-endian. */
    public abstract int readInt();

    /** Reads eight bytes, big-endian. */
    public abstract long readLong();

    /** Reads {@code length} bytes into {@code target} from {@code offset}. */
    public abstract Buffer readBytes(byte[] target, int offset, int length);

    /** Reads as many bytes as {@code target} has remaining. */
    public abstract Buffer readBytes(ByteBuffer target);

    /** The byte at an absolute index. */
    public abstract byte getByte(int index);

    /** Two bytes at an absolute index, big-endian. */
    public abstract short getShort(int index);

    /** Four bytes at an absolute index, big-endian. */
    public abstract int getInt(int index);

    /** Eight bytes at an absolute index, big-endian. */
    public abstract long getLong(int index);

    /** Two bytes at an absolute index, little-endian. */
    public final short getShortLE(int index) {
        return Short.reverseBytes(getShort(index));
    }

    /** Four bytes at an absolute index, little-endian. */
    public final int getIntLE(int index) {
        return Integer.reverseBytes(getInt(index));
    }

    /** Eight bytes at an absolute index, little-endian. */
    public final long getLongLE(int index) {
        return Long.reverseBytes(getLong(index));
    }

    /** Copies {@code length} bytes from an absolute index into {@code target}; no index moves. */
    public abstract Buffer getBytes(int index, byte[] target, int offset, int length);

    /**
     * The absolute index of the first {@code value} in {@code from..to-1}, or −1.
     *
     * @param from first index looked at
     * @param to the index after the last one looked at
     */
    public abstract int indexOf(byte value, int from, int to);

    /** Appends one byte. */
    public abstract Buffer writeByte(int value);

    /** Appends two bytes, big-endian. */
    public abstract Buffer writeShort(int value);

    /** Appends four bytes, big-endian. */
    public abstract Buffer writeInt(int value);

    /** Appends eight bytes, big-endian. */
    public abstract Buffer writeLong(long value);

    /** Appends {@code length} bytes of {@code source} from {@code offset}. */
    public abstract Buffer writeBytes(byte[] source, int offset, int length);

    /** Appends all of {@code source}. */
    public final Buffer writeBytes(byte[] source) {
        return writeBytes(source, 0, source.length);
    }

    /** Appends the remaining bytes of {@code source}, whose position moves to its limit. */
    public abstract Buffer writeBytes(ByteBuffer source);

    /** Appends {@code length} readable bytes of {@code source}, whose read index moves. */
    public abstract Buffer writeBytes(Buffer source, int length);

    /**
     * Appends characters as one byte each (ISO-8859-1).
     *
     * @throws IllegalArgumentException if a character is above 0xFF; nothing is appended
     */
    public abstract Buffer writeLatin1(CharSequence text);

    /** Overwrites the byte at an absolute index; no index moves. */
    public abstract Buffer setByte(int index, int value);

    /** Overwrites two bytes at an absolute index, big-endian. */
    public abstract Buffer setShort(int index, int value);

    /** Overwrites four bytes at an absolute index, big-endian. */
    public abstract Buffer setInt(int index, int value);

    /** Overwrites eight bytes at an absolute index, big-endian. */
    public abstract Buffer setLong(int index, long value);

    /** The readable bytes decoded; no index moves. */
    public abstract String toString(Charset charset);

    /**
     * A view of the readable bytes: position at the read index, limit at the write index. Moving the view's position
     * does not consume. The same object is returned by every call, so it is good until the next call on this buffer.
     */
    public abstract ByteBuffer readable();

    /**
     * A view of the writable bytes: position at the write index, limit at the capacity. Good until the next call on
     * this buffer; call {@link #writeIndex(int)} for what was put there.
     */
    public abstract ByteBuffer writable();

    /** The native address of index 0 where the transport works with addresses, otherwise 0. */
    public abstract long address();

    /** Whether the memory may not be changed; such a buffer wraps memory that others share. */
    public abstract boolean isReadOnly();

    /**
     * Takes the readable bytes over from the lender without copying; on a buffer already owned it does nothing.
     * Afterwards the lent reference is dead and the returned one is the owner's: not even {@link #isReadable()} may be asked of
     * the former.
     */
    public abstract Buffer detach();

    /**
     * Takes the first {@code count} readable bytes into a buffer of the caller's own. Detaching all that is readable
     * copies nothing and is {@link #detach()}, which returns an owned buffer itself; otherwise the {@code count} bytes are
     * copied and consumed here.
     *
     * @param count within {@code 0..readableBytes}
     */
    public abstract Buffer detach(int count);

    /**
     * Hides all readable bytes but the first {@code count}, so that these can be handed to somebody as a whole buffer.
     * Until they are shown again, nothing can be appended, and {@link #detach()} of a lent buffer with hidden bytes copies the
     * visible ones and consumes them here, as {@link #detach(int)} does. May be nested.
     *
     * @param count within {@code 0..readableBytes}
     * @return the number of bytes hidden by this call, for {@link #widen}
     */
    public abstract int narrow(int count);

    /**
     * Shows bytes again, innermost first. Not to be called for 0 bytes on a lent buffer that may have been detached since.
     *
     * @param hiddenBytes what {@link #narrow} returned
     */
    public abstract Buffer widen(int hiddenBytes);

    /** Gives the memory back. From the owning loop's thread this is a field operation; from another it is queued. */
    public abstract void release();
}
