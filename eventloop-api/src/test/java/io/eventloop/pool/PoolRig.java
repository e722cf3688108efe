package io.eventloop.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Acceptor;
import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.testing.FaultPlan;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A pool on one simulated host and a server on another that keeps what it accepts and says nothing by itself. */
final class PoolRig implements AutoCloseable {
    static final Duration SECOND = Duration.ofSeconds(1);

    final SimulatedNetwork network;
    final SimulatedHost server;
    final SimulatedHost client;
    final EventLoopGroup serving;
    final EventLoop loop;
    final List<Connection> accepted = new ArrayList<>();
    final List<Connection> made = new ArrayList<>();

    /** Failures reported by the client's loop that the test expects, by being not null. */
    List<Throwable> expectedFailures;

    ConnectionPool pool;

    PoolRig() {
        this(FaultPlan.NONE, 1);
    }

    PoolRig(FaultPlan faults, long seed) {
        network = SimulatedNetwork.builder().seed(seed).faults(faults).build();
        server = network.host("server");
        client = network.host("client");
        serving = server.group(1);
        loop = client.group(builder -> builder.failureListener(this::failed)).next();
        network.run(Duration.ofMillis(1));
    }

    private void failed(String what, Throwable failure) {
        if (expectedFailures == null) {
            network.invariants().reported(what, failure);
        } else {
            expectedFailures.add(failure);
        }
    }

    /** What a holder knows: its lease and its connection's events. */
    static class Holder implements LeaseListener, ConnectionHandler {
        Lease lease;
        AcquireFailure failure;
        CloseReason closed;
        int completions;
        long received;

        @Override
        public void onLease(Lease given) {
            completions++;
            lease = given;
            given.connection().handler(this);
        }

        @Override
        public void onFailed(AcquireFailure why) {
            completions++;
            failure = why;
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            received += in.readableBytes();
            in.skip(in.readableBytes());
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            closed = reason;
        }

        Connection connection() {
            return lease.connection();
        }
    }

    /** What the server does with a connection: nothing, until the peer ends it. */
    static class Silent implements ConnectionHandler {
        @Override
        public void onData(Connection connection, Buffer in) {
            in.skip(in.readableBytes());
        }
    }

    /** Has the server listen. */
    PoolRig listen() {
        return listen(connection -> new Silent());
    }

    PoolRig listen(Acceptor acceptor) {
        try {
            serving.listen(address(), connection -> {
                accepted.add(connection);
                return acceptor.accept(connection);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        network.run(Duration.ofMillis(1));
        return this;
    }

    /** Makes the pool. */
    PoolRig open(PoolOptions options) {
        return open(options, PoolConnector.of(loop));
    }

    PoolRig open(PoolOptions options, PoolConnector connector) {
        pool = new ConnectionPool(loop, options, (remote, handler) -> {
            Connection connection = connector.connect(remote, handler);
            made.add(connection);
            return connection;
        });
        return this;
    }

    InetSocketAddress address() {
        return server.address(7);
    }

    /** Asks, and waits until there is an answer. */
    Holder acquire() {
        Holder holder = new Holder();
        pool.acquire(address(), Duration.ofMinutes(10), holder);
        assertTrue(network.runUntil(() -> holder.completions > 0, Duration.ofMinutes(11)));
        // The server learns of the connection a little later.
        run(Duration.ofMillis(1));
        return holder;
    }

    /** Asks, and does not wait. */
    Holder ask(Duration timeout) {
        Holder holder = new Holder();
        pool.acquire(address(), timeout, holder);
        return holder;
    }

    /** As many leases at the same time. */
    List<Holder> acquire(int count) {
        List<Holder> holders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            holders.add(acquire());
            assertNotNull(holders.get(i).lease, () -> "no lease");
        }
        return holders;
    }

    /** Lets time pass; then both loops have a turn, so that their time is that of what the test does next. */
    void run(Duration duration) {
        network.run(duration);
        if (!serving.closed().isDone() && !client.groups().get(0).closed().isDone()) {
            loop.execute(() -> {});
            serving.next().execute(() -> {});
            network.run(Duration.ofNanos(10_000));
        }
    }

    PoolMetrics metrics() {
        return pool.metrics();
    }

    void assertEvicted(Eviction why, long count) {
        assertEquals(count, metrics().evicted().get(why), () -> metrics().toString());
    }

    /** Closes the pool, lets everything end, and looks whether anything is left. */
    @Override
    public void close() {
        if (pool != null) {
            pool.close();
            run(Duration.ofMinutes(1));
            PoolMetrics left = metrics();
            assertEquals(0, left.connecting() + left.idle() + left.leased() + left.waiting(), left::toString);
            assertEquals(0, left.closing(), left::toString);
            assertEquals(0, loop.metrics().active());
            assertEquals(0, loop.metrics().timersArmed());
        }
        serving.close();
        network.invariants().checkEnd();
    }
}
