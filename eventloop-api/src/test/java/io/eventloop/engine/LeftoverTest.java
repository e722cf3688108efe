package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectionLimits;
import io.eventloop.contract.Payload;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a handler leaves, and what a failing read leaves, must not cost more than itself. */
final class LeftoverTest {
    private final EngineRig rig = new EngineRig();
    private final ScriptedSocket socket = new ScriptedSocket();
    private final RecordingHandler handler = new RecordingHandler();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void aTransportThatFailsInAReadGivesTheReadBufferBack() throws IOException {
        rig.accept(socket, handler);
        // A step that it does not know: it throws a ClassCastException.
        socket.input.add("neither bytes nor a failure");
        rig.turns(2);
        assertEquals(Kind.SYSTEM_FAILED, handler.closed().kind());
        rig.failures.take(handler.closed().failure().orElseThrow());
    }

    @Test
    void handlersThatReplaceOneAnotherAndConsumeNothingDoNotKeepTheLoop() throws IOException {
        int most = 100_000;
        int[] calls = new int[1];
        handler.whenData((c, in) -> {
            if (++calls[0] < most) {
                c.handler(handler);
                handler.keep(in, 0);
            } else {
                c.abort();
            }
        });
        rig.accept(
                socket, handler, ConnectionLimits.builder().maxInboundBytes(200).build());
        socket.input.add(new byte[100]);
        rig.poller().report(socket, ReadySink.READABLE | ReadySink.INPUT_ENDED);
        rig.turn();
        int callsInATurn = calls[0];
        rig.group.close();
        assertTrue(callsInATurn < 10_000, callsInATurn + " calls in one turn");
    }

    @Test
    void aLeftoverDoesNotMakeTheReadsOfLaterTurnsSmall() throws IOException {
        int frame = 1001;
        handler.whenData((c, in) -> handler.keep(in, in.readableBytes() / frame * frame));
        rig.accept(socket, handler);
        int reads = socket.reads;
        byte[] all = Payload.random(1000 * frame, 2);
        socket.input.add(all);
        rig.turns(20);
        assertArrayEquals(all, handler.received(all.length));
        long bytesPerRead = all.length / (socket.reads - reads);
        assertTrue(bytesPerRead >= 32 << 10, bytesPerRead + " bytes per read");
    }
}
