package io.eventloop.testing.junit;

import io.eventloop.testing.FaultPlan;
import io.eventloop.testing.SimulatedNetwork;
import io.eventloop.testing.Simulation;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Plays a {@link SimulationTest} with its seeds, and prints how many that were, their events, and the time it took.
 *
 * <p><b>Threading:</b> the test's thread. <b>Ownership:</b> closes the networks. <b>Failure:</b> the first seed's.
 */
public final class SimulationExtension implements InvocationInterceptor, ParameterResolver {

    /** Made by JUnit. */
    public SimulationExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == SimulatedNetwork.class;
    }

    /** Never used: each run has a network of its own. */
    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return SimulatedNetwork.builder().build();
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext test) {
        invocation.skip();
        SimulationTest annotation = method.getExecutable().getAnnotation(SimulationTest.class);
        Method body = method.getExecutable();
        body.setAccessible(true);
        String name = test.getRequiredTestClass().getSimpleName() + "#" + body.getName();
        long start = cpuNanos();
        Simulation.Summary summary = Simulation.of(network -> play(body, test.getRequiredTestInstance(), network))
                .faults(seed -> annotation.faults() ? FaultPlan.random(seed) : FaultPlan.NONE)
                .replay("mvn -q test -Dtest=" + name)
                .check(annotation.seeds());
        System.out.println(name + ": " + summary.runs() + " seeds, " + summary.events() + " events, "
                + Duration.ofNanos(summary.timeNanos()).toHours() + " h simulated in "
                + Duration.ofNanos(cpuNanos() - start).toMillis() + " ms");
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void play(Method body, Object instance, SimulatedNetwork network) throws Exception {
        try {
            body.invoke(instance, network);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }
}
