package io.eventloop.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.pool.PoolRig.Holder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callbacks that do more than their own: what the scenario with unruly holders found. */
class UnrulyHoldersTest {
    private final PoolRig rig = new PoolRig();

    private static PoolOptions.Builder options() {
        return PoolOptions.builder().guarded(false);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** Whoever waits for the end hears of it, be it over. */
    @Test
    void tellsOfItsEndWhoeverDrainsIt() {
        rig.listen().open(options().build());
        Holder holder = rig.acquire();
        List<String> order = new ArrayList<>();
        rig.pool.drain(PoolRig.SECOND, () -> {
            order.add("one");
            rig.pool.drain(PoolRig.SECOND, () -> order.add("within"));
        });
        rig.pool.drain(PoolRig.SECOND, () -> order.add("two"));
        assertEquals(List.of(), order);
        holder.lease.release();
        rig.run(PoolRig.SECOND);
        assertEquals(List.of("one", "within", "two"), order);
        rig.pool.drain(PoolRig.SECOND, () -> order.add("three"));
        assertEquals(List.of("one", "within", "two", "three"), order);
    }

    /** The object of a lease is used again for the next one: what the first holder throws then is not the second one's. */
    @Test
    void aLeaseReturnedWithinOnLeaseIsNotTakenFromTheNextHolder() {
        rig.expectedFailures = new ArrayList<>();
        rig.listen().open(options().build());
        rig.acquire().lease.release();
        Holder next = new Holder();
        Holder first = new Holder() {
            @Override
            public void onLease(Lease given) {
                given.release();
                rig.pool.acquire(rig.address(), PoolRig.SECOND, next);
                throw new IllegalStateException("on purpose");
            }
        };
        rig.pool.acquire(rig.address(), PoolRig.SECOND, first);
        rig.run(PoolRig.SECOND);
        assertEquals(1, rig.expectedFailures.size());
        assertNull(next.closed);
        assertEquals(1, rig.metrics().leased());
        next.lease.release();
        rig.assertEvicted(Eviction.DISCARDED, 0);
    }

    /** Its endpoint gave way to another one, and is known no more. */
    @Test
    void aDrainWaitsForEveryConnectionThatIsBeingClosed() throws IOException {
        List<Connection> stubborn = new ArrayList<>();
        rig.listen(connection -> new PoolRig.Silent() {
            @Override
            public void onInputClosed(Connection ended) {
                stubborn.add(ended);
            }
        });
        rig.serving.listen(rig.server.address(8), connection -> new PoolRig.Silent());
        rig.open(options().maxEndpoints(1).build());
        rig.acquire().lease.release();
        Holder other = new Holder();
        rig.pool.acquire(rig.server.address(8), PoolRig.SECOND, other);
        rig.run(PoolRig.SECOND.dividedBy(10));
        other.lease.discard();
        assertEquals(1, rig.metrics().closing());
        boolean[] drained = {false};
        rig.pool.drain(PoolRig.SECOND.multipliedBy(9), () -> drained[0] = true);
        assertFalse(drained[0]);
        stubborn.get(0).close();
        rig.run(PoolRig.SECOND.dividedBy(10));
        assertTrue(drained[0]);
        assertEquals(0, rig.metrics().closing());
    }

    /** The pool's timer, which would bound it, is cancelled by then. */
    @Test
    void aConnectThatClosesThePoolIsGivenUp() {
        rig.listen().open(options().build(), (remote, handler) -> {
            rig.pool.close();
            return rig.loop.connect(remote, ConnectOptions.DEFAULT, handler);
        });
        Holder holder = rig.ask(PoolRig.SECOND);
        assertEquals(AcquireFailure.Kind.POOL_CLOSED, holder.failure.kind());
        assertEquals(Connection.State.CLOSED, rig.made.get(0).state());
    }
}
