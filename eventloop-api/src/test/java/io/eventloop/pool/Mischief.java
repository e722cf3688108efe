package io.eventloop.pool;

import io.eventloop.BufferLimitExceededException;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.testing.SeededRandom;
import java.time.Duration;
import java.util.List;

/**
 * What holders do at the end of any of their callbacks, to each other, to their connections and to the pool: most of it at the
 * wrong time.
 */
final class Mischief {
    private static final int MOST_EXCHANGES = 400;
    private static final int MAX_DEPTH = 5;

    /** What an unruly holder throws. */
    static final class Outburst extends RuntimeException {
        private static final long serialVersionUID = 1;

        /** Whether it is one, or the pool's report of one. */
        static boolean is(Throwable failure) {
            return failure instanceof Outburst || failure.getCause() instanceof Outburst;
        }
    }

    private final PoolScenario scenario;
    private final List<Exchange> exchanges;
    private final SeededRandom random;
    private final boolean endsEarly;
    private int depth;
    private long intrusions = Upstream.STRAY;
    private int drains;
    private int drained;

    Mischief(PoolScenario scenario, List<Exchange> exchanges) {
        this.scenario = scenario;
        this.exchanges = exchanges;
        random = scenario.random();
        endsEarly = random.nextInt(4) == 0;
    }

    /** Does something, or throws. */
    void endOfCallback() {
        if (depth == MAX_DEPTH || exchanges.isEmpty()) {
            return;
        }
        depth++;
        try {
            for (int left = random.nextInt(3); left > 0; left--) {
                act();
            }
        } finally {
            depth--;
        }
    }

    private void act() {
        Exchange any = exchanges.get(random.nextInt(exchanges.size()));
        switch (random.nextInt(20)) {
            case 0, 1 -> {
                if (exchanges.size() < MOST_EXCHANGES) {
                    scenario.ask();
                }
            }
            case 2 -> any.giveUp();
            case 3 -> any.letGo();
            case 4 -> any.returnAgain();
            case 5, 6, 7 -> {
                if (any.isHeld()) {
                    meddle(any);
                }
            }
            case 8 -> scenario.warm();
            case 9 -> {
                if (endsEarly && random.nextInt(40) == 0) {
                    end();
                }
            }
            case 10 -> throw new Outburst();
            default -> {
                // Nothing, mostly.
            }
        }
    }

    private void end() {
        if (random.nextInt(2) == 0) {
            scenario.pool().close();
        } else {
            drain(Duration.ofMillis(random.nextInt(5000)));
        }
    }

    void drain(Duration limit) {
        drains++;
        scenario.pool().drain(limit, () -> {
            drained++;
            PoolMetrics left = scenario.pool().metrics();
            scenario.require(
                    left.connecting() + left.idle() + left.leased() + left.waiting() == 0, "drained with " + left);
            endOfCallback();
        });
    }

    /** Does something to a connection that somebody holds. */
    private void meddle(Exchange holder) {
        Connection connection = holder.connection();
        switch (random.nextInt(10)) {
            case 0 -> connection.abort();
            case 1 -> connection.close();
            case 2 -> connection.shutdownOutput();
            case 3 -> connection.pauseReading();
            case 4 -> connection.resumeReading();
            case 5 -> connection.flush();
            case 6 -> connection.readNow();
            case 7 ->
                connection.limits(ConnectionLimits.builder()
                        .waterMarks(0, 1)
                        .idleTimeout(Duration.ofMillis(1 + random.nextInt(3000)))
                        .build());
            default -> {
                if (!connection.isOutputEnded()) {
                    try {
                        intrusions--;
                        connection.write(
                                connection.loop().buffers().acquire(Long.BYTES).writeLong(intrusions));
                        holder.suffer(intrusions);
                    } catch (WriteLimitExceededException | BufferLimitExceededException e) {
                        // There is no room.
                    }
                }
            }
        }
    }

    void check() {
        scenario.require(drained == drains, drained + " of " + drains + " drains have ended");
    }
}
