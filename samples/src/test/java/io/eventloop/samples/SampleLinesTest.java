package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each sample prints of itself between its start and its end. */
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "no SIGTERM there")
class SampleLinesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo --host | , threads 2, listening on 127.0.0.1:\\d+ | 5000 | accepted 0, active 0, refused 0",
                "chat --host | , listening on 127.0.0.1:\\d+ | 1000 | accepted 0, shed 0",
                "http-server --host | , threads 2, listening on 127.0.0.1:\\d+ | 5000 | connections 0, requests 0,"
                        + " responses {2=0, 3=0, 4=0, 5=0}, aborted 0",
                "redis-proxy --host | , threads 2, listening on 127.0.0.1:\\d+, server 127.0.0.1:6379 | 10000 | clients 0,"
                        + " active 0, refused 0; commands shared 0, refused 0; pinned 0 times, for good 0; shared"
                        + " connections lost 0; clients cut for not reading 0",
                "tcp-proxy --listen | , threads 2, listening on 127.0.0.1:\\d+, backend 127.0.0.1:8081 | 10000 | accepted 0,"
                        + " active 0, refused 0, failed connects 0, bytes to backend 0, bytes to clients 0, longest queue"
                        + " 0 bytes",
            })
    void saysWhereItListensAndWhatItDid(String sample, String announced, String drainMillis, String figures)
            throws Exception {
        String name = sample.substring(0, sample.indexOf(' '));
        String host = sample.substring(sample.indexOf(' ') + 1);
        try (SampleProcess process =
                SampleProcess.start(name, host, "127.0.0.1", "-p", "0", "--threads", "2", "--transport", "nio")) {
            String announcement = process.announcement();
            assertTrue(announcement.matches(name + ": transport nio \\(.+\\)" + announced), announcement);
            process.terminate();
            assertEquals(name + ": draining for at most " + drainMillis + " ms", process.line(name));
            assertEquals(name + ": drained 0 connections, 0 aborted", process.line(name));
            assertEquals(name + ": " + figures, process.line(name));
            assertEquals(SampleProcess.STATUS_AFTER_SIGTERM, process.exitStatus());
        }
    }
}
