package io.eventloop;

import io.eventloop.pool.AcquireFailure;
import io.eventloop.pool.ConnectionPool;
import io.eventloop.pool.Lease;
import io.eventloop.pool.LeaseListener;
import io.eventloop.pool.PoolOptions;
import io.eventloop.testing.SimulatedNetwork;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.FixedChannelPool;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
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
 * Acquire and release of a warm pool of one idle connection, on the loop's thread, in nanoseconds. Neither side makes a
 * system call: ours has a simulated connection, Netty's a local channel. So this is the price of the pools themselves, and
 * ours includes the look at the socket before each lease, which on a real transport is a {@code recv(2)} on top; Netty's
 * default check asks for a flag. Run with {@code -prof gc} for the bytes allocated.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+IgnoreUnrecognizedVMOptions", "--sun-misc-unsafe-memory-access=allow"})
public class PoolBenchmark {
    private static final int OPERATIONS = 1000;

    /** One pool, acquired and released so many times. */
    private interface Subject extends AutoCloseable {
        void run() throws Exception;

        @Override
        void close();
    }

    @Param({"ours", "netty"})
    String library;

    private Subject subject;

    /** Makes the pool and its connection. */
    @Setup
    public void open() throws Exception {
        subject = library.equals("ours") ? new Ours() : new Netty();
        subject.run();
    }

    /** Ends it. */
    @TearDown
    public void close() {
        subject.close();
    }

    /** Out and back. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public void acquireAndRelease() throws Exception {
        subject.run();
    }

    private static final class Ours implements Subject, LeaseListener {
        private static final Duration TIMEOUT = Duration.ofSeconds(1);

        private final SimulatedNetwork network = SimulatedNetwork.builder().build();
        private final SocketAddress remote;
        private ConnectionPool pool;
        private int served;

        Ours() throws IOException {
            BufferPoolOptions buffers =
                    BufferPoolOptions.builder().guarded(false).build();
            var server = network.host("server");
            remote = server.address(7);
            server.group(1).listen(server.address(7), connection -> (peer, in) -> {});
            EventLoop loop = network.host("client")
                    .group(builder -> builder.options(LoopOptions.DEFAULT.withBuffers(buffers)))
                    .next();
            loop.execute(() -> {
                pool = new ConnectionPool(
                        loop, PoolOptions.builder().guarded(false).build());
                pool.acquire(remote, TIMEOUT, this);
            });
            network.run(TIMEOUT);
        }

        @Override
        public void onLease(Lease lease) {
            served++;
            lease.release();
        }

        @Override
        public void onFailed(AcquireFailure failure) {
            throw new IllegalStateException(failure.toString());
        }

        @Override
        public void run() {
            int before = served;
            for (int i = 0; i < OPERATIONS; i++) {
                pool.acquire(remote, TIMEOUT, this);
            }
            if (served - before != OPERATIONS) {
                throw new IllegalStateException(served - before + " leases");
            }
        }

        @Override
        public void close() {
            pool.close();
            network.close();
        }
    }

    private static final class Netty implements Subject {
        private final MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
        private final FixedChannelPool pool;

        Netty() throws InterruptedException {
            LocalAddress address = new LocalAddress("pool");
            new ServerBootstrap()
                    .group(group)
                    .channel(LocalServerChannel.class)
                    .childHandler(new ChannelInboundHandlerAdapter())
                    .bind(address)
                    .sync();
            Bootstrap client =
                    new Bootstrap().group(group).channel(LocalChannel.class).remoteAddress(address);
            pool = new FixedChannelPool(
                    client,
                    new AbstractChannelPoolHandler() {
                        @Override
                        public void channelCreated(Channel channel) {}
                    },
                    32);
            pool.release(pool.acquire().sync().getNow()).sync();
        }

        @Override
        public void run() throws InterruptedException, ExecutionException {
            group.submit(() -> {
                        for (int i = 0; i < OPERATIONS; i++) {
                            Future<Channel> acquired = pool.acquire();
                            Channel channel = acquired.getNow();
                            if (channel == null) {
                                throw new IllegalStateException("not served at once");
                            }
                            pool.release(channel);
                        }
                    })
                    .get();
        }

        @Override
        public void close() {
            pool.close();
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
