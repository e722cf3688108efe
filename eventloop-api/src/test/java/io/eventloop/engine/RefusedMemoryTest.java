package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eventloop.BufferLimitExceededException;
import io.eventloop.BufferPoolOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a loop's pool asks a JVM that refused direct memory for nothing more. */
final class RefusedMemoryTest {
    private static final Duration MOST_OF_THE_WAIT = Duration.ofMillis(9_900);
    private static final Duration REST_OF_THE_WAIT = Duration.ofMillis(200);

    private final EngineRig rig = new EngineRig();
    private final SlabPool pool = new SlabPool(
            BufferPoolOptions.builder().guarded(true).build(),
            "loop",
            this::allocate,
            memory -> 0,
            () -> true,
            leak -> {});
    private final LoopMemory memory = new LoopMemory((Loop) rig.loop, pool);
    private boolean refuses = true;
    private int asked;

    private ByteBuffer allocate(int bytes) {
        asked++;
        if (refuses) {
            throw new OutOfMemoryError("Cannot reserve " + bytes + " bytes of direct buffer memory");
        }
        return ByteBuffer.allocateDirect(bytes);
    }

    @AfterEach
    void close() {
        memory.close();
        pool.close();
        rig.close();
    }

    /** A refusal, and the end of the turn it is in. */
    private void expectRefusal() {
        BufferLimitExceededException refusal = assertThrows(
                BufferLimitExceededException.class, () -> pool.acquire(BufferPoolOptions.DEFAULT.smallBytes()));
        assertInstanceOf(OutOfMemoryError.class, refusal.getCause());
        memory.turnEnded();
    }

    private void advance(Duration duration) {
        rig.advance(duration);
        memory.turnEnded();
    }

    @Test
    void asksTheJvmNoEarlierThanAfterTenSeconds() {
        expectRefusal();
        assertEquals(1, asked);
        refuses = false;
        expectRefusal();
        advance(MOST_OF_THE_WAIT);
        expectRefusal();
        assertEquals(1, asked);
    }

    @Test
    void asksTheJvmAgainAfterTenSeconds() {
        expectRefusal();
        advance(MOST_OF_THE_WAIT);
        expectRefusal();
        refuses = false;
        advance(REST_OF_THE_WAIT);
        pool.acquire(BufferPoolOptions.DEFAULT.smallBytes()).release();
        assertEquals(2, asked);
    }

    @Test
    void waitsAsLongAfterTheNextRefusal() {
        expectRefusal();
        advance(MOST_OF_THE_WAIT);
        advance(REST_OF_THE_WAIT);
        expectRefusal();
        assertEquals(2, asked);
        advance(MOST_OF_THE_WAIT);
        expectRefusal();
        assertEquals(2, asked);
        refuses = false;
        advance(REST_OF_THE_WAIT);
        pool.acquire(BufferPoolOptions.DEFAULT.smallBytes()).release();
        assertEquals(3, asked);
    }
}
