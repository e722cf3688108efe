package io.eventloop.http.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import io.eventloop.LoopOptions;
import io.eventloop.http.HttpHeaders;
import io.eventloop.http.HttpResponse;
import io.eventloop.pool.PoolOptions;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The allocation budget: a request over a kept connection costs its exchange object and nothing else. */
@Timeout(60)
class ClientAllocationTest {
    private static final int MAX_ROUNDS = 30;
    private static final int REQUESTS = 5_000;

    /** One object of a dozen fields. */
    private static final long MAX_BYTES = 96;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Answers whatever comes in one piece; both sides live on one loop, so its allocation counts too. */
    private static final class Fixed implements ConnectionHandler {
        private final byte[] response;

        Fixed(byte[] response) {
            this.response = response;
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            in.skip(in.readableBytes());
            connection.write(response);
        }
    }

    /**
     * Sends the next request when one is complete, in a step of its own: the connection that is being read from is not
     * leased again within its callback, and to wait for one costs objects of the pool.
     */
    private static final class Chain implements ResponseListener {
        private final HttpClient client;
        private final ClientRequest request;
        private final EventLoop loop;
        private final Runnable sending = this::send;
        private CompletableFuture<Long> done;
        private int left;
        private long before;

        Chain(EventLoop loop, HttpClient client, ClientRequest request) {
            this.loop = loop;
            this.client = client;
            this.request = request;
        }

        void begin(CompletableFuture<Long> future) {
            done = future;
            left = REQUESTS;
            before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            send();
        }

        private void send() {
            client.send(request, this);
        }

        @Override
        public void onHead(Exchange exchange, HttpResponse response) {}

        @Override
        public void onData(Exchange exchange, Buffer content) {
            content.skip(content.readableBytes());
        }

        @Override
        public void onComplete(Exchange exchange, HttpHeaders trailers) {
            if (--left > 0) {
                loop.execute(sending);
            } else {
                done.complete(
                        THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
            }
        }

        @Override
        public void onFailed(Exchange exchange, HttpClientException failure) {
            done.completeExceptionally(failure);
        }
    }

    @Test
    void allocatesOneObjectForARequest() throws Exception {
        BufferPoolOptions buffers = BufferPoolOptions.builder().guarded(false).build();
        try (EventLoopGroup group = EventLoopGroup.builder()
                .loops(1)
                .options(LoopOptions.DEFAULT.withBuffers(buffers))
                .build()) {
            byte[] response = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII);
            Listener listener =
                    group.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), c -> new Fixed(response));
            int port = ((InetSocketAddress) listener.address()).getPort();
            CompletableFuture<Chain> made = new CompletableFuture<>();
            EventLoop loop = group.next();
            loop.execute(() -> made.complete(chain(loop, "http://127.0.0.1:" + port + "/hello")));
            Chain chain = made.get(10, TimeUnit.SECONDS);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < MAX_ROUNDS && least > MAX_BYTES * REQUESTS; i++) {
                CompletableFuture<Long> round = new CompletableFuture<>();
                loop.execute(() -> chain.begin(round));
                least = Math.min(least, round.get(20, TimeUnit.SECONDS));
            }
            long perRequest = least / REQUESTS;
            assertTrue(perRequest <= MAX_BYTES, perRequest + " bytes per request");
        }
    }

    private static Chain chain(EventLoop loop, String url) {
        PoolOptions pool = PoolOptions.builder().guarded(false).build();
        HttpClient client = HttpClient.builder(loop)
                .options(HttpClientOptions.builder().pool(pool).build())
                .build();
        return new Chain(loop, client, ClientRequest.get(url));
    }
}
