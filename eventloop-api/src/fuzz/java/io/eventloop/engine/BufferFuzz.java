package io.eventloop.engine;

import io.eventloop.engine.BufferModel.Call;
import io.eventloop.engine.BufferModel.Kind;
import java.nio.ByteBuffer;

/** Any sequence of calls on a buffer does what the same calls do to an array with two indexes. */
public final class BufferFuzz {
    private static final Kind[] KINDS = Kind.values();
    private static final int CALL_BYTES = 12;

    private BufferFuzz() {}

    /** A first byte whose lowest bit chooses guarded mode, then a call for every twelve bytes. */
    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        boolean guarded = in.hasRemaining() && (in.get() & 1) != 0;
        BufferModel model = new BufferModel(guarded ? PoolFixture.guarded() : PoolFixture.production());
        while (in.remaining() >= CALL_BYTES) {
            model.apply(call(in));
        }
    }

    private static Call call(ByteBuffer in) {
        Kind kind = KINDS[(in.get() & 0xFF) % KINDS.length];
        int width = 1 << (in.get() & 3);
        return new Call(kind, index(in.getShort()), width, in.getLong());
    }

    /** Most indexes are near the buffer; the largest and the smallest stand for those of an int. */
    private static int index(short number) {
        return switch (number) {
            case Short.MAX_VALUE -> Integer.MAX_VALUE;
            case Short.MIN_VALUE -> Integer.MIN_VALUE;
            default -> number;
        };
    }
}
