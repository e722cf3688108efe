package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.eventloop.BufferPoolOptions;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.RelayOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RelayAllocationTest {
    private static final int MESSAGES = 10_000;

    private static final LoopOptions UNGUARDED = LoopOptions.DEFAULT.withBuffers(
            BufferPoolOptions.builder().guarded(false).build());

    @Test
    void allocatesNothingPerMessage() throws Exception {
        try (RelayFixture f = new RelayFixture(EventLoopGroup.builder().options(UNGUARDED), ConnectionLimits.DEFAULT)) {
            f.join(RelayOptions.DEFAULT);
            long thread = f.onLoop(() -> Thread.currentThread().getId());
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            for (int i = 0; i < 3; i++) {
                exchange(f);
            }
            long before = threads.getThreadAllocatedBytes(thread);
            exchange(f);
            long perMessage = (threads.getThreadAllocatedBytes(thread) - before) / MESSAGES;
            assertEquals(0, perMessage, "bytes allocated on the loop's thread per message");
        }
    }

    private static void exchange(RelayFixture f) throws IOException {
        byte[] message = RelayFixture.pattern(200);
        for (int i = 0; i < MESSAGES / 2; i++) {
            f.peerA.getOutputStream().write(message);
            f.peerB.getInputStream().readNBytes(message, 0, message.length);
            f.peerB.getOutputStream().write(message);
            f.peerA.getInputStream().readNBytes(message, 0, message.length);
        }
    }
}
