package io.eventloop.engine;

import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
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
 * Timers on the thread that owns them, with 1,000 and with 100,000 others armed: nanoseconds to arm one and cancel it,
 * to move the deadline of one of those armed (a cancel and a schedule where there is no such call), and to have one
 * fire and arm itself again, its share of the empty ticks included. {@code ours} is {@link TimerWheel}, {@code agrona}
 * is Agrona's {@code DeadlineTimerWheel}, {@code netty-loop} the scheduled queue of a Netty event loop.
 * {@code netty-wheel} is Netty's {@code HashedWheelTimer}: measured is what its caller pays. Its own thread does the
 * rest meanwhile, by its own clock, and so there is no figure for its expiry.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+IgnoreUnrecognizedVMOptions", "--sun-misc-unsafe-memory-access=allow"})
public class TimerBenchmark {
    /** About a second, and less than a turn of the wheels that have a size. */
    static final long PERIOD_TICKS = 1000;

    /** About a minute, the time limit of a connection: nothing expires while it is not meant to. */
    private static final long TIMEOUT_TICKS = 60_000;

    private static final int FIRED = 1000;

    /** A prime, so that it reaches every timer and every tick, and far enough that no cache can prefetch the next. */
    private static final int STRIDE = 7919;

    /** Timers with deadlines a minute ahead, spread over one second. */
    @State(Scope.Thread)
    public static class Pending {
        @Param({"ours", "agrona", "netty-wheel", "netty-loop"})
        String library;

        @Param({"1000", "100000"})
        int armed;

        private ArmedTimers subject;
        private int timer;
        private int tick;

        /** Runs on the thread that is measured. */
        @Setup
        public void arm() {
            subject = open(library, armed, timer -> nextDelayTicks());
        }

        /** Ends what runs in the background. */
        @TearDown
        public void close() {
            subject.close();
        }

        private int nextTimer() {
            timer = (timer + STRIDE) % armed;
            return timer;
        }

        private long nextDelayTicks() {
            tick = (tick + STRIDE) % ArmedTimers.SLOTS;
            return TIMEOUT_TICKS + tick;
        }
    }

    /** Timers that fire each second, an equal number in each tick. */
    @State(Scope.Thread)
    public static class Periodic {
        @Param({"ours", "agrona", "netty-loop"})
        String library;

        @Param({"1000", "100000"})
        int armed;

        private ArmedTimers subject;

        /** Runs on the thread that is measured. */
        @Setup
        public void arm() {
            subject = open(library, armed, timer -> 1 + timer % PERIOD_TICKS);
        }
    }

    /** One more timer, as for a request that is answered in time. */
    @Benchmark
    public void scheduleCancel(Pending pending) {
        pending.subject.scheduleAndCancel(pending.nextDelayTicks());
    }

    /** A new deadline for one of many, as with each message on a connection. */
    @Benchmark
    public void rearm(Pending pending) {
        pending.subject.rearm(pending.nextTimer(), pending.nextDelayTicks());
    }

    /** Time passes. */
    @Benchmark
    @OperationsPerInvocation(FIRED)
    public void expire(Periodic periodic) {
        int fired = 0;
        while (fired < FIRED) {
            fired += periodic.subject.tick();
        }
    }

    private static ArmedTimers open(String library, int armed, IntToLongFunction delayTicks) {
        return switch (library) {
            case "ours" -> new OurTimers(armed, delayTicks);
            case "agrona" -> new AgronaTimers(armed, delayTicks);
            case "netty-wheel" -> new NettyWheelTimers(armed, delayTicks);
            case "netty-loop" -> new NettyLoopTimers(armed, delayTicks);
            default -> throw new IllegalArgumentException(library);
        };
    }
}
