package io.eventloop.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.pool.PoolRig.Holder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of Java Flight Recorder gets to see of a pool. */
final class PoolFlightEventsTest {
    @TempDir
    private Path folder;

    @Test
    void tellOfWaitsAndEvictions() throws IOException {
        Path file = folder.resolve("pool.jfr");
        String remote;
        try (Recording recording = new Recording();
                PoolRig rig = new PoolRig()) {
            recording.enable("io.eventloop.PoolWait");
            recording.enable("io.eventloop.PoolEviction");
            rig.listen()
                    .open(PoolOptions.builder()
                            .maxConnections(1, 1)
                            .guarded(false)
                            .build());
            remote = rig.address().toString();
            Holder holder = rig.acquire();
            recording.start();
            rig.ask(PoolRig.SECOND);
            rig.run(Duration.ofSeconds(2));
            Holder patient = rig.ask(Duration.ofMinutes(1));
            rig.run(Duration.ofSeconds(3));
            holder.lease.release();
            rig.run(PoolRig.SECOND);
            patient.lease.discard();
            rig.run(PoolRig.SECOND);
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        List<RecordedEvent> waits = events.stream()
                .filter(event -> event.getEventType().getName().equals("io.eventloop.PoolWait"))
                .toList();
        assertEquals(
                List.of(false, true),
                waits.stream().map(event -> event.getBoolean("served")).toList());
        assertEquals(3, waits.get(1).getDuration("waited").toSeconds());
        assertEquals(remote, waits.get(0).getString("remote"));
        RecordedEvent eviction = events.stream()
                .filter(event -> event.getEventType().getName().equals("io.eventloop.PoolEviction"))
                .findFirst()
                .orElseThrow();
        assertEquals("DISCARDED", eviction.getString("reason"));
    }
}
