package io.eventloop.testing;

import io.eventloop.BufferPoolOptions;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.MemoryBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** One group of {@link Unruly}: what was asked of it, and what came of that. */
final class UnrulyGroup {
    final EventLoopGroup group;
    final List<UnrulyTimer> timers = new ArrayList<>();
    final List<CompletableFuture<?>> promised = new ArrayList<>();
    boolean isClosed;
    long drainEndNanos = -1;

    private UnrulyGroup(EventLoopGroup group) {
        this.group = group;
    }

    boolean isGone() {
        return isClosed || group.closed().isDone();
    }

    /** With limits from the seed, some of them small. */
    static UnrulyGroup on(
            SimulatedHost host, Arena arena, SeededRandom random, BiConsumer<String, Throwable> listener) {
        int loops = 1 + random.nextInt(2);
        boolean isShort = random.nextInt(3) == 0;
        BufferPoolOptions buffers = BufferPoolOptions.builder()
                .classes(512, 2048, 8192)
                .slabBytes(Arena.SLAB_BYTES)
                .maxBytes(isShort ? (3L + random.nextInt(5)) * Arena.SLAB_BYTES : Long.MAX_VALUE)
                .guarded(arena.network.seed() % 8 == 0)
                .build();
        LoopOptions options = LoopOptions.DEFAULT
                .withBuffers(buffers)
                .withMaxQueuedTasks(8 << random.nextInt(5))
                .withMaxTimersPerTurn(1 + random.nextInt(4))
                .withMaxConnections(random.nextInt(3) == 0 ? 3 + random.nextInt(6) : 1000);
        boolean isGoverned = !isShort && random.nextInt(3) == 0;
        EventLoopGroup group = host.group(builder -> {
            builder.loops(loops).options(options).failureListener(listener);
            return isGoverned
                    ? builder.memory(
                            MemoryBudget.builder().bytes(loops * (128L << 10)).build())
                    : builder;
        });
        return new UnrulyGroup(group);
    }
}
