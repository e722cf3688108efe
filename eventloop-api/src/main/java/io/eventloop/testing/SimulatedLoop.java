package io.eventloop.testing;

import io.eventloop.EventLoop;
import io.eventloop.engine.LoopHoldings;

/**
 * When one loop of a simulated host runs: after it was woken, when something is ready, at its next deadline.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> none. <b>Failure:</b> a loop that keeps saying it has
 * work and does none is a broken invariant.
 */
final class SimulatedLoop {
    /** What a turn takes. Time has to move, or a loop with work at hand would have no later. */
    private static final long TURN_NANOS = 1_000;

    /** Turns in a row without an event, a system call or a timer. A busy loop of some seconds would have millions. */
    private static final int MAX_IDLE_TURNS = 2_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final SimulatedHost host;
    private final EventLoop loop;
    private final SimulatedPoller poller;
    private final LoopHoldings holdings;
    private final MemoryCheck memory;
    private final Scheduler scheduler;
    private final int id;
    private long turnAt = NEVER;
    private long timerAt = NEVER;
    private long busyUntil;
    private long stepsAtProgress;
    private long callsAtProgress;
    private int idleTurns;
    private boolean hasRun;

    SimulatedLoop(SimulatedHost host, EventLoop loop, SimulatedPoller poller) {
        this.host = host;
        this.loop = loop;
        this.poller = poller;
        this.holdings = LoopHoldings.of(loop);
        this.memory = new MemoryCheck(host.network().invariants(), loop);
        this.scheduler = host.scheduler();
        this.id = scheduler.newLoopId();
        poller.loop(this);
        schedule();
    }

    EventLoop loop() {
        return loop;
    }

    boolean hasEnded() {
        return poller.isClosed();
    }

    void wokenUp() {
        host.note(Step.WAKEUP, id, 0, 0);
        schedule();
    }

    /** Has it run as soon as it can. */
    void schedule() {
        long at = Math.max(scheduler.nowNanos(), busyUntil);
        if (at < turnAt) {
            turnAt = at;
            scheduler.at(at, Step.TURN, this, at, 0);
        }
    }

    /** Does not let it run for a while. */
    void stall(long nanos) {
        host.note(Step.STALLED, id, nanos, 0);
        busyUntil = Math.max(busyUntil, scheduler.nowNanos() + nanos);
    }

    void turn(long at) {
        if (at != turnAt || hasEnded()) {
            return;
        }
        turnAt = NEVER;
        if (busyUntil > scheduler.nowNanos()) {
            schedule();
            return;
        }
        run();
    }

    /** The deadline it had named; it may have another one by now. */
    void timer(long at) {
        if (at != timerAt || hasEnded()) {
            return;
        }
        timerAt = NEVER;
        long next = deadline();
        if (next <= scheduler.nowNanos()) {
            scheduler.note(Step.TIMER, host, id, 0, 0);
            schedule();
        } else {
            awaitDeadline(next);
        }
    }

    private void run() {
        scheduler.note(Step.TURN, host, id, 0, 0);
        long steps = scheduler.trace().steps();
        busyUntil = scheduler.nowNanos() + TURN_NANOS;
        host.beforeTurn(this);
        hasRun = true;
        loop.runOnce(-1);
        if (hasEnded()) {
            return;
        }
        memory.afterTurn();
        long next = deadline();
        if (poller.hasReady() || next <= scheduler.nowNanos()) {
            schedule();
        } else {
            awaitDeadline(next);
        }
        checkProgress(steps);
    }

    /** Time is about to pass: if there is work and it is not going to run, nobody told it. */
    void checkScheduled() {
        if (!hasEnded() && turnAt == NEVER && hasRun && deadline() <= scheduler.nowNanos()) {
            host.network().invariants().broken("loop " + loop.name() + " has work and was not woken");
        }
    }

    /** Something outside the loops ran, which may have used a connection of this one directly. */
    void afterOutsider() {
        if (!hasEnded() && hasRun) {
            long next = deadline();
            if (next <= scheduler.nowNanos()) {
                schedule();
            } else {
                awaitDeadline(next);
            }
        }
    }

    private void awaitDeadline(long next) {
        if (next < timerAt) {
            timerAt = next;
            scheduler.at(next, Step.TIMER, this, next, 0);
        }
    }

    /** In the network's time. */
    private long deadline() {
        long next = loop.nextDeadlineNanos();
        if (next == Long.MAX_VALUE) {
            return NEVER;
        }
        return scheduler.nowNanos() + Math.max(0, next - host.nanoTime());
    }

    private void checkProgress(long stepsBefore) {
        if (scheduler.trace().steps() != stepsBefore || turnAt == NEVER) {
            idleTurns = 0;
            return;
        }
        if (idleTurns == 0) {
            callsAtProgress = holdings.callsMade();
        }
        if (++idleTurns >= MAX_IDLE_TURNS) {
            idleTurns = 0;
            if (holdings.callsMade() == callsAtProgress) {
                host.network()
                        .invariants()
                        .broken("loop " + loop.name() + " spins: " + MAX_IDLE_TURNS
                                + " turns in a row without an event, a system call, a task or a timer");
            }
        }
    }
}
