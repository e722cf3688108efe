package io.eventloop.testing;

/**
 * What happens in one simulated run.
 *
 * <p><b>Threading:</b> called on the simulation's thread; must not keep anything from one run to the next.
 *
 * <p><b>Ownership:</b> the network is closed by the caller. <b>Failure:</b> whatever it throws is a failed run.
 */
@FunctionalInterface
public interface Scenario {

    /** Sets hosts up, lets time pass, and checks what came of it. */
    void play(SimulatedNetwork network) throws Exception;
}
