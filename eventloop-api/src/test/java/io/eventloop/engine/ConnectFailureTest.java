package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.Errno;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connects and set-ups that the system breaks off at each of their steps: told once, late enough, and nothing leaks. */
final class ConnectFailureTest {
    private final EngineRig rig = new EngineRig();
    private final ScriptedSocket socket = new ScriptedSocket();
    private final RecordingHandler handler = new RecordingHandler();

    @AfterEach
    void close() {
        rig.close();
        assertEquals(List.of(), handler.violations());
    }

    private Connection connect() {
        rig.transport.sockets.add(socket);
        return rig.loop.connect(ScriptedTransport.REMOTE, ConnectOptions.DEFAULT, handler);
    }

    private void assertFailed(IOException failure) {
        CloseReason reason = handler.closed();
        assertEquals(Kind.CONNECT_FAILED, reason.kind());
        assertSame(failure, reason.failure().orElseThrow());
        assertEquals(List.of(Event.CLOSED), handler.events());
        assertEquals(0, rig.loop.metrics().active());
        assertEquals(0, rig.loop.metrics().timersArmed());
    }

    @Test
    void connectedAtOnceOpensInALaterStep() {
        connect();
        assertEquals(List.of(), handler.events());
        rig.turn();
        assertEquals(List.of(Event.OPEN), handler.events());
    }

    @Test
    void failedAtOnceEndsInALaterStep() {
        IOException failure = ScriptedSocket.failure("connect(2)", Errno.ENETUNREACH);
        socket.connects.add(failure);
        connect();
        assertEquals(List.of(), handler.events());
        rig.turns(2);
        assertFailed(failure);
        assertTrue(socket.isClosed());
    }

    @Test
    void withoutASocketEndsInALaterStep() {
        IOException failure = ScriptedSocket.failure("socket(2)", Errno.EMFILE);
        rig.transport.sockets.add(failure);
        Connection connection = rig.loop.connect(ScriptedTransport.REMOTE, ConnectOptions.DEFAULT, handler);
        assertEquals(List.of(), handler.events());
        assertEquals(ScriptedTransport.REMOTE, connection.remoteAddress());
        assertFalse(connection.write(new byte[1]));
        connection.abort();
        rig.turns(2);
        assertFailed(failure);
    }

    @Test
    void withoutARegistrationClosesTheSocket() {
        IOException failure = ScriptedSocket.failure("epoll_ctl(2)", Errno.ENOMEM);
        rig.poller().registerFailures.add(failure);
        connect();
        rig.turns(2);
        assertFailed(failure);
        assertTrue(socket.isClosed());
    }

    @Test
    void aSpuriousEventDoesNotOpenIt() {
        socket.connects.addAll(List.of(false, false, false));
        Connection connection = connect();
        socket.isStuck = true;
        rig.turns(2);
        rig.poller().report(socket, ReadySink.WRITABLE);
        rig.turns(2);
        assertEquals(Connection.State.CONNECTING, connection.state());
        assertEquals(List.of(), handler.events());
        socket.connects.clear();
        socket.isStuck = false;
        rig.turns(2);
        assertEquals(List.of(Event.OPEN), handler.events());
    }

    @Test
    void aReadableEventOfAPendingConnectReadsNothing() {
        socket.connects.addAll(List.of(false, false));
        connect();
        socket.isStuck = true;
        rig.poller().report(socket, ReadySink.READABLE);
        rig.turns(2);
        assertEquals(0, socket.reads);
        assertEquals(List.of(), handler.events());
    }

    @Test
    void refusedLaterEndsIt() {
        IOException failure = ScriptedSocket.failure("connect(2)", Errno.ECONNREFUSED);
        socket.connects.addAll(List.of(false, failure));
        connect();
        rig.turns(3);
        assertFailed(failure);
        assertTrue(socket.isClosed());
    }

    @Test
    void anErrorEventAsksTheConnect() {
        IOException failure = ScriptedSocket.failure("connect(2)", Errno.EHOSTUNREACH);
        socket.connects.addAll(List.of(false, failure));
        connect();
        socket.isStuck = true;
        rig.poller().report(socket, ReadySink.ERROR);
        rig.turns(3);
        assertFailed(failure);
    }

    @Test
    void theTimeoutClosesTheSocket() {
        socket.connects.add(false);
        socket.isStuck = true;
        connect();
        rig.advance(Duration.ofSeconds(11));
        assertEquals(Kind.CONNECT_TIMEOUT, handler.closed().kind());
        assertTrue(socket.isClosed());
        assertEquals(0, rig.loop.metrics().timersArmed());
    }

    @Test
    void bytesThatCameWithTheConnectAreReadAfterOnOpen() {
        socket.input.add(new byte[] {1, 2, 3});
        connect();
        rig.turns(3);
        assertEquals(List.of(Event.OPEN, Event.DATA), handler.events());
    }

    @Test
    void anAcceptedSocketThatCannotBeRegisteredIsClosed() throws IOException {
        Listener listener = rig.listen(ListenOptions.DEFAULT, handler);
        IOException failure = ScriptedSocket.failure("epoll_ctl(2)", Errno.ENOMEM);
        rig.poller().registerFailures.add(failure);
        rig.transport.listener.answers.add(socket);
        rig.turns(3);
        assertTrue(socket.isClosed());
        assertEquals(0, listener.metrics().active());
        assertEquals(List.of(), handler.events());
        rig.failures.take(failure);
    }

    @Test
    void aListenerThatCannotBeRegisteredIsClosed() throws IOException {
        IOException failure = ScriptedSocket.failure("epoll_ctl(2)", Errno.ENOMEM);
        rig.poller().registerFailures.add(failure);
        Listener listener = rig.listen(ListenOptions.DEFAULT, handler);
        assertTrue(rig.transport.listener.closed);
        assertTrue(listener.closed().isDone());
        rig.failures.take(failure);
    }

    @Test
    void aGroupThatCannotBeBuiltClosesWhatItHad() {
        ScriptedTransport transport = new ScriptedTransport();
        transport.maxPollers = 2;
        assertThrows(
                RuntimeException.class,
                () -> EventLoopGroup.builder().loops(4).transport(transport).build());
        assertEquals(2, transport.pollers.size());
        transport.pollers.forEach(poller -> assertTrue(poller.closed));
    }
}
