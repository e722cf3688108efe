package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Connection;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionLimits;
import io.eventloop.Relay;
import io.eventloop.contract.Payload;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A relay at the bounds of its target, and one that is joined after an end. */
final class RelayBoundsTest {
    private final EngineRig rig = new EngineRig();
    private final ScriptedSocket from = new ScriptedSocket();
    private final ScriptedSocket to = new ScriptedSocket();
    private Connection source;
    private Connection target;

    private void accept(ConnectionLimits limits) throws IOException {
        source = rig.accept(from, new RecordingHandler().whenInputClosed(c -> {}), limits);
        target = rig.accept(to, new RecordingHandler(), limits);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void holdsItsSourceWhereTheMarkIsTheHardBoundAndGoesOn() throws IOException {
        accept(ConnectionLimits.builder()
                .waterMarks(1000, 64 << 10)
                .maxQueuedBytes(64 << 10)
                .build());
        Relay.join(source, target);
        byte[] all = Payload.random(1_000_000, 1);
        from.input.add(all);
        assertHeldThenPasses(all);
    }

    @Test
    void holdsItsSourceAtTheBoundOfPiecesAndGoesOn() throws IOException {
        accept(ConnectionLimits.builder().maxQueuedWrites(8).build());
        Relay.join(source, target);
        byte[] all = Payload.random(200_000, 2);
        for (int at = 0; at < all.length; at += 2000) {
            from.input.add(Arrays.copyOfRange(all, at, at + 2000));
        }
        assertHeldThenPasses(all);
    }

    /** The target takes nothing for a while, then a little at a time. */
    private void assertHeldThenPasses(byte[] all) {
        from.input.add(ScriptedSocket.END);
        to.room = () -> 0;
        to.isStuck = true;
        rig.turns(200);
        assertTrue(source.isReadingPaused(), "the source is read although the target is full");
        assertTrue(target.queuedBytes() <= 64 << 10, target.queuedBytes() + " bytes queued");
        assertEquals(State.OPEN, target.state());
        to.room = () -> 5000;
        to.isStuck = false;
        rig.turns(1000);
        assertArrayEquals(all, to.sent.toByteArray());
        assertTrue(to.outputEnded);
    }

    @Test
    void passesOnAnEndThatCameBeforeTheJoin() throws IOException {
        accept(ConnectionLimits.DEFAULT);
        from.input.add(ScriptedSocket.END);
        rig.turns(2);
        Relay.join(source, target);
        rig.turns(2);
        assertTrue(to.outputEnded);
        assertEquals(State.OPEN, source.state());
    }

    @Test
    void isRefusedOnceAnOutputHasEnded() throws IOException {
        RecordingHandler handler = new RecordingHandler();
        source = rig.accept(from, new RecordingHandler());
        target = rig.accept(to, handler);
        target.shutdownOutput();
        assertThrows(IllegalStateException.class, () -> Relay.join(source, target));
        assertThrows(IllegalStateException.class, () -> Relay.join(target, source));
        to.input.add(new byte[10]);
        rig.turns(2);
        assertEquals(1, handler.count(Event.DATA), "it keeps its handler");
    }
}
