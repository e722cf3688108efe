package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.BufferPool;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * Plaintext that waits to be encrypted: buffers and runs of files, in order. Small writes share a buffer.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns its buffers.
 *
 * <p><b>Failure:</b> bounds are the connection's to check; a file that is too short throws.
 */
final class PlainQueue implements TlsEngine.Plaintext {
    /** Copying up to this much costs less than one more piece. */
    static final int GATHER_BYTES = 512;

    private final BufferPool pool;
    private final ArrayDeque<Object> pieces = new ArrayDeque<>(4);
    private long memoryBytes;
    private long pooledBytes;
    private long fileBytes;

    PlainQueue(BufferPool pool) {
        this.pool = pool;
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    int count() {
        return pieces.size();
    }

    long memoryBytes() {
        return memoryBytes;
    }

    /** Pooled memory that the buffers hold, by capacity. */
    long pooledBytes() {
        return pooledBytes;
    }

    private static int pooledBytes(Buffer buffer) {
        return buffer.isReadOnly() ? 0 : buffer.capacity();
    }

    long bytes() {
        return memoryBytes + fileBytes;
    }

    /** Appends a buffer, the queue's from here on. */
    void add(Buffer buffer) {
        int bytes = buffer.readableBytes();
        memoryBytes += bytes;
        if (bytes <= GATHER_BYTES
                && pieces.peekLast() instanceof Buffer last
                && !last.isReadOnly()
                && last.writableBytes() >= bytes) {
            last.writeBytes(buffer, bytes);
            buffer.release();
        } else {
            pooledBytes += pooledBytes(buffer);
            pieces.add(buffer);
        }
    }

    void add(FileRun run) {
        fileBytes += run.remaining();
        pieces.add(run);
    }

    /** Where so many bytes can be copied to; tell {@link #grew} then. */
    Buffer roomFor(int bytes) {
        if (pieces.peekLast() instanceof Buffer last && !last.isReadOnly() && last.writableBytes() >= bytes) {
            return last;
        }
        Buffer fresh = pool.acquire(bytes);
        pooledBytes += fresh.capacity();
        pieces.add(fresh);
        return fresh;
    }

    void grew(int bytes) {
        memoryBytes += bytes;
    }

    @Override
    public int take(byte[] target, int offset, int most) throws IOException {
        int taken = 0;
        while (taken < most && !pieces.isEmpty()) {
            if (pieces.peekFirst() instanceof Buffer buffer) {
                int count = Math.min(buffer.readableBytes(), most - taken);
                buffer.readBytes(target, offset + taken, count);
                memoryBytes -= count;
                taken += count;
                if (!buffer.isReadable()) {
                    pieces.removeFirst();
                    pooledBytes -= pooledBytes(buffer);
                    buffer.release();
                }
            } else {
                FileRun run = (FileRun) pieces.peekFirst();
                int count = run.take(target, offset + taken, most - taken);
                fileBytes -= count;
                taken += count;
                if (run.remaining() == 0) {
                    pieces.removeFirst();
                    run.done();
                }
            }
        }
        return taken;
    }

    void clear() {
        for (Object piece : pieces) {
            if (piece instanceof Buffer buffer) {
                buffer.release();
            } else {
                ((FileRun) piece).done();
            }
        }
        pieces.clear();
        memoryBytes = 0;
        pooledBytes = 0;
        fileBytes = 0;
    }
}
