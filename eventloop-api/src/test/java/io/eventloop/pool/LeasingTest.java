package io.eventloop.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.Delivery;
import io.eventloop.pool.PoolRig.Holder;
import io.eventloop.testing.FaultPlan;
import io.eventloop.testing.LinkFaults;
import io.eventloop.testing.SystemFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One owner for each connection, who gets it back in the state of a new one or not at all. */
class LeasingTest {
    private static final PoolOptions PLAIN =
            PoolOptions.builder().guarded(false).build();

    private PoolRig rig = new PoolRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void leasesTheConnectionReturnedLast() {
        rig.listen().open(PLAIN);
        List<Holder> holders = rig.acquire(3);
        Connection last = holders.get(1).connection();
        holders.get(0).lease.release();
        holders.get(2).lease.release();
        holders.get(1).lease.release();
        Holder next = rig.ask(Duration.ZERO);
        assertSame(last, next.connection());
        assertEquals(2, next.lease.uses());
        assertEquals(1, rig.metrics().reused());
    }

    @Test
    void servesWithinTheCallWhenOneIsIdle() {
        rig.listen().open(PLAIN);
        rig.acquire().lease.release();
        Holder holder = new Holder();
        Acquisition done = rig.pool.acquire(rig.address(), Duration.ZERO, holder);
        assertNotNull(holder.lease);
        assertFalse(done.isWaiting());
        assertFalse(done.cancel());
    }

    @Test
    void neverLeasesOneConnectionTwice() {
        rig.listen().open(PLAIN);
        List<Holder> holders = rig.acquire(5);
        long distinct = holders.stream().map(Holder::connection).distinct().count();
        assertEquals(5, distinct);
    }

    /** must-survive C14: idle bytes => close. */
    @Test
    void aByteOnAnIdleConnectionClosesIt() {
        rig.listen().open(PLAIN);
        rig.acquire().lease.release();
        rig.accepted.get(0).write(new byte[] {1});
        rig.run(PoolRig.SECOND);
        rig.assertEvicted(Eviction.STRAY_BYTES, 1);
        assertEquals(0, rig.metrics().idle());
        assertEquals(Connection.State.CLOSED, rig.made.get(0).state());
        assertEquals(1, rig.acquire().lease.uses());
    }

    @Test
    void anEndOfAnIdleConnectionClosesIt() {
        rig.listen().open(PLAIN);
        rig.acquire().lease.release();
        rig.accepted.get(0).shutdownOutput();
        rig.run(PoolRig.SECOND);
        rig.assertEvicted(Eviction.PEER_CLOSED, 1);
        assertTrue(rig.accepted.get(0).isInputEnded(), "the peer saw no end");
    }

    @Test
    void aResetOfAnIdleConnectionRemovesIt() {
        rig.listen().open(PLAIN);
        rig.acquire().lease.release();
        rig.accepted.get(0).abort();
        rig.run(PoolRig.SECOND);
        rig.assertEvicted(Eviction.FAILED, 1);
    }

    /** must-survive C14: stale connection reuse. Events come late here, so nothing but a look at the socket tells. */
    @Test
    void neverLeasesAConnectionWhoseEndHasArrived() {
        rig.close();
        long found = 0;
        for (int seed = 1; seed <= 200; seed++) {
            SystemFaults late = SystemFaults.NONE.withReadiness(0, 0, 1, 0);
            rig = new PoolRig(new FaultPlan(LinkFaults.NONE, late), seed);
            rig.listen().open(PLAIN);
            rig.acquire().lease.release();
            rig.accepted.get(0).shutdownOutput();
            rig.run(Duration.ofNanos(rig.network.random().nextLong(120_000)));
            Holder holder = new Holder();
            rig.pool.acquire(rig.address(), Duration.ZERO, holder);
            if (holder.lease != null) {
                holder.connection().readNow();
                assertEquals(Connection.State.OPEN, holder.connection().state(), "seed " + seed);
                assertFalse(holder.connection().isInputEnded(), "seed " + seed);
                holder.lease.discard();
            } else {
                found++;
            }
            rig.close();
        }
        assertTrue(found > 20 && found < 180, found + " of 200 ends were there at the acquisition");
        rig = new PoolRig();
    }

    @Test
    void aReturnWithUnconsumedBytesCloses() {
        rig.listen().open(PLAIN);
        Holder holder = rig.acquire();
        holder.connection().handler((connection, in) -> {});
        rig.accepted.get(0).write(new byte[] {1, 2});
        rig.run(PoolRig.SECOND);
        holder.lease.release();
        rig.assertEvicted(Eviction.UNUSABLE, 1);
        assertEquals(1, rig.metrics().unfinished().get(Delivery.RESPONSE_STARTED));
        assertEquals(Connection.State.CLOSED, rig.made.get(0).state());
    }

    @Test
    void aReturnWithUnsentBytesCloses() {
        rig.listen().open(PLAIN);
        Holder holder = rig.acquire();
        holder.connection().write(new byte[10]);
        holder.lease.release();
        rig.assertEvicted(Eviction.UNUSABLE, 1);
        assertEquals(1, rig.metrics().unfinished().get(Delivery.NOTHING_SENT));
    }

    @Test
    void aReturnOfAHalfClosedConnectionCloses() {
        rig.listen().open(PLAIN);
        Holder holder = rig.acquire();
        holder.connection().shutdownOutput();
        holder.lease.release();
        rig.assertEvicted(Eviction.UNUSABLE, 1);
    }

    @Test
    void aCloseThatTheHolderBeganIsNotCutShort() {
        rig.listen().open(PLAIN);
        Holder holder = rig.acquire();
        holder.connection().write(new byte[100_000]);
        holder.connection().close();
        holder.lease.release();
        assertEquals(1, rig.metrics().closing());
        rig.run(PoolRig.SECOND);
        assertEquals(0, rig.metrics().closing());
        assertEquals(100_000, rig.accepted.get(0).bytesReceived());
    }

    /** must-survive C14: cancelled exchange => close. */
    @Test
    void aDiscardedExchangeIsNeverAnsweredToAnother() {
        rig.listen(connection -> (answering, in) -> {
                    byte[] answer = new byte[in.readableBytes()];
                    in.readBytes(answer, 0, answer.length);
                    answering.write(answer);
                })
                .open(PLAIN);
        Holder cancelled = rig.acquire();
        cancelled.connection().write(new byte[] {1});
        cancelled.connection().flush();
        cancelled.lease.discard();
        Holder next = rig.acquire();
        rig.run(PoolRig.SECOND);
        assertEquals(0, next.received);
        assertNotSame(rig.made.get(0), next.connection());
        assertEquals(1, rig.metrics().unfinished().get(Delivery.SENT));
        assertNull(cancelled.closed, "a callback after the return");
    }

    @Test
    void isGivenBackAsItWasNew() {
        rig.listen().open(PLAIN);
        Holder holder = rig.acquire();
        ConnectionLimits before = holder.connection().limits();
        holder.connection().limits(before.toBuilder().maxInboundBytes(17).build());
        holder.connection().pauseReading();
        holder.lease.release();
        Holder next = rig.ask(Duration.ZERO);
        assertEquals(before, next.connection().limits());
        assertFalse(next.connection().isReadingPaused());
    }

    /** Within a callback of the connection more may follow what is being looked at: it is leased later, in the same turn. */
    @Test
    void aConnectionReturnedInItsOwnCallbackIsLookedAtOnceMore() {
        rig.listen().open(PLAIN);
        Holder first = rig.acquire();
        Holder second = new Holder();
        first.connection().handler((connection, in) -> {
            in.skip(in.readableBytes());
            first.lease.release();
            rig.pool.acquire(rig.address(), PoolRig.SECOND, second);
            assertNull(second.lease);
        });
        rig.accepted.get(0).write(new byte[] {1});
        assertTrue(rig.network.runUntil(() -> second.lease != null, PoolRig.SECOND));
        assertSame(rig.made.get(0), second.connection());
    }

    @Test
    void anEndRightBehindTheAnswerIsSeenBeforeTheNextLease() {
        rig.listen().open(PLAIN);
        Holder first = rig.acquire();
        Holder second = new Holder();
        first.connection().handler((connection, in) -> {
            in.skip(in.readableBytes());
            first.lease.release();
            rig.pool.acquire(rig.address(), PoolRig.SECOND, second);
        });
        rig.client.stall(Duration.ofMillis(100));
        rig.accepted.get(0).write(new byte[] {1});
        rig.accepted.get(0).shutdownOutput();
        assertTrue(rig.network.runUntil(() -> second.completions > 0, PoolRig.SECOND));
        assertNotSame(rig.made.get(0), second.connection());
    }

    @Test
    void aListenerThatThrowsLosesItsLease() {
        rig.listen().open(PLAIN);
        RuntimeException careless = new RuntimeException("careless");
        rig.expectedFailures = new ArrayList<>();
        LeaseListener throwing = new LeaseListener() {
            @Override
            public void onLease(Lease lease) {
                throw careless;
            }

            @Override
            public void onFailed(AcquireFailure failure) {}
        };
        rig.pool.acquire(rig.address(), PoolRig.SECOND, throwing);
        rig.run(PoolRig.SECOND);
        assertEquals(0, rig.metrics().leased());
        rig.assertEvicted(Eviction.DISCARDED, 1);
        assertEquals(1, rig.expectedFailures.size());
        assertSame(careless, rig.expectedFailures.get(0).getCause());
    }

    @Test
    void refusesOtherThreads() throws InterruptedException {
        rig.listen().open(PLAIN);
        Holder holder = new Holder();
        IllegalStateException[] thrown = new IllegalStateException[1];
        Thread stranger = new Thread(
                () -> thrown[0] = assertThrows(
                        IllegalStateException.class, () -> rig.pool.acquire(rig.address(), PoolRig.SECOND, holder)),
                "stranger");
        stranger.start();
        stranger.join();
        assertTrue(thrown[0].getMessage().contains("stranger"), thrown[0].getMessage());
    }

    /** A login before the connection is of use: the pool hears of it only then. */
    private static final class Login implements ConnectionHandler {
        private final ConnectionHandler pool;

        Login(ConnectionHandler pool) {
            this.pool = pool;
        }

        @Override
        public void onOpen(Connection connection) {
            connection.write(new byte[] {'?'});
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            in.skip(1);
            connection.handler(pool);
            pool.onOpen(connection);
        }

        @Override
        public void onClosed(Connection connection, io.eventloop.CloseReason reason) {
            pool.onClosed(connection, reason);
        }
    }

    @Test
    void aConnectionCountsAsUsableAfterItsLogin() {
        rig.listen(connection -> (answering, in) -> answering.write(in.detach()))
                .open(PLAIN, login());
        Holder holder = rig.acquire();
        assertEquals(1, holder.connection().bytesReceived());
        assertEquals(Delivery.NOTHING_SENT, holder.lease.delivery());
        holder.lease.release();
        assertEquals(1, rig.metrics().idle());
    }

    @Test
    void aLoginThatHangsIsAConnectThatFailed() {
        PoolOptions options = PoolOptions.builder()
                .guarded(false)
                .connectTimeout(PoolRig.SECOND)
                .build();
        rig.listen().open(options, login());
        Holder holder = rig.acquire();
        assertEquals(AcquireFailure.Kind.CONNECT_FAILED, holder.failure.kind());
        assertTrue(holder.failure.connectFailure().orElseThrow().getMessage().contains("PT1S"));
        assertEquals(Connection.State.CLOSED, rig.made.get(0).state());
    }

    private PoolConnector login() {
        PoolConnector plain = PoolConnector.of(rig.loop);
        return (remote, pool) -> plain.connect(remote, new Login(pool));
    }
}
