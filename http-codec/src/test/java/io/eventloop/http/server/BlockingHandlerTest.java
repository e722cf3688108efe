package io.eventloop.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoopGroup;
import io.eventloop.http.HeaderName;
import io.eventloop.http.HttpStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers on threads of their own, over real sockets. */
@Timeout(60)
final class BlockingHandlerTest {
    private static String exchange(HttpHandler handler, String request) throws IOException {
        try (EventLoopGroup group =
                        EventLoopGroup.builder().loops(1).transport("nio").build();
                HttpServer server = HttpServer.builder()
                        .handler(handler)
                        .failureListener((what, failure) -> {})
                        .listen(group, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Socket client = new Socket(
                        InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.address()).getPort())) {
            client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void answersFromAThreadThatMayBlock() throws IOException {
        ExecutorService executor = WorkerThreads.newExecutor(2);
        CountDownLatch elsewhere = new CountDownLatch(1);
        HttpHandler handler = Router.builder()
                .post("/users/{id}", BlockingHandler.on(executor, 100, request -> {
                    executor.execute(elsewhere::countDown);
                    elsewhere.await();
                    return HttpReply.text(request.method() + " "
                            + request.parameters().get("id") + " "
                            + request.query() + " "
                            + request.fields().first(HeaderName.CONTENT_LENGTH).orElse("") + " "
                            + new String(request.body(), StandardCharsets.UTF_8));
                }))
                .build();
        String answer = exchange(
                handler,
                "POST /users/a%20b?q HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody");
        assertTrue(answer.endsWith("\r\n\r\nPOST a b q 4 body"), answer);
        executor.shutdown();
    }

    @Test
    void answersFailuresAndRefusals() throws IOException {
        String request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        ExecutorService executor = WorkerThreads.newExecutor(1);
        String failed = exchange(
                BlockingHandler.on(executor, 0, same -> {
                    throw new IOException("the secret");
                }),
                request);
        assertTrue(failed.startsWith("HTTP/1.1 500 "), failed);
        assertTrue(!failed.contains("secret"));
        executor.shutdown();
        String refused = exchange(
                BlockingHandler.on(
                        task -> {
                            throw new RejectedExecutionException("full");
                        },
                        0,
                        same -> HttpReply.text("never")),
                request);
        assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
    }

    /** An error is the executor's, but its client would wait for the handler's deadline. */
    @Test
    @Timeout(20)
    void answersAnErrorThatGoesOn() throws IOException {
        String broken = exchange(
                BlockingHandler.on(task -> assertThrows(StackOverflowError.class, task::run), 0, same -> {
                    throw new StackOverflowError();
                }),
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertTrue(broken.startsWith("HTTP/1.1 500 "), broken);
    }

    @Test
    void worksOnVirtualThreadsWhereThereAreSome() throws Exception {
        ExecutorService executor = WorkerThreads.newExecutor(1);
        Thread worker = executor.submit(Thread::currentThread).get();
        boolean isVirtual = worker.getClass().getSimpleName().equals("VirtualThread");
        assertEquals(Runtime.version().feature() >= 21, isVirtual);
        assertEquals("http-worker", worker.getName());
        executor.shutdown();
    }

    @Test
    void boundsThePool() throws InterruptedException {
        ExecutorService pool = WorkerThreads.newExecutor(2);
        CountDownLatch held = new CountDownLatch(1);
        int taken = 0;
        try {
            while (taken < 100) {
                pool.execute(() -> {
                    try {
                        held.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                taken++;
            }
        } catch (RejectedExecutionException e) {
            assertEquals(4, taken);
        }
        held.countDown();
        pool.shutdown();
        assertEquals(4, taken);
    }

    /** On the loop, where nobody else would answer until the handler's deadline. */
    @Test
    void answersForARequestWhoseReplyCannotBeSent() throws IOException {
        HttpReply framed = HttpReply.text("hello").with(HeaderName.CONTENT_LENGTH, "5");
        for (BlockingHandler handler : List.<BlockingHandler>of(request -> null, request -> framed)) {
            try (ServerRig rig = ServerRig.of(BlockingHandler.on(Runnable::run, 0, handler))) {
                String answer = rig.answer(ServerRig.get("/"));
                assertTrue(answer.startsWith("HTTP/1.1 500 "), answer);
                assertEquals(1, rig.server.metrics().handlerFailures());
                assertEquals(1, rig.failures.size());
            }
        }
    }

    /** By then the request's bytes are gone, and no stack trace tells which handler it was. */
    @Test
    void saysWhichRequestFailed() throws IOException {
        HttpReply framed = HttpReply.text("hello").with(HeaderName.CONTENT_LENGTH, "5");
        for (BlockingHandler handler : List.<BlockingHandler>of(request -> null, request -> framed, request -> {
            throw new IOException("broken");
        })) {
            List<String> told = new ArrayList<>();
            HttpHandler later = BlockingHandler.on(Runnable::run, 10, handler);
            try (ServerRig rig = new ServerRig(
                    builder -> builder.handler(later).failureListener((what, failure) -> told.add(what)))) {
                rig.answer(ServerRig.post("/users/1?q", "body"));
                assertEquals(List.of("a handler failed, of POST /users/1"), told);
            }
        }
    }

    @Test
    void resetsForAReplyThatIsTooLargeToBeQueued() throws IOException {
        HttpReply large = HttpReply.of(HttpStatus.OK, "text/plain", new byte[9 << 20]);
        try (ServerRig rig = ServerRig.of(BlockingHandler.on(Runnable::run, 0, request -> large))) {
            rig.awaitReset(rig.send(ServerRig.get("/")));
            assertEquals(1, rig.server.metrics().handlerFailures());
            assertEquals(1, rig.server.metrics().aborted());
        }
    }
}
