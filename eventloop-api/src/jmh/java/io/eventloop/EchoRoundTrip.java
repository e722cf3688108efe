package io.eventloop;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time from sending a message over the loopback interface until an echo server on one loop has sent all of it back,
 * in microseconds, one message at a time, 64 bytes and 16 KiB: ours on one transport against Netty on the one that goes
 * with it. The client is a blocking socket in the benchmark's thread and the same for both; its system calls, and putting
 * both threads to sleep and waking them, are most of the figure. The bytes allocated are those of server and client
 * together, and the client allocates none.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+IgnoreUnrecognizedVMOptions", "--sun-misc-unsafe-memory-access=allow"})
public abstract class EchoRoundTrip {
    @Param({"ours", "netty"})
    String library;

    @Param({"64", "16384"})
    int bytes;

    private EchoServer echo;
    private EchoClient client;

    /** Our echo server on the transport measured. */
    protected abstract EchoServer ours();

    /** Netty's, on its own transport of that kind. */
    protected abstract EchoServer netty();

    /** Starts the server and connects. */
    @Setup
    public void open() throws IOException {
        echo = switch (library) {
            case "ours" -> ours();
            case "netty" -> netty();
            default -> throw new IllegalArgumentException(library);
        };
        client = new EchoClient(echo.address(), bytes);
    }

    /** Ends both. */
    @TearDown
    public void close() throws IOException {
        client.close();
        echo.close();
    }

    /** There and back. */
    @Benchmark
    public void roundTrip() throws IOException {
        client.exchange();
    }
}
