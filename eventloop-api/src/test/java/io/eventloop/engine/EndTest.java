package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.CloseReason.Scope;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionLimits;
import io.eventloop.Errno;
import io.eventloop.LoopOptions;
import io.eventloop.ProtocolViolationException;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ends that no single call tells of: each is found, told once, with the reason that is documented for it. */
final class EndTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final ConnectionLimits NO_TIMEOUTS = ConnectionLimits.builder()
            .idleTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .build();

    private final EngineRig rig = new EngineRig();
    private final ScriptedSocket socket = new ScriptedSocket();
    private final RecordingHandler handler = new RecordingHandler();

    @AfterEach
    void close() {
        rig.close();
        assertEquals(List.of(), handler.violations());
    }

    private void assertEnded(Scope scope, Initiator initiator, Kind kind) {
        CloseReason reason = handler.closed();
        assertEquals(List.of(scope, initiator, kind), List.of(reason.scope(), reason.initiator(), reason.kind()));
        assertEquals(1, handler.count(Event.CLOSED));
        assertTrue(socket.isClosed());
    }

    private void assertEnded(Initiator initiator, Kind kind) {
        assertEnded(Scope.CONNECTION, initiator, kind);
    }

    private Connection connect() {
        rig.transport.sockets.add(socket);
        socket.connects.add(false);
        return rig.loop.connect(ScriptedTransport.REMOTE, ConnectOptions.DEFAULT, handler);
    }

    @Test
    void aPauseAfterTheOutputBrokeIsAReset() throws IOException {
        handler.whenData((c, in) -> {
            assertFalse(c.write(in.detach()) && flushed(c));
            c.pauseReading();
        });
        rig.accept(socket, handler);
        socket.room = () -> -1;
        socket.input.add(new byte[100]);
        rig.turns(3);
        assertEnded(Initiator.PEER, Kind.RESET);
    }

    /** Whether it still takes bytes after a flush. */
    private static boolean flushed(Connection connection) {
        connection.flush();
        return connection.isWritable();
    }

    @Test
    void theOutputThatBrokeWhilePausedIsAReset() throws IOException {
        Connection connection = rig.accept(socket, handler);
        socket.room = () -> 0;
        socket.isStuck = true;
        connection.write(new byte[100]);
        connection.pauseReading();
        rig.turn();
        socket.room = () -> -1;
        socket.isStuck = false;
        rig.turns(2);
        assertEnded(Initiator.PEER, Kind.RESET);
    }

    @Test
    void aResetReportedAfterThePeersEndIsOne() throws IOException {
        handler.whenInputClosed(c -> {});
        rig.accept(socket, handler);
        socket.input.add(ScriptedSocket.END);
        rig.turns(2);
        int all = ReadySink.READABLE | ReadySink.WRITABLE | ReadySink.INPUT_ENDED | ReadySink.ERROR;
        rig.poller().report(socket, all);
        rig.turns(2);
        assertEnded(Initiator.PEER, Kind.RESET);
    }

    @Test
    void aSocketNoLongerConnectedIsAReset() throws IOException {
        rig.accept(socket, handler);
        socket.input.add(ScriptedSocket.failure("read(2)", Errno.ENOTCONN));
        rig.turns(2);
        assertEnded(Initiator.PEER, Kind.RESET);
    }

    @Test
    void aBrokenOutputHasNoWriteTimeout() throws IOException {
        Connection connection = rig.accept(
                socket, handler, NO_TIMEOUTS.toBuilder().writeTimeout(TIMEOUT).build());
        socket.room = () -> 0;
        socket.isStuck = true;
        connection.write(new byte[100]);
        rig.turn();
        socket.room = () -> -1;
        socket.isStuck = false;
        rig.turns(2);
        rig.advance(TIMEOUT.multipliedBy(2));
        assertEquals(State.OPEN, connection.state(), "what the peer sent before its reset is still to be read");
        socket.input.add(ScriptedSocket.failure("read(2)", Errno.ECONNRESET));
        rig.turns(2);
        assertEnded(Initiator.PEER, Kind.RESET);
    }

    @Test
    void idlenessWithBytesQueuedResets() throws IOException {
        Connection connection = rig.accept(
                socket, handler, NO_TIMEOUTS.toBuilder().idleTimeout(TIMEOUT).build());
        socket.room = () -> 0;
        socket.isStuck = true;
        connection.write(new byte[100]);
        rig.advance(TIMEOUT.multipliedBy(2));
        assertEnded(Initiator.LIBRARY, Kind.IDLE_TIMEOUT);
        assertTrue(socket.reset, "an orderly end would pass for the end of the message");
    }

    @Test
    void idlenessWithNothingQueuedDoesNotReset() throws IOException {
        rig.accept(socket, handler, NO_TIMEOUTS.toBuilder().idleTimeout(TIMEOUT).build());
        rig.advance(TIMEOUT.multipliedBy(2));
        assertEnded(Initiator.LIBRARY, Kind.IDLE_TIMEOUT);
        assertFalse(socket.reset);
    }

    @Test
    void aCloseWhileConnectingWithBytesQueuedIsAnAbort() {
        Connection connection = connect();
        connection.write(new byte[10]);
        connection.close();
        rig.turns(2);
        assertEnded(Initiator.LOCAL, Kind.ABORTED);
        assertTrue(socket.reset, "the peer may know of it already, and take an orderly end for all there was");
    }

    @Test
    void aConnectThatTimesOutWithBytesQueuedResets() {
        socket.isStuck = true;
        connect().write(new byte[10]);
        rig.advance(ConnectOptions.DEFAULT.connectTimeout().multipliedBy(2));
        assertEnded(Initiator.LIBRARY, Kind.CONNECT_TIMEOUT);
        assertTrue(socket.reset);
    }

    @Test
    void aCloseWhileConnectingWithNothingQueuedIsAClose() {
        connect().close();
        rig.turns(2);
        assertEnded(Initiator.LOCAL, Kind.CLOSED);
        assertFalse(socket.reset);
    }

    @Test
    void aConnectAboveTheLoopsLimitIsOverload() {
        try (EngineRig full = new EngineRig(LoopOptions.DEFAULT.withMaxConnections(1))) {
            full.loop.connect(ScriptedTransport.REMOTE, ConnectOptions.DEFAULT, new RecordingHandler());
            full.transport.sockets.add(socket);
            full.loop.connect(ScriptedTransport.REMOTE, ConnectOptions.DEFAULT, handler);
            full.turns(2);
            assertEnded(Initiator.LIBRARY, Kind.OVERLOADED);
        }
    }

    @Test
    void aViolationThrownByOnClosedIsNotReported() throws IOException {
        handler.whenClosed((c, reason) -> {
            throw ProtocolViolationException.malformed("found in what was left");
        });
        rig.accept(socket, handler).abort();
        rig.turn();
        assertEnded(Initiator.LOCAL, Kind.ABORTED);
        assertEquals(List.of(), rig.failures.left());
    }

    @Test
    void theGroupsCloseIsTheGroups() throws IOException {
        rig.accept(socket, handler);
        rig.group.close();
        assertEnded(Scope.GROUP, Initiator.LOCAL, Kind.SHUT_DOWN);
    }

    @Test
    void theDrainsDeadlineIsTheGroups() throws IOException {
        rig.accept(socket, handler);
        rig.group.shutdown(Duration.ZERO);
        rig.turn();
        assertEnded(Scope.GROUP, Initiator.LIBRARY, Kind.DRAIN_TIMEOUT);
    }

    @Test
    void onWritableIsNotToldOnceTheOutputIsToEnd() throws IOException {
        handler.whenOpen(c -> {
                    assertFalse(c.write(new byte[5000]));
                    c.shutdownOutput();
                })
                .whenWritable(c -> c.write(new byte[10]))
                .whenInputClosed(c -> {});
        rig.accept(
                socket, handler, ConnectionLimits.builder().waterMarks(10, 1000).build());
        rig.turns(2);
        assertTrue(socket.outputEnded);
        assertEquals(5000, socket.sent.size());
        socket.input.add(ScriptedSocket.END);
        rig.turns(2);
        assertEquals(0, handler.count(Event.WRITABLE));
        assertEnded(Initiator.LOCAL, Kind.FINISHED);
    }

    @Test
    void aTransportThatFailsInAReadEndsThatConnectionOnly() throws IOException {
        ScriptedSocket other = new ScriptedSocket();
        RecordingHandler bystander = new RecordingHandler();
        rig.accept(other, bystander);
        handler.whenData((c, in) -> in.skip(1));
        rig.accept(socket, handler);
        socket.input.add(new byte[2]);
        rig.turns(2);
        // A step that it does not know: it throws a ClassCastException.
        socket.input.add("neither bytes nor a failure");
        other.input.add(new byte[10]);
        rig.turns(2);
        assertEnded(Initiator.LIBRARY, Kind.SYSTEM_FAILED);
        rig.failures.take(handler.closed().failure().orElseThrow());
        assertEquals(10, bystander.received(10).length);
    }

    @Test
    void aTransportThatFailsInAWriteEndsThatConnectionOnly() throws IOException {
        ScriptedSocket other = new ScriptedSocket();
        Connection bystander = rig.accept(other, new RecordingHandler());
        Connection connection = rig.accept(socket, handler);
        RuntimeException failure = new IllegalStateException("a defect of the transport");
        socket.room = () -> {
            throw failure;
        };
        connection.write(new byte[10]);
        bystander.write(new byte[20]);
        rig.turns(2);
        assertEnded(Initiator.LIBRARY, Kind.SYSTEM_FAILED);
        assertSame(failure, handler.closed().failure().orElseThrow());
        rig.failures.take(failure);
        assertEquals(20, other.sent.size());
    }
}
