package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.Relay;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Peers that take nothing, and those who hold back for them: what that costs, and how they learn of an end. */
public abstract class HoldBackContract extends TransportContract {
    /** More than the small kernel buffers on both sides of a connection hold. */
    private static final int MUCH_BYTES = 2_000_000;

    @Test
    void anEchoThatHoldsBackLearnsOfAReset() throws IOException {
        ConnectionLimits limits = ConnectionLimits.builder()
                .readBudgetBytes(1000)
                .maxInboundBytes(1000)
                .build();
        RecordingHandler handler = handler()
                .whenData((c, in) -> {
                    if (!c.write(in.detach())) {
                        c.pauseReading();
                    }
                })
                .whenWritable(Connection::resumeReading);
        Peer peer = peerOf(handler, limits);
        LoopGate.whileHeld(loop(), () -> {
            peer.send(new byte[10_000]);
            peer.reset();
        });
        CloseReason reason = handler.closed();
        assertEquals(Kind.RESET, reason.kind());
        assertEquals(Initiator.PEER, reason.initiator());
    }

    @Test
    void aSlowConsumerHoldsLittleMoreMemoryThanItsQueue() throws IOException {
        RecordingHandler slow = handler();
        slowPeerOf(slow, ConnectionLimits.DEFAULT);
        Connection target = slow.opened();
        on(target, () -> target.write(new byte[MUCH_BYTES]));
        OnLoop.turns(loop(), 3);
        AtomicInteger passed = new AtomicInteger();
        Peer source = peerOf(handler().whenData((c, in) -> {
            passed.addAndGet(in.readableBytes());
            target.write(in.detach());
        }));
        long usedBefore = loop().metrics().buffers().usedBytes();
        int messages = 300;
        int size = 600;
        for (int i = 1; i <= messages; i++) {
            int sent = i * size;
            source.send(new byte[size]);
            Await.until("message " + i, loop(), () -> passed.get() == sent);
        }
        OnLoop.turn(loop());
        long used = loop().metrics().buffers().usedBytes() - usedBefore;
        long queued = messages * size;
        assertTrue(used <= 2 * queued, used + " bytes of buffers for " + queued + " more bytes queued");
    }

    @Test
    void aRelayPassesEverythingWhereTheMarkIsTheHardBound() throws IOException {
        assertRelays(ConnectionLimits.builder()
                .waterMarks(1000, 64 << 10)
                .maxQueuedBytes(64 << 10)
                .build());
    }

    @Test
    void aRelayHoldsItsSourceAtTheBoundOfPieces() throws IOException {
        assertRelays(ConnectionLimits.builder()
                .maxQueuedWrites(8)
                .maxInboundBytes(2000)
                .build());
    }

    private void assertRelays(ConnectionLimits limits) throws IOException {
        RecordingHandler source = handler().replaced();
        RecordingHandler target = handler().replaced();
        Peer from = peerOf(source, limits);
        Peer to = slowPeerOf(target, limits);
        on(source.opened(), () -> Relay.join(source.opened(), target.opened()));
        byte[] sent = Payload.random(MUCH_BYTES, 1);
        CompletableFuture<Void> sending = new CompletableFuture<>();
        Thread sender = new Thread(() -> {
            try {
                from.send(sent);
                from.shutdownOutput();
                sending.complete(null);
            } catch (IOException | AssertionError e) {
                sending.completeExceptionally(e);
            }
        });
        sender.setDaemon(true);
        sender.start();
        assertArrayEquals(sent, to.receiveToEnd());
        Await.value("the sender", sending);
    }

    @Test
    void idlenessWithBytesQueuedIsNoOrderlyEnd() throws IOException {
        ManualEnvironment environment = new ManualEnvironment();
        start(builder -> builder.environment(environment));
        ConnectionLimits limits = ConnectionLimits.builder()
                .idleTimeout(Duration.ofSeconds(10))
                .writeTimeout(Duration.ZERO)
                .build();
        RecordingHandler handler = handler();
        Peer peer = slowPeerOf(handler, limits);
        Connection connection = handler.opened();
        on(connection, () -> connection.write(new byte[MUCH_BYTES]));
        Await.until("the idle timeout", loop(), () -> {
            environment.advance(Duration.ofSeconds(11), loop());
            return handler.count(RecordingHandler.Event.CLOSED) == 1;
        });
        CloseReason reason = handler.closed();
        assertEquals(Kind.IDLE_TIMEOUT, reason.kind());
        assertEquals(Initiator.LIBRARY, reason.initiator());
        assertEquals(Peer.End.RESET, peer.awaitEnd());
    }
}
