package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.BufferPoolMetrics;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.EventLoopGroup;
import io.eventloop.Listener;
import io.eventloop.SocketOptions;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Nothing is left behind: no descriptor, no buffer, no registration, whatever way things end. */
public abstract class ResourceContract extends TransportContract {

    private static void assumeDescriptorsAreVisible() {
        Assumptions.assumeTrue(Descriptors.areVisible(), "the system does not show descriptors");
    }

    /** A group's whole life with connections in every state. */
    private void live() throws IOException {
        Peer[] peers = new Peer[8];
        try (EventLoopGroup group = builder().loops(2).build()) {
            RecordingHandler[] accepted = new RecordingHandler[peers.length + 1];
            int[] next = {0};
            Listener listener = group.listen(loopback(), c -> accepted[next[0]++]);
            for (int i = 0; i < peers.length; i++) {
                accepted[i] = handler().whenInputClosed(c -> {}).whenData((c, in) -> {});
                peers[i] = Peer.connect(peers(), listener.address(), SocketOptions.NONE);
                accepted[i].opened();
            }
            peers[0].reset();
            peers[1].shutdownOutput();
            peers[2].send(new byte[1000]);
            accepted[2].seen(Event.DATA, 1);
            Connection closing = accepted[3].opened();
            on(closing, () -> {
                closing.write(new byte[4_000_000]);
                closing.close();
            });
            Connection aborted = accepted[4].opened();
            on(aborted, aborted::abort);
            Connection halfClosed = accepted[5].opened();
            on(halfClosed, halfClosed::shutdownOutput);
            accepted[peers.length] = handler();
            RecordingHandler connecting = handler();
            group.connect(listener.address(), ConnectOptions.DEFAULT, connecting);
            OnLoop.turns(group.loops().get(0), 2);
        }
        for (Peer peer : peers) {
            peer.close();
        }
    }

    @Test
    void aClosedGroupLeavesNoDescriptor() throws IOException {
        assumeDescriptorsAreVisible();
        live();
        List<String> before = Descriptors.open();
        for (int i = 0; i < 3; i++) {
            live();
        }
        List<String> after = Descriptors.open();
        assertEquals(before.size(), after.size(), before + " became " + after);
    }

    @Test
    void endedConnectionsLeaveNoDescriptorWhileTheGroupLives() throws IOException {
        assumeDescriptorsAreVisible();
        Listener listener = listen(c -> handler());
        SocketAddress address = listener.address();
        endInEveryWay(address);
        awaitNoConnection();
        int before = Descriptors.open().size();
        for (int i = 0; i < 5; i++) {
            endInEveryWay(address);
        }
        awaitNoConnection();
        Await.until(
                "the descriptors to be closed", loop(), () -> Descriptors.open().size() <= before);
        Await.until(
                "every timer to be cancelled", loop(), () -> loop().metrics().timersArmed() == 0);
    }

    /** Until then a connection that is still ending counts among those before. */
    private void awaitNoConnection() {
        Await.until("every connection to end", loop(), () -> loop().metrics().active() == 0);
    }

    private void endInEveryWay(SocketAddress address) throws IOException {
        Peer.connect(peers(), address, SocketOptions.NONE).reset();
        Peer.connect(peers(), address, SocketOptions.NONE).close();
        try (Peer finishing = Peer.connect(peers(), address, SocketOptions.NONE)) {
            finishing.shutdownOutput();
            assertEquals(Peer.End.FIN, finishing.awaitEnd());
        }
        RecordingHandler handler = handler().whenOpen(Connection::abort);
        connect(address, ConnectOptions.DEFAULT, handler);
        handler.closed();
        RecordingHandler failing = handler();
        // Nobody listens at a port that is only bound, and nobody else can get it meanwhile.
        try (SocketChannel boundOnly = SocketChannel.open()) {
            boundOnly.bind(loopback());
            connect(boundOnly.getLocalAddress(), ConnectOptions.DEFAULT, failing);
            assertEquals(CloseReason.Kind.CONNECT_FAILED, failing.closed().kind());
        }
        Await.until("all to end", loop(), () -> loop().metrics().active() == 0);
    }

    @Test
    void aRefusedListenLeavesNoDescriptor() throws IOException {
        assumeDescriptorsAreVisible();
        PeerListener held = peerListener(1);
        assertThrows(IOException.class, () -> group().listen(held.address(), c -> handler()));
        int before = Descriptors.open().size();
        for (int i = 0; i < 10; i++) {
            assertThrows(IOException.class, () -> group().listen(held.address(), c -> handler()));
        }
        OnLoop.turns(loop(), 2);
        assertEquals(before, Descriptors.open().size());
    }

    @Test
    void idleConnectionsHoldNoBuffer() throws IOException {
        Listener listener = listen(c -> handler().whenData((echo, in) -> echo.write(in.detach())));
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            peers.add(connectTo(listener));
        }
        for (Peer peer : peers) {
            byte[] sent = Payload.random(70_000, 1);
            assertArrayEquals(sent, peer.exchange(sent, sent.length));
        }
        assertNoBufferHeld();
        BufferPoolMetrics pool = loop().metrics().buffers();
        assertTrue(pool.acquired() - pool.released() <= 1, pool.toString());
    }

    @Test
    void unconsumedBytesAreReclaimedAtTheEnd() throws IOException {
        RecordingHandler handler = handler().whenData((c, in) -> in.skip(1));
        Peer peer = peerOf(handler).send(new byte[30_000]);
        handler.seen(Event.DATA, 1);
        peer.reset();
        handler.closed();
        assertNoBufferHeld();
    }

    @Test
    void aBufferReleasedByAnotherThreadComesBack() throws IOException {
        CompletableFuture<Buffer> taken = new CompletableFuture<>();
        RecordingHandler handler = handler().whenData((c, in) -> taken.complete(in.detach()));
        peerOf(handler).send(new byte[10_000]);
        Buffer buffer = Await.value("the detached buffer", taken);
        assertTrue(loop().metrics().buffers().usedBytes() > 0);
        buffer.release();
        OnLoop.turns(loop(), 2);
        assertNoBufferHeld();
        assertEquals(1, loop().metrics().buffers().crossThreadReleases());
    }

    @Test
    void aForgottenBufferIsReportedWithItsStack() {
        OnLoop.run(loop(), this::forgetABuffer);
        group().close();
        List<String> leaks = takeLeaks();
        assertEquals(1, leaks.size(), leaks.toString());
        assertTrue(leaks.get(0).contains("forgetABuffer"), leaks.get(0));
    }

    private void forgetABuffer() {
        loop().buffers().acquire(100);
    }

    @Test
    void closesAnAcceptedSocketWhoseHandlerNeverCame() throws IOException {
        assumeDescriptorsAreVisible();
        RuntimeException failure = new RuntimeException("no handler");
        Listener listener = listen(c -> {
            throw failure;
        });
        assertEquals(Peer.End.RESET, endOfConnectTo(listener));
        failures.take(failure);
        int before = Descriptors.open().size();
        for (int i = 0; i < 10; i++) {
            assertEquals(Peer.End.RESET, endOfConnectTo(listener));
            failures.take(failure);
        }
        Await.until(
                "the descriptors to be closed", loop(), () -> Descriptors.open().size() <= before);
    }
}
