package io.eventloop.testing.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that is played once for each of a number of seeds. The method takes a {@link io.eventloop.testing.SimulatedNetwork}
 * and nothing else; after it nothing may be left, see {@link io.eventloop.testing.Invariants#checkEnd()}.
 *
 * <pre>{@code
 * @SimulationTest(seeds = 1000)
 * void echoes(SimulatedNetwork network) throws IOException { ... }
 * }</pre>
 *
 * <p>A failure says which seed, which kinds of faults it takes, and the command that plays it again. The properties of
 * {@link io.eventloop.testing.Simulation} choose seeds and faults. The tag {@code simulation} has {@code -Psimulate} run
 * it, with more seeds than the annotation says.
 *
 * <p><b>Threading:</b> the method runs in the test's thread, which is the simulation's.
 *
 * <p><b>Ownership:</b> the network is closed after each run. Fields of the test object live on from seed to seed.
 *
 * <p><b>Failure:</b> {@link io.eventloop.testing.SimulationFailure}.
 */
@Test
@Tag("simulation")
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SimulationExtension.class)
public @interface SimulationTest {

    /** How many seeds are played, from 1 on. */
    int seeds() default 100;

    /** Whether the seed also chooses faults; without, the network is a good one. */
    boolean faults() default true;
}
