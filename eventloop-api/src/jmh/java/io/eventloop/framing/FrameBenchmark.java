package io.eventloop.framing;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.engine.SlabPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds to find one frame among {@value #FRAMES} in a direct buffer and to read one byte of its payload. Netty's
 * decoders are called without a channel; each frame of theirs is a retained slice, which is released. Unsafe is allowed to
 * Netty, its leak sampling is off.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-Dio.netty.leakDetection.level=disabled",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--sun-misc-unsafe-memory-access=allow"
        })
@State(Scope.Thread)
public class FrameBenchmark {
    static final int FRAMES = 64;
    private static final int MAX_FRAME_BYTES = 64 << 10;

    @Param({"16", "128", "1024"})
    int payloadBytes;

    private SlabPool pool;
    private Buffer ourLengths;
    private Buffer ourLines;
    private FrameDecoder lengthDecoder;
    private FrameDecoder lineDecoder;
    private ByteBuf nettyLengths;
    private ByteBuf nettyLines;
    private NettyFrames.Lengths nettyLengthDecoder;
    private NettyFrames.Lines nettyLineDecoder;

    /** Fills the buffers. */
    @Setup(Level.Trial)
    public void open() {
        int bytes = FRAMES * (payloadBytes + Integer.BYTES);
        pool = new SlabPool(BufferPoolOptions.builder().guarded(false).build(), "benchmark", memory -> 0, () -> true);
        ourLengths = pool.acquire(bytes);
        ourLines = pool.acquire(bytes);
        nettyLengths = PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
        nettyLines = PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
        byte[] payload = new byte[payloadBytes];
        java.util.Arrays.fill(payload, (byte) 'x');
        for (int i = 0; i < FRAMES; i++) {
            ourLengths.writeInt(payloadBytes).writeBytes(payload);
            nettyLengths.writeInt(payloadBytes).writeBytes(payload);
            ourLines.writeBytes(payload).writeByte('\r').writeByte('\n');
            nettyLines.writeBytes(payload).writeByte('\r').writeByte('\n');
        }
        lengthDecoder =
                LengthField.builder().maxFrameBytes(MAX_FRAME_BYTES).build().decoder();
        lineDecoder = new Lines(Lines.Ending.LF_OR_CRLF, MAX_FRAME_BYTES).decoder();
        nettyLengthDecoder = new NettyFrames.Lengths(MAX_FRAME_BYTES);
        nettyLineDecoder = new NettyFrames.Lines(MAX_FRAME_BYTES);
    }

    /** Gives the memory back. */
    @TearDown(Level.Trial)
    public void close() {
        ourLengths.release();
        ourLines.release();
        pool.close();
        nettyLengths.release();
        nettyLines.release();
    }

    /** Ours, a length of four bytes. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public int lengthField() {
        return ours(lengthDecoder, ourLengths);
    }

    /** Ours, lines. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public int lines() {
        return ours(lineDecoder, ourLines);
    }

    private static int ours(FrameDecoder decoder, Buffer in) {
        in.readIndex(0);
        int sum = 0;
        for (int bytes; (bytes = decoder.next(in)) > 0; in.skip(bytes)) {
            sum += in.getByte(in.readIndex() + decoder.payloadOffset()) + decoder.payloadBytes();
        }
        return sum;
    }

    /** Netty's, a length of four bytes. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public int nettyLengthField() throws Exception {
        nettyLengths.readerIndex(0);
        int sum = 0;
        for (ByteBuf frame; (frame = nettyLengthDecoder.next(nettyLengths)) != null; frame.release()) {
            sum += frame.getByte(frame.readerIndex()) + frame.readableBytes();
        }
        return sum;
    }

    /** Netty's, lines. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public int nettyLines() throws Exception {
        nettyLines.readerIndex(0);
        int sum = 0;
        for (ByteBuf frame; (frame = nettyLineDecoder.next(nettyLines)) != null; frame.release()) {
            sum += frame.getByte(frame.readerIndex()) + frame.readableBytes();
        }
        return sum;
    }
}
