package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ListenOptions;
import io.eventloop.contract.RecordingHandler;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A listener that another thread closes while it is being started: it is closed once, whoever comes first. */
final class ListenerRaceTest {
    private final EngineRig rig = new EngineRig();
    private final ScriptedListener raw = new ScriptedListener();
    private final ServerListener listener = new ServerListener(
            (LoopGroup) rig.group, ScriptedTransport.LOCAL, ListenOptions.DEFAULT, c -> new RecordingHandler());
    private final ListenerEndpoint endpoint = new ListenerEndpoint((Loop) rig.loop, listener, raw, false);

    @AfterEach
    void close() {
        rig.close();
    }

    private void assertClosed() {
        rig.turns(3);
        assertTrue(listener.closed().isDone(), "closed, so that a shutdown does not wait for it");
        assertTrue(raw.closed);
        assertEquals(0, LoopHoldings.of(rig.loop).size(), "registered");
    }

    @Test
    void aCloseBeforeItsEndpointsAreThereIsNotLost() {
        listener.close();
        listener.start(List.of(endpoint));
        assertClosed();
    }

    @Test
    void aCloseThatOvertakesTheOpeningLeavesItClosed() {
        // What close() orders once the endpoints are there and before the opening is ordered.
        ((Loop) rig.loop).order(endpoint::closeAfterBacklog);
        listener.start(List.of(endpoint));
        assertClosed();
    }
}
