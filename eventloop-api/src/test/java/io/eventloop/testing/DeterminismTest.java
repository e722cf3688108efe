package io.eventloop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The same seed is the same run: today, on every Java version, on every machine. */
class DeterminismTest {
    /**
     * Of scripted peers alone, without the engine, under the faults of 20 seeds. It changes with the simulator, never with
     * the machine or the engine.
     */
    private static final long GOLDEN_HASH = 0x438214f6853d7051L;

    private static final int SEEDS = 20;

    private static Simulation.Run relay(long seed) {
        return Simulation.of(network -> EngineScenarios.relay(new Arena(network)))
                .faults(s -> FaultPlan.all(new SeededRandom(s)))
                .run(seed);
    }

    @Test
    void sameSeedSameTrace() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            assertEquals(relay(seed), relay(seed));
        }
    }

    @Test
    void otherSeedOtherTrace() {
        assertNotEquals(relay(1).traceHash(), relay(3).traceHash());
    }

    @Test
    void sameTraceOnEveryJavaVersion() throws IOException {
        long hash = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            hash = hash * 31 + peers(seed);
        }
        assertEquals(Long.toHexString(GOLDEN_HASH), Long.toHexString(hash));
        long relays = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            relays = relays * 31 + relay(seed).traceHash();
        }
        System.out.println("relays of " + SEEDS + " seeds, Java "
                + Runtime.version().feature() + ": trace hash " + Long.toHexString(relays));
    }

    private static long peers(long seed) throws IOException {
        FaultPlan plan = FaultPlan.all(new SeededRandom(seed)).without(FaultKind.EXHAUSTION);
        try (SimulatedNetwork network =
                SimulatedNetwork.builder().seed(seed).faults(plan).build()) {
            SimulatedHost server = network.host("server");
            SimulatedHost client = network.host("client");
            ScriptedListener.listen(
                    server,
                    server.address(7),
                    8,
                    peer -> peer.send(new byte[20_000]).expectEnd().close());
            for (int i = 0; i < 4; i++) {
                ScriptedPeer.connect(client, server.address(7))
                        .send(new byte[1 + network.random().nextInt(30_000)])
                        .shutdownOutput();
            }
            try {
                network.run(Duration.ofMinutes(10));
            } catch (SimulationFailure e) {
                // A script that a fault has thwarted: as good a trace as any.
            }
            assertTrue(network.events() > 10, "too short a run says little");
            return network.traceHash();
        }
    }
}
