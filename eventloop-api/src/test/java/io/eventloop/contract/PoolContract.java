package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.Delivery;
import io.eventloop.Listener;
import io.eventloop.pool.AcquireFailure;
import io.eventloop.pool.ConnectionPool;
import io.eventloop.pool.Eviction;
import io.eventloop.pool.Lease;
import io.eventloop.pool.LeaseListener;
import io.eventloop.pool.PoolConnector;
import io.eventloop.pool.PoolMetrics;
import io.eventloop.pool.PoolOptions;
import io.eventloop.spi.Capability;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Pools over real sockets: no storm of connects, no stale connection, and evidence that claims no more than is so. */
public abstract class PoolContract extends TransportContract {

    /** Keeps what it gets for the test. */
    private static final class Holder implements LeaseListener {
        final CompletableFuture<Lease> lease = new CompletableFuture<>();

        @Override
        public void onLease(Lease given) {
            lease.complete(given);
        }

        @Override
        public void onFailed(AcquireFailure failure) {
            lease.completeExceptionally(new AssertionError(failure.toString()));
        }
    }

    private ConnectionPool pool(PoolOptions options) {
        ConnectionPool pool = OnLoop.call(loop(), () -> new ConnectionPool(loop(), options));
        closedLater(() -> OnLoop.run(loop(), pool::close));
        return pool;
    }

    private Lease acquire(ConnectionPool pool, SocketAddress remote) {
        Holder holder = new Holder();
        OnLoop.run(loop(), () -> pool.acquire(remote, Duration.ofMinutes(1), holder));
        return Await.value("a lease", holder.lease);
    }

    private void release(Lease lease) {
        OnLoop.run(loop(), lease::release);
    }

    @Test
    void tenThousandAcquisitionsOnAColdPoolBeginFewConnectsAtATime() throws IOException {
        Listener listener = listen(connection -> (server, in) -> {});
        List<Connection> made = new ArrayList<>();
        int[] figures = new int[3];
        PoolConnector counting = (remote, handler) -> {
            Connection connection = loop().connect(remote, ConnectOptions.DEFAULT, handler);
            made.add(connection);
            long connecting = made.stream()
                    .filter(c -> c.state() == Connection.State.CONNECTING)
                    .count();
            figures[0] = (int) Math.max(figures[0], connecting);
            return connection;
        };
        PoolOptions options =
                PoolOptions.builder().maxConnections(100, 8).maxWaiters(10_000).build();
        ConnectionPool pool = OnLoop.call(loop(), () -> new ConnectionPool(loop(), options, counting));
        LeaseListener brief = new LeaseListener() {
            @Override
            public void onLease(Lease lease) {
                figures[1]++;
                // In a task, so that the pool fills up.
                loop().execute(lease::release);
            }

            @Override
            public void onFailed(AcquireFailure failure) {
                figures[2]++;
            }
        };
        OnLoop.run(loop(), () -> {
            for (int i = 0; i < 10_000; i++) {
                pool.acquire(listener.address(), Duration.ofMinutes(1), brief);
            }
        });
        Await.until("10,000 leases", loop(), () -> pool.metrics().acquired() + figures[2] == 10_000);
        OnLoop.turns(loop(), 2);
        PoolMetrics metrics = pool.metrics();
        OnLoop.run(loop(), pool::close);
        assertEquals(10_000, figures[1]);
        assertTrue(figures[0] <= 8 && metrics.peakConnecting() <= 8, figures[0] + " connects in flight, " + metrics);
        assertTrue(metrics.peakConnections() <= 100 && metrics.connects() <= 100, metrics.toString());
        assertEquals(0, metrics.leased());
    }

    @Test
    void aReturnedConnectionIsLeasedAgainAndAnEndedOneIsNot() throws IOException {
        PeerListener upstream = peerListener(16);
        ConnectionPool pool = pool(PoolOptions.DEFAULT);
        Lease first = acquire(pool, upstream.address());
        Connection connection = OnLoop.call(loop(), first::connection);
        Peer peer = accept(upstream);
        release(first);
        Lease second = acquire(pool, upstream.address());
        assertSame(connection, OnLoop.call(loop(), second::connection));
        release(second);
        peer.shutdownOutput();
        Await.until("the end to be seen", loop(), () -> pool.metrics().idle() == 0);
        assertEquals(1, pool.metrics().evicted().get(Eviction.PEER_CLOSED));
        assertEquals(Peer.End.FIN, peer.awaitEnd());
    }

    /** All within one task, so that no event can tell: the loop does not poll. */
    @Test
    void anEndThatNoEventHasToldIsSeen() throws IOException {
        PeerListener upstream = peerListener(16);
        ConnectionPool pool = pool(PoolOptions.DEFAULT);
        Lease first = acquire(pool, upstream.address());
        Peer peer = accept(upstream);
        release(first);
        OnLoop.run(loop(), () -> {
            peer.shutdownOutput();
            Holder holder = new Holder();
            // Until the end has arrived there is a connection to be had.
            for (int i = 0; i < 1_000_000 && !holder.lease.isCompletedExceptionally(); i++) {
                holder = new Holder();
                pool.acquire(upstream.address(), Duration.ZERO, holder);
                if (!holder.lease.isCompletedExceptionally()) {
                    holder.lease.join().release();
                }
            }
            assertTrue(holder.lease.isCompletedExceptionally(), "the end was never seen");
        });
        assertEquals(1, pool.metrics().evicted().get(Eviction.PEER_CLOSED));
    }

    private boolean knowsMore() {
        return peers().capabilities().contains(Capability.TCP_INFO);
    }

    /** What is known of all that was written, once the connection is over. */
    private Delivery deliveryAfter(RecordingHandler handler, Connection connection) {
        handler.closed();
        return OnLoop.call(loop(), () -> connection.delivery(0, 0));
    }

    @Test
    void bytesThatMetAClosedPeerAreUnacknowledged() throws IOException {
        PeerListener upstream = peerListener(16);
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        Connection connection = connect(upstream.address(), ConnectOptions.DEFAULT, handler);
        Peer peer = accept(upstream);
        handler.opened();
        peer.close();
        handler.seen(RecordingHandler.Event.INPUT_CLOSED, 1);
        assertEquals(Delivery.NOTHING_SENT, OnLoop.call(loop(), () -> connection.delivery(0, 0)));
        on(connection, () -> connection.write(Payload.ascii("request")));
        // The reset that answers it is found by the next write at the latest.
        Await.until("the end", loop(), () -> {
            connection.loop().execute(() -> connection.write(Payload.ascii("more")));
            return handler.isComplete();
        });
        Delivery delivery = deliveryAfter(handler, connection);
        assertEquals(knowsMore() ? Delivery.UNACKNOWLEDGED : Delivery.SENT, delivery);
    }

    @Test
    void bytesThatThePeerHadAreSent() throws IOException {
        PeerListener upstream = peerListener(16);
        RecordingHandler handler = handler();
        Connection connection = connect(upstream.address(), ConnectOptions.DEFAULT, handler);
        Peer peer = accept(upstream);
        handler.opened();
        on(connection, () -> connection.write(Payload.ascii("request")));
        peer.receive(7);
        peer.reset();
        assertEquals(Delivery.SENT, deliveryAfter(handler, connection));
    }

    @Test
    void bytesThatCameBackAreAResponse() throws IOException {
        PeerListener upstream = peerListener(16);
        RecordingHandler handler = handler();
        Connection connection = connect(upstream.address(), ConnectOptions.DEFAULT, handler);
        Peer peer = accept(upstream);
        handler.opened();
        peer.send(Payload.ascii("1"));
        handler.received(1);
        peer.reset();
        assertEquals(Delivery.RESPONSE_STARTED, deliveryAfter(handler, connection));
        assertEquals(Delivery.NOTHING_SENT, OnLoop.call(loop(), () -> connection.delivery(0, 1)));
    }
}
