package io.eventloop.pool;

import io.eventloop.testing.FaultPlan;
import io.eventloop.testing.Scenario;
import io.eventloop.testing.Simulation;
import org.junit.jupiter.api.Test;

/**
 * The pool under all faults: its limits hold at any time, each acquisition is completed once, in order, and nothing is left.
 * {@code -Dseeds=10000} plays more of them.
 */
class PoolSimulationTest {
    private static void simulate(String method, int seeds, boolean faults) {
        simulate(method, PoolScenario::play, seeds, faults);
    }

    private static void simulate(String method, Scenario scenario, int seeds, boolean faults) {
        Simulation.Summary summary = Simulation.of(scenario)
                .faults(seed -> faults ? FaultPlan.random(seed) : FaultPlan.NONE)
                .replay("mvn -q test -pl eventloop-api -Dtest=PoolSimulationTest#" + method)
                .check(seeds);
        System.out.println(method + ": " + summary.runs() + " seeds, " + summary.events() + " events");
    }

    @Test
    void survivesEveryFault() {
        simulate("survivesEveryFault", 300, true);
    }

    @Test
    void survivesItsUpstreams() {
        simulate("survivesItsUpstreams", 100, false);
    }

    /** What a holder does to others, to their connections or to the pool, in any callback, harms those alone. */
    @Test
    void survivesItsHolders() {
        simulate("survivesItsHolders", PoolScenario::playUnruly, 200, true);
    }

    @Test
    void survivesItsHoldersWithoutFaults() {
        simulate("survivesItsHoldersWithoutFaults", PoolScenario::playUnruly, 100, false);
    }
}
