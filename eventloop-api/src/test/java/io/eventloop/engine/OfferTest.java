package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Connection;
import io.eventloop.Relay;
import io.eventloop.contract.Payload;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which bytes are offered to whom, in which order, how often, and in how many reads. */
final class OfferTest {
    private static final byte[] SENT = Payload.random(100, 1);
    private static final int FIRST = 4;

    private final EngineRig rig = new EngineRig();
    private final ScriptedSocket socket = new ScriptedSocket();
    private final RecordingHandler handler = new RecordingHandler();

    @AfterEach
    void close() {
        rig.close();
        assertEquals(List.of(), handler.violations());
    }

    /** Bytes and the end behind them in one event, the last one, as an edge-triggered poller reports it. */
    private void arriveWithTheEnd() {
        socket.input.add(SENT);
        socket.input.add(ScriptedSocket.END);
        rig.poller().registration(socket).awaitsReadable = false;
        rig.poller().report(socket, ReadySink.READABLE | ReadySink.INPUT_ENDED);
        rig.turns(3);
    }

    @Test
    void theNextHandlerGetsWhatWasLeftBeforeAnAnnouncedEnd() throws IOException {
        RecordingHandler next = new RecordingHandler().joiningLate();
        handler.whenData((c, in) -> {
            handler.keep(in, FIRST);
            c.handler(next);
        });
        rig.accept(socket, handler);
        arriveWithTheEnd();
        assertEquals(List.of(Event.DATA, Event.INPUT_CLOSED), next.events().subList(0, 2));
        assertArrayEquals(Arrays.copyOfRange(SENT, FIRST, SENT.length), next.received(SENT.length - FIRST));
        assertEquals(List.of(), next.violations());
    }

    @Test
    void aRelayGetsWhatWasLeftBeforeAnAnnouncedEnd() throws IOException {
        ScriptedSocket target = new ScriptedSocket();
        Connection to = rig.accept(target, new RecordingHandler());
        handler.whenData((c, in) -> {
            handler.keep(in, FIRST);
            Relay.join(c, to);
        });
        rig.accept(socket, handler);
        arriveWithTheEnd();
        assertArrayEquals(Arrays.copyOfRange(SENT, FIRST, SENT.length), target.sent.toByteArray());
        assertTrue(target.outputEnded);
    }

    @Test
    void aPauseTakenBackInTheCallbackOffersNothingAgain() throws IOException {
        handler.whenData((c, in) -> {
            if (in.readableBytes() < 2) {
                c.pauseReading();
                c.resumeReading();
            } else {
                handler.keep(in);
            }
        });
        rig.accept(socket, handler);
        socket.input.add(new byte[1]);
        rig.turns(50);
        assertEquals(1, handler.count(Event.DATA), "half a frame is offered once");
        assertFalse(rig.turn(), "nothing is pending until more arrives");
        socket.input.add(new byte[1]);
        rig.turns(2);
        assertEquals(2, handler.received(2).length);
        assertEquals(2, handler.count(Event.DATA));
    }

    @Test
    void unconsumedBytesAreKnownWhileTheyAreOffered() throws IOException {
        handler.whenData((c, in) -> {
            assertEquals(SENT.length, c.unconsumedBytes());
            in.skip(FIRST);
            assertEquals(SENT.length - FIRST, c.unconsumedBytes());
            in.detach().release();
            assertEquals(0, c.unconsumedBytes());
        });
        Connection connection = rig.accept(socket, handler);
        socket.input.add(SENT);
        rig.turns(2);
        assertEquals(1, handler.count(Event.DATA));
        assertEquals(Connection.State.OPEN, connection.state());
    }

    @Test
    void aLeftoverDoesNotMakeTheNextReadsOfItsTurnSmall() throws IOException {
        int frame = 1001;
        handler.whenData((c, in) -> handler.keep(in, in.readableBytes() / frame * frame));
        rig.accept(socket, handler);
        int reads = socket.reads;
        byte[] all = Payload.random(200 * frame, 2);
        socket.input.add(all);
        rig.turn();
        assertArrayEquals(all, handler.received(all.length));
        long bytesPerRead = all.length / (socket.reads - reads);
        assertTrue(bytesPerRead >= 32 << 10, bytesPerRead + " bytes per read");
    }
}
