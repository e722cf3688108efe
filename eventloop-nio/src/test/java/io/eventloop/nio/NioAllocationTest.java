package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.eventloop.Buffer;
import io.eventloop.SocketOptions;
import io.eventloop.contract.RawRig;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.WriteVector;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Bytes allocated by the polling thread once everything is warm. While the virtual machine compiles it may allocate on
 * that thread itself, so rounds are taken until one is free of that; an allocation per call would show in every round.
 */
@Timeout(120)
class NioAllocationTest {
    private static final int MAX_ROUNDS = 40;
    private static final int ROUND_TRIPS = 10_000;

    /** From here on {@code Integer.valueOf} makes objects of this size. */
    private static final int BOXED_DESCRIPTOR = 128;

    private static final int BOXED_BYTES = 16;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private RawRig rig;
    private RawSocket client;
    private RawSocket server;
    private Buffer message;
    private Buffer inbound;
    private final WriteVector vector = new WriteVector();
    private int readySlot;
    private final ReadySink sink = (slot, generation, ops) -> readySlot = slot;

    @BeforeEach
    void open() throws Exception {
        rig = new RawRig(new NioTransport());
        message = rig.buffer().writeLatin1("message");
        inbound = rig.buffer();
    }

    private void connect() throws IOException {
        client = rig.socketTo(rig.listener().localAddress());
        client.connect(rig.listener().localAddress());
        while (!client.finishConnect()) {
            Thread.onSpinWait();
        }
        server = rig.closing(rig.accept(SocketOptions.DEFAULT));
        rig.poller().register(client, 1, 1);
        rig.poller().register(server, 2, 1);
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void roundTripsOfSingleBuffersAllocateNothing() throws Exception {
        vector.add(message);
        connect();
        assertAllocatesAtMost(0);
    }

    @Test
    void roundTripsOfGatheringWritesAllocateNothing() throws Exception {
        vector.add(message);
        vector.add(rig.buffer().writeLatin1("and"));
        vector.add(rig.buffer().writeLatin1("more"));
        connect();
        assertAllocatesAtMost(0);
    }

    @Test
    void eventsOfHighDescriptorsAllocateNoMoreThanTheSelectorDoes() throws Exception {
        vector.add(message);
        for (int i = 0; i < BOXED_DESCRIPTOR; i++) {
            rig.closing(SocketChannel.open());
        }
        connect();
        assertAllocatesAtMost(2 * ROUND_TRIPS * BOXED_BYTES);
    }

    private void assertAllocatesAtMost(long bytes) throws IOException {
        List<Long> rounds = new ArrayList<>();
        long allocated = Long.MAX_VALUE;
        while (allocated > bytes && rounds.size() < MAX_ROUNDS) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUND_TRIPS; i++) {
                roundTrip();
            }
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            rounds.add(allocated);
        }
        assertTrue(allocated <= bytes, "bytes in rounds of " + ROUND_TRIPS + ", at most " + bytes + ": " + rounds);
    }

    private void roundTrip() throws IOException {
        transfer(client, server, 2);
        transfer(server, client, 1);
    }

    private void transfer(RawSocket from, RawSocket to, int slot) throws IOException {
        long written = from.write(vector);
        while (readySlot != slot) {
            rig.poller().poll(RawRig.PATIENCE_NANOS, sink);
        }
        readySlot = 0;
        inbound.clear();
        int count = to.read(inbound);
        if (count != written) {
            throw new IOException(count + " of " + written + " bytes");
        }
        rig.poller().awaitReadable(to);
    }
}
