package io.eventloop.contract;

import io.eventloop.Buffer;
import io.eventloop.spi.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Objects;

/** A buffer over its own direct memory, for calling raw sockets without an engine. Releasing it does nothing. */
public final class PlainBuffer extends Buffer {
    private final ByteBuffer memory;
    private final ByteBuffer readable;
    private final ByteBuffer writable;
    private final long address;
    private int readIndex;
    private int writeIndex;

    /** A buffer of so many bytes. */
    public PlainBuffer(Transport transport, int capacity) {
        memory = ByteBuffer.allocateDirect(capacity);
        readable = memory.duplicate();
        writable = memory.duplicate();
        address = transport.address(memory);
    }

    @Override
    public int capacity() {
        return memory.capacity();
    }

    @Override
    public int readIndex() {
        return readIndex;
    }

    @Override
    public Buffer readIndex(int index) {
        Objects.checkIndex(index, writeIndex + 1);
        readIndex = index;
        return this;
    }

    @Override
    public int writeIndex() {
        return writeIndex;
    }

    @Override
    public Buffer writeIndex(int index) {
        Objects.checkFromToIndex(readIndex, index, capacity());
        writeIndex = index;
        return this;
    }

    @Override
    public int readableBytes() {
        return writeIndex - readIndex;
    }

    @Override
    public int writableBytes() {
        return capacity() - writeIndex;
    }

    @Override
    public Buffer skip(int count) {
        return readIndex(readIndex + count);
    }

    @Override
    public Buffer clear() {
        readIndex = 0;
        writeIndex = 0;
        return this;
    }

    @Override
    public byte readByte() {
        return memory.get(consumed(Byte.BYTES));
    }

    @Override
    public short readShort() {
        return memory.getShort(consumed(Short.BYTES));
    }

    @Override
    public int readInt() {
        return memory.getInt(consumed(Integer.BYTES));
    }

    @Override
    public long readLong() {
        return memory.getLong(consumed(Long.BYTES));
    }

    @Override
    public Buffer readBytes(byte[] target, int offset, int length) {
        memory.get(consumed(length), target, offset, length);
        return this;
    }

    @Override
    public Buffer readBytes(ByteBuffer target) {
        target.put(memory.slice(consumed(target.remaining()), target.remaining()));
        return this;
    }

    private int consumed(int count) {
        int at = Objects.checkFromIndexSize(readIndex, count, writeIndex);
        readIndex += count;
        return at;
    }

    @Override
    public byte getByte(int index) {
        return memory.get(index);
    }

    @Override
    public short getShort(int index) {
        return memory.getShort(index);
    }

    @Override
    public int getInt(int index) {
        return memory.getInt(index);
    }

    @Override
    public long getLong(int index) {
        return memory.getLong(index);
    }

    @Override
    public Buffer getBytes(int index, byte[] target, int offset, int length) {
        memory.get(index, target, offset, length);
        return this;
    }

    @Override
    public int indexOf(byte value, int from, int to) {
        for (int i = from; i < to; i++) {
            if (memory.get(i) == value) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public Buffer writeByte(int value) {
        memory.put(produced(Byte.BYTES), (byte) value);
        return this;
    }

    @Override
    public Buffer writeShort(int value) {
        memory.putShort(produced(Short.BYTES), (short) value);
        return this;
    }

    @Override
    public Buffer writeInt(int value) {
        memory.putInt(produced(Integer.BYTES), value);
        return this;
    }

    @Override
    public Buffer writeLong(long value) {
        memory.putLong(produced(Long.BYTES), value);
        return this;
    }

    @Override
    public Buffer writeBytes(byte[] source, int offset, int length) {
        memory.put(produced(length), source, offset, length);
        return this;
    }

    @Override
    public Buffer writeBytes(ByteBuffer source) {
        int length = source.remaining();
        memory.slice(produced(length), length).put(source);
        return this;
    }

    @Override
    public Buffer writeBytes(Buffer source, int length) {
        byte[] copy = new byte[length];
        source.readBytes(copy, 0, length);
        return writeBytes(copy, 0, length);
    }

    @Override
    public Buffer writeLatin1(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            writeByte(text.charAt(i));
        }
        return this;
    }

    private int produced(int count) {
        int at = Objects.checkFromIndexSize(writeIndex, count, capacity());
        writeIndex += count;
        return at;
    }

    @Override
    public Buffer setByte(int index, int value) {
        memory.put(index, (byte) value);
        return this;
    }

    @Override
    public Buffer setShort(int index, int value) {
        memory.putShort(index, (short) value);
        return this;
    }

    @Override
    public Buffer setInt(int index, int value) {
        memory.putInt(index, value);
        return this;
    }

    @Override
    public Buffer setLong(int index, long value) {
        memory.putLong(index, value);
        return this;
    }

    @Override
    public String toString(Charset charset) {
        return charset.decode(readable().duplicate()).toString();
    }

    @Override
    public ByteBuffer readable() {
        return readable.limit(writeIndex).position(readIndex);
    }

    @Override
    public ByteBuffer writable() {
        return writable.limit(capacity()).position(writeIndex);
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public Buffer detach() {
        return this;
    }

    @Override
    public Buffer detach(int count) {
        throw new UnsupportedOperationException("a plain buffer is not shared out");
    }

    @Override
    public int narrow(int count) {
        throw new UnsupportedOperationException("a plain buffer is not shared out");
    }

    @Override
    public Buffer widen(int hiddenBytes) {
        throw new UnsupportedOperationException("a plain buffer is not shared out");
    }

    @Override
    public void release() {}
}
