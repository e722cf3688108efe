package io.eventloop.spi;

import io.eventloop.Buffer;

/**
 * The buffers of one gathering write, in order. The engine fills it and uses it again and again.
 *
 * <p><b>Threading:</b> confined to one loop.
 *
 * <p><b>Ownership:</b> none: it refers to buffers that stay in the write queue.
 *
 * <p><b>Failure:</b> adding past the capacity throws {@link IndexOutOfBoundsException}.
 */
public final class WriteVector {
    /** The most buffers in one call; the kernel's own limit, {@code IOV_MAX}, is 1,024, more than 64 gains nothing. */
    public static final int MAX_BUFFERS = 64;

    private final Buffer[] buffers = new Buffer[MAX_BUFFERS];
    private int count;
    private long bytes;

    /** An empty vector. */
    public WriteVector() {}

    /** Forgets all buffers. */
    public void clear() {
        for (int i = 0; i < count; i++) {
            buffers[i] = null;
        }
        count = 0;
        bytes = 0;
    }

    /** Appends a buffer's readable bytes. */
    public void add(Buffer buffer) {
        buffers[count] = buffer;
        count++;
        bytes += buffer.readableBytes();
    }

    /** The number of buffers. */
    public int count() {
        return count;
    }

    /** All their readable bytes together. */
    public long bytes() {
        return bytes;
    }

    /** The buffer at {@code i}; its bytes are those between its read and write index. */
    public Buffer buffer(int i) {
        return buffers[i];
    }
}
