package io.eventloop.http.h1;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.engine.SlabPool;
import java.util.function.Function;
import java.util.function.Supplier;

/** Gives a decoder the same bytes whole and byte by byte, and insists on the same result. */
final class FuzzInput {
    private static final SlabPool POOL =
            new SlabPool(BufferPoolOptions.builder().guarded(false).build(), "fuzz", direct -> 0, () -> true);

    private FuzzInput() {}

    /**
     * Feeds one decoder all at once and another byte by byte.
     *
     * @param decoder makes a fresh one; given more input, it takes what it can and returns its log so far
     */
    static String check(byte[] bytes, Supplier<Function<Buffer, String>> decoder) {
        Buffer in = POOL.acquire(Math.max(1, bytes.length));
        try {
            String whole = decoder.get().apply(in.writeBytes(bytes));
            in.clear();
            Function<Buffer, String> other = decoder.get();
            String pieces = "";
            for (byte b : bytes) {
                pieces = other.apply(in.writeByte(b));
            }
            if (bytes.length > 0 && !whole.equals(pieces)) {
                throw new AssertionError("whole: " + whole + "\nbyte by byte: " + pieces);
            }
            return whole;
        } finally {
            in.release();
        }
    }
}
