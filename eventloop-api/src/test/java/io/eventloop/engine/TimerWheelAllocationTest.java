package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class TimerWheelAllocationTest {
    private static final int ROUNDS = 100_000;
    private static final long TICK = 1L << TimerWheel.DEFAULT_TICK_SHIFT;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final TimerWheel wheel = new TimerWheel(0, TimerWheel.DEFAULT_TICK_SHIFT);
    private final CountingNode[] nodes = new CountingNode[256];
    private long now;

    @Test
    void allocatesNothingToScheduleCancelAndAdvance() {
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = new CountingNode();
        }
        // Compiling and class loading may be charged to this thread at first: the best of some runs counts.
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 20 && least > 0; attempt++) {
            least = Math.min(least, measureBytes());
        }
        assertEquals(0, least, "bytes allocated in " + ROUNDS + " rounds");
    }

    /** Only primitive locals and fields: the measured section must not allocate for its own sake. */
    private long measureBytes() {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            CountingNode node = nodes[i & 255];
            wheel.schedule(node, now + ((i * 31L) % 5000) * TICK); // levels 0 to 2, some without delay
            if (i % 3 == 0) {
                wheel.cancel(nodes[(i * 7) & 255]);
            }
            now += TICK / 4;
            wheel.advance(now, 4);
            wheel.nextDeadlineNanos();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static final class CountingNode extends TimerNode {
        private long expirations;

        @Override
        protected void expire(long nowNanos) {
            expirations++;
        }
    }
}
