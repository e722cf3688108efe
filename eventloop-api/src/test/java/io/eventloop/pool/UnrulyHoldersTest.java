package io.eventloop.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.eventloop.pool.PoolRig.Holder;
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
}
