package io.eventloop.testing;

import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file in memory, open for reading at positions: its reads may be short, and it may be truncated while it is read. */
final class SimulatedFile extends FileChannel {
    private final byte[] content;
    private final SeededRandom random;
    private long size;

    SimulatedFile(byte[] content, SeededRandom random) {
        this.content = content;
        this.random = random;
        this.size = content.length;
    }

    @Override
    public int read(ByteBuffer target, long position) {
        if (!isOpen()) {
            throw new IllegalStateException("read of a file that was closed too early");
        }
        if (position >= size) {
            return -1;
        }
        int most = (int) Math.min(target.remaining(), size - position);
        int count = most > 1 && random.nextInt(4) == 0 ? 1 + random.nextInt(most) : most;
        target.put(content, (int) position, count);
        return count;
    }

    @Override
    public FileChannel truncate(long bytes) {
        size = Math.min(size, bytes);
        return this;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    protected void implCloseChannel() {}

    @Override
    public int read(ByteBuffer target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void force(boolean metadata) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long bytes, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long bytes, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
