package io.eventloop.engine;

import io.eventloop.Buffer;
import io.eventloop.BufferLimitExceededException;
import io.eventloop.BufferPoolOptions;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;

/** Takes buffers until the JVM has no direct memory left, and says what happened then, one word per line. */
final class DirectMemoryProgram {
    private static final int REFUSALS = 20;

    private DirectMemoryProgram() {}

    public static void main(String[] args) {
        try (SlabPool pool =
                new SlabPool(BufferPoolOptions.builder().build(), "loop", memory -> 0, () -> true, leak -> {})) {
            Deque<Buffer> taken = new ArrayDeque<>();
            System.out.println(describe(failureOfTaking(pool, taken, BufferPoolOptions.DEFAULT.largeBytes())));
            System.out.println(taken.isEmpty() ? "none" : "some");
            System.out.println(describe(failureOfTaking(pool, taken, BufferPoolOptions.DEFAULT.slabBytes())));
            long collections = collections();
            for (int i = 0; i < REFUSALS; i++) {
                failureOfTaking(pool, taken, BufferPoolOptions.DEFAULT.slabBytes());
            }
            System.out.println(collections() - collections + " collections");
            pool.askAgain();
            System.out.println(describe(failureOfTaking(pool, taken, BufferPoolOptions.DEFAULT.slabBytes())));
            System.out.println(collections() > collections ? "asked again" : "not asked");
            taken.pop().release();
            pool.acquire(BufferPoolOptions.DEFAULT.largeBytes()).release();
            System.out.println("again");
            System.out.println(pool.metrics().refused());
        }
    }

    /** The JVM has its collector run before it refuses. */
    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    private static Throwable failureOfTaking(SlabPool pool, Deque<Buffer> taken, int bytes) {
        try {
            while (true) {
                taken.push(pool.acquire(bytes));
            }
        } catch (BufferLimitExceededException | OutOfMemoryError e) {
            return e;
        }
    }

    private static String describe(Throwable failure) {
        return failure.getClass().getSimpleName() + " for "
                + (failure.getCause() == null
                        ? "its own limit"
                        : failure.getCause().getClass().getSimpleName());
    }
}
