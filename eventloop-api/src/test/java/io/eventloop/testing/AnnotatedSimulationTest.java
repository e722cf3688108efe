package io.eventloop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ConnectOptions;
import io.eventloop.testing.junit.NoLeaks;
import io.eventloop.testing.junit.SimulationTest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Simulations as JUnit tests, and what a failing one says. */
class AnnotatedSimulationTest {
    private static int played;

    @RegisterExtension
    final NoLeaks leaks = new NoLeaks();

    @SimulationTest(seeds = 50)
    void endsEveryConnection(SimulatedNetwork network) throws IOException {
        played++;
        SimulatedHost server = network.host("server");
        Arena arena = new Arena(network);
        arena.listen(
                server.group(1),
                server.address(7),
                io.eventloop.ListenOptions.DEFAULT,
                connection -> LegalOrder.of(network, new Echo()));
        PatternClient client = new PatternClient(network, 1, 10_000, 1000);
        network.host("client").group(1).connect(server.address(7), ConnectOptions.DEFAULT, client);
        assertTrue(network.runUntil(client::isOver, Duration.ofHours(1)));
        network.run(Duration.ofHours(1));
    }

    @AfterAll
    static void playsEverySeed() {
        assertTrue(played == 50 || System.getProperty("seed") != null || System.getProperty("seeds") != null);
    }

    @Test
    void reducesAFailureToTheFaultsItTakes() {
        Simulation simulation = Simulation.of(network -> {
                    Arena arena = new Arena(network);
                    EngineScenarios.echo(arena);
                    arena.require(!network.isBroken(), "something broke the connection");
                })
                .faults(seed -> FaultPlan.all(new SeededRandom(seed)).without(FaultKind.EXHAUSTION))
                .replay("mvn test");
        SimulationFailure failure = assertThrows(SimulationFailure.class, () -> simulation.check(100));
        assertEquals("something broke the connection", failure.what());
        String report = failure.getMessage();
        assertTrue(report.contains("play it again: mvn test -Dseed=" + failure.seed() + " -Dfaults="), report);
        String kinds = report.lines()
                .filter(line -> line.startsWith("faults it takes: "))
                .findFirst()
                .orElseThrow();
        assertTrue(kinds.split(",").length <= 4, kinds);
    }

    @Test
    void playsNoMoreSeedsOnceItsCallerIsInterrupted() throws InterruptedException {
        Thread caller = Thread.currentThread();
        List<Thread> players = new CopyOnWriteArrayList<>();
        Simulation simulation = Simulation.of(network -> {
            players.add(Thread.currentThread());
            caller.interrupt();
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        });
        assertThrows(CancellationException.class, () -> simulation.check(3));
        assertTrue(Thread.interrupted());
        players.get(0).join();
        assertEquals(1, players.size());
    }
}
