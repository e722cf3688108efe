package io.eventloop.testing;

import io.eventloop.spi.RawChannel;
import io.eventloop.spi.ReadySink;

/**
 * What simulated sockets and listeners have in common: a descriptor, a registration, readiness.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> holds one of the host's descriptors until it is closed.
 *
 * <p><b>Failure:</b> none.
 */
abstract class SimulatedChannel implements RawChannel {
    /** The longest that a late event is late. */
    private static final long MAX_DELAY_NANOS = 1_000_000;

    private final SimulatedHost host;
    private final int id;
    private boolean closed;
    private Runnable observer;

    /** Of the registration. */
    SimulatedPoller poller;

    int slot;
    int generation;

    /** Index among the poller's registrations. */
    int index;

    /** What is awaited; for level-triggered pollers. */
    int wanted;

    /** Whether it is on the poller's ready list, or an event that puts it there is on its way. */
    boolean queued;

    boolean late;

    SimulatedChannel(SimulatedHost host) {
        this.host = host;
        id = host.scheduler().newSocketId();
    }

    /** What a poll would report now, of {@link ReadySink}'s operations. */
    abstract int readyOps();

    final SimulatedHost host() {
        return host;
    }

    final int id() {
        return id;
    }

    final boolean isClosed() {
        return closed;
    }

    /** Told of every change of readiness, for channels without a poller. */
    final void observer(Runnable whenChanged) {
        observer = whenChanged;
    }

    /** Something happened that may have made it ready. */
    final void changed() {
        if (closed) {
            return;
        }
        if (poller != null) {
            if (!late && poller.random().chance(host.faults().delayProbability())) {
                readyLater();
            } else {
                poller.changed(this);
            }
        } else if (observer != null) {
            host.scheduler().after(0, Step.TASK, observer, id, 0);
        }
    }

    /** An event is owed, because a call said that it would block when it need not. */
    final void readyLater() {
        if (!late) {
            late = true;
            long delay = 1 + host.random().nextLong(MAX_DELAY_NANOS);
            host.scheduler().after(delay, Step.READY, this, 0, 0);
        }
    }

    final void lateReadiness() {
        late = false;
        if (!closed) {
            host.note(Step.READY, id, 0, 0);
            if (poller != null) {
                poller.changed(this);
            } else if (observer != null) {
                observer.run();
            }
        }
    }

    /** The descriptor's part of closing. Returns false if that was done before. */
    final boolean closeDescriptor() {
        if (closed) {
            return false;
        }
        closed = true;
        if (poller != null) {
            poller.deregister(this);
        }
        host.releaseDescriptor();
        return true;
    }
}
