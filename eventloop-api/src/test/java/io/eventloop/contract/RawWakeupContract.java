package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.ReadySink;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** That no wake-up of a poller is lost. Each {@code poll(-1)} here hangs if one is. */
public abstract class RawWakeupContract extends RawContract {
    @Test
    void endsTheNextPollOnce() throws Exception {
        rig.poller().wakeup();
        assertEquals(0, rig.poll(-1));
        assertTrue(rig.events().isEmpty());
        assertEquals(0, rig.poll(1), "a second one would have to wait");
    }

    @Test
    void endsThePollUnderWayInAnotherThread() throws Exception {
        for (int i = 0; i < 200; i++) {
            Thread waker = new Thread(rig.poller()::wakeup);
            waker.start();
            assertEquals(0, rig.poll(-1));
            waker.join();
        }
    }

    @Test
    void isNotCountedBesideEvents() throws Exception {
        Link link = rig.link(1);
        RawRig.send(link.peer(), "x");
        rig.poller().wakeup();
        rig.await(1, ReadySink.READABLE);
        assertEquals(1, rig.events().size());
    }

    @Test
    void losesNoneOfManyThreads() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        int threads = 4;
        int each = 5_000;
        Thread[] wakers = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            wakers[i] = new Thread(() -> {
                for (int n = 0; n < each; n++) {
                    asked.incrementAndGet();
                    rig.poller().wakeup();
                }
            });
            wakers[i].start();
        }
        // Whoever sees less than all of them before a poll is woken by those that come.
        while (asked.get() < threads * each) {
            rig.poll(-1);
        }
        for (Thread waker : wakers) {
            waker.join();
        }
    }

    @Test
    void survivesTheCloseOfAListener() throws Exception {
        rig.poller().wakeup();
        rig.listener().close();
        assertEquals(0, rig.poll(-1));
    }

    @Test
    void doesNothingAfterTheClose() {
        rig.poller().close();
        rig.poller().wakeup();
        rig.poller().close();
        assertThrows(IllegalStateException.class, rig::poll);
    }

    @Test
    void leavesAnInterruptedThreadInterrupted() throws Exception {
        Thread.currentThread().interrupt();
        try {
            rig.poller().wakeup();
            assertEquals(0, rig.poll(-1));
        } finally {
            assertTrue(Thread.interrupted());
        }
    }
}
