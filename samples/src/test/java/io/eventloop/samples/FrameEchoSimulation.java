package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ConnectOptions;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.ListenOptions;
import io.eventloop.testing.FaultKind;
import io.eventloop.testing.FaultPlan;
import io.eventloop.testing.LegalOrder;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import io.eventloop.testing.Simulation;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/** The simulation of docs/testing-your-protocol.md, which shows it from the next line on. */
final class FrameEchoSimulation {
    static final int SEEDS = 500;

    private static final ListenOptions OPTIONS = ListenOptions.builder()
            .limits(ConnectionLimits.builder()
                    .waterMarks(500, 2000) // small, so that they are reached
                    .closeTimeout(Duration.ofMinutes(2)) // a slow link is no bug
                    .build())
            .build();

    private static final ConnectOptions PATIENT = ConnectOptions.DEFAULT.withConnectTimeout(Duration.ofMinutes(5));

    static Simulation of(Supplier<ConnectionHandler> protocol, String test) {
        return Simulation.of(network -> play(network, protocol))
                .faults(seed -> FaultPlan.random(seed).without(FaultKind.EXHAUSTION))
                .replay("mvn -q test -Dfast -pl samples -am -Dsurefire.failIfNoSpecifiedTests=false -Dtest=" + test);
    }

    private static void play(SimulatedNetwork network, Supplier<ConnectionHandler> protocol) throws IOException {
        SimulatedHost server = network.host("server");
        server.group(1).listen(server.address(7), OPTIONS, c -> LegalOrder.of(network, protocol.get()));
        FrameClient client = new FrameClient(network.random());
        network.host("client").group(1).connect(server.address(7), PATIENT, LegalOrder.of(network, client));
        assertTrue(network.runUntil(client::isClosed, Duration.ofHours(1)), "the client is still waiting");
        network.run(Duration.ofHours(1)); // whatever happened, the server must have noticed by then
        if (client.has("onInputClosed") || !network.isBroken()) {
            assertArrayEquals(client.frames(), client.received());
        }
    }
}
