package io.eventloop.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Direct buffers of one of Netty's allocators. */
final class NettyBuffers implements LoopBuffers {
    private final ByteBufAllocator allocator;
    private final ByteBuf page;

    NettyBuffers(ByteBufAllocator allocator) {
        this.allocator = allocator;
        page = allocator.directBuffer(INTS * Integer.BYTES);
    }

    @Override
    public void acquireRelease(int bytes) {
        allocator.directBuffer(bytes).release();
    }

    @Override
    public int writeReadInts() {
        page.clear();
        for (int i = 0; i < INTS; i++) {
            page.writeInt(i);
        }
        int sum = 0;
        for (int i = 0; i < INTS; i++) {
            sum += page.readInt();
        }
        return sum;
    }

    @Override
    public void close() {
        page.release();
    }
}
