package io.eventloop.http.client;

import io.eventloop.testing.FaultPlan;
import io.eventloop.testing.Scenario;
import io.eventloop.testing.Simulation;
import org.junit.jupiter.api.Test;

/**
 * The client under all faults: each request is completed once, by its own response or not at all, none is done twice that
 * may not be, and nothing is left. {@code -Dseeds=10000} plays more of them.
 */
class ClientSimulationTest {
    private static void simulate(String method, int seeds, boolean faults) {
        simulate(method, seeds, faults, ClientScenario::play);
    }

    private static void simulate(String method, int seeds, boolean faults, Scenario scenario) {
        Simulation.Summary summary = Simulation.of(scenario)
                .faults(seed -> faults ? FaultPlan.random(seed) : FaultPlan.NONE)
                .replay("mvn -q test -pl http-codec -am -Dtest=ClientSimulationTest#" + method)
                .check(seeds);
        System.out.println(method + ": " + summary.runs() + " seeds, " + summary.events() + " events");
    }

    @Test
    void survivesEveryFault() {
        simulate("survivesEveryFault", 200, true);
    }

    @Test
    void survivesItsListeners() {
        simulate("survivesItsListeners", 200, true, ClientScenario::playUnruly);
    }

    @Test
    void survivesItsServers() {
        simulate("survivesItsServers", 100, false);
    }

    @Test
    void survivesEveryFaultOverTls() {
        simulate("survivesEveryFaultOverTls", 60, true, ClientScenario::playSecurely);
    }

    @Test
    void survivesItsListenersOverTls() {
        simulate("survivesItsListenersOverTls", 30, true, ClientScenario::playUnrulySecurely);
    }
}
