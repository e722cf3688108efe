package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.engine.SlabPool;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Consumer;

/** Bytes and buffers for tests that have no loop. */
final class Bytes {
    private static final BufferPoolOptions POOL = BufferPoolOptions.builder()
            .classes(256, 1024, 8192)
            .slabBytes(1 << 16)
            .guarded(true)
            .build();

    private Bytes() {}

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Hexadecimal, with blanks wherever they help. */
    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** The readable bytes; none is consumed. */
    static byte[] of(Buffer buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.getBytes(buffer.readIndex(), bytes, 0, bytes.length);
        return bytes;
    }

    /** Runs with a buffer that holds the bytes, and has so much room. */
    static void with(byte[] bytes, int capacity, Consumer<Buffer> action) {
        try (SlabPool pool = new SlabPool(POOL, "test", direct -> 0, () -> true)) {
            Buffer buffer = pool.acquire(Math.max(1, capacity));
            buffer.writeBytes(bytes);
            try {
                action.accept(buffer);
            } finally {
                buffer.release();
            }
        }
    }

    static void with(byte[] bytes, Consumer<Buffer> action) {
        with(bytes, bytes.length, action);
    }

    /** A frame as an encoder makes it, without a connection. */
    static byte[] frame(FrameEncoder encoder, byte[] payload) {
        byte[][] result = new byte[1][];
        with(payload, in -> {
            encoder.check(in);
            with(new byte[0], payload.length + encoder.headerBytes() + encoder.trailerBytes(), out -> {
                encoder.writeHeader(out, payload.length);
                out.writeBytes(payload);
                encoder.writeTrailer(out);
                result[0] = of(out);
            });
        });
        return result[0];
    }
}
