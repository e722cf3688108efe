package io.eventloop.testing;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.engine.SlabPool;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Feeds a decoder the same bytes whole, byte by byte, and in random pieces, as a connection would: what it does not consume
 * is there the next time, with more behind it. The results have to be equal.
 *
 * <p><b>Threading:</b> used by one thread. <b>Ownership:</b> the buffer is lent: the decoder consumes, never releases.
 *
 * <p><b>Failure:</b> {@link AssertionError} naming the way of feeding whose result differs, with the seed of a random one.
 */
public final class DecoderFeeds {
    private static final BufferPoolOptions POOL = BufferPoolOptions.builder()
            .classes(256, 1024, 4096)
            .slabBytes(1 << 16)
            .guarded(false)
            .build();

    private DecoderFeeds() {}

    /**
     * Feeds in all ways.
     *
     * @param decoder makes a fresh one, whose state and result are one object
     * @param feed has it take what it can of the buffer
     * @param <D> the decoder; its {@code toString()} is the result that is compared
     */
    public static <D> void check(byte[] bytes, int randomFeeds, Supplier<D> decoder, BiConsumer<D, Buffer> feed) {
        String whole = feed(bytes, new int[0], decoder.get(), feed);
        compare("byte by byte", whole, feed(bytes, ones(bytes.length), decoder.get(), feed));
        for (int seed = 1; seed <= randomFeeds; seed++) {
            int[] pieces = pieces(bytes.length, new SeededRandom(seed));
            compare("in pieces, seed " + seed, whole, feed(bytes, pieces, decoder.get(), feed));
        }
    }

    private static int[] ones(int length) {
        int[] pieces = new int[length];
        java.util.Arrays.fill(pieces, 1);
        return pieces;
    }

    private static int[] pieces(int length, SeededRandom random) {
        int[] pieces = new int[length];
        int most = 1 + random.nextInt(Math.max(1, length));
        for (int i = 0; i < length; i++) {
            pieces[i] = 1 + random.nextInt(most);
        }
        return pieces;
    }

    private static void compare(String way, String whole, String other) {
        if (!whole.equals(other)) {
            throw new AssertionError("fed " + way + " it gives\n  " + other + "\nfed whole\n  " + whole);
        }
    }

    /** Feeds pieces of these sizes, then the rest. */
    private static <D> String feed(byte[] bytes, int[] pieces, D decoder, BiConsumer<D, Buffer> feed) {
        try (SlabPool pool = new SlabPool(POOL, "feeds", direct -> 0, () -> true)) {
            Buffer buffer = pool.acquire(Math.max(1, bytes.length));
            int at = 0;
            for (int i = 0; at < bytes.length; i++) {
                int count = Math.min(i < pieces.length ? pieces[i] : bytes.length, bytes.length - at);
                buffer.writeBytes(bytes, at, count);
                at += count;
                feed.accept(decoder, buffer);
            }
            String result = decoder + ", " + buffer.readableBytes() + " bytes left";
            buffer.release();
            return result;
        }
    }
}
