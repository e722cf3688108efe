package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoop;
import io.eventloop.Relay;
import io.eventloop.testing.RecordingHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A relay to a connection over TLS at the bounds of its queue. */
final class TlsRelayTest {
    private static final int BOUND_BYTES = 64 << 10;
    private static final int BATCH_BYTES = 60_000;
    private static final int QUEUED_BYTES = 40_000;
    private static final int SOURCE_BYTES = 50_000;

    private static final ConnectionLimits TIGHT = ConnectionLimits.builder()
            .waterMarks(1000, BOUND_BYTES)
            .maxQueuedBytes(BOUND_BYTES)
            .build();

    private final TlsRig rig = new TlsRig();
    private final EventLoop loop = rig.calling.loops().get(0);
    private long written;
    private boolean joined;

    @AfterEach
    void close() {
        rig.close();
    }

    /** A connection of the relay's loop with bytes that its handler has not consumed. */
    private Connection source() throws IOException {
        List<Connection> accepted = new ArrayList<>();
        rig.calling.listen(rig.clientHost.address(80), connection -> {
            accepted.add(connection);
            return (c, in) -> {};
        });
        EventLoop peers = rig.serving.loops().get(0);
        RecordingHandler peer = new RecordingHandler();
        peers.execute(() -> peers.connect(rig.clientHost.address(80), ConnectOptions.DEFAULT, peer)
                .write(new byte[SOURCE_BYTES]));
        rig.await(() -> !accepted.isEmpty() && accepted.get(0).unconsumedBytes() == SOURCE_BYTES);
        return accepted.get(0);
    }

    private void write(Connection target, int bytes) {
        rig.on(target, () -> assertTrue(target.write(new byte[bytes])));
        written += bytes;
    }

    private static long encrypted(SecuredConnection connection) {
        return connection.transport().bytesSent() + connection.transport().queuedBytes();
    }

    /** Joins them in the turn in which a batch has been encrypted and nothing of it has left yet. */
    private void joinAtBatch(Connection source, SecuredConnection target, long encryptedBefore) {
        if (encrypted(target) == encryptedBefore) {
            loop.execute(() -> joinAtBatch(source, target, encryptedBefore));
            return;
        }
        assertEquals(QUEUED_BYTES, target.queuedBytes());
        Relay.join(source, target);
        source.readNow();
        joined = true;
    }

    @Test
    void goesOnAfterABatchThatHadNotLeft() throws IOException {
        rig.listen(TlsRig.server().build(), connection -> new RecordingHandler() {
            @Override
            public void onOpen(Connection on) {
                super.onOpen(on);
                on.pauseReading();
            }
        });
        Connection source = source();
        RecordingHandler handler = new RecordingHandler();
        SecuredConnection target =
                (SecuredConnection) rig.connect(TlsRig.client().build(), "a.example", handler, TIGHT);
        rig.await(() -> handler.has("onOpen"));
        while (target.transport().queuedBytes() == 0) {
            write(target, BATCH_BYTES);
            rig.network.run(Duration.ofSeconds(1));
        }
        write(target, QUEUED_BYTES);
        rig.on(target, () -> joinAtBatch(source, target, encrypted(target)));
        Connection server = rig.accepted.get(0);
        rig.on(server, server::resumeReading);
        rig.await(() -> joined);
        rig.await(() -> rig.servers.get(0).received().length == written + SOURCE_BYTES);
        rig.on(source, source::abort);
        rig.await(() -> rig.servers.get(0).isClosed());
    }
}
