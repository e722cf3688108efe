package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.contract.RawRig;
import io.eventloop.contract.RawRig.Link;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each {@code poll(-1)} here hangs if a wake-up is lost. */
@Timeout(60)
class NioWakeupTest {
    private RawRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RawRig(new NioTransport());
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void endsTheNextPoll() throws Exception {
        rig.poller().wakeup();
        assertEquals(0, rig.poll(-1));
    }

    @Test
    void endsThePollUnderWayInAnotherThread() throws Exception {
        for (int i = 0; i < 100; i++) {
            Thread waker = new Thread(rig.poller()::wakeup);
            waker.start();
            assertEquals(0, rig.poll(-1));
            waker.join();
        }
    }

    @Test
    void isSeenBesideEvents() throws Exception {
        Link link = rig.link(1);
        RawRig.send(link.peer(), "x");
        rig.poller().wakeup();
        rig.await(1, ReadySink.READABLE);
    }

    @Test
    void makesOneSystemCallForAThousandBetweenTwoPolls() throws Exception {
        Path statistics = Path.of("/proc/thread-self/io");
        Assumptions.assumeTrue(Files.isReadable(statistics), "needs Linux with I/O accounting");
        for (int round = 0; round < 3; round++) {
            long before = writeCalls(statistics);
            for (int i = 0; i < 1_000; i++) {
                rig.poller().wakeup();
            }
            assertEquals(1, writeCalls(statistics) - before);
            assertEquals(0, rig.poll(-1));
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
        assertThrows(ClosedSelectorException.class, rig::poll);
    }

    @Test
    void leavesAnInterruptedThreadInterrupted() throws Exception {
        Thread.currentThread().interrupt();
        try {
            assertEquals(0, rig.poll(-1));
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    private static long writeCalls(Path statistics) throws IOException {
        for (String line : Files.readAllLines(statistics)) {
            if (line.startsWith("syscw: ")) {
                return Long.parseLong(line.substring("syscw: ".length()));
            }
        }
        throw new IOException("no syscw in " + statistics);
    }
}
