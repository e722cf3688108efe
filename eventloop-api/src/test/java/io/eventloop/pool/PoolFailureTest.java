package io.eventloop.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Connection;
import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import io.eventloop.pool.PoolRig.Holder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connects that fail, holders that err, and the end of a pool: nobody waits for ever, nothing is lost. */
class PoolFailureTest {
    private final PoolRig rig = new PoolRig();

    private static PoolOptions.Builder options() {
        return PoolOptions.builder().guarded(false);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** must-survive C14: waiter leak on connect timeout. */
    @Test
    void aFailedConnectFailsThoseWhoHaveNothingElseToWaitFor() {
        rig.open(options().maxConnections(4, 1).build());
        List<Holder> holders = List.of(rig.ask(PoolRig.SECOND), rig.ask(PoolRig.SECOND));
        rig.run(Duration.ofMillis(10));
        for (Holder holder : holders) {
            assertEquals(1, holder.completions);
            assertEquals(AcquireFailure.Kind.CONNECT_FAILED, holder.failure.kind());
            SystemCallException cause =
                    (SystemCallException) holder.failure.connectFailure().orElseThrow();
            assertEquals(Errno.ECONNREFUSED, cause.errno());
        }
    }

    @Test
    void aFailedConnectHarmsNobodyWhoMayGetAReturnedOne() {
        rig.listen().open(options().maxConnections(4, 1).build());
        Holder holder = rig.acquire();
        rig.client.descriptorLimit(rig.client.openDescriptors());
        Holder waiting = rig.ask(PoolRig.SECOND);
        rig.run(Duration.ofMillis(500));
        assertEquals(0, waiting.completions);
        holder.lease.release();
        assertNotNull(waiting.lease);
    }

    /** must-survive C8, C9: without descriptors it backs off, keeps none, and goes on when there are some again. */
    @Test
    void backsOffWithoutDescriptors() {
        rig.listen().open(options().failFast(false).maxConnections(8, 4).build());
        rig.client.descriptorLimit(rig.client.openDescriptors());
        Holder holder = rig.ask(Duration.ofMinutes(5));
        rig.run(Duration.ofMinutes(1));
        long tries = rig.metrics().connects();
        // One a second at most, each after at least half of the wait.
        assertTrue(tries >= 30 && tries <= 140, tries + " tries in a minute");
        assertEquals(0, holder.completions);
        rig.client.descriptorLimit(1000);
        rig.run(Duration.ofSeconds(2));
        assertNotNull(holder.lease);
    }

    /** The wait after a failed connect has nothing but a timer, which the end of a loop drops. */
    @Test
    void theEndOfTheLoopFailsThoseWhoWait() {
        rig.open(options().failFast(false).build());
        Holder holder = rig.ask(Duration.ofMinutes(5));
        rig.run(Duration.ofSeconds(10));
        assertEquals(0, holder.completions);
        rig.client.groups().get(0).close();
        rig.network.run(PoolRig.SECOND);
        assertEquals(1, holder.completions);
        assertEquals(AcquireFailure.Kind.POOL_CLOSED, holder.failure.kind());
        rig.pool = null; // closed with its loop
    }

    @Test
    void whoAsksDuringTheWaitIsServedAfterIt() {
        rig.open(options().backoff(PoolRig.SECOND, PoolRig.SECOND).build());
        assertNotNull(rig.acquire().failure);
        rig.listen();
        Holder holder = rig.ask(Duration.ofMinutes(1));
        assertEquals(1, rig.metrics().connects());
        rig.run(PoolRig.SECOND);
        assertNotNull(holder.lease);
    }

    @Test
    void aConnectorThatThrowsIsAConnectThatFailed() {
        IllegalStateException mistake = new IllegalStateException("mistake");
        rig.open(options().build(), (remote, pool) -> {
            throw mistake;
        });
        Holder holder = rig.ask(PoolRig.SECOND);
        assertSame(mistake, holder.failure.connectFailure().orElseThrow());
    }

    @Test
    void aPeerThatEndsEveryNewConnectionIsNotConnectedToWithoutPause() {
        rig.listen(connection -> {
                    connection.close();
                    return new PoolRig.Silent();
                })
                .open(options().idle(2, 4).build());
        rig.pool.warm(rig.address());
        rig.run(Duration.ofMinutes(1));
        assertTrue(rig.metrics().connects() <= 300, rig.metrics().connects() + " connects in a minute");
    }

    @Test
    void aSecondReturnIsCountedAndIgnored() {
        rig.listen().open(options().build());
        Holder holder = rig.acquire();
        Lease lease = holder.lease;
        lease.release();
        lease.release();
        lease.discard();
        assertEquals(2, rig.metrics().doubleReturns());
        assertEquals(1, rig.metrics().idle());
    }

    /** must-survive C14: double release. */
    @Test
    void guardedLeasesTellWhereTheyWereReturned() {
        rig.listen().open(options().guarded(true).build());
        Lease lease = rig.acquire().lease;
        giveBack(lease);
        Holder next = rig.ask(Duration.ZERO);
        IllegalStateException thrown = assertThrows(IllegalStateException.class, lease::release);
        assertTrue(stackOf(thrown.getCause()).contains("giveBack"));
        assertThrows(IllegalStateException.class, lease::connection);
        assertThrows(IllegalStateException.class, lease::delivery);
        assertEquals(1, rig.metrics().leased());
        next.lease.release();
    }

    private static void giveBack(Lease lease) {
        lease.release();
    }

    private static String stackOf(Throwable thrown) {
        return List.of(thrown.getStackTrace()).toString();
    }

    /** What the pool logs, with the stacks. */
    private static final class Log extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger("io.eventloop.pool");
        final List<String> reports = new ArrayList<>();

        Log() {
            logger.addHandler(this);
        }

        @Override
        public void publish(LogRecord logged) {
            reports.add(logged.getMessage() + " " + stackOf(logged.getThrown()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }

    private void forget() {
        rig.pool.acquire(rig.address(), PoolRig.SECOND, new Holder());
    }

    @Test
    void aLeaseHeldTooLongIsReportedOnceWithTheStackThatAcquiredIt() {
        rig.listen().open(options().guarded(true).build());
        rig.acquire().lease.release();
        try (Log log = new Log()) {
            forget();
            rig.run(Duration.ofMinutes(5));
            assertEquals(1, log.reports.size(), log.reports.toString());
            assertTrue(log.reports.get(0).contains("has not been returned for PT1M"), log.reports.get(0));
            assertTrue(log.reports.get(0).contains("forget"), log.reports.get(0));
            rig.pool.close();
            rig.run(Duration.ofSeconds(10));
            assertEquals(2, log.reports.size());
            assertTrue(log.reports.get(1).contains("was not returned when its pool was closed"), log.reports.get(1));
        }
        assertEquals(2, rig.metrics().leaksReported());
    }

    @Test
    void thePlaceOfALeaseThatNobodyReturnsIsFoundAgain() {
        rig.listen().open(options().guarded(true).maxConnections(1, 1).build());
        Holder careless = askForTheFirst();
        Holder waiting = rig.ask(Duration.ofMinutes(1));
        try (Log log = new Log()) {
            rig.accepted.get(0).abort();
            rig.run(Duration.ofSeconds(20));
            assertEquals(1, log.reports.size(), log.reports.toString());
            assertTrue(log.reports.get(0).contains("askForTheFirst"), log.reports.get(0));
        }
        assertNotNull(careless.closed);
        assertNotNull(waiting.lease);
        rig.assertEvicted(Eviction.ABANDONED, 1);
        careless.lease.release();
        assertEquals(1, rig.metrics().leased());
    }

    /** It has to wait for the connect: the stack is that of the call, not of the loop that served it. */
    private Holder askForTheFirst() {
        return rig.acquire();
    }

    @Test
    void aDrainServesThoseWhoWaitAndEndsWithTheLastReturn() {
        rig.listen().open(options().maxConnections(2, 2).build());
        List<Holder> holders = rig.acquire(2);
        Holder waiting = rig.ask(Duration.ofSeconds(50));
        int[] done = new int[1];
        rig.pool.drain(Duration.ofMinutes(1), () -> done[0]++);
        assertEquals(
                AcquireFailure.Kind.POOL_CLOSED, rig.ask(PoolRig.SECOND).failure.kind());
        holders.get(0).lease.release();
        assertNotNull(waiting.lease);
        waiting.lease.release();
        rig.run(PoolRig.SECOND);
        assertEquals(0, done[0]);
        holders.get(1).lease.release();
        rig.run(PoolRig.SECOND);
        assertEquals(1, done[0]);
        rig.assertEvicted(Eviction.DRAINED, 2);
        rig.run(Duration.ofMinutes(2));
        assertEquals(1, done[0]);
    }

    @Test
    void aDrainEndsAtItsLimit() {
        rig.listen().open(options().build());
        Holder holder = rig.acquire();
        int[] done = new int[1];
        rig.pool.drain(PoolRig.SECOND, () -> done[0]++);
        rig.run(Duration.ofSeconds(2));
        assertEquals(1, done[0]);
        assertNotNull(holder.closed);
        holder.lease.release();
        rig.assertEvicted(Eviction.POOL_CLOSED, 1);
    }

    @Test
    void aCloseCompletesEveryWaiter() {
        rig.listen().open(options().maxConnections(2, 1).build());
        Holder holder = rig.acquire();
        List<Holder> waiting = List.of(rig.ask(PoolRig.SECOND), rig.ask(PoolRig.SECOND));
        rig.pool.close();
        for (Holder one : waiting) {
            assertEquals(AcquireFailure.Kind.POOL_CLOSED, one.failure.kind());
        }
        assertEquals(Connection.State.CLOSED, rig.made.get(1).state(), "a connect in flight goes on");
        rig.run(PoolRig.SECOND);
        assertNotNull(holder.closed);
        assertEquals(
                AcquireFailure.Kind.POOL_CLOSED, rig.ask(PoolRig.SECOND).failure.kind());
    }

    /** Found by the simulation, seed 1641. */
    @Test
    void noCallbackComesAfterAReturnToAClosedPool() {
        rig.listen().open(options().build());
        Holder holder = rig.acquire();
        rig.pool.close();
        holder.lease.release();
        rig.run(PoolRig.SECOND);
        assertNull(holder.closed);
        assertEquals(Connection.State.CLOSED, rig.made.get(0).state());
    }

    @Test
    void aGroupThatDrainsKeepsNothingIdle() {
        rig.listen().open(options().idle(2, 4).build());
        rig.pool.warm(rig.address());
        rig.run(PoolRig.SECOND);
        assertEquals(2, rig.metrics().idle());
        rig.client.groups().get(0).shutdown(Duration.ofMinutes(1));
        rig.run(Duration.ofSeconds(10));
        assertTrue(rig.client.groups().get(0).closed().isDone());
        assertEquals(0, rig.metrics().idle());
        rig.assertEvicted(Eviction.DRAINED, 2);
        rig.pool = null;
    }

    /** None is idle when the group begins to drain, so that the pool is not told by any of them. */
    @Test
    void aGroupThatDrainsKeepsNothingThatIsReturned() {
        rig.listen().open(options().idleTimeout(Duration.ZERO).build());
        Holder holder = rig.acquire();
        rig.client.groups().get(0).shutdown(Duration.ofMinutes(5));
        rig.run(PoolRig.SECOND);
        rig.loop.execute(() -> holder.lease.release());
        rig.run(Duration.ofSeconds(10));
        assertTrue(rig.client.groups().get(0).closed().isDone());
        rig.assertEvicted(Eviction.DRAINED, 1);
        rig.pool = null;
    }

    @Test
    void theEndOfTheLoopCompletesEveryWaiter() {
        rig.listen().open(options().maxConnections(2, 1).build());
        Holder holder = rig.acquire();
        Holder waiting = rig.ask(Duration.ofMinutes(1));
        rig.client.groups().get(0).close();
        assertNotNull(holder.closed);
        assertEquals(1, waiting.completions);
        assertNull(waiting.lease);
        rig.pool = null;
    }
}
