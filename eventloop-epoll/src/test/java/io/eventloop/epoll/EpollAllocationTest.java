package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.eventloop.Buffer;
import io.eventloop.spi.RawPipe;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.WriteVector;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Bytes allocated by the polling thread once everything is warm: none. While the virtual machine compiles it may allocate
 * on that thread itself, so rounds are taken until one is free of that; an allocation per call would show in every round.
 */
@Timeout(120)
class EpollAllocationTest {
    private static final int MAX_ROUNDS = 40;
    private static final int ROUND_TRIPS = 10_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private EpollRig rig;
    private EpollSocket client;
    private EpollSocket server;
    private Buffer message;
    private Buffer inbound;
    private RawPipe pipe;
    private long waitNanos = EpollRig.PATIENCE_NANOS;
    private final WriteVector vector = new WriteVector();
    private int readySlot;
    private final ReadySink sink = (slot, generation, ops) -> readySlot = slot;

    private interface Work {
        void once() throws IOException;
    }

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig();
        EpollSocket[] pair = rig.pair(1);
        client = pair[0];
        server = pair[1];
        rig.poller.register(server, 2, 1);
        message = rig.buffer().writeLatin1("message");
        inbound = rig.buffer();
        vector.add(message);
        pipe = rig.closing(rig.poller.openPipe());
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private void assertAllocatesNothing(Work work) throws IOException {
        List<Long> rounds = new ArrayList<>();
        long allocated = -1;
        while (allocated != 0 && rounds.size() < MAX_ROUNDS) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUND_TRIPS; i++) {
                work.once();
            }
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            rounds.add(allocated);
        }
        assertEquals(0, allocated, "bytes in rounds of " + ROUND_TRIPS + ": " + rounds);
    }

    @Test
    void roundTripsOfSingleBuffersAllocateNothing() throws Exception {
        assertAllocatesNothing(this::roundTrip);
    }

    @Test
    void roundTripsWithoutATimeoutAllocateNothing() throws Exception {
        waitNanos = -1;
        assertAllocatesNothing(this::roundTrip);
    }

    @Test
    void roundTripsOfGatheringWritesAllocateNothing() throws Exception {
        vector.add(rig.buffer().writeLatin1("and"));
        vector.add(rig.buffer().writeLatin1("more"));
        assertAllocatesNothing(this::roundTrip);
    }

    @Test
    void callsThatWouldBlockAllocateNothing() throws Exception {
        assertAllocatesNothing(() -> {
            inbound.clear();
            if (server.read(inbound) + server.peek() + rig.poller.poll(0, sink) > 3) {
                throw new IOException("input from nowhere");
            }
        });
    }

    @Test
    void splicesAllocateNothing() throws Exception {
        assertAllocatesNothing(() -> {
            client.write(vector);
            await(2);
            if (pipe.fill(server, 1 << 16) != pipe.drain(server)) {
                throw new IOException("lost in the pipe");
            }
            await(1);
            receive(client);
        });
    }

    private void roundTrip() throws IOException {
        client.write(vector);
        await(2);
        receive(server);
        server.write(vector);
        await(1);
        receive(client);
    }

    private void await(int slot) throws IOException {
        while (readySlot != slot) {
            rig.poller.poll(waitNanos, sink);
        }
        readySlot = 0;
    }

    private void receive(EpollSocket socket) throws IOException {
        inbound.clear();
        if (socket.read(inbound) != vector.bytes()) {
            throw new IOException("not all at once");
        }
    }
}
