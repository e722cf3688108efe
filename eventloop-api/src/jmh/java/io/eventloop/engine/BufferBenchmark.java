package io.eventloop.engine;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
 * Direct buffers on a loop's own thread: nanoseconds to acquire one of a given size and release it again, and to write
 * an int and read it back. {@code ours} is a loop's {@link SlabPool} in production mode, its thread check as in the
 * loop. Against it stand Netty's {@link PooledByteBufAllocator} and {@link AdaptiveByteBufAllocator} with their
 * defaults, on a thread for which they keep a cache, with Unsafe allowed and leak sampling off. One buffer is out at a
 * time, which is the best case of each. Asked for 256 bytes, our pool takes its smallest class of 4 KiB; Netty's pooled
 * allocator has no thread cache for 64 KiB. What the compiler makes of a loop over ints differs from fork to fork, so
 * there are three.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-Djmh.executor=CUSTOM",
            "-Djmh.executor.class=io.eventloop.engine.NettyThreads",
            "-Dio.netty.leakDetection.level=disabled",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--sun-misc-unsafe-memory-access=allow"
        })
public class BufferBenchmark {

    /** The buffers of the thread that is measured. */
    @State(Scope.Thread)
    public static class Pool {
        @Param({"ours", "netty-pooled", "netty-adaptive"})
        String library;

        private LoopBuffers buffers;

        /** Runs on the thread that is measured. */
        @Setup
        public void open() {
            buffers = switch (library) {
                case "ours" -> new OurBuffers();
                case "netty-pooled" -> new NettyBuffers(new PooledByteBufAllocator(true));
                case "netty-adaptive" -> new NettyBuffers(new AdaptiveByteBufAllocator(true));
                default -> throw new IllegalArgumentException(library);
            };
        }

        /** Gives the memory back. */
        @TearDown
        public void close() {
            buffers.close();
        }
    }

    /** What is asked for. */
    @State(Scope.Thread)
    public static class Size {
        @Param({"256", "4096", "65536"})
        int bytes;
    }

    /** A buffer out and back. */
    @Benchmark
    public void acquireRelease(Pool pool, Size size) {
        pool.buffers.acquireRelease(size.bytes);
    }

    /** An int in and out, big-endian. */
    @Benchmark
    @OperationsPerInvocation(LoopBuffers.INTS)
    public int writeReadInt(Pool pool) {
        return pool.buffers.writeReadInts();
    }
}
