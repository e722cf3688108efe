package io.eventloop.testing;

import java.util.List;

/**
 * A simulated run in which something broke: what, in which run, the last events, and how to have it again.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> is one.
 */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;
    private static final int LAST_EVENTS = 40;

    /** What broke. */
    private final String what;

    private final long seed;

    /** The last events, as text. */
    private final String report;

    SimulationFailure(SimulatedNetwork network, String what, Throwable cause) {
        this(network.seed(), what, cause, report(network));
    }

    SimulationFailure(long seed, String what, Throwable cause, String report) {
        super("seed " + seed + ": " + what + report, cause);
        this.what = what;
        this.seed = seed;
        this.report = report;
    }

    private static String report(SimulatedNetwork network) {
        List<String> events = network.lastEvents(LAST_EVENTS);
        return "\nat " + network.time() + ", trace hash " + Long.toHexString(network.traceHash()) + ", the last "
                + events.size() + " of " + network.events() + " events:\n  " + String.join("\n  ", events);
    }

    /** What broke, in one sentence. */
    public String what() {
        return what;
    }

    /** The last events, and what else there is to tell of the run. */
    public String report() {
        return report;
    }

    /** The seed of the run. */
    public long seed() {
        return seed;
    }
}
