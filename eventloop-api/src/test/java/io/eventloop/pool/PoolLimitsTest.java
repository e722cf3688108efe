package io.eventloop.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Connection;
import io.eventloop.pool.PoolRig.Holder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every count of a pool has a bound, and every wait an end. */
class PoolLimitsTest {
    private final PoolRig rig = new PoolRig();

    private static PoolOptions.Builder options() {
        return PoolOptions.builder().guarded(false).jitterPercent(0);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void connectsInFlightAndConnectionsStayWithinTheirLimits() {
        rig.listen().open(options().maxConnections(10, 3).maxWaiters(2000).build());
        rig.network
                .invariants()
                .always("3 connects in flight", () -> rig.metrics().connecting() <= 3);
        rig.network
                .invariants()
                .always("10 connections", () -> rig.loop.metrics().active() <= 10);
        List<Holder> holders = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            holders.add(rig.ask(Duration.ofMinutes(1)));
        }
        rig.run(PoolRig.SECOND);
        assertEquals(10, rig.metrics().leased());
        assertEquals(3, rig.metrics().peakConnecting());
        assertEquals(10, rig.metrics().peakConnections());
        for (int served = 0; served < 1000; served++) {
            Holder holder = holders.get(served);
            assertNotNull(holder.lease, "not served in the order they came: " + served);
            holder.lease.release();
        }
        assertTrue(holders.stream().allMatch(holder -> holder.completions == 1));
        assertEquals(10, rig.metrics().connects());
    }

    @Test
    void oneMoreThanMayWaitFails() {
        rig.listen().open(options().maxConnections(1, 1).maxWaiters(2).build());
        Holder holder = rig.acquire();
        rig.ask(PoolRig.SECOND);
        rig.ask(PoolRig.SECOND);
        Holder refused = rig.ask(PoolRig.SECOND);
        assertEquals(AcquireFailure.Kind.TOO_MANY_WAITERS, refused.failure.kind());
        holder.lease.release();
    }

    @Test
    void aWaitEndsAtItsDeadline() {
        rig.listen().open(options().maxConnections(1, 1).build());
        rig.acquire();
        Holder patient = rig.ask(Duration.ofSeconds(3));
        Holder hasty = rig.ask(PoolRig.SECOND);
        rig.run(Duration.ofMillis(900));
        assertEquals(0, hasty.completions);
        rig.run(Duration.ofMillis(200));
        assertEquals(AcquireFailure.Kind.TIMED_OUT, hasty.failure.kind());
        assertEquals(0, patient.completions);
        rig.run(Duration.ofSeconds(2));
        assertEquals(1, patient.completions);
        Map<AcquireFailure.Kind, Long> failed = rig.metrics().failed();
        assertEquals(2, failed.get(AcquireFailure.Kind.TIMED_OUT));
        assertEquals(List.of(AcquireFailure.Kind.values()), List.copyOf(failed.keySet()));
    }

    @Test
    void whoDoesNotWaitFailsAtOnce() {
        rig.listen().open(options().build());
        Holder holder = rig.ask(Duration.ZERO);
        assertEquals(AcquireFailure.Kind.TIMED_OUT, holder.failure.kind());
    }

    @Test
    void aCancelledOneIsPassedOver() {
        rig.listen().open(options().maxConnections(1, 1).build());
        Holder holder = rig.acquire();
        Holder cancelled = new Holder();
        Acquisition acquisition = rig.pool.acquire(rig.address(), PoolRig.SECOND, cancelled);
        Holder next = rig.ask(PoolRig.SECOND);
        assertTrue(acquisition.isWaiting());
        assertTrue(acquisition.cancel());
        assertFalse(acquisition.cancel());
        assertFalse(acquisition.isWaiting());
        holder.lease.release();
        assertEquals(0, cancelled.completions);
        assertNotNull(next.lease);
        assertEquals(1, rig.metrics().cancelled());
    }

    /** A listener that asks again from within its callback takes its turn: the loop goes on. */
    @Test
    void serversOfThemselvesDoNotHoldUpTheLoop() {
        rig.listen().open(options().maxConnections(1, 1).build());
        Holder holder = rig.acquire();
        int[] served = new int[1];
        LeaseListener again = new LeaseListener() {
            @Override
            public void onLease(Lease lease) {
                served[0]++;
                if (served[0] < 100) {
                    rig.pool.acquire(rig.address(), PoolRig.SECOND, this);
                }
                lease.release();
            }

            @Override
            public void onFailed(AcquireFailure failure) {}
        };
        rig.pool.acquire(rig.address(), PoolRig.SECOND, again);
        holder.lease.release();
        assertTrue(served[0] < 100, "served " + served[0] + " within one call");
        assertTrue(rig.network.runUntil(() -> served[0] == 100, PoolRig.SECOND));
    }

    @Test
    void noMoreThanMayBeAreIdle() {
        rig.listen().open(options().maxConnections(5, 5).idle(0, 2).build());
        List<Holder> holders = rig.acquire(5);
        Connection kept = holders.get(4).connection();
        holders.forEach(holder -> holder.lease.release());
        assertEquals(2, rig.metrics().idle());
        rig.assertEvicted(Eviction.SURPLUS, 3);
        assertSame(kept, rig.ask(Duration.ZERO).connection());
    }

    @Test
    void theEndpointLongestUnusedGivesWay() {
        rig.listen().open(options().maxEndpoints(2).build());
        try {
            rig.serving.listen(rig.server.address(8), connection -> new PoolRig.Silent());
            rig.serving.listen(rig.server.address(9), connection -> new PoolRig.Silent());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        rig.acquire().lease.release();
        rig.run(PoolRig.SECOND);
        Holder second = new Holder();
        rig.pool.acquire(rig.server.address(8), PoolRig.SECOND, second);
        rig.run(PoolRig.SECOND);
        assertNotNull(second.lease);
        Holder third = new Holder();
        rig.pool.acquire(rig.server.address(9), PoolRig.SECOND, third);
        rig.run(PoolRig.SECOND);
        assertNotNull(third.lease);
        assertEquals(2, rig.metrics().endpoints());
        rig.assertEvicted(Eviction.SURPLUS, 1);
        Holder refused = rig.ask(PoolRig.SECOND);
        assertEquals(AcquireFailure.Kind.TOO_MANY_ENDPOINTS, refused.failure.kind());
        assertFalse(rig.pool.warm(rig.address()));
    }

    @Test
    void idleConnectionsEndAfterTheIdleTimeout() {
        rig.listen().open(options().idleTimeout(Duration.ofSeconds(20)).build());
        rig.acquire().lease.release();
        rig.run(Duration.ofSeconds(19));
        assertEquals(1, rig.metrics().idle());
        rig.run(Duration.ofSeconds(2));
        rig.assertEvicted(Eviction.IDLE_TIMEOUT, 1);
        assertEquals(0, rig.loop.metrics().timersArmed());
    }

    @Test
    void aConnectionPastItsLifetimeIsNotLeasedAgain() {
        rig.listen().open(options().maxLifetime(Duration.ofSeconds(10)).build());
        Holder holder = rig.acquire();
        rig.run(Duration.ofSeconds(11));
        assertNull(holder.closed, "a leased connection is left alone");
        holder.lease.release();
        rig.assertEvicted(Eviction.LIFETIME, 1);
        rig.acquire().lease.release();
        rig.run(Duration.ofSeconds(11));
        rig.assertEvicted(Eviction.LIFETIME, 2);
    }

    @Test
    void connectionsMadeTogetherDoNotEndTogether() {
        rig.listen()
                .open(PoolOptions.builder()
                        .guarded(false)
                        .idleTimeout(Duration.ofSeconds(100))
                        .build());
        rig.acquire(20).forEach(holder -> holder.lease.release());
        rig.run(Duration.ofSeconds(79));
        assertEquals(20, rig.metrics().idle());
        long before = 20;
        int steps = 0;
        for (int i = 0; i < 22; i++) {
            rig.run(PoolRig.SECOND);
            steps += rig.metrics().idle() < before ? 1 : 0;
            before = rig.metrics().idle();
        }
        assertEquals(0, before);
        assertTrue(steps >= 6, "ended in " + steps + " steps");
    }

    @Test
    void theMinimumIsKeptWarm() {
        rig.listen()
                .open(options().idle(3, 10).idleTimeout(Duration.ofSeconds(20)).build());
        assertTrue(rig.pool.warm(rig.address()));
        rig.run(PoolRig.SECOND);
        assertEquals(3, rig.metrics().idle());
        Holder holder = rig.ask(Duration.ZERO);
        rig.accepted.get(0).abort();
        rig.run(Duration.ofSeconds(60));
        assertEquals(3, rig.metrics().idle());
        rig.assertEvicted(Eviction.IDLE_TIMEOUT, 0);
        holder.lease.release();
    }

    @Test
    void aPeersIdleTimeoutIsLearnedAndForestalled() {
        rig.listen().open(options().build());
        for (int i = 0; i < 3; i++) {
            rig.acquire().lease.release();
            Connection served = rig.accepted.get(rig.accepted.size() - 1);
            rig.run(Duration.ofSeconds(5));
            served.close();
            rig.run(PoolRig.SECOND);
        }
        long lost = rig.metrics().evicted().get(Eviction.PEER_CLOSED);
        long forestalled = rig.metrics().evicted().get(Eviction.PEER_IDLE_TIMEOUT);
        assertEquals(2, lost);
        assertEquals(1, forestalled);
    }

    @Test
    void aRestartTeachesNoIdleTimeout() {
        rig.listen().open(options().build());
        rig.acquire(8).forEach(holder -> holder.lease.release());
        rig.run(Duration.ofSeconds(5));
        List.copyOf(rig.accepted).forEach(Connection::close);
        rig.run(PoolRig.SECOND);
        rig.assertEvicted(Eviction.PEER_CLOSED, 8);
        rig.acquire().lease.release();
        rig.run(Duration.ofSeconds(6));
        assertEquals(1, rig.metrics().idle());
    }

    @Test
    void aLimitThatMakesNoSenseIsNamed() {
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class,
                () -> PoolOptions.builder().maxConnections(4, 5).build());
        assertEquals("maxConnecting is 5, must be within 1..4", thrown.getMessage());
        IntStream.of(0, -1)
                .forEach(millis -> assertThrows(
                        IllegalArgumentException.class,
                        () -> PoolOptions.builder()
                                .connectTimeout(Duration.ofMillis(millis))
                                .build()));
    }
}
