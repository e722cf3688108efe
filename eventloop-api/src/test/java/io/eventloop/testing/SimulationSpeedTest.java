package io.eventloop.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.BufferPoolOptions;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.Relay;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Relays between hosts without faults; it says how many events are simulated in a second of a processor's time. */
class SimulationSpeedTest {
    private static final int ROUNDS = 20;
    private static final int CONNECTIONS = 20;
    private static final int BYTES = 200_000;

    @Test
    void relaysWholeStreamsAndSaysHowFast() throws IOException {
        long best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = cpuNanos();
            long events = relay(round);
            long perSecond = events * 1_000_000_000L / Math.max(1, cpuNanos() - start);
            best = Math.max(best, perSecond);
        }
        System.out.println("relay: " + best + " simulated events per second of a processor");
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static EventLoopGroup group(SimulatedHost host) {
        BufferPoolOptions buffers = BufferPoolOptions.builder().guarded(false).build();
        return host.group(builder -> builder.options(LoopOptions.DEFAULT.withBuffers(buffers)));
    }

    private static long relay(long seed) throws IOException {
        FaultPlan small = new FaultPlan(LinkFaults.NONE.withBandwidth(0, 1460), SystemFaults.NONE);
        try (SimulatedNetwork network =
                SimulatedNetwork.builder().seed(seed).faults(small).build()) {
            SimulatedHost server = network.host("server");
            SimulatedHost proxy = network.host("proxy");
            SimulatedHost client = network.host("client");
            group(server).listen(server.address(7), connection -> new Echo());
            group(proxy).listen(proxy.address(8), front -> new Front(server));
            EventLoopGroup calling = group(client);
            PatternClient[] clients = new PatternClient[CONNECTIONS];
            for (int i = 0; i < CONNECTIONS; i++) {
                clients[i] = new PatternClient(network, i, BYTES, 1000);
                calling.connect(proxy.address(8), ConnectOptions.DEFAULT, clients[i]);
            }
            for (PatternClient one : clients) {
                assertTrue(network.runUntil(one::isOver, Duration.ofMinutes(1)));
                assertTrue(one.isComplete());
            }
            return network.events();
        }
    }

    private record Front(SimulatedHost server) implements ConnectionHandler {
        @Override
        public void onOpen(Connection front) {
            front.pauseReading();
            front.loop().connect(server.address(7), ConnectOptions.DEFAULT, new Back(front));
        }

        @Override
        public void onData(Connection front, io.eventloop.Buffer in) {}
    }

    private record Back(Connection front) implements ConnectionHandler {
        @Override
        public void onOpen(Connection back) {
            Relay.join(front, back);
        }

        @Override
        public void onData(Connection back, io.eventloop.Buffer in) {}

        @Override
        public void onClosed(Connection back, CloseReason reason) {
            front.abort();
        }
    }
}
