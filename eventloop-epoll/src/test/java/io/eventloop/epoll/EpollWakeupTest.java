package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
    void writesOnceForEachPollUnderWay() throws Exception {
        for (int i = 0; i < 200; i++) {
            Thread waker = new Thread(rig.poller::wakeup);
            waker.start();
            assertEquals(0, rig.poll(-1));
            waker.join();
        }
        assertEquals(200, writes.get());
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
    void writesNothingAfterTheClose() {
        rig.poller.close();
        rig.poller.wakeup();
        assertEquals(0, writes.get());
    }
}
