package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import io.eventloop.Relay;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A peer that sends urgent data, as Telnet and FTP clients do. The kernel ends a read before it, and splice(2) does not get
 * past it at all; neither may be taken for the end of what there is.
 */
@Timeout(60)
class EpollUrgentDataTest {
    private static final int LARGE_BYTES = 16 << 20;
    private static final int REST_BYTES = 1 << 20;

    private final EventLoopGroup group = EventLoopGroup.builder()
            .loops(1)
            .callerDriven()
            .transport(new EpollTransportProvider())
            .build();
    private final EventLoop loop = group.loops().get(0);

    @AfterEach
    void close() {
        group.close();
    }

    private void runUntil(BooleanSupplier condition) {
        long patience = System.nanoTime() + EpollRig.PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < patience, "no further");
            loop.runOnce(1_000_000);
        }
    }

    private Socket connect(Listener listener) throws IOException {
        InetSocketAddress address = (InetSocketAddress) listener.address();
        Socket peer = new Socket(address.getAddress(), address.getPort());
        peer.setTcpNoDelay(true);
        return peer;
    }

    @Test
    void whatFollowsItIsRead() throws Exception {
        StringBuilder received = new StringBuilder();
        Listener listener = group.listen(EpollRig.loopback(), connection -> (c, in) -> {
            received.append(in.toString(StandardCharsets.US_ASCII));
            in.skip(in.readableBytes());
        });
        try (Socket peer = connect(listener)) {
            // All of it is there when the loop comes to read.
            peer.getOutputStream().write("before".getBytes(StandardCharsets.US_ASCII));
            peer.sendUrgentData('!');
            peer.getOutputStream().write(" and after".getBytes(StandardCharsets.US_ASCII));
            runUntil(() -> received.length() == 16);
            assertEquals("before and after", received.toString());
        }
    }

    /** Joins what is accepted with a connection of its own to another listener. */
    private final class Forwarder implements ConnectionHandler {
        private final Listener to;

        Forwarder(Listener to) {
            this.to = to;
        }

        @Override
        public void onOpen(Connection accepted) {
            accepted.pauseReading();
            loop.connect(to.address(), ConnectOptions.DEFAULT, new ConnectionHandler() {
                @Override
                public void onOpen(Connection made) {
                    Relay.join(accepted, made);
                }

                @Override
                public void onData(Connection made, Buffer in) {}
            });
        }

        @Override
        public void onData(Connection accepted, Buffer in) {}
    }

    /** Counts what comes, and whether it came to its end. */
    private static final class Counter implements ConnectionHandler {
        private long bytes;
        private boolean ended;

        @Override
        public void onData(Connection connection, Buffer in) {
            bytes += in.readableBytes();
            in.skip(in.readableBytes());
        }

        @Override
        public void onInputClosed(Connection connection) {
            ended = true;
            connection.close();
        }
    }

    @Test
    void whatFollowsItIsRelayed() throws Exception {
        Counter counter = new Counter();
        Listener target = group.listen(EpollRig.loopback(), connection -> counter);
        Listener front = group.listen(EpollRig.loopback(), connection -> new Forwarder(target));
        try (Socket peer = connect(front)) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    peer.getOutputStream().write(new byte[LARGE_BYTES]);
                    peer.sendUrgentData('!');
                    peer.getOutputStream().write(new byte[REST_BYTES]);
                    peer.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            runUntil(() -> counter.ended);
            sent.join();
            assertEquals(LARGE_BYTES + REST_BYTES, counter.bytes);
            try (InputStream back = peer.getInputStream()) {
                CompletableFuture<Integer> end = CompletableFuture.supplyAsync(() -> {
                    try {
                        return back.read();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                runUntil(end::isDone);
                assertEquals(-1, end.join());
            }
        }
    }
}
