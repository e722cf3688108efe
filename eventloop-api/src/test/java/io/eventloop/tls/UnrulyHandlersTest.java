package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.EventLoop;
import io.eventloop.testing.RecordingHandler;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Callbacks that do more than their own: what the scenario with unruly handlers found, and what was found on the way. */
class UnrulyHandlersTest {

    @Test
    void opensTheHandlerThatWasGivenWhileItConnected() throws IOException {
        try (TlsRig rig = new TlsRig()) {
            rig.listen(TlsRig.server().build());
            TlsClient client = TlsRig.client().build();
            RecordingHandler first = new RecordingHandler();
            RecordingHandler next = new RecordingHandler();
            EventLoop loop = rig.calling.loops().get(0);
            loop.execute(() -> client.connect(loop, rig.address, ConnectOptions.DEFAULT, "a.example", first)
                    .handler(next));
            rig.await(() -> next.has("onOpen") || first.has("onOpen"));
            assertTrue(next.has("onOpen"));
            Connection connection = next.connection().orElseThrow();
            rig.on(connection, connection::close);
            rig.await(next::isClosed);
            assertEquals(List.of(), first.callbacks());
        }
    }
}
