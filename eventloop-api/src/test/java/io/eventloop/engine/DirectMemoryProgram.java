package io.eventloop.engine;

import io.eventloop.Buffer;
import io.eventloop.BufferLimitExceededException;
import io.eventloop.BufferPoolOptions;
import java.util.ArrayDeque;
import java.util.Deque;

/** Takes buffers until the JVM has no direct memory left, and says what happened then, one word per line. */
final class DirectMemoryProgram {
    private DirectMemoryProgram() {}

    public static void main(String[] args) {
        try (SlabPool pool =
                new SlabPool(BufferPoolOptions.builder().build(), "loop", memory -> 0, () -> true, leak -> {})) {
            Deque<Buffer> taken = new ArrayDeque<>();
            System.out.println(describe(failureOfTaking(pool, taken, BufferPoolOptions.DEFAULT.largeBytes())));
            System.out.println(taken.isEmpty() ? "none" : "some");
            System.out.println(describe(failureOfTaking(pool, taken, BufferPoolOptions.DEFAULT.slabBytes())));
            taken.pop().release();
            pool.acquire(BufferPoolOptions.DEFAULT.largeBytes()).release();
            System.out.println("again");
            System.out.println(pool.metrics().refused());
        }
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
