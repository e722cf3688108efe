package io.eventloop;

import java.nio.ByteBuffer;

/**
 * The buffers of one loop: slabs of direct memory cut into size classes, allocated as needed and kept.
 *
 * <p><b>Threading:</b> loop-confined; {@link Buffer#release()} and {@link #metrics()} alone may be called from any thread.
 *
 * <p><b>Ownership:</b> an acquired buffer is the caller's until it is released, written or handed on.
 *
 * <p><b>Failure:</b> an acquisition that would exceed the pool's byte limit throws {@link BufferLimitExceededException}
 * and takes nothing.
 */
public interface BufferPool {

    /**
     * A cleared buffer of at least {@code minBytes} writable bytes: of the smallest size class that fits, or unpooled
     * memory above the largest class.
     */
    Buffer acquire(int minBytes);

    /**
     * A read-only buffer over direct memory that others may share: nothing is copied, and releasing it frees nothing.
     * Heap memory and small pieces are better copied into an acquired buffer.
     *
     * @param direct a direct buffer; its remaining bytes become readable, its position does not move
     */
    Buffer wrap(ByteBuffer direct);

    /** The largest size class, in bytes. */
    int largestClassBytes();

    /** A snapshot of the pool's figures. */
    BufferPoolMetrics metrics();
}
