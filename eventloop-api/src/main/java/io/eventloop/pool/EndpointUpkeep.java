package io.eventloop.pool;

import io.eventloop.Timer;
import io.eventloop.pool.PooledConnection.State;
import java.time.Duration;
import java.util.List;

/**
 * What time does to an endpoint: connections grow too old, leases are forgotten, a connect may be tried again. One timer
 * for all of it.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> its timer. <b>Failure:</b> none.
 */
final class EndpointUpkeep {
    /** Leased connections are looked at so often: it bounds how long one that is lost without a trace takes a place. */
    private static final long LOOK_NANOS = 5_000_000_000L;

    private final PoolEndpoint endpoint;
    private final PoolOptions options;
    private final long reportNanos;
    private final Timer timer;

    EndpointUpkeep(PoolEndpoint endpoint, PoolOptions options) {
        this.endpoint = endpoint;
        this.options = options;
        this.reportNanos = options.guarded() ? options.reportAfter().toNanos() : 0;
        this.timer = endpoint.loop().timer(this::look);
    }

    /** A connection became idle: whether the timer is early enough for it. Costs nothing in the usual case. */
    void watch(PooledConnection entry, long nowNanos) {
        long left = leftNanos(entry, nowNanos);
        if (!timer.isArmed() || timer.deadlineNanos() - nowNanos > left) {
            timer.scheduleNanos(Math.min(left, LOOK_NANOS));
        }
    }

    private long leftNanos(PooledConnection entry, long nowNanos) {
        long left = entry.leftOfLifeNanos(nowNanos);
        if (!isSpared()) {
            left = Math.min(left, entry.leftOfIdlingNanos(nowNanos));
        }
        if (options.learnsIdleTimeout() && endpoint.learner().limitNanos() != IdleLearner.NONE) {
            left = Math.min(left, endpoint.learner().limitNanos() - entry.ageNanos(nowNanos));
        }
        return left;
    }

    /** Whether no more are idle than are to be kept ready: then the idle timeout does not count. */
    private boolean isSpared() {
        return endpoint.idle().size() <= options.minIdle();
    }

    /** Ends an idle connection whose time is over. Returns whether it did. */
    boolean endIfDue(PooledConnection entry, long nowNanos) {
        IdleLearner learner = endpoint.learner();
        if (entry.isPastLifetime(nowNanos)) {
            endpoint.end(entry, Eviction.LIFETIME);
        } else if (options.learnsIdleTimeout() && entry.ageNanos(nowNanos) >= learner.limitNanos()) {
            learner.evicted();
            endpoint.end(entry, Eviction.PEER_IDLE_TIMEOUT);
        } else if (entry.isPastIdleTimeout(nowNanos) && !isSpared()) {
            endpoint.end(entry, Eviction.IDLE_TIMEOUT);
        } else {
            return false;
        }
        return true;
    }

    private void look() {
        long now = endpoint.loop().nanoTime();
        IdleStack idle = endpoint.idle();
        // From the longest idle one on: the minimum that is kept are the fresher ones.
        int i = 0;
        while (i < idle.size()) {
            if (!endIfDue(idle.get(i), now)) {
                i++;
            }
        }
        lookAtLeases(now);
        endpoint.connects().beginAsNeeded();
        arm();
    }

    private void lookAtLeases(long nowNanos) {
        List<PooledConnection> all = endpoint.all();
        for (int i = all.size() - 1; i >= 0; i--) {
            if (i >= all.size() || all.get(i).state() != State.LEASED) {
                continue;
            }
            PooledConnection entry = all.get(i);
            if (entry.isAbandoned()) {
                report(entry, "was not returned when its connection had ended");
                endpoint.end(entry, Eviction.ABANDONED);
            } else if (entry.isHeldTooLong(nowNanos, reportNanos)) {
                report(entry, "has not been returned for " + options.reportAfter());
            }
        }
    }

    /** Reports a lease that is out, in guarded mode. */
    void report(PooledConnection entry, String what) {
        report(entry.lease(), what);
    }

    private void report(Lease lease, String what) {
        if (options.guarded()) {
            endpoint.pool().reportLeak("a lease to " + endpoint.remote() + " " + what, lease.acquiredAt());
        }
    }

    /** The pool was closed while this was out: its holder hears of the end soon, and returns it. */
    void expect(Lease lease) {
        if (options.guarded()) {
            endpoint.loop().schedule(Duration.ofNanos(LOOK_NANOS), () -> {
                if (!lease.isReturned()) {
                    report(lease, "was not returned when its pool was closed");
                }
            });
        }
    }

    /** Connections or waiters came or went: whether the next look is early enough, or needed at all. */
    void changed() {
        long now = endpoint.loop().nanoTime();
        long left = leftNanos(now);
        if (left == Long.MAX_VALUE) {
            timer.cancel();
        } else if (!timer.isArmed() || timer.deadlineNanos() - now > left) {
            timer.scheduleNanos(left);
        }
    }

    /** How long until the next look, idle connections left aside. */
    private long leftNanos(long nowNanos) {
        long left = endpoint.all().isEmpty() ? Long.MAX_VALUE : LOOK_NANOS;
        ConnectBackoff backoff = endpoint.connects().backoff();
        if (backoff.isWaiting(nowNanos) && endpoint.connects().wantsMore()) {
            left = Math.min(left, backoff.untilNanos() - nowNanos);
        }
        return left;
    }

    /** Fixes the next look; none if there is nothing to look at. */
    void arm() {
        long now = endpoint.loop().nanoTime();
        long left = leftNanos(now);
        IdleStack idle = endpoint.idle();
        for (int i = 0; i < idle.size(); i++) {
            left = Math.min(left, leftNanos(idle.get(i), now));
        }
        if (left == Long.MAX_VALUE) {
            timer.cancel();
        } else {
            timer.scheduleNanos(left);
        }
    }
}
