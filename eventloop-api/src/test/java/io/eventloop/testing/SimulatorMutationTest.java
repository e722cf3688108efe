package io.eventloop.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.testing.MutantHandler.MutantHandlers;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Does the simulation find bugs? Each of the planted ones within a thousand seeds. */
class SimulatorMutationTest {
    private static final int MAX_SEEDS = 1000;

    @ParameterizedTest
    @EnumSource(Mutation.class)
    void findsPlantedBug(Mutation mutation) {
        for (long seed = 1; seed <= MAX_SEEDS; seed++) {
            SimulationFailure failure = failure(mutation, seed);
            if (failure != null) {
                System.out.println(mutation + " found after " + seed + " seeds: " + failure.what());
                return;
            }
        }
        assertTrue(false, mutation + " is not found within " + MAX_SEEDS + " seeds");
    }

    private static SimulationFailure failure(Mutation mutation, long seed) {
        try (SimulatedNetwork network = SimulatedNetwork.builder()
                .seed(seed)
                .faults(FaultPlan.random(seed))
                .edgeTriggered((seed & 1) == 0)
                .build()) {
            Arena arena = new Arena(network);
            SeededRandom random = network.random().split();
            MutantHandlers handlers = new MutantHandlers(mutation, random);
            arena.with(real -> new MutantTransport(real, mutation, random), real -> new MutantHandler(handlers, real));
            EngineScenarios.echo(arena);
            network.invariants().checkEnd();
            return null;
        } catch (SimulationFailure e) {
            return e;
        } catch (IOException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }
}
