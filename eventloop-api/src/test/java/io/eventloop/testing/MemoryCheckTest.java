package io.eventloop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whether the check of memory sees what is above a limit, and nothing else. */
class MemoryCheckTest {
    private static final ConnectionLimits LIMITS = ConnectionLimits.builder()
            .maxInboundBytes(100)
            .waterMarks(1, 2)
            .maxQueuedBytes(200)
            .maxQueuedWrites(3)
            .build();

    private final SimulatedNetwork network = SimulatedNetwork.builder().build();
    private final SimulatedHost host = network.host("host");
    private final EventLoop loop = host.group(1).next();
    private final MemoryCheck check = new MemoryCheck(network.invariants(), loop);

    private Connection connection() {
        Connection connection = wideConnection();
        connection.limits(LIMITS);
        return connection;
    }

    private Connection wideConnection() {
        loop.runOnce(0);
        return loop.connect(host.address(7), ConnectOptions.DEFAULT, new RecordingHandler());
    }

    @AfterEach
    void close() {
        network.close();
    }

    private void assertBroken(String what) {
        SimulationFailure failure = assertThrows(SimulationFailure.class, network.invariants()::check);
        assertEquals("connection 1 of host-0 has " + what, failure.what());
    }

    @Test
    void allowsWhatTheLimitsAllow() {
        check.check(0, connection(), 100, 200, 3);
        network.invariants().check();
    }

    @Test
    void seesUnconsumedBytesAboveTheLimit() {
        check.check(40, connection(), 101, 0, 0);
        assertBroken("101 unconsumed bytes, maxInboundBytes is 100");
    }

    @Test
    void seesQueuedBytesAboveTheLimit() {
        check.check(0, connection(), 0, 201, 0);
        assertBroken("201 queued bytes, maxQueuedBytes is 200");
    }

    @Test
    void seesQueuedPiecesAboveTheLimit() {
        check.check(0, connection(), 0, 0, 4);
        assertBroken("4 queued pieces, maxQueuedWrites is 3");
    }

    @Test
    void remembersLimitsThatWereLowered() {
        Connection connection = connection();
        check.check(0, connection, 100, 200, 3);
        connection.limits(LIMITS.toBuilder().maxInboundBytes(1).build());
        check.check(0, connection, 100, 200, 3);
        network.invariants().check();
    }

    @Test
    void forgetsTheLimitsOfAnEarlierConnection() {
        check.check(0, wideConnection(), 1000, 0, 0);
        Connection narrow = connection();
        check.check(0, narrow, 1000, 0, 0);
        SimulationFailure failure = assertThrows(SimulationFailure.class, network.invariants()::check);
        assertEquals("connection 2 of host-0 has 1000 unconsumed bytes, maxInboundBytes is 100", failure.what());
    }
}
