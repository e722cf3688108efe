package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.MemoryBudget;
import io.eventloop.MemoryMetrics;
import io.eventloop.MemoryMetrics.Pressure;
import io.eventloop.SocketOptions;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A memory budget is kept, at the cost of those who do not read, and not of those who do. */
public abstract class MemoryContract extends TransportContract {
    private static final int CLIENTS = 512;
    private static final long BUDGET = 64L << 20;

    /** What one callback of each of two loops acquires here, and a little more. */
    private static final long SLACK = 1L << 20;

    private static final SocketOptions SMALL = SocketOptions.builder()
            .set(StandardSocketOptions.SO_SNDBUF, 16 << 10)
            .set(StandardSocketOptions.SO_RCVBUF, 16 << 10)
            .build();

    /** Writes on until it is held back, and goes on whenever it may. */
    private static final class Flood implements ConnectionHandler {
        @Override
        public void onOpen(Connection connection) {
            onWritable(connection);
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            in.skip(in.readableBytes());
        }

        @Override
        public void onWritable(Connection connection) {
            boolean more = connection.isWritable();
            while (more) {
                more = connection.write(new byte[60_000]);
            }
        }
    }

    /** Resets are reported; whatever else is fails the test. */
    private void reported(String what, Throwable failure) {
        if (!what.contains("free memory")) {
            failures.accept(what, failure);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void isKeptAgainstHundredsOfClientsThatNeverRead(int loops) throws IOException {
        start(builder -> builder.loops(loops)
                .failureListener(this::reported)
                .options(LOOP.withBuffers(
                        BufferPoolOptions.builder().guarded(false).build()))
                .memory(MemoryBudget.builder().bytes(BUDGET).build()));
        Listener echo = listen(c -> handler().whenData((connection, in) -> connection.write(in.detach())));
        List<Peer> healthy = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            healthy.add(connectTo(echo));
        }
        Listener flood = listen(ListenOptions.builder().socket(SMALL).build(), connection -> new Flood());
        // 256 KiB and more for each of them: twice the budget.
        int connected = 0;
        while (connected < CLIENTS) {
            closedLater(Peer.connect(peers(), flood.address(), SMALL));
            connected++;
            assertKept();
            if (connected % 16 == 0) {
                assertServed(healthy);
            }
            if (group().memoryMetrics().pressure().compareTo(Pressure.NOT_ACCEPTING) >= 0) {
                // Time makes those who stand still slow, and lets the listener go on at their cost.
                environment.advance(Duration.ofSeconds(6));
                group().loops().forEach(loop -> OnLoop.turns(loop, 3));
            }
        }
        awaitAccepted(flood);
        assertServed(healthy);
        assertKept();
        if (loops == 1) {
            // Exact; the peaks of two loops are of different moments.
            long peak = group().metrics().buffers().peakUsedBytes();
            assertTrue(peak <= BUDGET + SLACK, peak + " bytes were in use, the budget is " + BUDGET);
        }
        MemoryMetrics metrics = group().memoryMetrics();
        long shed = group().metrics().closed().get(Kind.MEMORY_SHED);
        assertTrue(shed > 0, metrics.toString());
        assertEquals(shed, metrics.connectionsShed());
        assertTrue(metrics.acceptPauses() > 0, metrics.toString());
        assertTrue(metrics.bytesFreed() >= shed * 4096, metrics.toString());
        assertEquals(healthy.size(), echo.metrics().active(), "those who read are not reset");
        assertEquals(CLIENTS, flood.metrics().accepted());
    }

    /**
     * The loops' figures are of different moments: what one frees in between, another may use. That makes one sum too high,
     * not one after the other.
     */
    private void assertKept() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < (group().loops().size() == 1 ? 1 : 3); i++) {
            used = Math.min(used, group().memoryMetrics().usedBytes());
        }
        long apart = group().loops().size() == 1 ? 0 : BUDGET / 10;
        assertTrue(used <= BUDGET + SLACK + apart, used + " bytes are in use, the budget is " + BUDGET);
    }

    private void awaitAccepted(Listener flood) {
        Await.until("all clients accepted", loop(), () -> {
            environment.advance(Duration.ofMillis(200));
            return flood.metrics().accepted() == CLIENTS;
        });
        group().loops().forEach(loop -> OnLoop.turns(loop, 3));
    }

    private static void assertServed(List<Peer> healthy) throws IOException {
        byte[] message = Payload.random(1000, 1);
        for (Peer peer : healthy) {
            assertArrayEquals(message, peer.exchange(message, message.length));
        }
    }

    @Test
    void stopsAcceptingAndGoesOnWithoutLosingAnybody() throws IOException {
        start(builder -> builder.memory(MemoryBudget.builder().bytes(BUDGET).build()));
        Listener listener = listen(c -> handler().whenData((connection, in) -> connection.write(in.detach())));
        List<Buffer> hoard = new ArrayList<>();
        OnLoop.run(loop(), () -> hoard.add(loop().buffers().acquire((int) (BUDGET * 0.9))));
        OnLoop.turns(loop(), 3);
        assertEquals(Pressure.NOT_ACCEPTING, group().memoryMetrics().pressure());
        Peer peer = connectTo(listener);
        OnLoop.turns(loop(), 5);
        assertEquals(0, listener.metrics().accepted());
        OnLoop.run(loop(), () -> hoard.forEach(Buffer::release));
        assertServed(List.of(peer));
        assertEquals(1, group().memoryMetrics().acceptPauses());
    }
}
