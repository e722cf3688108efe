package io.eventloop.testing;

import io.eventloop.Environment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.LongFunction;

/**
 * Plays a scenario with many seeds, and makes of a failing one a report: what broke, the fewest kinds of faults it takes,
 * the last events, and the command that plays it again.
 *
 * <p>System properties: {@code seed} plays one seed alone, {@code seeds} sets their number, {@code firstSeed} where they
 * begin, {@code faults} keeps only these kinds of faults, separated by commas.
 *
 * <p><b>Threading:</b> used by one thread. {@link #check} plays its seeds in a thread of its own, one after the other,
 * because guarded pools and leases take a stack for each buffer and lease, and what a test runner leaves on its own stack
 * would make most of a run's time; {@link #run} plays in the caller's.
 *
 * <p><b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link SimulationFailure} for the first seed that fails.
 */
public final class Simulation {
    private static final String SEED = "seed";
    private static final String SEEDS = "seeds";
    private static final String FIRST_SEED = "firstSeed";
    private static final String FAULTS = "faults";

    private final Scenario scenario;
    private LongFunction<FaultPlan> faults = FaultPlan::random;
    private String replay = "mvn -q test -Dtest=...";

    private Simulation(Scenario scenario) {
        this.scenario = Objects.requireNonNull(scenario);
    }

    /** How a run ended. */
    public record Run(long seed, long traceHash, long events, long timeNanos) {}

    /** How many runs ended. */
    public record Summary(int runs, long events, long timeNanos) {}

    /** A simulation of this scenario, with {@link FaultPlan#random} faults. */
    public static Simulation of(Scenario scenario) {
        return new Simulation(scenario);
    }

    /** The faults of each seed. */
    public Simulation faults(LongFunction<FaultPlan> ofSeed) {
        faults = Objects.requireNonNull(ofSeed);
        return this;
    }

    /** The command that plays it, to which {@code -Dseed=} is added. */
    public Simulation replay(String command) {
        replay = Objects.requireNonNull(command);
        return this;
    }

    /**
     * Plays seeds 1 to {@code count}, or what the system properties say.
     *
     * @throws CancellationException if the caller is interrupted; no seed is played after the one that is
     */
    public Summary check(int count) {
        Long only = Long.getLong(SEED);
        long first = only == null ? Long.getLong(FIRST_SEED, 1) : only;
        int runs = only == null ? Integer.getInteger(SEEDS, count) : 1;
        FutureTask<Summary> all = new FutureTask<>(() -> runs(first, runs));
        Thread thread = Environment.system().newThread("simulation", all);
        thread.start();
        try {
            return all.get();
        } catch (InterruptedException e) {
            all.cancel(true);
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while seeds were played");
        } catch (ExecutionException e) {
            throw unchecked(e.getCause());
        }
    }

    private static RuntimeException unchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return (RuntimeException) failure; // a run throws nothing checked
    }

    private Summary runs(long first, int runs) {
        long events = 0;
        long time = 0;
        for (int i = 0; i < runs && !Thread.currentThread().isInterrupted(); i++) {
            Run run = run(first + i);
            events += run.events;
            time += run.timeNanos;
        }
        return new Summary(runs, events, time);
    }

    /** Plays one seed. */
    public Run run(long seed) {
        FaultPlan plan = kept(faults.apply(seed));
        try {
            return play(seed, plan);
        } catch (Exception | AssertionError e) {
            throw reduced(seed, plan, e);
        }
    }

    private static FaultPlan kept(FaultPlan plan) {
        String names = System.getProperty(FAULTS);
        if (names == null) {
            return plan;
        }
        Set<FaultKind> off = EnumSet.allOf(FaultKind.class);
        Arrays.stream(names.split(","))
                .filter(name -> !name.isBlank())
                .forEach(name -> off.remove(FaultKind.valueOf(name.trim())));
        FaultPlan kept = plan;
        for (FaultKind kind : off) {
            kept = kept.without(kind);
        }
        return kept;
    }

    private Run play(long seed, FaultPlan plan) throws Exception {
        // Every other seed has pollers of the other style.
        try (SimulatedNetwork network = SimulatedNetwork.builder()
                .seed(seed)
                .faults(plan)
                .edgeTriggered((seed & 1) == 0)
                .build()) {
            try {
                scenario.play(network);
                network.invariants().checkEnd();
            } catch (SimulationFailure e) {
                throw e;
            } catch (Exception | AssertionError e) {
                throw new SimulationFailure(network, e.toString(), e);
            }
            return new Run(
                    seed, network.traceHash(), network.events(), network.time().toNanos());
        }
    }

    /** Switches off one kind after the other as long as the run still fails. */
    private SimulationFailure reduced(long seed, FaultPlan plan, Throwable failure) {
        FaultPlan least = plan;
        Throwable last = failure;
        for (FaultKind kind : plan.kinds()) {
            FaultPlan without = least.without(kind);
            try {
                play(seed, without);
            } catch (Exception | AssertionError e) {
                least = without;
                last = e;
            }
        }
        String what = last instanceof SimulationFailure known ? known.what() : last.toString();
        String kinds = least.kinds().toString().replaceAll("[\\[\\] ]", "");
        String command = replay + " -D" + SEED + "=" + seed + " -D" + FAULTS + "=" + kinds;
        return new SimulationFailure(
                seed,
                what,
                last,
                "\nfaults it takes: " + (kinds.isEmpty() ? "none" : kinds) + "\nplay it again: " + command + "\n"
                        + (last instanceof SimulationFailure known ? known.report() : ""));
    }
}
