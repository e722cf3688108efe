package io.eventloop.framing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Acceptor;
import io.eventloop.Buffer;
import io.eventloop.BufferPoolOptions;
import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.LoopOptions;
import io.eventloop.testing.ScriptedPeer;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server in a network without faults, and a peer that does as it is told. */
final class FramedRig implements AutoCloseable {
    final SimulatedNetwork network = SimulatedNetwork.builder().build();
    final SimulatedHost server = network.host("server");
    final SimulatedHost client = network.host("client");
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    final List<CloseReason> reasons = new ArrayList<>();
    final EventLoopGroup group;
    private final ConnectionLimits limits;

    FramedRig() {
        this(ConnectionLimits.DEFAULT);
    }

    FramedRig(ConnectionLimits limits) {
        this.limits = limits;
        BufferPoolOptions guarded = BufferPoolOptions.builder().guarded(true).build();
        group = server.group(builder -> builder.loops(1)
                .options(LoopOptions.DEFAULT.withBuffers(guarded))
                .failureListener((what, failure) -> failures.add(failure)));
    }

    /** A peer connected to a server with this acceptor; why its connections end is kept. */
    ScriptedPeer peer(Acceptor acceptor) throws IOException {
        ListenOptions options = ListenOptions.builder().limits(limits).build();
        group.listen(server.address(7), options, acceptor);
        return ScriptedPeer.connect(client, server.address(7));
    }

    /** A peer of frames of this format. */
    ScriptedPeer peer(FrameFormat format, FrameHandler handler) throws IOException {
        return peer(connection -> keeping(new FramedHandler(format.decoder(), handler)));
    }

    /** Runs until the peer is done, and everything that follows. */
    void play(ScriptedPeer peer) {
        assertTrue(network.runUntil(peer::isDone, Duration.ofMinutes(1)), "the peer is not done");
        network.run(Duration.ofSeconds(20));
        network.invariants().check();
    }

    /** The one way a connection ended. */
    String reason() {
        assertEquals(1, reasons.size());
        return reasons.get(0).kind() + " by " + reasons.get(0).initiator()
                + reasons.get(0).failure().map(e -> ": " + e.getMessage()).orElse("");
    }

    /** A handler that only keeps why it ended. */
    ConnectionHandler keeping(ConnectionHandler handler) {
        return new ConnectionHandler() {
            @Override
            public void onOpen(Connection connection) {
                handler.onOpen(connection);
            }

            @Override
            public void onData(Connection connection, Buffer in) {
                handler.onData(connection, in);
            }

            @Override
            public void onWritable(Connection connection) {
                handler.onWritable(connection);
            }

            @Override
            public void onInputClosed(Connection connection) {
                handler.onInputClosed(connection);
            }

            @Override
            public void onDrain(Connection connection) {
                handler.onDrain(connection);
            }

            @Override
            public void onClosed(Connection connection, CloseReason reason) {
                reasons.add(reason);
                handler.onClosed(connection, reason);
            }
        };
    }

    @Override
    public void close() {
        group.close();
        assertEquals(List.of(), failures, "failures the test did not expect");
        assertEquals(0, group.metrics().buffers().usedBytes(), "buffer bytes not given back");
        network.close();
    }
}
