package io.eventloop.http.server;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What each address from which there are connections has open and under way. An address is forgotten with its last
 * connection, and one second after its last request at the earliest if requests are counted; a little later if the table
 * is full, for it is not searched for such addresses at each connection that comes.
 *
 * <p><b>Threading:</b> thread-safe: connections of one address are on several loops.
 */
final class ClientAddresses {
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** From one search to the next: with 65,536 addresses one takes about a millisecond. */
    static final long SEARCH_NANOS = 100_000_000L;

    private static final long NEVER = Long.MIN_VALUE;

    private final HttpServerLimits limits;
    private final ConcurrentHashMap<Object, Client> clients = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong nextSearchNanos = new AtomicLong(NEVER);

    ClientAddresses(HttpServerLimits limits) {
        this.limits = limits;
    }

    /** Counts a connection; null if the address may not have it. */
    Client connected(SocketAddress remote, long nowNanos) {
        Object key = remote instanceof InetSocketAddress inet ? inet.getAddress() : remote;
        if (count.get() >= limits.maxAddresses() && isSearchDue(nowNanos)) {
            forgetIdle(nowNanos);
        }
        return clients.compute(key, (k, known) -> {
            Client client = known;
            if (client == null) {
                if (count.get() >= limits.maxAddresses()) {
                    return null;
                }
                count.incrementAndGet();
                client = new Client(k, limits.maxRequestsPerSecondPerAddress(), nowNanos);
            }
            client.connections = client.connections + 1;
            return client;
        });
    }

    /** Whether the connection that was just counted is one too many. */
    boolean isAbove(Client client) {
        int max = limits.maxConnectionsPerAddress();
        return max > 0 && client.connections > max;
    }

    void disconnected(Client client, long nowNanos) {
        clients.computeIfPresent(client.key, (k, known) -> {
            known.connections = known.connections - 1;
            return isForgettable(known, nowNanos) ? null : known;
        });
    }

    /** With the bucket gone a client would have a full one again, so it is kept until it would be full anyway. */
    private boolean isForgettable(Client client, long nowNanos) {
        boolean is =
                client.connections == 0 && (client.bucket == null || nowNanos - client.lastRequestNanos > SECOND_NANOS);
        if (is) {
            count.decrementAndGet();
        }
        return is;
    }

    /** For one of the loops that ask. */
    private boolean isSearchDue(long nowNanos) {
        long next = nextSearchNanos.get();
        return (next == NEVER || nowNanos - next >= 0) && nextSearchNanos.compareAndSet(next, nowNanos + SEARCH_NANOS);
    }

    private void forgetIdle(long nowNanos) {
        for (Object key : clients.keySet()) {
            clients.computeIfPresent(key, (k, known) -> isForgettable(known, nowNanos) ? null : known);
        }
    }

    int count() {
        return count.get();
    }

    /** One address. */
    static final class Client {
        private final Object key;
        private final TokenBucket bucket;
        private final AtomicInteger inFlight = new AtomicInteger();
        private volatile long lastRequestNanos;

        /** Changed within the map's compute alone. */
        private volatile int connections;

        private Client(Object key, int perSecond, long nowNanos) {
            this.key = key;
            bucket = perSecond > 0 ? new TokenBucket(perSecond, nowNanos) : null;
            lastRequestNanos = nowNanos;
        }

        /** Counts a request, if it may have one more, now and within this second. */
        boolean tryBegin(int maxInFlight, long nowNanos) {
            if (inFlight.incrementAndGet() > maxInFlight && maxInFlight > 0 || !takesToken(nowNanos)) {
                inFlight.decrementAndGet();
                return false;
            }
            return true;
        }

        private boolean takesToken(long nowNanos) {
            if (bucket == null) {
                return true;
            }
            lastRequestNanos = nowNanos;
            synchronized (bucket) {
                return bucket.tryTake(nowNanos);
            }
        }

        void finish() {
            inFlight.decrementAndGet();
        }
    }
}
