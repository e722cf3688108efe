package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.ReadySink;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each {@code poll(-1)} here hangs if a wake-up is lost. */
@Timeout(60)
class EpollWakeupTest {
    private final AtomicInteger writes = new AtomicInteger();
    private EpollRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new EpollRig(EpollRig.loopback(), () -> new Syscalls() {
            @Override
            int eventfd_write(int fd, long value) {
                writes.incrementAndGet();
                return super.eventfd_write(fd, value);
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void endsTheNextPollOnce() throws Exception {
        rig.poller.wakeup();
        assertEquals(0, rig.poll(-1));
        assertTrue(rig.events().isEmpty());
        assertEquals(0, rig.poll(1), "a second one would have to wait");
    }

    @Test
    void endsThePollUnderWayInAnotherThread() throws Exception {
        for (int i = 0; i < 200; i++) {
            Thread waker = new Thread(rig.poller::wakeup);
            waker.start();
            assertEquals(0, rig.poll(-1));
            waker.join();
        }
        assertEquals(200, writes.get());
    }

    @Test
    void isNotCountedBesideEvents() throws Exception {
        Link link = rig.link(1);
        EpollRig.send(link.peer(), "x");
        rig.poller.wakeup();
        rig.await(1, ReadySink.READABLE);
        assertEquals(1, rig.events().size());
    }

    @Test
    void writesOnceForAThousandBetweenTwoPolls() throws Exception {
        for (int round = 1; round <= 3; round++) {
            for (int i = 0; i < 1_000; i++) {
                rig.poller.wakeup();
            }
            assertEquals(round, writes.get());
            assertEquals(0, rig.poll(-1));
        }
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
                    rig.poller.wakeup();
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
        assertTrue(writes.get() <= threads * each);
    }

    @Test
    void writesNothingAfterTheClose() {
        rig.poller.close();
        rig.poller.wakeup();
        assertEquals(0, writes.get());
    }

    @Test
    void leavesAnInterruptedThreadInterrupted() throws Exception {
        Thread.currentThread().interrupt();
        try {
            rig.poller.wakeup();
            assertEquals(0, rig.poll(-1));
        } finally {
            assertTrue(Thread.interrupted());
        }
    }
}
