package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.Connection.State;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import io.eventloop.MemoryBudget;
import io.eventloop.MemoryMetrics.Pressure;
import io.eventloop.contract.Failures;
import io.eventloop.contract.ManualEnvironment;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The budget is one for all loops of a group: each acts on what the others use. */
final class MemoryOfLoopsTest {
    private static final int LARGE = 64 << 10;
    private static final int BUDGET = 64 * LARGE;

    private final ScriptedTransport transport = new ScriptedTransport();
    private final ManualEnvironment environment = new ManualEnvironment();
    private final Failures failures = new Failures();
    private final EventLoopGroup group = EventLoopGroup.builder()
            .loops(2)
            .transport(transport)
            .callerDriven()
            .environment(environment)
            .options(LoopOptions.DEFAULT
                    .withBuffers(BufferPoolOptions.builder().guarded(false).build())
                    .withBlockedThreshold(Duration.ZERO))
            .memory(MemoryBudget.builder().bytes(BUDGET).build())
            .failureListener(failures)
            .build();
    private final EventLoop first = group.loops().get(0);
    private final EventLoop second = group.loops().get(1);
    private final List<Buffer> hoard = new ArrayList<>();

    private void turns(int count) {
        for (int i = 0; i < count; i++) {
            second.runOnce(0);
            first.runOnce(0);
        }
    }

    /** Until the group uses so much. The second loop does. */
    private void use(double fraction) {
        second.runOnce(0);
        while (group.memoryMetrics().usedBytes() < fraction * BUDGET) {
            hoard.add(second.buffers().acquire(LARGE));
        }
        turns(3);
    }

    private Connection slow(EventLoop loop, RecordingHandler handler, int buffers) {
        ScriptedSocket socket = new ScriptedSocket();
        socket.room = () -> 0;
        socket.isStuck = true;
        transport.sockets.add(socket);
        loop.runOnce(0);
        Connection connection = loop.connect(ScriptedTransport.REMOTE, ConnectOptions.DEFAULT, handler);
        loop.runOnce(0);
        for (int i = 0; i < buffers; i++) {
            connection.write(new byte[LARGE]);
        }
        loop.runOnce(0);
        return connection;
    }

    @AfterEach
    void close() {
        hoard.forEach(Buffer::release);
        group.close();
        assertEquals(List.of(), failures.left());
    }

    @Test
    void aLoopPausesItsReadersWhenAnotherUsesTheMemory() {
        RecordingHandler handler = new RecordingHandler();
        slow(first, handler, 2);
        ScriptedSocket socket = transport.opened.get(0);
        use(0.72);
        assertEquals(1, group.memoryMetrics().readersPaused());
        socket.input.add(new byte[1]);
        turns(3);
        assertEquals(0, handler.count(Event.DATA));
        hoard.forEach(Buffer::release);
        hoard.clear();
        second.runOnce(0);
        assertEquals(Pressure.NONE, group.memoryMetrics().pressure());
        turns(2);
        assertEquals(1, handler.count(Event.DATA));
    }

    @Test
    void theSlowestOfAllLoopsIsReset() {
        RecordingHandler slowest = new RecordingHandler();
        slow(first, slowest, 8);
        environment.advance(Duration.ofSeconds(2));
        turns(2);
        RecordingHandler quick = new RecordingHandler();
        Connection other = slow(second, quick, 1);
        use(0.72);
        use(0.96);
        assertEquals(Kind.MEMORY_SHED, slowest.closed().kind());
        assertEquals(State.OPEN, other.state());
        assertEquals(1, group.memoryMetrics().connectionsShed());
        String report = failures.take("the report", r -> true).what();
        assertTrue(report.contains("is reset to free memory"), report);
    }

    @Test
    void aLoopThatEndsTakesItsUseAlong() {
        use(0.72);
        assertEquals(Pressure.PAUSING_READERS, group.memoryMetrics().pressure());
        second.execute(() -> {
            throw new AssertionError("the end of this loop");
        });
        second.runOnce(0);
        failures.take("the loop's failure", report -> report.what().contains("failed and ends"));
        assertEquals(Pressure.NONE, group.memoryMetrics().pressure());
    }
}
