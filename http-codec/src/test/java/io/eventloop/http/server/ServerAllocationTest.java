package io.eventloop.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.contract.OnLoop;
import io.eventloop.http.HttpStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The allocation budget: once warm, a loop that answers requests allocates nothing on the Java heap, through the router, with
 * all deadlines on. The virtual machine itself allocates on the loop's thread while it compiles, so rounds are taken until
 * one is free of that; an allocation per request would show in every round.
 */
@Timeout(120)
final class ServerAllocationTest {
    private static final int MAX_ROUNDS = 40;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final HttpReply HELLO =
            HttpReply.of(HttpStatus.OK, "text/plain", "Hello, World!".getBytes(StandardCharsets.US_ASCII));
    private static final HttpReply BYTES = HttpReply.of(HttpStatus.OK);

    private EventLoopGroup group;
    private long loopThread;
    private Socket client;

    private static final StreamHandler ECHO = new StreamHandler() {
        @Override
        public void onData(HttpExchange exchange, Buffer data) {
            exchange.write(data);
        }

        @Override
        public void onEnd(HttpExchange exchange) {
            exchange.end();
        }
    };

    @BeforeEach
    void connect() throws IOException {
        group = EventLoopGroup.builder()
                .loops(1)
                .transport("nio")
                .options(LoopOptions.DEFAULT.withBuffers(
                        BufferPoolOptions.builder().guarded(false).build()))
                .build();
        HttpHandler router = Router.builder()
                .get("/plaintext", exchange -> exchange.send(HELLO))
                .any("/users/{id}/echo", exchange -> {
                    exchange.stream(ECHO);
                    exchange.start(BYTES, exchange.request().bodyLength());
                })
                .build();
        HttpServer server = HttpServer.builder()
                .handler(router)
                .listen(group, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        InetSocketAddress address = (InetSocketAddress) server.address();
        loopThread =
                OnLoop.call(group.loops().get(0), () -> Thread.currentThread().getId());
        client = new Socket(address.getAddress(), address.getPort());
        client.setTcpNoDelay(true);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        group.close();
    }

    private static String request(String kind) {
        return switch (kind) {
            case "get" -> "GET /plaintext HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n";
            // No head is the one before it again.
            case "gets" -> request("get") + "GET /plaintext?a HTTP/1.1\r\nHost: localhost\r\n\r\n";
            case "post" ->
                "POST /users/7/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1024\r\n\r\n" + "x".repeat(1024);
            default ->
                "POST /users/7/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n"
                        + "x".repeat(1024) + "\r\n0\r\n\r\n";
        };
    }

    private static int responseBytes(String kind) {
        int date = 37;
        return switch (kind) {
            case "get" ->
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!".length()
                        + date;
            case "gets" -> 2 * responseBytes("get");
            case "post" -> "HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n".length() + date + 1024;
            default ->
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n\r\n0\r\n\r\n".length() + date + 1024;
        };
    }

    private void exchange(byte[] requests, byte[] responses, int count) throws IOException {
        OutputStream out = client.getOutputStream();
        InputStream in = client.getInputStream();
        for (int i = 0; i < count; i++) {
            out.write(requests);
            if (in.readNBytes(responses, 0, responses.length) < responses.length) {
                throw new IOException("end of input");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"get, 1", "get, 16", "gets, 1", "gets, 8", "post, 1", "post, 8", "chunked, 1"})
    void allocatesNothingPerRequest(String kind, int pipelined) throws IOException {
        byte[] requests = request(kind).repeat(pipelined).getBytes(StandardCharsets.US_ASCII);
        byte[] responses = new byte[responseBytes(kind) * pipelined];
        List<Long> rounds = new ArrayList<>();
        long allocatedBytes = -1;
        while (allocatedBytes != 0 && rounds.size() < MAX_ROUNDS) {
            long before = THREADS.getThreadAllocatedBytes(loopThread);
            exchange(requests, responses, 5000);
            allocatedBytes = THREADS.getThreadAllocatedBytes(loopThread) - before;
            rounds.add(allocatedBytes);
        }
        assertEquals(0, allocatedBytes, "bytes allocated on the loop's thread in rounds of 5000: " + rounds);
    }
}
