package io.eventloop.pool;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Delivery;
import io.eventloop.Timer;
import io.eventloop.testing.SeededRandom;

/** One request over a pool, with a number of its own, that checks whatever it is told. */
final class Exchange implements LeaseListener, ConnectionHandler {
    private final PoolScenario scenario;
    private final Upstream upstream;
    private final SeededRandom random;
    private final long number;
    private final Timer patience;
    private Acquisition acquisition;
    private Lease lease;
    private int completions;
    private boolean cancelled;
    private boolean answered;
    private boolean returned;
    private Delivery delivery;

    Exchange(PoolScenario scenario, Upstream upstream, long number) {
        this.scenario = scenario;
        this.upstream = upstream;
        this.random = scenario.random();
        this.number = number;
        this.patience = scenario.loop().timer(this::giveUp);
    }

    Upstream upstream() {
        return upstream;
    }

    boolean isWaiting() {
        return completions == 0 && !cancelled;
    }

    void begin() {
        acquisition = scenario.pool().acquire(upstream.address(), scenario.timeout(), this);
        if (acquisition.isWaiting() && random.nextInt(6) == 0) {
            patience.scheduleNanos(random.nextLong(300_000_000));
        }
        scenario.require(acquisition.isWaiting() == isWaiting(), "acquisition " + number + " waits, or does not");
    }

    private void giveUp() {
        if (lease != null) {
            finish(true);
        } else {
            cancelled = acquisition.cancel();
            scenario.require(cancelled, "acquisition " + number + " was completed unheard");
        }
    }

    @Override
    public void onLease(Lease given) {
        complete();
        scenario.served(this);
        lease = given;
        Connection connection = given.connection();
        scenario.require(connection.state() == Connection.State.OPEN, "a lease of a connection that is not open");
        scenario.require(!connection.isInputEnded() && connection.unconsumedBytes() == 0, "a lease that is not clean");
        connection.handler(this);
        if (random.nextInt(20) == 0) {
            finish(random.nextInt(2) == 0);
            return;
        }
        Buffer request = connection.loop().buffers().acquire(Long.BYTES);
        request.writeLong(number);
        connection.write(request);
        if (random.nextInt(4) == 0) {
            connection.flush();
        }
        patience.scheduleNanos(50_000_000 + random.nextLong(3_000_000_000L));
    }

    @Override
    public void onFailed(AcquireFailure failure) {
        complete();
    }

    private void complete() {
        completions++;
        patience.cancel();
        scenario.require(completions == 1 && !cancelled, "acquisition " + number + " was completed more than once");
    }

    @Override
    public void onData(Connection connection, Buffer in) {
        scenario.require(!returned, "a callback after the return");
        if (in.readableBytes() < Long.BYTES) {
            return;
        }
        long answer = in.readLong();
        scenario.require(
                answer == number || answer == Upstream.STRAY, "the answer to " + answer + " came to " + number);
        answered = answer == number;
        finish(!answered);
    }

    @Override
    public void onInputClosed(Connection connection) {
        finish(random.nextInt(2) == 0);
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        scenario.require(!returned, "a callback after the return");
        finish(random.nextInt(2) == 0);
    }

    private void finish(boolean discard) {
        patience.cancel();
        returned = true;
        Connection connection = lease.connection();
        if (connection.state() != Connection.State.CLOSED && discard) {
            // What is claimed of it is to hold for good.
            connection.abort();
        }
        delivery = lease.delivery();
        if (discard) {
            lease.discard();
        } else {
            lease.release();
        }
    }

    /** What can be known when all is over. */
    void check() {
        scenario.require(completions == 1 || cancelled, "acquisition " + number + " was never completed");
        scenario.require(lease == null || returned, "lease " + number + " was never returned");
        boolean wasSeen = upstream.seen.contains(number);
        scenario.require(delivery != Delivery.NOTHING_SENT || !wasSeen, "request " + number + " was sent after all");
        scenario.require(!answered || delivery == Delivery.RESPONSE_STARTED, number + " was answered: " + delivery);
    }
}
