package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.Environment;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.contract.ManualEnvironment;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.junit.jupiter.api.Test;

/** The steps of a turn when a callback, or another thread, interferes with them. */
final class TurnTest {
    /** Deeper than any legal nesting, and far from the depth of a stack. */
    private static final int DEEP = 50;

    private final ScriptedSocket socket = new ScriptedSocket();
    private final RecordingHandler handler = new RecordingHandler();

    @Test
    void aCallbackMayNotRunATurnOfItsOwnLoop() throws IOException {
        try (EngineRig rig = new EngineRig()) {
            handler.whenData((c, in) -> {
                handler.keep(in);
                assertThrows(IllegalStateException.class, rig::turn);
            });
            rig.accept(socket, handler);
            socket.input.add(new byte[1]);
            rig.turns(2);
            assertEquals(List.of(Event.OPEN, Event.DATA), handler.events());
        }
    }

    @Test
    void aFlushInOnWritableDoesNotNest() throws IOException {
        int[] depth = new int[2];
        handler.whenWritable(c -> {
            depth[0]++;
            depth[1] = Math.max(depth[1], depth[0]);
            if (depth[0] < DEEP) {
                while (c.write(new byte[2])) {
                    assertTrue(c.isWritable());
                }
                c.flush();
            }
            depth[0]--;
        });
        ConnectionLimits limits = ConnectionLimits.builder().waterMarks(0, 1).build();
        try (EngineRig rig = new EngineRig()) {
            Connection connection = rig.accept(socket, handler, limits);
            connection.write(new byte[2]);
            rig.turns(10);
            int told = handler.count(Event.WRITABLE);
            assertTrue(told >= 9, "told " + told + " times in 10 turns");
            connection.abort();
        }
        assertEquals(1, depth[1], "depth of onWritable");
    }

    @Test
    void aPauseFromTheAcceptorStopsAccepting() throws IOException {
        try (EngineRig rig = new EngineRig()) {
            Listener[] listener = new Listener[1];
            listener[0] = rig.group.listen(ScriptedTransport.LOCAL, ListenOptions.DEFAULT, c -> {
                listener[0].pause();
                return new RecordingHandler();
            });
            rig.turns(2);
            for (int i = 0; i < 5; i++) {
                rig.transport.listener.answers.add(new ScriptedSocket());
            }
            rig.turns(10);
            assertEquals(1, listener[0].metrics().accepted());
            assertEquals(1, rig.transport.listener.accepts, "what waits is left to the backlog");
            listener[0].resume();
            rig.turns(10);
            assertEquals(2, listener[0].metrics().accepted());
        }
    }

    @Test
    void aTaskBetweenTwoTurnsWakesThePoller() {
        try (EngineRig rig = new EngineRig()) {
            rig.turns(2);
            long before = rig.loop.metrics().wakeups();
            rig.loop.execute(() -> {});
            rig.loop.execute(() -> {});
            // A caller that waits for the poller's descriptor, among others, has to learn of them.
            assertEquals(1, rig.loop.metrics().wakeups() - before);
        }
    }

    /** A clock that does something when it is asked, once. */
    private static final class MeddlingClock implements Environment {
        private final ManualEnvironment manual = new ManualEnvironment();
        private Runnable meddling = () -> {};

        @Override
        public NanoClock clock() {
            return () -> {
                Runnable now = meddling;
                meddling = () -> {};
                now.run();
                return manual.clock().nanoTime();
            };
        }

        @Override
        public EpochClock wallClock() {
            return manual.wallClock();
        }

        @Override
        public long randomLong() {
            return manual.randomLong();
        }

        @Override
        public Thread newThread(String name, Runnable body) {
            throw new AssertionError("the caller drives the loop");
        }
    }

    @Test
    void aStopBetweenTheLookForWorkAndTheWaitEndsTheWait() {
        MeddlingClock environment = new MeddlingClock();
        ScriptedTransport transport = new ScriptedTransport();
        EventLoopGroup group = EventLoopGroup.builder()
                .loops(1)
                .transport(transport)
                .callerDriven()
                .environment(environment)
                .build();
        EventLoop loop = group.loops().get(0);
        loop.runOnce(0);
        // The wait for a timer this close is computed from the clock, after the loop has looked for work.
        loop.schedule(Duration.ofMillis(100), () -> {});
        environment.meddling = group::close;
        loop.runOnce(-1);
        List<Long> timeouts = transport.pollers.get(0).timeouts;
        assertEquals(0L, timeouts.get(timeouts.size() - 1), "the poll that began after the stop");
        assertTrue(group.closed().isDone());
    }

    @Test
    void aTaskBetweenTheLookForWorkAndTheWaitEndsTheWait() {
        MeddlingClock environment = new MeddlingClock();
        ScriptedTransport transport = new ScriptedTransport();
        try (EventLoopGroup group = EventLoopGroup.builder()
                .loops(1)
                .transport(transport)
                .callerDriven()
                .environment(environment)
                .build()) {
            EventLoop loop = group.loops().get(0);
            loop.runOnce(0);
            loop.schedule(Duration.ofMillis(100), () -> {});
            int[] ran = new int[1];
            environment.meddling = () -> loop.execute(() -> ran[0]++);
            loop.runOnce(-1);
            List<Long> timeouts = transport.pollers.get(0).timeouts;
            assertEquals(0L, timeouts.get(timeouts.size() - 1), "the poll that began after the task came");
            assertEquals(1, ran[0]);
        }
    }
}
