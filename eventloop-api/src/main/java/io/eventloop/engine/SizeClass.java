package io.eventloop.engine;

import java.nio.ByteBuffer;

/**
 * The buffers of one size: a list of free ones and the slab that the next ones are cut from.
 *
 * <p><b>Threading:</b> loop-confined.
 *
 * <p><b>Ownership:</b> holds the free buffers; a slab lives as long as any buffer cut from it.
 *
 * <p><b>Failure:</b> an empty class answers null.
 */
final class SizeClass {
    /**
     * Added between slices. A cache finds the set of a line in the low bits of its address: were slices 4 KiB or 64 KiB
     * apart, the headers at the front of all of them would compete for the same few sets of the first-level cache. Three
     * lines of 64 bytes, an odd number, visit every set before one comes again.
     */
    static final int STAGGER_BYTES = 192;

    private static final int LINE_BYTES = 64;

    final int bytes;
    private final SlabPool pool;
    private final int strideBytes;
    private PooledBuffer free;
    private ByteBuffer slab;
    private long slabAddress;
    private int nextOffset;
    private int uncut;

    SizeClass(SlabPool pool, int bytes) {
        this.pool = pool;
        this.bytes = bytes;
        strideBytes = (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES + STAGGER_BYTES;
    }

    /** The free buffer used last, whose memory is the likeliest to be in a cache, else a fresh slice, else null. */
    PooledBuffer take() {
        PooledBuffer buffer = free;
        if (buffer == null) {
            return uncut > 0 ? cut() : null;
        }
        free = buffer.next;
        buffer.next = null;
        return buffer;
    }

    void put(PooledBuffer buffer) {
        buffer.next = free;
        free = buffer;
    }

    /** Adds a slab, when everything of the last one is in use. */
    void add(ByteBuffer fresh, long address) {
        slab = fresh;
        slabAddress = address;
        nextOffset = 0;
        // The last slice needs no gap behind it.
        uncut = 1 + (fresh.capacity() - bytes) / strideBytes;
    }

    private PooledBuffer cut() {
        ByteBuffer memory = slab.slice(nextOffset, bytes);
        long address = slabAddress == 0 ? 0 : slabAddress + nextOffset;
        uncut--;
        if (uncut == 0) {
            slab = null;
        } else {
            nextOffset += strideBytes;
        }
        return new PooledBuffer(pool, this, memory, address);
    }
}
