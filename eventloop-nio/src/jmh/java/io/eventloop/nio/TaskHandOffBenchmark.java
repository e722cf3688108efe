package io.eventloop.nio;

import io.eventloop.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Tasks handed by {@code execute} from other threads to a loop that has nothing else to do: the time until one task has
 * run, its submitter spinning meanwhile, and then handing over the next; and tasks per microsecond when one thread, or
 * two, submit batches of a thousand and wait for the end of each. Ours on {@code java.nio}, with its bounded queue,
 * against Netty's NIO event loop, whose queue has no bound. A task of the first kind finds the loop asleep or on its
 * way there; a loop that gets there later is woken less often, which makes a loop that does more between two tasks look
 * faster. With two submitters there are three busy threads: on fewer processors that figure is about scheduling too.
 */
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+IgnoreUnrecognizedVMOptions", "--sun-misc-unsafe-memory-access=allow"})
public class TaskHandOffBenchmark {
    /** Far below the bound of our queue, also twice. */
    private static final int BATCH = 1000;

    /** The loop. */
    @State(Scope.Benchmark)
    public static class Target {
        @Param({"ours", "netty"})
        String library;

        private Executor executor;
        private Runnable end;

        /** Starts it. */
        @Setup
        public void open() {
            if (library.equals("ours")) {
                EventLoopGroup group =
                        EventLoopGroup.builder().loops(1).transport("nio").build();
                executor = group.next();
                end = group::close;
            } else {
                MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
                executor = group.next();
                end = () -> group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
            }
        }

        /** Ends it. */
        @TearDown
        public void close() {
            end.run();
        }
    }

    /** A submitting thread, and the task it submits, which counts how often it ran. */
    @State(Scope.Thread)
    public static class Submitter {
        private final AtomicLong ran = new AtomicLong();
        private final Runnable task = () -> ran.lazySet(ran.getPlain() + 1);
        private long submitted;

        void submit(Executor executor) {
            submitted++;
            executor.execute(task);
        }

        boolean isBehind() {
            return ran.get() < submitted;
        }
    }

    /** One task, there and seen to have run. */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public void latency(Target target, Submitter submitter) {
        submitter.submit(target.executor);
        while (submitter.isBehind()) {
            Thread.onSpinWait();
        }
    }

    /** A thousand tasks from one thread. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    @OperationsPerInvocation(BATCH)
    public void throughput(Target target, Submitter submitter) {
        submitBatch(target, submitter);
    }

    /** The same from two threads at once; the figure is their sum. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    @OperationsPerInvocation(BATCH)
    @Threads(2)
    public void throughputOfTwo(Target target, Submitter submitter) {
        submitBatch(target, submitter);
    }

    private static void submitBatch(Target target, Submitter submitter) {
        for (int i = 0; i < BATCH; i++) {
            submitter.submit(target.executor);
        }
        while (submitter.isBehind()) {
            Thread.yield(); // to the loop, if there are not processors enough
        }
    }
}
