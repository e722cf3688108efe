package io.eventloop.samples;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Delivery;
import io.eventloop.EventLoop;
import io.eventloop.Timer;
import io.eventloop.pool.AcquireFailure;
import io.eventloop.pool.ConnectionPool;
import io.eventloop.pool.Lease;
import io.eventloop.pool.LeaseListener;
import io.eventloop.pool.PoolConnector;
import io.eventloop.pool.PoolMetrics;
import io.eventloop.pool.PoolOptions;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that each send one request after the other over one pool, and count. Servers are numbered from 0; a connection is
 * of the server that was the current one when it was established, or of an older one.
 */
final class PoolLoad {
    private final EventLoop loop;
    private final SocketAddress remote;
    private final byte[] request;
    private final int answerBytes;
    private final ConnectionPool[] pool = new ConnectionPool[1];
    private final AtomicInteger currentServer = new AtomicInteger();
    private final AtomicInteger deadServer = new AtomicInteger(-1);
    private final Map<Connection, Integer> serverOf = new HashMap<>();
    private final Map<Delivery, Long> failures = new EnumMap<>(Delivery.class);
    private final Map<AcquireFailure.Kind, Long> unserved = new EnumMap<>(AcquireFailure.Kind.class);

    /** The last server whose ends had arrived when the pool was called. */
    private int deadSeen = -1;

    private long staleLeases;
    private long answered;
    private boolean ending;

    PoolLoad(EventLoop loop, SocketAddress remote, byte[] request, int answerBytes) {
        this.loop = loop;
        this.remote = remote;
        this.request = request;
        this.answerBytes = answerBytes;
    }

    void begin(int clients) {
        PoolOptions options = PoolOptions.builder()
                .maxConnections(32, 4)
                .backoff(Duration.ofMillis(5), Duration.ofMillis(50))
                .build();
        PoolConnector noting = (to, handler) -> loop.connect(to, ConnectOptions.DEFAULT, new Noting(handler));
        pool[0] = new ConnectionPool(loop, options, noting);
        for (int i = 0; i < clients; i++) {
            new Client().next();
        }
    }

    /** The server is dead and its ends have arrived; another one takes its place. From any thread. */
    void serverDied() {
        deadServer.set(currentServer.getAndIncrement());
    }

    void end(CompletableFuture<PoolMetrics> done) {
        ending = true;
        pool[0].drain(Duration.ofSeconds(5), () -> done.complete(pool[0].metrics()));
    }

    long staleLeases() {
        return staleLeases;
    }

    long answered() {
        return answered;
    }

    @Override
    public String toString() {
        return answered + " answered, failed requests " + failures + ", acquisitions " + unserved + ", stale leases "
                + staleLeases;
    }

    /** Notes the server of a connection, as a login would do its work. */
    private final class Noting implements ConnectionHandler {
        private final ConnectionHandler handler;

        Noting(ConnectionHandler handler) {
            this.handler = handler;
        }

        @Override
        public void onOpen(Connection connection) {
            serverOf.put(connection, currentServer.get());
            connection.handler(handler);
            handler.onOpen(connection);
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            throw new IllegalStateException("bytes before the first request");
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            handler.onClosed(connection, reason);
        }
    }

    private final class Client implements LeaseListener, ConnectionHandler {
        private final Timer pause = loop.timer(this::next);
        private Lease lease;

        void next() {
            if (!ending) {
                deadSeen = deadServer.get();
                pool[0].acquire(remote, Duration.ofSeconds(5), this);
            }
        }

        @Override
        public void onLease(Lease given) {
            lease = given;
            Connection connection = given.connection();
            if (serverOf.get(connection) <= deadSeen) {
                staleLeases++;
            }
            connection.handler(this);
            connection.write(request);
            connection.flush();
        }

        @Override
        public void onFailed(AcquireFailure failure) {
            unserved.merge(failure.kind(), 1L, Long::sum);
            pause.scheduleNanos(1_000_000);
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            if (in.readableBytes() >= answerBytes) {
                in.skip(answerBytes);
                answered++;
                deadSeen = deadServer.get();
                lease.release();
                loop.execute(this::next);
            }
        }

        @Override
        public void onInputClosed(Connection connection) {
            // Before there is an answer: what is claimed then has to hold for good.
            connection.abort();
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            failures.merge(lease.delivery(), 1L, Long::sum);
            serverOf.remove(connection);
            deadSeen = deadServer.get();
            lease.discard();
            pause.scheduleNanos(1_000_000);
        }
    }
}
