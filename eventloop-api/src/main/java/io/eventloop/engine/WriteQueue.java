package io.eventloop.engine;

import io.eventloop.BufferLimitExceededException;
import io.eventloop.spi.WriteVector;

/**
 * What a connection has written and the system has not taken yet, in order: buffers, and bytes of files and pipes.
 *
 * <p>A connection has a queue only while something is queued; empty ones go back to the loop. Small writes are gathered
 * into the room that the last buffer has left. When the peer holds back, {@link #shrink()} moves short contents out of
 * large buffers, so that the memory held stays within a small multiple of the bytes queued.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns its buffers.
 *
 * <p><b>Failure:</b> bounds are the connection's to check.
 */
final class WriteQueue {
    /** Copying up to this much costs less than one more element in a gathering write. */
    private static final int GATHER_BYTES = 512;

    /** Contents smaller than this part of their buffer are moved to a smaller one when the peer holds back. */
    private static final int WASTE_FACTOR = 4;

    private static final int FIRST_CAPACITY = 8;

    private Object[] parts = new Object[FIRST_CAPACITY];
    private int head;
    private int count;
    private int shrunk;
    private long memoryBytes;
    private long pooledBytes;
    private long kernelBytes;

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    /** Bytes in buffers. */
    long memoryBytes() {
        return memoryBytes;
    }

    /** Pooled memory that the buffers hold, by capacity. */
    long pooledBytes() {
        return pooledBytes;
    }

    private static int pooledBytes(PooledBuffer buffer) {
        return buffer.isReadOnly() ? 0 : buffer.capacity();
    }

    /** Bytes in buffers, files and pipes. */
    long bytes() {
        return memoryBytes + kernelBytes;
    }

    /** Appends a buffer, which is the queue's from here on. */
    void add(PooledBuffer buffer) {
        int bytes = buffer.readableBytes();
        memoryBytes += bytes;
        if (bytes <= GATHER_BYTES && count > 0) {
            PooledBuffer last = lastBuffer();
            if (last != null && last.writableBytes() >= bytes) {
                last.writeBytes(buffer, bytes);
                buffer.release();
                return;
            }
        }
        pooledBytes += pooledBytes(buffer);
        append(buffer);
    }

    /** The buffer at the end if it can take {@code bytes} more, else null; its owner then calls {@link #grew}. */
    PooledBuffer roomFor(int bytes) {
        PooledBuffer last = count > 0 ? lastBuffer() : null;
        return last != null && last.writableBytes() >= bytes ? last : null;
    }

    void grew(int bytes) {
        memoryBytes += bytes;
    }

    void add(KernelPart part) {
        kernelBytes += part.remaining;
        append(part);
    }

    private PooledBuffer lastBuffer() {
        return parts[index(count - 1)] instanceof PooledBuffer buffer ? buffer : null;
    }

    private int index(int i) {
        return (head + i) & (parts.length - 1);
    }

    private void append(Object part) {
        if (count == parts.length) {
            Object[] larger = new Object[count * 2];
            for (int i = 0; i < count; i++) {
                larger[i] = parts[index(i)];
            }
            parts = larger;
            head = 0;
        }
        parts[index(count)] = part;
        count++;
    }

    /** The part at the head that is not a buffer, or null if a buffer is there. */
    KernelPart headInKernel() {
        return parts[head] instanceof KernelPart part ? part : null;
    }

    /** Offers the buffers at the head, as many as a vector takes, up to the first other part. */
    void offer(WriteVector vector) {
        int most = Math.min(count, WriteVector.MAX_BUFFERS);
        for (int i = 0; i < most && parts[index(i)] instanceof PooledBuffer buffer; i++) {
            vector.add(buffer);
        }
    }

    /** Drops {@code bytes} from the buffers at the head. */
    void sent(long bytes) {
        memoryBytes -= bytes;
        long left = bytes;
        while (left > 0) {
            PooledBuffer buffer = (PooledBuffer) parts[head];
            int length = buffer.readableBytes();
            if (left < length) {
                buffer.skip((int) left);
                return;
            }
            left -= length;
            pooledBytes -= pooledBytes(buffer);
            removeHead();
            buffer.release();
        }
    }

    /** Drops {@code bytes} from such a part at the head. */
    void sentFromKernel(KernelPart part, long bytes) {
        kernelBytes -= bytes;
        part.remaining -= bytes;
        if (part.remaining == 0) {
            removeHead();
            part.done();
        }
    }

    private void removeHead() {
        parts[head] = null;
        head = index(1);
        count--;
        shrunk = Math.max(0, shrunk - 1);
    }

    /** Moves short contents out of large buffers; each part is looked at once. */
    void shrink(SlabPool pool) {
        int kept = shrunk;
        for (int i = shrunk; i < count; i++) {
            Object part = parts[index(i)];
            parts[index(i)] = null;
            if (part instanceof PooledBuffer buffer && !buffer.isReadOnly()) {
                PooledBuffer before = kept > 0 && parts[index(kept - 1)] instanceof PooledBuffer b ? b : null;
                if (before != null && isWasteful(buffer) && before.writableBytes() >= buffer.readableBytes()) {
                    before.writeBytes(buffer, buffer.readableBytes());
                    pooledBytes -= buffer.capacity();
                    buffer.release();
                    continue;
                }
                part = isWasteful(buffer) ? moved(buffer, pool) : buffer;
            }
            parts[index(kept)] = part;
            kept++;
        }
        count = kept;
        shrunk = kept;
    }

    private static boolean isWasteful(PooledBuffer buffer) {
        return buffer.readableBytes() <= buffer.capacity() / WASTE_FACTOR;
    }

    private PooledBuffer moved(PooledBuffer buffer, SlabPool pool) {
        PooledBuffer smaller;
        try {
            smaller = pool.acquire(buffer.readableBytes());
        } catch (BufferLimitExceededException e) {
            return buffer;
        }
        if (smaller.capacity() >= buffer.capacity()) {
            smaller.release();
            return buffer;
        }
        smaller.writeBytes(buffer, buffer.readableBytes());
        pooledBytes += smaller.capacity() - buffer.capacity();
        buffer.release();
        return smaller;
    }

    /** Discards everything. */
    void clear() {
        for (int i = 0; i < count; i++) {
            Object part = parts[index(i)];
            parts[index(i)] = null;
            if (part instanceof PooledBuffer buffer) {
                buffer.release();
            } else if (part instanceof KernelPart inKernel) {
                inKernel.done();
            }
        }
        head = 0;
        count = 0;
        shrunk = 0;
        memoryBytes = 0;
        pooledBytes = 0;
        kernelBytes = 0;
    }

    /** Gives up room that only a long queue needed. */
    void trim() {
        if (parts.length > WriteVector.MAX_BUFFERS) {
            parts = new Object[FIRST_CAPACITY];
            head = 0;
        }
    }
}
