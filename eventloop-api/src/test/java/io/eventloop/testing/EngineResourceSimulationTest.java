package io.eventloop.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The engine under all faults, where memory, descriptors or time run out. */
class EngineResourceSimulationTest {

    private static void simulate(String method, int seeds, EngineSimulationTest.Play play) {
        EngineSimulationTest.simulate(EngineResourceSimulationTest.class, method, seeds, play);
    }

    @Test
    void files() {
        simulate("files", 800, ResourceScenarios::files);
    }

    @Test
    void exhaustsMemory() {
        int[] counts = new int[2];
        simulate("exhaustsMemory", 400, arena -> ResourceScenarios.exhaustion(arena, counts));
        System.out.println("connections ended for want of memory: " + counts[0] + ", handlers refused: " + counts[1]);
        assertTrue(Long.getLong("seed") != null || counts[0] > 0 && counts[1] > 0, "the limit was not reached");
    }

    @Test
    void exhaustsDescriptors() {
        simulate("exhaustsDescriptors", 500, ResourceScenarios::descriptors);
    }

    @Test
    void closesAtAnyMoment() {
        simulate("closesAtAnyMoment", 4000, ResourceScenarios::close);
    }

    @Test
    void timers() {
        simulate("timers", 3000, ResourceScenarios::timers);
    }
}
