package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.EventLoop;
import io.eventloop.ListenOptions;
import io.eventloop.ListenOptions.Distribution;
import io.eventloop.Listener;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a fault in a callback takes with it: an exception one connection, an {@link Error} one loop, never more. */
public abstract class FaultContract extends TransportContract {
    private static final ConnectionLimits QUICK =
            ConnectionLimits.builder().idleTimeout(Duration.ofSeconds(1)).build();

    /** An error that is nobody's real one. */
    private static final class Fatal extends Error {
        private static final long serialVersionUID = 1L;

        Fatal() {
            super("made by the test");
        }
    }

    private Peer echoPeer() throws IOException {
        return connectTo(listen(c -> handler().whenData((echo, in) -> echo.write(in.detach()))));
    }

    private static void assertEchoes(Peer peer) throws IOException {
        byte[] sent = Payload.random(10_000, 1);
        assertArrayEquals(sent, peer.exchange(sent, sent.length));
    }

    private static RecordingHandler failingIn(Event event, RecordingHandler handler, RuntimeException failure) {
        Consumer<Connection> failing = c -> {
            throw failure;
        };
        return switch (event) {
            case OPEN -> handler.whenOpen(failing);
            case DATA -> handler.whenData((c, in) -> failing.accept(c));
            case WRITABLE -> handler.whenOpen(c -> c.write(new byte[300_000])).whenWritable(failing);
            case INPUT_CLOSED -> handler.whenInputClosed(failing);
            case IDLE ->
                handler.whenIdle(c -> {
                    throw failure;
                });
            case DRAIN -> handler.whenDrain(failing);
            case CLOSED -> handler.whenClosed((c, reason) -> failing.accept(c));
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = Event.class,
            names = {"DRAIN", "CLOSED"},
            mode = EnumSource.Mode.EXCLUDE)
    void anExceptionEndsItsConnectionAndNoOther(Event event) throws IOException {
        Peer other = echoPeer();
        assertEchoes(other);
        RuntimeException failure = new IllegalArgumentException("in " + event);
        RecordingHandler handler = failingIn(event, handler(), failure);
        Listener listener = listen(with(QUICK), c -> handler);
        if (event == Event.OPEN || event == Event.WRITABLE) {
            assertEquals(Peer.End.RESET, endOfConnectTo(listener));
        } else {
            Peer peer = connectTo(listener);
            handler.opened();
            switch (event) {
                case DATA -> peer.send(new byte[100]);
                case INPUT_CLOSED -> peer.shutdownOutput();
                default -> environment.advance(Duration.ofSeconds(2), loop());
            }
            assertEquals(Peer.End.RESET, peer.awaitEnd());
        }
        CloseReason reason = handler.closed();
        assertEquals(Kind.HANDLER_FAILED, reason.kind());
        assertEquals(Initiator.LIBRARY, reason.initiator());
        assertSame(failure, reason.failure().orElseThrow());
        String what = failures.take(failure).what();
        assertTrue(what.contains(name(event)), what);
        assertEchoes(other);
    }

    private static String name(Event event) {
        return switch (event) {
            case OPEN -> "onOpen";
            case DATA -> "onData";
            case WRITABLE -> "onWritable";
            case INPUT_CLOSED -> "onInputClosed";
            case IDLE -> "onIdle";
            case DRAIN -> "onDrain";
            case CLOSED -> "onClosed";
        };
    }

    @Test
    void anExceptionInOnClosedIsReportedOnly() throws IOException {
        Peer other = echoPeer();
        RuntimeException failure = new RuntimeException("in onClosed");
        RecordingHandler handler = failingIn(Event.CLOSED, handler(), failure);
        peerOf(handler).reset();
        assertEquals(Kind.RESET, handler.closed().kind());
        failures.take(failure);
        assertEchoes(other);
        assertEquals(1, loop().metrics().failedCallbacks());
    }

    @Test
    void anExceptionInOnClosedOfAFailedConnectIsReportedOnly() throws IOException {
        SocketAddress unused;
        try (PeerListener gone = new PeerListener(peers(), loopback(), 1)) {
            unused = gone.address();
        }
        RuntimeException failure = new RuntimeException("in onClosed");
        RecordingHandler handler = failingIn(Event.CLOSED, handler(), failure);
        connect(unused, ConnectOptions.DEFAULT, handler);
        assertEquals(Kind.CONNECT_FAILED, handler.closed().kind());
        failures.take(failure);
        assertEchoes(echoPeer());
    }

    @Test
    void anExceptionAfterCloseCutsTheClose() throws IOException {
        RuntimeException failure = new RuntimeException("after close");
        RecordingHandler handler = handler().whenData((c, in) -> {
            c.close();
            throw failure;
        });
        peerOf(handler).send(Payload.ascii("x"));
        assertEquals(Kind.HANDLER_FAILED, handler.closed().kind());
        failures.take(failure);
    }

    @Test
    void anExceptionAfterAbortChangesNoReason() throws IOException {
        RuntimeException failure = new RuntimeException("after abort");
        RecordingHandler handler = handler().whenData((c, in) -> {
            c.abort();
            throw failure;
        });
        peerOf(handler).send(Payload.ascii("x"));
        assertEquals(Kind.ABORTED, handler.closed().kind());
        failures.take(failure);
    }

    @Test
    void anExceptionAfterDetachingLeavesTheBufferToTheHandler() throws IOException {
        RuntimeException failure = new RuntimeException("after detach");
        Buffer[] taken = new Buffer[1];
        RecordingHandler handler = handler().whenData((c, in) -> {
            taken[0] = in.detach();
            throw failure;
        });
        peerOf(handler).send(Payload.ascii("mine"));
        Connection connection = handler.opened();
        assertEquals(Kind.HANDLER_FAILED, handler.closed().kind());
        failures.take(failure);
        on(connection, () -> {
            assertEquals(4, taken[0].readableBytes());
            taken[0].release();
        });
    }

    @Test
    void anErrorInATaskEndsTheLoopAndEverythingOnIt() throws IOException {
        RecordingHandler first = handler();
        RecordingHandler second = handler();
        Peer peer = peerOf(first);
        Peer secondPeer = peerOf(second);
        EventLoop loop = loop();
        Fatal fatal = new Fatal();
        loop.execute(() -> {
            throw fatal;
        });
        for (RecordingHandler handler : List.of(first, second)) {
            CloseReason reason = handler.closed();
            assertEquals(Kind.LOOP_FAILED, reason.kind());
            assertEquals(CloseReason.Scope.LOOP, reason.scope());
            assertEquals(Initiator.LIBRARY, reason.initiator());
            assertSame(fatal, reason.failure().orElseThrow());
        }
        assertEquals(Peer.End.RESET, peer.awaitEnd());
        assertEquals(Peer.End.RESET, secondPeer.awaitEnd());
        failures.take(fatal);
        Await.value("the end of the group", group().closed().handle((done, thrown) -> true));
        assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
    }

    @Test
    void anErrorInACallbackEndsTheLoop() throws IOException {
        Fatal fatal = new Fatal();
        RecordingHandler bystander = handler();
        peerOf(bystander);
        RecordingHandler handler = handler().whenData((c, in) -> {
            throw fatal;
        });
        peerOf(handler).send(Payload.ascii("x"));
        assertEquals(Kind.LOOP_FAILED, handler.closed().kind());
        assertEquals(Kind.LOOP_FAILED, bystander.closed().kind());
        failures.take(fatal);
        Await.value("the end of the group", group().closed().handle((done, thrown) -> true));
    }

    @Test
    void anErrorInATimerEndsTheLoop() throws IOException {
        Fatal fatal = new Fatal();
        RecordingHandler bystander = handler();
        peerOf(bystander);
        OnLoop.run(
                loop(),
                () -> loop().schedule(Duration.ZERO, () -> {
                    throw fatal;
                }));
        assertEquals(Kind.LOOP_FAILED, bystander.closed().kind());
        failures.take(fatal);
    }

    @Test
    void anErrorInOnClosedKeepsNoOtherFromItsEnd() throws IOException {
        Fatal first = new Fatal();
        Fatal second = new Fatal();
        RecordingHandler bystander = handler();
        peerOf(bystander);
        RecordingHandler handler = handler().whenClosed((c, reason) -> {
            throw second;
        });
        peerOf(handler);
        RecordingHandler last = handler();
        peerOf(last);
        loop().execute(() -> {
            throw first;
        });
        assertEquals(Kind.LOOP_FAILED, bystander.closed().kind());
        assertEquals(Kind.LOOP_FAILED, handler.closed().kind());
        assertEquals(Kind.LOOP_FAILED, last.closed().kind());
        failures.take(first);
        failures.take(second);
        Await.value("the end of the group", group().closed().handle((done, thrown) -> true));
    }

    @Test
    void anErrorOnOneLoopLeavesTheOthersAlone() throws IOException {
        start(builder -> builder.loops(2));
        Fatal fatal = new Fatal();
        RecordingHandler[] handlers = {handler(), handler()};
        int[] next = {0};
        ListenOptions options =
                ListenOptions.builder().distribution(Distribution.ROUND_ROBIN).build();
        Listener listener = listen(options, c -> handlers[next[0]++]);
        Peer[] peers = new Peer[2];
        for (int i = 0; i < 2; i++) {
            peers[i] = connectTo(listener);
            handlers[i].opened();
        }
        EventLoop failing = handlers[0].opened().loop();
        failing.execute(() -> {
            throw fatal;
        });
        assertEquals(Kind.LOOP_FAILED, handlers[0].closed().kind());
        failures.take(fatal);
        peers[1].send(Payload.ascii("still served"));
        assertEquals("still served", Payload.text(handlers[1].received(12)));
        assertEquals(0, handlers[1].count(Event.CLOSED));
        awaitEnd(failing);
        for (int i = 0; i < 4; i++) {
            assertSame(handlers[1].opened().loop(), group().next(), "a failed loop is passed over");
        }
    }

    /** Waits until a loop takes no more tasks. */
    private static void awaitEnd(EventLoop loop) {
        try {
            for (int i = 0; i < 100_000; i++) {
                OnLoop.turn(loop);
            }
        } catch (RejectedExecutionException ended) {
            return;
        }
        throw new AssertionError(loop.name() + " does not end");
    }
}
