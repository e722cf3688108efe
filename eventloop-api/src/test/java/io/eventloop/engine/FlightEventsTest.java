package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.Connection;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.MemoryBudget;
import io.eventloop.contract.Await;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.jfr.FlightEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of Java Flight Recorder gets to see, by the names that users switch on. */
final class FlightEventsTest {
    private static final List<String> NAMES = List.of(
            "ConnectionOpen",
            "ConnectionClose",
            "WriteStall",
            "PoolWait",
            "PoolEviction",
            "MemoryPressure",
            "SlowCallback");

    @TempDir
    private Path folder;

    private List<RecordedEvent> record(boolean enabled, Runnable body) throws IOException {
        try (Recording recording = new Recording()) {
            if (enabled) {
                NAMES.forEach(name -> recording.enable("io.eventloop." + name));
            }
            recording.start();
            body.run();
            recording.stop();
            Path file = folder.resolve("events.jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().startsWith("io.eventloop."))
                    .toList();
        }
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("io.eventloop." + name))
                .toList();
    }

    private static RecordedEvent only(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found = named(events, name);
        assertEquals(1, found.size(), name);
        return found.get(0);
    }

    /** A connection that stalls, memory that runs short, and what the pool and the watchdog would tell. */
    private static void live() {
        MemoryBudget budget = MemoryBudget.builder().bytes(4 << 20).build();
        try (EngineRig rig = new EngineRig(LoopOptions.DEFAULT, builder -> builder.memory(budget))) {
            ScriptedSocket socket = new ScriptedSocket();
            Connection connection = rig.accept(socket, new RecordingHandler());
            socket.room = () -> 0;
            socket.isStuck = true;
            connection.write(new byte[1000]);
            rig.turn();
            rig.advance(Duration.ofSeconds(3));
            socket.room = () -> 600;
            socket.isStuck = false;
            rig.turns(4);
            Buffer large = rig.loop.buffers().acquire(3 << 20);
            rig.turn();
            connection.abort();
            rig.turn();
            large.release();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        FlightEvents.events().poolWaited(ScriptedTransport.REMOTE, 5_000_000, true);
        FlightEvents.events().poolEvicted(ScriptedTransport.REMOTE, 17, "idle");
        FlightEvents.events().callbackBlocked("loop-0", Duration.ofSeconds(2), new Throwable().getStackTrace());
    }

    @Test
    void areSeenByARecordingThatAsksForThem() throws IOException {
        List<RecordedEvent> events = record(true, FlightEventsTest::live);
        RecordedEvent open = only(events, "ConnectionOpen");
        assertEquals("eventloop-0", open.getString("loop"));
        assertEquals(ScriptedTransport.REMOTE.toString(), open.getString("remote"));
        RecordedEvent close = only(events, "ConnectionClose");
        assertEquals(open.getLong("connectionId"), close.getLong("connectionId"));
        assertEquals("ABORTED", close.getString("kind"));
        assertEquals("LOCAL", close.getString("initiator"));
        assertEquals(1000, close.getLong("bytesSent"));
        RecordedEvent stall = only(events, "WriteStall");
        assertEquals(Duration.ofSeconds(3), stall.getDuration("stalled"));
        assertEquals(0, stall.getLong("queuedBytes"));
        RecordedEvent wait = only(events, "PoolWait");
        assertEquals(Duration.ofMillis(5), wait.getDuration("waited"));
        assertTrue(wait.getBoolean("served"));
        assertEquals(17, only(events, "PoolEviction").getLong("connectionId"));
        List<RecordedEvent> pressures = named(events, "MemoryPressure");
        assertEquals(
                List.of("PAUSING_READERS", "NONE"),
                pressures.stream().map(event -> event.getString("after")).toList());
        assertEquals(4 << 20, pressures.get(0).getLong("budgetBytes"));
        RecordedEvent slow = only(events, "SlowCallback");
        assertTrue(slow.getString("frames").contains("FlightEventsTest.live"), slow.toString());
    }

    @Test
    void tellOfACallbackWhileItBlocks() throws IOException {
        CountDownLatch reported = new CountDownLatch(1);
        List<RecordedEvent> events = record(true, () -> {
            try (EventLoopGroup group = EventLoopGroup.builder()
                    .loops(1)
                    .transport(new ScriptedTransport())
                    .options(LoopOptions.DEFAULT.withBlockedThreshold(Duration.ofMillis(20)))
                    .failureListener((what, failure) -> reported.countDown())
                    .build()) {
                group.loops().get(0).execute(() -> Await.latch("the watchdog's report", reported));
                Await.latch("the watchdog's report", reported);
            }
        });
        RecordedEvent slow = named(events, "SlowCallback").get(0);
        assertEquals("eventloop-0", slow.getString("loop"));
        assertTrue(slow.getDuration("running").compareTo(Duration.ofMillis(20)) >= 0, slow.toString());
    }

    @Test
    void areNotMadeForARecordingThatDoesNot() throws IOException {
        assertEquals(List.of(), record(false, FlightEventsTest::live));
    }
}
