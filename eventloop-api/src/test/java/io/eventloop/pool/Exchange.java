package io.eventloop.pool;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Delivery;
import io.eventloop.Timer;
import io.eventloop.testing.SeededRandom;
import java.util.ArrayList;
import java.util.List;

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
    private boolean asked;
    private boolean answered;
    private boolean returned;
    private Delivery delivery;
    private final List<Long> intrusions = new ArrayList<>();

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

    /** Whether it is within the call by which it asks, which has others connect. */
    boolean isAsking() {
        return acquisition == null;
    }

    boolean isHeld() {
        return lease != null && !returned;
    }

    Connection connection() {
        return lease.connection();
    }

    void begin() {
        acquisition = scenario.pool().acquire(upstream.address(), scenario.timeout(), this);
        if (acquisition.isWaiting() && random.nextInt(6) == 0) {
            patience.scheduleNanos(random.nextLong(300_000_000));
        }
        scenario.require(acquisition.isWaiting() == isWaiting(), "acquisition " + number + " waits, or does not");
    }

    void giveUp() {
        if (isHeld()) {
            finish(true);
        } else if (acquisition != null && isWaiting()) {
            patience.cancel();
            cancelled = true;
            scenario.require(acquisition.cancel(), "acquisition " + number + " was completed unheard");
        }
    }

    /** Returns it, for others to use if nothing was said. */
    void letGo() {
        if (isHeld()) {
            finish(asked || !intrusions.isEmpty());
        }
    }

    /** Returns it once more, unless it may be another's by now. */
    void returnAgain() {
        if (!returned) {
            return;
        }
        if (scenario.isGuarded()) {
            assertThrows(IllegalStateException.class, lease::release);
            assertThrows(IllegalStateException.class, lease::connection);
        } else if (scenario.isFree(lease.connection())) {
            lease.discard();
        }
    }

    /** Somebody writes bytes into what is sent. */
    void suffer(long intrusion) {
        intrusions.add(intrusion);
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
        } else {
            asked = !scenario.isUnruly() || random.nextInt(4) > 0;
            if (asked) {
                ask(connection);
            }
            patience.scheduleNanos(50_000_000 + random.nextLong(3_000_000_000L));
        }
        try {
            scenario.endOfCallback();
        } catch (Mischief.Outburst e) {
            // The pool takes it back.
            returned = true;
            patience.cancel();
            throw e;
        }
    }

    private void ask(Connection connection) {
        Buffer request = connection.loop().buffers().acquire(Long.BYTES);
        request.writeLong(number);
        connection.write(request);
        if (random.nextInt(4) == 0) {
            connection.flush();
        }
    }

    @Override
    public void onFailed(AcquireFailure failure) {
        complete();
        scenario.endOfCallback();
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
                answer == number || answer == Upstream.STRAY || intrusions.contains(answer),
                "the answer to " + answer + " came to " + number);
        answered = answer == number;
        finish(!answered || !intrusions.isEmpty());
        scenario.endOfCallback();
    }

    @Override
    public void onWritable(Connection connection) {
        scenario.require(!returned, "a callback after the return");
        scenario.endOfCallback();
    }

    @Override
    public boolean onIdle(Connection connection) {
        scenario.require(!returned, "a callback after the return");
        scenario.endOfCallback();
        return random.nextInt(2) == 0;
    }

    @Override
    public void onInputClosed(Connection connection) {
        scenario.require(!returned, "a callback after the return");
        finish(random.nextInt(2) == 0);
        scenario.endOfCallback();
    }

    @Override
    public void onClosed(Connection connection, CloseReason reason) {
        scenario.require(!returned, "a callback after the return");
        finish(random.nextInt(2) == 0);
        scenario.endOfCallback();
    }

    private void finish(boolean discard) {
        patience.cancel();
        returned = true;
        Connection connection = lease.connection();
        scenario.require(connection.handler() == this, "lease " + number + " was taken from its holder");
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
