package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A write queue that is used again. */
final class WriteQueueTest {
    /** More pieces than a queue keeps room for. */
    private static final int COUNT = 100;

    private final PoolFixture fixture = PoolFixture.guarded();

    private void add(WriteQueue queue) {
        queue.add(fixture.pool.wrap(ByteBuffer.allocateDirect(1)));
    }

    @Test
    void startsAfreshAfterALongOneWasTrimmed() {
        WriteQueue queue = new WriteQueue();
        for (int i = 0; i < COUNT; i++) {
            add(queue);
        }
        queue.sent(COUNT);
        queue.trim();
        add(queue);
        assertNull(queue.headInKernel());
        assertEquals(1, queue.count());
        queue.sent(1);
        assertEquals(0, queue.count());
    }
}
