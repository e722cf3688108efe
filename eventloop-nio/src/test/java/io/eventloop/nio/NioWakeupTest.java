package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.contract.RawRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
    void anInterruptedThreadDoesNotWait() throws Exception {
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
