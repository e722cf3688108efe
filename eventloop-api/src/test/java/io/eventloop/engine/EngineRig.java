package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.BufferPoolOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.EventLoopGroupBuilder;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.LoopOptions;
import io.eventloop.contract.Failures;
import io.eventloop.contract.LeakWatch;
import io.eventloop.contract.ManualEnvironment;
import io.eventloop.contract.RecordingHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** One loop on a {@link ScriptedTransport}, run turn by turn by the test, by a clock that the test moves. */
final class EngineRig implements AutoCloseable {
    final ScriptedTransport transport = new ScriptedTransport();
    final ManualEnvironment environment = new ManualEnvironment();
    final Failures failures = new Failures();
    final EventLoopGroup group;
    final EventLoop loop;
    private final LeakWatch leaks = new LeakWatch();

    EngineRig() {
        this(LoopOptions.DEFAULT);
    }

    /** A loop with these options, but guarded buffers and no watchdog. */
    EngineRig(LoopOptions options) {
        this(options, UnaryOperator.identity());
    }

    /** The same, with changes to the group. */
    EngineRig(LoopOptions options, UnaryOperator<EventLoopGroupBuilder> changes) {
        BufferPoolOptions pool = BufferPoolOptions.builder().guarded(true).build();
        group = changes.apply(EventLoopGroup.builder()
                        .loops(1)
                        .transport(transport)
                        .callerDriven()
                        .environment(environment)
                        .options(options.withBuffers(pool).withBlockedThreshold(Duration.ZERO))
                        .failureListener(failures))
                .build();
        loop = group.loops().get(0);
        turn();
    }

    ScriptedPoller poller() {
        return transport.pollers.get(0);
    }

    /** One turn, without waiting. */
    boolean turn() {
        return loop.runOnce(0);
    }

    /** So many turns, and whatever is pending after them. */
    void turns(int count) {
        for (int i = 0; i < count; i++) {
            turn();
        }
    }

    /** Moves the clock and runs a few turns. */
    void advance(Duration duration) {
        environment.advance(duration);
        turns(4);
    }

    /** A listener with these options whose connections get the handler. */
    Listener listen(ListenOptions options, ConnectionHandler handler) throws IOException {
        Listener listener = group.listen(ScriptedTransport.LOCAL, options, c -> handler);
        turns(2);
        return listener;
    }

    /** A connection accepted over the socket, with the handler, open. */
    Connection accept(ScriptedSocket socket, RecordingHandler handler, ConnectionLimits limits) throws IOException {
        listen(ListenOptions.builder().limits(limits).build(), handler);
        transport.listener.answers.add(socket);
        turns(3);
        return handler.opened();
    }

    /** As {@link #accept} with default limits. */
    Connection accept(ScriptedSocket socket, RecordingHandler handler) throws IOException {
        return accept(socket, handler, ConnectionLimits.DEFAULT);
    }

    /** Ends the group, and checks that nothing is left behind. */
    @Override
    public void close() {
        group.close();
        leaks.close();
        assertEquals(List.of(), leaks.take(), "buffers that were never released");
        assertEquals(List.of(), failures.left(), "failures the test did not expect");
    }
}
