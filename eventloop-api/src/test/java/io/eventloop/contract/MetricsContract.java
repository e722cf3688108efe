package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.LoopMetrics;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** The figures add up, and those of a loop with nothing to do stand still. */
public abstract class MetricsContract extends TransportContract {
    private static final int EXCHANGES = 500;

    @Test
    void countBytesConnectionsAndTheirEnds() throws IOException {
        RecordingHandler aborted = handler();
        RecordingHandler reset = handler();
        RecordingHandler open = handler();
        Peer abortedPeer = peerOf(aborted);
        Peer resetPeer = peerOf(reset);
        Peer openPeer = peerOf(open);
        abortedPeer.send(new byte[1000]);
        aborted.received(1000);
        Connection connection = aborted.opened();
        on(connection, () -> connection.write(new byte[200]));
        abortedPeer.receive(200);
        openPeer.send(new byte[50]);
        open.received(50);
        on(connection, connection::abort);
        aborted.closed();
        resetPeer.reset();
        reset.closed();
        OnLoop.turns(loop(), 2);
        LoopMetrics metrics = loop().metrics();
        assertEquals(1050, metrics.bytesReceived());
        assertEquals(200, metrics.bytesSent());
        assertEquals(3, metrics.opened());
        assertEquals(1, metrics.active());
        assertEquals(1L, metrics.closed().getOrDefault(Kind.ABORTED, 0L));
        assertEquals(1L, metrics.closed().getOrDefault(Kind.RESET, 0L));
        assertEquals(2L, metrics.closed().values().stream().mapToLong(n -> n).sum());
        assertTrue(metrics.reads() >= 2, metrics.toString());
        assertTrue(metrics.writes() >= 1, metrics.toString());
        assertTrue(metrics.events() >= 2, metrics.toString());
        assertTrue(metrics.tasksRun() >= 2, metrics.toString());
        assertEquals(0, metrics.tasksRejected());
        assertEquals(0, metrics.failedCallbacks());
        assertEquals(0, metrics.blockedCallbacks());
    }

    @Test
    void keepTheLargestQueue() throws IOException {
        RecordingHandler handler = handler();
        slowPeerOf(handler, ConnectionLimits.DEFAULT);
        Connection connection = handler.opened();
        on(connection, () -> connection.write(new byte[4_000_000]));
        OnLoop.turns(loop(), 2);
        long largest = loop().metrics().largestQueueBytes();
        assertTrue(largest > 1_000_000 && largest <= 4_000_000, largest + " bytes");
        on(connection, connection::abort);
        OnLoop.turns(loop(), 2);
        assertEquals(largest, loop().metrics().largestQueueBytes());
    }

    @Test
    void ofAGroupAreTheSumOfItsLoops() throws IOException {
        start(builder -> builder.loops(3));
        Listener listener = listen(c -> handler().whenData((echo, in) -> echo.write(in.detach())));
        for (int i = 0; i < 6; i++) {
            connectTo(listener).exchange(new byte[1000], 1000);
        }
        group().loops().forEach(loop -> OnLoop.turns(loop, 2));
        LoopMetrics sum = group().metrics();
        assertEquals(6000, sum.bytesReceived());
        assertEquals(6000, sum.bytesSent());
        assertEquals(6, sum.opened());
        assertEquals(6, sum.active());
        assertEquals(total(LoopMetrics::reads), sum.reads());
        assertEquals(total(LoopMetrics::writes), sum.writes());
        assertEquals(total(m -> m.buffers().reservedBytes()), sum.buffers().reservedBytes());
        assertEquals(total(m -> m.buffers().acquired()), sum.buffers().acquired());
    }

    private long total(ToLongFunction<LoopMetrics> figure) {
        return group().loops().stream()
                .map(EventLoop::metrics)
                .mapToLong(figure)
                .sum();
    }

    /** Checks that the loop makes next to no turns while another group exchanges messages. */
    private void assertQuiet() throws IOException {
        EventLoopGroup other = closedLater(builder().build());
        Peer peer = connectTo(other.listen(loopback(), c -> handler().whenData((echo, in) -> echo.write(in.detach()))));
        OnLoop.turns(loop(), 5);
        long before = loop().metrics().turns();
        for (int i = 0; i < EXCHANGES; i++) {
            peer.exchange(new byte[100], 100);
        }
        OnLoop.turn(loop());
        long turns = loop().metrics().turns() - before;
        assertTrue(turns <= 10, turns + " turns while " + EXCHANGES + " messages were exchanged elsewhere");
    }

    @Test
    void standStillWhileConnectionsAreOpen() throws IOException {
        peerOf(handler()).send(new byte[100]);
        peerOf(handler());
        assertQuiet();
    }

    @Test
    void standStillWhileAPeerHasHalfClosed() throws IOException {
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        peerOf(handler).shutdownOutput();
        handler.seen(Event.INPUT_CLOSED, 1);
        assertQuiet();
    }

    @Test
    void standStillAfterAResetOfAHalfClosedConnection() throws IOException {
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        Peer peer = peerOf(handler);
        peer.shutdownOutput();
        handler.seen(Event.INPUT_CLOSED, 1);
        peer.reset();
        assertQuiet();
    }

    @Test
    void standStillAfterAResetOfAPausedConnection() throws IOException {
        RecordingHandler handler = handler().whenOpen(Connection::pauseReading);
        Peer peer = peerOf(handler).send(new byte[100]);
        peer.reset();
        assertQuiet();
    }

    @Test
    void standStillWhileBytesWaitForAPausedConnection() throws IOException {
        RecordingHandler handler = handler().whenOpen(Connection::pauseReading);
        peerOf(handler).send(new byte[10_000]);
        assertQuiet();
    }

    @Test
    void standStillWhileOurOutputIsShutDown() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        Connection connection = handler.opened();
        on(connection, connection::shutdownOutput);
        peer.awaitEnd();
        assertQuiet();
    }

    @Test
    void standStillWhileAPeerDoesNotRead() throws IOException {
        RecordingHandler handler = handler();
        slowPeerOf(handler, ConnectionLimits.DEFAULT);
        Connection connection = handler.opened();
        on(connection, () -> connection.write(new byte[6_000_000]));
        Await.until("the socket to be full", loop(), () -> {
            long sent = OnLoop.call(loop(), connection::bytesSent);
            OnLoop.turns(loop(), 20);
            return sent > 0 && sent == OnLoop.call(loop(), connection::bytesSent);
        });
        assertQuiet();
    }

    @Test
    void standStillWhileACloseWaitsForThePeer() throws IOException {
        RecordingHandler handler = handler();
        Peer peer = peerOf(
                handler, ConnectionLimits.builder().closeTimeout(Duration.ZERO).build());
        Connection connection = handler.opened();
        on(connection, connection::close);
        peer.awaitEnd();
        assertQuiet();
    }

    @Test
    void standStillWhileAPausedListenerHasABacklog() throws IOException {
        Listener listener = listen(c -> handler());
        listener.pause();
        OnLoop.turns(loop(), 2);
        connectTo(listener);
        connectTo(listener);
        assertQuiet();
    }

    @Test
    void standStillWhileAFullListenerHasABacklog() throws IOException {
        Listener listener = listen(
                ListenOptions.builder()
                        .maxConnections(1, ListenOptions.Overflow.WAIT)
                        .build(),
                c -> handler());
        connectTo(listener);
        Await.until("one active", loop(), () -> listener.metrics().active() == 1);
        connectTo(listener);
        connectTo(listener);
        assertQuiet();
    }
}
