package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.Explanation;
import io.eventloop.ListenOptions;
import io.eventloop.LoopOptions;
import io.eventloop.MemoryBudget;
import io.eventloop.MemoryMetrics;
import io.eventloop.MemoryMetrics.Pressure;
import io.eventloop.contract.Failures.Report;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a loop does at each threshold of the memory budget, and when it ends. */
final class MemoryGovernorTest {
    private static final int LARGE = 64 << 10;
    private static final int BUDGET = 64 * LARGE;
    private static final IntSupplier NONE = () -> 0;
    private static final Duration BREATH = Duration.ofNanos(LoopGovernor.BREATH_NANOS + 2_000_000);
    private static final Duration HOLD =
            Duration.ofNanos(LoopGovernor.PERIOD_NANOS - LoopGovernor.BREATH_NANOS + 2_000_000);

    private final EngineRig rig = new EngineRig(
            LoopOptions.DEFAULT,
            builder -> builder.memory(MemoryBudget.builder().bytes(BUDGET).build()));
    private final Deque<Buffer> hoard = new ArrayDeque<>();

    @AfterEach
    void close() {
        hoard.forEach(Buffer::release);
        rig.close();
    }

    /** Has buffers in use, on top of all others, that no connection holds: so much of the budget is used then. */
    private void use(double fraction) {
        rig.turn();
        while (metrics().usedBytes() < fraction * BUDGET) {
            hoard.push(rig.loop.buffers().acquire(LARGE));
        }
        while (metrics().usedBytes() - LARGE >= fraction * BUDGET) {
            hoard.pop().release();
        }
        rig.turns(2);
    }

    private MemoryMetrics metrics() {
        return rig.group.memoryMetrics();
    }

    private static ScriptedSocket stuck() {
        ScriptedSocket socket = new ScriptedSocket();
        socket.room = NONE;
        socket.isStuck = true;
        return socket;
    }

    /** A connection with so many buffers queued that its peer does not take. */
    private Connection slow(ScriptedSocket socket, RecordingHandler handler, int buffers) throws IOException {
        Connection connection = rig.accept(socket, handler);
        for (int i = 0; i < buffers; i++) {
            connection.write(new byte[LARGE]);
        }
        rig.turn();
        return connection;
    }

    private void expectReports(int count) {
        for (int i = 0; i < count; i++) {
            rig.failures.take("the report of a reset", report -> report.what().contains("free memory"));
        }
    }

    @Test
    void pausesLargeReadersAndLeavesSmallOnesAlone() throws IOException {
        ScriptedSocket large = stuck();
        ScriptedSocket small = new ScriptedSocket();
        RecordingHandler ofLarge = new RecordingHandler();
        RecordingHandler ofSmall = new RecordingHandler();
        Connection connection = slow(large, ofLarge, 2);
        rig.accept(small, ofSmall);
        use(0.72);
        assertEquals(Pressure.PAUSING_READERS, metrics().pressure());
        assertEquals(1, metrics().readersPaused());
        large.input.add(new byte[100]);
        small.input.add(new byte[100]);
        rig.turns(3);
        assertEquals(0, ofLarge.count(Event.DATA));
        assertEquals(1, ofSmall.count(Event.DATA));
        assertFalse(connection.isReadingPaused(), "the handler has not paused it");
        assertTrue(connection.explain().waits().contains(Explanation.Wait.MEMORY));
        assertTrue(connection.explain().toString().contains("held back by the memory budget"));
        use(0.60);
        assertEquals(1, ofLarge.count(Event.DATA));
        assertEquals(1, metrics().readersResumed());
        assertEquals(Pressure.NONE, metrics().pressure());
    }

    @Test
    void pausesThoseWhoBringMuchToOthers() throws IOException {
        ScriptedSocket source = new ScriptedSocket();
        RecordingHandler handler = new RecordingHandler();
        rig.accept(source, handler);
        source.input.add(new byte[1]);
        rig.turn();
        use(0.72);
        assertEquals(0, metrics().readersPaused());
        source.input.add(new byte[3 * LARGE]);
        rig.turn();
        rig.advance(HOLD);
        rig.advance(BREATH);
        assertEquals(1, metrics().readersPaused());
        int before = handler.count(Event.DATA);
        source.input.add(new byte[1]);
        rig.turns(3);
        assertEquals(before, handler.count(Event.DATA));
        rig.advance(HOLD);
        rig.advance(BREATH);
        assertEquals(1, metrics().readersResumed(), "it brings little now");
    }

    @Test
    void doesNotMixItsPausesWithTheHandlers() throws IOException {
        ScriptedSocket socket = stuck();
        RecordingHandler handler = new RecordingHandler();
        Connection connection = slow(socket, handler, 2);
        use(0.72);
        connection.pauseReading();
        connection.resumeReading();
        socket.input.add(new byte[100]);
        rig.turns(3);
        assertEquals(0, handler.count(Event.DATA), "the governor still holds it");
        connection.pauseReading();
        use(0.60);
        assertEquals(0, handler.count(Event.DATA), "the handler still holds it");
        connection.resumeReading();
        rig.turns(2);
        assertEquals(1, handler.count(Event.DATA));
    }

    @Test
    void letsPausedReadersReadNowAndThen() throws IOException {
        ScriptedSocket socket = stuck();
        RecordingHandler handler = new RecordingHandler();
        slow(socket, handler, 2);
        use(0.72);
        for (int i = 1; i <= 3; i++) {
            socket.input.add(new byte[100]);
            rig.turns(3);
            assertEquals(i - 1, handler.count(Event.DATA));
            rig.advance(HOLD);
            assertEquals(i, handler.count(Event.DATA));
            rig.advance(BREATH);
        }
        assertEquals(1, metrics().readersPaused(), "it stays paused all the time");
        assertEquals(0, metrics().readersResumed());
    }

    /** Pausing alone would stop them for ever: the memory comes back only after more bytes. */
    @Test
    void bringsMessagesThatHoldTheMemoryToTheirEnd() throws IOException {
        int messageBytes = 60_000;
        List<ScriptedSocket> sockets = new ArrayList<>();
        List<RecordingHandler> handlers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ScriptedSocket socket = new ScriptedSocket();
            RecordingHandler handler = new RecordingHandler();
            handler.whenData((c, in) -> {
                if (in.readableBytes() == messageBytes) {
                    handler.keep(in);
                }
            });
            rig.accept(socket, handler);
            socket.input.add(new byte[messageBytes - 1]);
            sockets.add(socket);
            handlers.add(handler);
        }
        rig.turns(2);
        use(0.75);
        assertEquals(8, metrics().readersPaused());
        sockets.forEach(socket -> socket.input.add(new byte[1]));
        rig.turns(3);
        assertEquals(Pressure.PAUSING_READERS, metrics().pressure());
        rig.advance(HOLD);
        handlers.forEach(handler -> handler.received(messageBytes));
        rig.turns(2);
        assertEquals(Pressure.NONE, metrics().pressure());
    }

    @Test
    void stopsAcceptingUntilMemoryIsFree() throws IOException {
        RecordingHandler handler = new RecordingHandler();
        rig.listen(ListenOptions.DEFAULT, handler);
        use(0.86);
        assertEquals(Pressure.NOT_ACCEPTING, metrics().pressure());
        rig.transport.listener.answers.add(new ScriptedSocket());
        rig.turns(5);
        assertEquals(0, rig.transport.listener.accepts);
        use(0.82);
        rig.turns(3);
        assertEquals(0, rig.transport.listener.accepts, "within the hysteresis");
        use(0.75);
        rig.turns(3);
        assertEquals(1, handler.count(Event.OPEN));
        assertEquals(1, metrics().acceptPauses());
    }

    @Test
    void resetsTheSlowestConsumerOnly() throws IOException {
        ScriptedSocket moving = stuck();
        RecordingHandler ofMoving = new RecordingHandler();
        Connection large = slow(moving, ofMoving, 8);
        RecordingHandler ofSlow = new RecordingHandler();
        Connection slow = slow(stuck(), ofSlow, 4);
        RecordingHandler idle = new RecordingHandler();
        rig.accept(new ScriptedSocket(), idle);
        rig.advance(Duration.ofSeconds(3));
        moving.room = () -> 10;
        moving.isStuck = false;
        rig.turn();
        moving.isStuck = true;
        moving.room = NONE;
        use(0.97);
        CloseReason reason = ofSlow.closed();
        assertEquals(Kind.MEMORY_SHED, reason.kind());
        assertEquals(Initiator.LIBRARY, reason.initiator());
        String what = reason.failure().orElseThrow().getMessage();
        assertTrue(what.contains("it held " + 4 * LARGE + " bytes") && what.contains("budget of " + BUDGET), what);
        assertEquals(State.OPEN, large.state());
        assertEquals(1, idle.count(Event.OPEN));
        assertEquals(0, idle.count(Event.CLOSED));
        assertEquals(1, metrics().connectionsShed());
        assertEquals(4 * LARGE, metrics().bytesFreed());
        assertEquals(1L, rig.loop.metrics().closed().get(Kind.MEMORY_SHED));
        Report report = rig.failures.take("the report", r -> true);
        assertTrue(
                report.what().startsWith("connection " + slow.id() + " to " + ScriptedTransport.REMOTE), report.what());
        assertTrue(report.what().contains(4 * LARGE + " bytes were queued"), report.what());
    }

    @Test
    void resetsThoseWhoLeaveBytesUnconsumedToo() throws IOException {
        ScriptedSocket socket = new ScriptedSocket();
        RecordingHandler handler = new RecordingHandler().whenData((c, in) -> c.pauseReading());
        rig.accept(socket, handler);
        socket.input.add(new byte[40_000]);
        rig.turns(2);
        use(1.0);
        assertEquals(Kind.MEMORY_SHED, handler.closed().kind());
        assertEquals(LARGE, metrics().bytesFreed());
        expectReports(1);
    }

    @Test
    void resetsNobodyWhoHoldsNothing() throws IOException {
        RecordingHandler handler = new RecordingHandler();
        Connection connection = rig.accept(new ScriptedSocket(), handler);
        use(1.0);
        rig.advance(HOLD);
        rig.advance(BREATH);
        assertEquals(State.OPEN, connection.state());
        assertEquals(0, metrics().connectionsShed());
    }

    @Test
    void resetsConsumersBeforeACallbackTooManyUsesUpTheBudget() throws IOException {
        List<ScriptedSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ScriptedSocket socket = stuck();
            RecordingHandler handler = new RecordingHandler().whenData((c, in) -> {
                in.skip(in.readableBytes());
                c.write(new byte[4 * LARGE]);
            });
            rig.accept(socket, handler);
            sockets.add(socket);
        }
        sockets.forEach(socket -> socket.input.add(new byte[1]));
        // All of them within one turn: twenty times four buffers, and 64 is the budget.
        rig.turns(3);
        long peak = rig.group.metrics().buffers().peakUsedBytes();
        assertTrue(peak <= BUDGET + 4 * LARGE, peak + " bytes in use");
        assertTrue(metrics().connectionsShed() >= 4, metrics().toString());
        rig.failures.left().forEach(report -> expectReports(1));
    }

    @Test
    void looksBetweenTwoConnectionsAcceptedInOneTurn() throws IOException {
        rig.listen(ListenOptions.DEFAULT, new ConnectionHandler() {
            @Override
            public void onOpen(Connection connection) {
                connection.write(new byte[4 * LARGE]);
            }

            @Override
            public void onData(Connection connection, Buffer in) {}
        });
        for (int i = 0; i < 40; i++) {
            rig.transport.listener.answers.add(stuck());
        }
        rig.turns(3);
        assertEquals(Pressure.NOT_ACCEPTING, metrics().pressure());
        long peak = rig.group.metrics().buffers().peakUsedBytes();
        assertTrue(peak <= BUDGET, peak + " bytes in use");
    }

    @Test
    void looksBetweenTwoHandlersToldThatTheyMayWrite() throws IOException {
        List<ScriptedSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ScriptedSocket socket = stuck();
            RecordingHandler handler = new RecordingHandler().whenWritable(c -> c.write(new byte[6 * LARGE]));
            ConnectionLimits limits =
                    ConnectionLimits.builder().waterMarks(LARGE / 4, LARGE / 2).build();
            rig.accept(socket, handler, limits).write(new byte[LARGE]);
            sockets.add(socket);
        }
        rig.turns(2);
        for (ScriptedSocket socket : sockets) {
            socket.isStuck = false;
            socket.room = () -> LARGE;
        }
        rig.turn();
        sockets.forEach(socket -> socket.room = NONE);
        rig.turns(3);
        long peak = rig.group.metrics().buffers().peakUsedBytes();
        assertTrue(peak <= BUDGET + 6 * LARGE, peak + " bytes in use");
        rig.failures.left().forEach(report -> expectReports(1));
    }

    @Test
    void resetsConsumersOnceNobodyWasAcceptedForLong() throws IOException {
        RecordingHandler handler = new RecordingHandler();
        slow(stuck(), handler, 8);
        use(0.88);
        rig.advance(Duration.ofMillis(4800));
        assertEquals(0, handler.count(Event.CLOSED));
        rig.advance(Duration.ofMillis(300));
        rig.advance(HOLD);
        assertEquals(Kind.MEMORY_SHED, handler.closed().kind());
        assertTrue(
                metrics().pressure().compareTo(Pressure.NOT_ACCEPTING) < 0,
                metrics().toString());
        expectReports(1);
    }

    @Test
    void tellsABoundedNumberOfResetsOneByOne() throws IOException {
        int count = LoopGovernor.REPORTS_PER_SECOND + 20;
        for (int i = 0; i < count; i++) {
            slow(stuck(), new RecordingHandler(), 1);
        }
        rig.turns(2);
        use(0.94);
        for (int i = 0; i < 8; i++) {
            use(0.97);
            use(0.94);
        }
        long shed = metrics().connectionsShed();
        assertTrue(shed > LoopGovernor.REPORTS_PER_SECOND, shed + " were reset");
        assertEquals(LoopGovernor.REPORTS_PER_SECOND, rig.failures.left().size());
        hoard.forEach(Buffer::release);
        hoard.clear();
        rig.turns(2);
        assertEquals(Pressure.NONE, metrics().pressure());
        rig.failures.take(
                "the rest",
                report -> report.what().startsWith((shed - LoopGovernor.REPORTS_PER_SECOND) + " more connections"));
        expectReports(LoopGovernor.REPORTS_PER_SECOND);
    }
}
