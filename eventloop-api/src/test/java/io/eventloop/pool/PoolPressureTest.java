package io.eventloop.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.MemoryBudget;
import io.eventloop.pool.PoolRig.Holder;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A pool whose connections the memory governor holds back. */
class PoolPressureTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int LARGE_BYTES = 64 << 10;

    private final SimulatedNetwork network = SimulatedNetwork.builder().seed(1).build();
    private final SimulatedHost server = network.host("server");
    private final EventLoopGroup serving = server.group(1);
    private final EventLoop loop = network.host("client")
            .group(builder -> builder.memory(MemoryBudget.builder()
                    .bytes(8 << 20)
                    .thresholds(0.5, 0.9, 0.95)
                    .build()))
            .next();
    private final List<Connection> accepted = new ArrayList<>();
    private final List<Buffer> held = new ArrayList<>();

    /** Nothing is read from an idle connection that has just brought much; whoever waits for it does not keep the loop busy. */
    @Test
    void doesNotSpinForAConnectionThatMayNotBeRead() throws IOException {
        network.run(Duration.ofMillis(1));
        serving.listen(server.address(7), connection -> {
            accepted.add(connection);
            return new PoolRig.Silent();
        });
        network.run(Duration.ofMillis(1));
        ConnectionPool pool = new ConnectionPool(loop, PoolOptions.DEFAULT);
        Holder first = acquire(pool);
        network.run(Duration.ofMillis(50));
        loop.execute(() -> {
            while (held.size() < 80) {
                held.add(loop.buffers().acquire(LARGE_BYTES));
            }
        });
        long before;
        do {
            before = first.received;
            accepted.get(0).write(new byte[1_000_000]);
            network.run(Duration.ofMillis(25));
        } while (first.received == before || first.received < 5_000_000);
        // It read for a moment, and is held again.
        network.run(Duration.ofMillis(10));
        loop.execute(() -> first.lease.release());
        network.run(Duration.ofMillis(1));
        assertEquals(1, pool.metrics().idle());

        long turns = loop.metrics().turns();
        Holder second = acquire(pool);
        network.run(Duration.ofMillis(5));
        assertEquals(0, second.completions);
        turns = loop.metrics().turns() - turns;
        assertTrue(turns < 50, turns + " turns");
        network.run(Duration.ofMillis(200));
        assertEquals(1, second.completions);
        loop.execute(() -> {
            second.lease.release();
            held.forEach(Buffer::release);
            pool.close();
        });
        network.run(MINUTE);
        serving.close();
        network.run(MINUTE);
        network.invariants().checkEnd();
    }

    private Holder acquire(ConnectionPool pool) {
        Holder holder = new Holder();
        loop.execute(() -> pool.acquire(server.address(7), MINUTE, holder));
        return holder;
    }
}
