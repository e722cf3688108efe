package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import io.eventloop.LoopOptions;
import io.eventloop.contract.Await;
import io.eventloop.contract.Descriptors;
import io.eventloop.spi.TransportProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine over a kernel that interrupts, cuts short, repeats, invents, reorders and mislabels, and over one that runs out. */
@Timeout(120)
class EpollMoodTest {
    private static final int FLOWS = 12;
    private static final int BYTES = 300_000;

    private final FaultySyscalls.Script script = new FaultySyscalls.Script();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    private EventLoopGroup group(long seed) {
        AtomicInteger threads = new AtomicInteger();
        TransportProvider provider = new GivenTransport(() -> new EpollTransport(() -> {
            Random random = seed < 0 ? null : new Random(seed * 1_000 + threads.incrementAndGet());
            return new FaultySyscalls(script, random);
        }));
        return EventLoopGroup.builder()
                .loops(1)
                .transport(provider)
                .options(LoopOptions.DEFAULT.withBuffers(
                        BufferPoolOptions.builder().guarded(true).build()))
                .failureListener((what, failure) -> failures.add(what + ": " + failure))
                .build();
    }

    private static final class Echo implements ConnectionHandler {
        @Override
        public void onData(Connection connection, Buffer in) {
            if (!connection.write(in.detach())) {
                connection.pauseReading();
            }
        }

        @Override
        public void onWritable(Connection connection) {
            connection.resumeReading();
        }

        @Override
        public void onInputClosed(Connection connection) {
            connection.shutdownOutput();
        }
    }

    /** Sends all, ends its output, and collects what comes back. */
    private static final class Sender implements ConnectionHandler {
        private final byte[] bytes;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> done = new CompletableFuture<>();
        private int sent;

        Sender(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void onOpen(Connection connection) {
            onWritable(connection);
        }

        @Override
        public void onWritable(Connection connection) {
            boolean hasRoom = true;
            while (hasRoom && sent < bytes.length) {
                int length = Math.min(7_001, bytes.length - sent);
                hasRoom = connection.write(Arrays.copyOfRange(bytes, sent, sent + length));
                sent += length;
            }
            if (sent == bytes.length) {
                connection.shutdownOutput();
            }
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            byte[] piece = new byte[in.readableBytes()];
            in.readBytes(piece, 0, piece.length);
            received.writeBytes(piece);
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            if (reason.isOrderly()) {
                done.complete(received.toByteArray());
            } else {
                done.completeExceptionally(new IOException(reason.toString()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyByteArrivesOnceAndInOrder(long seed) throws Exception {
        int before = Descriptors.open().size();
        try (EventLoopGroup group = group(seed)) {
            Listener listener = group.listen(EpollRig.loopback(), connection -> new Echo());
            Random content = new Random(seed);
            List<Sender> senders = new ArrayList<>();
            for (int i = 0; i < FLOWS; i++) {
                byte[] bytes = new byte[content.nextInt(BYTES)];
                content.nextBytes(bytes);
                senders.add(new Sender(bytes));
                group.connect(listener.address(), ConnectOptions.DEFAULT, senders.get(i));
            }
            for (Sender sender : senders) {
                assertArrayEquals(sender.bytes, Await.value("flow of seed " + seed, sender.done));
            }
            assertEquals(List.of(), List.copyOf(failures));
        }
        assertEquals(before, Descriptors.open().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 23})
    void shedsWhenDescriptorsAreOutAndAcceptsAgain(int errno) throws Exception {
        try (EventLoopGroup group = group(-1)) {
            Listener listener = group.listen(EpollRig.loopback(), connection -> new Echo());
            script.refuse("accept4", errno, 1);
            InetSocketAddress address = (InetSocketAddress) listener.address();
            // Its connect finds the reset already, if the loop is quick.
            assertThrows(IOException.class, () -> {
                try (Socket shed = new Socket(address.getAddress(), address.getPort())) {
                    shed.getOutputStream().write(1);
                    if (shed.getInputStream().read() < 0) {
                        throw new IOException("ended");
                    }
                }
            });
            // Whoever comes while connections are being shed is shed too.
            while (!echoes(address)) {
                Thread.onSpinWait();
            }
            assertEquals(1, listener.metrics().acceptFailures());
            assertTrue(listener.metrics().shed() >= 1);
        }
    }

    @Test
    void backsOffWhenMemoryIsOutAndAcceptsWhoWaited() throws Exception {
        try (EventLoopGroup group = group(-1)) {
            Listener listener = group.listen(EpollRig.loopback(), connection -> new Echo());
            script.refuse("accept4", 105, 2);
            assertEchoes((InetSocketAddress) listener.address());
            assertEquals(2, listener.metrics().acceptFailures());
            assertEquals(0, listener.metrics().shed());
        }
    }

    @Test
    void passesOverConnectionsThatWereGivenUp() throws Exception {
        try (EventLoopGroup group = group(-1)) {
            Listener listener = group.listen(EpollRig.loopback(), connection -> new Echo());
            script.refuse("accept4", Linux.ECONNABORTED, 50);
            assertEchoes((InetSocketAddress) listener.address());
            assertEquals(0, listener.metrics().acceptFailures());
        }
    }

    private static boolean echoes(InetSocketAddress address) {
        try {
            assertEchoes(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void assertEchoes(InetSocketAddress address) throws IOException {
        try (Socket client = new Socket(address.getAddress(), address.getPort())) {
            client.getOutputStream().write(77);
            assertEquals(77, client.getInputStream().read());
        }
    }
}
