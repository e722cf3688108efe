package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Connection;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is queued for a peer that takes nothing holds little more memory than its bytes. */
final class SlowConsumerTest {
    @Test
    void smallDetachedReadsDoNotHoldTheLargeBuffersTheyWereReadInto() throws IOException {
        try (EngineRig rig = new EngineRig()) {
            ScriptedSocket stuck = new ScriptedSocket();
            stuck.room = () -> 0;
            stuck.isStuck = true;
            Connection target = rig.accept(stuck, new RecordingHandler());
            target.write(new byte[1]);
            rig.turn();
            ScriptedSocket source = new ScriptedSocket();
            RecordingHandler handler = new RecordingHandler().whenData((c, in) -> target.write(in.detach()));
            rig.accept(source, handler);
            long before = rig.loop.metrics().buffers().usedBytes();
            int messages = 300;
            int size = 600;
            for (int i = 0; i < messages; i++) {
                source.input.add(new byte[size]);
                rig.turn();
            }
            rig.turn();
            assertEquals(messages, handler.count(Event.DATA));
            long queued = messages * size;
            assertEquals(1 + queued, target.queuedBytes());
            long used = rig.loop.metrics().buffers().usedBytes() - before;
            assertTrue(used <= 2 * queued, used + " bytes of buffers for " + queued + " bytes queued");
        }
    }
}
