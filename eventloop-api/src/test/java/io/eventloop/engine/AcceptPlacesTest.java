package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.eventloop.EventLoop;
import io.eventloop.ListenOptions;
import io.eventloop.ListenOptions.Overflow;
import io.eventloop.ListenerMetrics;
import io.eventloop.LoopOptions;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import io.eventloop.spi.ReadySink;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A listener with a socket on each loop: the loops share its places for connections. */
final class AcceptPlacesTest {
    private final EngineRig rig = new EngineRig(LoopOptions.DEFAULT, builder -> builder.loops(2));
    private final EventLoop other = rig.group.loops().get(1);
    private final ScriptedListener first = new ScriptedListener();
    private final ScriptedListener second = new ScriptedListener();
    private final RecordingHandler handler = new RecordingHandler();

    @AfterEach
    void close() {
        rig.close();
        assertEquals(List.of(), handler.violations());
    }

    private ServerListener listen(Overflow overflow) {
        ListenOptions options =
                ListenOptions.builder().maxConnections(1, overflow).build();
        ServerListener listener =
                new ServerListener((LoopGroup) rig.group, ScriptedTransport.LOCAL, options, c -> handler);
        listener.start(List.of(
                new ListenerEndpoint((Loop) rig.loop, listener, first, false),
                new ListenerEndpoint((Loop) other, listener, second, false)));
        turns();
        return listener;
    }

    private void turns() {
        for (int i = 0; i < 3; i++) {
            rig.turn();
            other.runOnce(0);
        }
    }

    @ParameterizedTest
    @EnumSource(Overflow.class)
    void aLoopThatFindsNoConnectionKeepsNoneOfAnotherOut(Overflow overflow) {
        ServerListener listener = listen(overflow);
        ScriptedSocket socket = new ScriptedSocket();
        first.whileNoneWaits = () -> {
            first.whileNoneWaits = () -> {};
            second.answers.add(socket);
            other.runOnce(0);
        };
        rig.poller().report(first, ReadySink.READABLE);
        turns();
        assertFalse(socket.reset, "one connection is within the limit of one");
        assertEquals(List.of(Event.OPEN), handler.events());
        assertEquals(new ListenerMetrics(1, 1, 0, 0, 0), listener.metrics());
    }
}
