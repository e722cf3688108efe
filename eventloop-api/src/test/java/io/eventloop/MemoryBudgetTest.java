package io.eventloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The ranges of a memory budget, and its default. */
final class MemoryBudgetTest {
    private static String refused(MemoryBudget.Builder builder) {
        return assertThrows(IllegalArgumentException.class, builder::build).getMessage();
    }

    @Test
    void namesTheFieldThatIsOutOfRange() {
        assertEquals(
                "bytes is 1000, must be within 65536..9223372036854775807",
                refused(MemoryBudget.builder().bytes(1000)));
        assertEquals(
                "pauseReadersAt is 0.05, must be within 0.1..1.0",
                refused(MemoryBudget.builder().thresholds(0.05, 0.5, 0.9)));
        assertEquals(
                "stopAcceptingAt is 0.5, must be within 0.7..1.0",
                refused(MemoryBudget.builder().thresholds(0.7, 0.5, 0.9)));
        assertEquals(
                "shedAt is NaN, must be within 0.8..1.0",
                refused(MemoryBudget.builder().thresholds(0.7, 0.8, Double.NaN)));
        assertEquals(
                "hysteresis is 0.4, must be within 0.01..0.35",
                refused(MemoryBudget.builder().hysteresis(0.4)));
        assertTrue(refused(MemoryBudget.builder().maxAcceptPause(Duration.ofNanos(1)))
                .startsWith("maxAcceptPause is PT0.000000001S"));
    }

    @Test
    void isNoMoreThanThePoolsMayHold() {
        BufferPoolOptions pools = BufferPoolOptions.builder().maxBytes(8 << 20).build();
        assertEquals(16 << 20, MemoryBudget.ofPools(2, pools).bytes());
        long half = Runtime.getRuntime().maxMemory() / 2;
        assertEquals(
                half,
                MemoryBudget.ofPools(
                                4, BufferPoolOptions.builder().maxBytes(half).build())
                        .bytes());
    }

    @Test
    void theDefaultIsInItsRangeForTheSmallestPoolsToo() {
        BufferPoolOptions pools = BufferPoolOptions.builder()
                .classes(256, 256, 256)
                .slabBytes(256)
                .maxBytes(3 * 256)
                .build();
        assertEquals(1 << 16, MemoryBudget.ofPools(1, pools).bytes());
    }

    @Test
    void isRefusedIfTheLoopsOwnBuffersAreALargePartOfIt() {
        MemoryBudget budget = MemoryBudget.builder().bytes(1 << 20).build();
        EventLoopGroupBuilder builder = EventLoopGroup.builder().loops(2).memory(budget);
        assertEquals(
                "memory budget is 1048576 bytes, must be at least 2097152 for 2 loops with buffers of 65536 bytes",
                assertThrows(IllegalArgumentException.class, builder::build).getMessage());
    }
}
