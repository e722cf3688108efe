package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.pool.PoolMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A Redis server that is killed and started again every second while a pool sends it requests. What is counted: requests on
 * a connection whose end had arrived before the pool was asked for it, which has to be none, and the requests that failed,
 * by the evidence the pool gives. {@code -Dpool.restart.seconds=60} plays it for longer.
 */
@Tag("interop")
final class PoolRestartInteropTest {
    private static final int SECONDS = Integer.getInteger("pool.restart.seconds", 4);
    private static final int CLIENTS = 64;

    /** Of each server before it is killed. */
    private static final int ANSWERS = 100;

    /** The server, and the next one at the same port. */
    private static final class Redis implements AutoCloseable {
        private final int port;
        private Process process;

        /** Connected before the kill: once its end has come, those of the connections made before it have. */
        private Socket witness;

        Redis() throws IOException {
            port = Programs.unusedPort();
        }

        InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }

        void start() throws Exception {
            process = new ProcessBuilder(
                            "redis-server", "--port", String.valueOf(port), "--save", "", "--bind", "127.0.0.1")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectErrorStream(true)
                    .start();
        }

        /** Kills it after a second. Returns when its ends have arrived. */
        void killAfterASecond() throws Exception {
            assertTrue(!process.waitFor(800, TimeUnit.MILLISECONDS), "the server ended by itself");
            witness = ProxyRig.connect(address());
            assertTrue(!process.waitFor(200, TimeUnit.MILLISECONDS), "the server ended by itself");
            process.destroyForcibly().waitFor();
            try (Socket over = witness) {
                assertEquals(-1, over.getInputStream().read());
            } catch (IOException reset) {
                assertTrue(reset.getMessage().contains("reset"), reset.getMessage());
            }
        }

        @Override
        public void close() {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void sendsNothingOnAConnectionWhoseEndHadArrived(String transport) throws Exception {
        Programs.require("redis-server");
        try (Redis redis = new Redis();
                EventLoopGroup group =
                        EventLoopGroup.builder().loops(1).transport(transport).build()) {
            EventLoop loop = group.next();
            PoolLoad load = new PoolLoad(loop, redis.address(), "PING\r\n".getBytes(StandardCharsets.US_ASCII), 7);
            redis.start();
            loop.execute(() -> load.begin(CLIENTS));
            for (int second = 0; second < SECONDS; second++) {
                awaitAnswers(loop, load);
                redis.killAfterASecond();
                load.serverDied();
                redis.start();
            }
            CompletableFuture<PoolMetrics> end = new CompletableFuture<>();
            loop.execute(() -> load.end(end));
            PoolMetrics left = end.get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
            System.out.println(transport + ", " + SECONDS + " restarts: " + load + "; " + left);
            assertEquals(0, load.staleLeases());
            assertEquals(0, left.leased() + left.waiting() + left.connecting() + left.idle());
        }
    }

    /** Waits until this server has answered, which on a busy machine may take longer than a second. */
    private static void awaitAnswers(EventLoop loop, PoolLoad load) {
        long before = answered(loop, load);
        Await.until("more answers", () -> answered(loop, load) > before + ANSWERS);
    }

    private static long answered(EventLoop loop, PoolLoad load) {
        return CompletableFuture.supplyAsync(load::answered, loop).join();
    }
}
