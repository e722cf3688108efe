package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Kind;
import io.eventloop.CloseReason.Scope;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.DrainReport;
import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** The end of a loop or a group comes, whatever the handlers and listeners do about it, and forgets nobody. */
public abstract class GroupEndContract extends TransportContract {

    /** Connects again whenever its connection ends, until it is refused. */
    private static final class Reconnecting implements ConnectionHandler {
        private final SocketAddress remote;
        private final CountDownLatch opened = new CountDownLatch(1);
        private final CompletableFuture<Throwable> refusal = new CompletableFuture<>();

        Reconnecting(SocketAddress remote) {
            this.remote = remote;
        }

        @Override
        public void onOpen(Connection c) {
            opened.countDown();
        }

        @Override
        public void onData(Connection c, Buffer in) {
            in.skip(in.readableBytes());
        }

        @Override
        public void onClosed(Connection c, CloseReason reason) {
            try {
                c.loop().connect(remote, ConnectOptions.DEFAULT, this);
            } catch (IllegalStateException e) {
                refusal.complete(e);
            }
        }
    }

    @Test
    void aHandlerThatConnectsAgainDoesNotKeepADrainFromItsEnd() throws IOException {
        Reconnecting handler = new Reconnecting(peerListener(16).address());
        group().connect(handler.remote, ConnectOptions.DEFAULT, handler);
        Await.latch("the connection", handler.opened);
        DrainReport report = Await.value("the drain", group().shutdown(Duration.ZERO));
        assertEquals(new DrainReport(1, 1), report);
        Await.value("the closed group", group().closed());
        assertTrue(handler.refusal.isDone(), "the ending loop still made connections");
    }

    @Test
    void aHandlerThatConnectsAgainDoesNotKeepACloseFromItsEnd() throws IOException {
        Reconnecting handler = new Reconnecting(peerListener(16).address());
        group().connect(handler.remote, ConnectOptions.DEFAULT, handler);
        Await.latch("the connection", handler.opened);
        Thread closing = new Thread(group()::close, "close of the group");
        closing.setDaemon(true);
        closing.start();
        Await.end(closing);
        assertEquals(0, group().metrics().active());
    }

    @Test
    void everyAcceptedTaskRunsAlthoughSomeEndTheLoop() {
        Fatal first = new Fatal();
        Fatal second = new Fatal();
        CountDownLatch ran = new CountDownLatch(2);
        EventLoop loop = loop();
        LoopGate.whileHeld(loop, () -> {
            loop.execute(() -> {
                throw first;
            });
            loop.execute(ran::countDown);
            loop.execute(() -> {
                throw second;
            });
            loop.execute(ran::countDown);
        });
        Await.latch("the tasks behind those that failed", ran);
        failures.take(first);
        failures.take(second);
        Await.value("the closed group", group().closed());
    }

    @Test
    void aFailureListenerThatThrowsKeepsNobodyFromItsEnd() throws IOException {
        Logger logger = Logger.getLogger("io.eventloop");
        Messages messages = new Messages();
        logger.addHandler(messages);
        logger.setUseParentHandlers(false);
        try {
            start(builder -> builder.failureListener((what, failure) -> Fatal.thrown()));
            RecordingHandler handler = handler();
            Peer peer = peerOf(handler);
            loop().execute(Fatal::thrown);
            assertEquals(Kind.LOOP_FAILED, handler.closed().kind());
            Await.value("the closed group", group().closed());
            assertEquals(Peer.End.RESET, peer.awaitEnd());
            assertEquals(List.of("the failure listener threw"), messages.take());
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(messages);
        }
    }

    /** What is logged. */
    private static final class Messages extends Handler {
        private final List<String> messages = new ArrayList<>();

        @Override
        public synchronized void publish(LogRecord logged) {
            messages.add(logged.getMessage());
        }

        synchronized List<String> take() {
            return List.copyOf(messages);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void aConnectAcceptedByALoopThatFailsIsTold() throws IOException {
        SocketAddress remote = peerListener(16).address();
        RecordingHandler handler = handler();
        Fatal fatal = new Fatal();
        loop().execute(() -> {
            // It runs in the next turn, which never comes.
            group().connect(remote, ConnectOptions.DEFAULT, handler);
            throw fatal;
        });
        CloseReason reason = handler.closed();
        assertEquals(Kind.LOOP_FAILED, reason.kind());
        assertEquals(Scope.LOOP, reason.scope());
        assertEquals(List.of(Event.CLOSED), handler.events());
        failures.take(fatal);
    }

    @Test
    void aConnectAcceptedByAGroupThatClosesIsTold() throws IOException {
        SocketAddress remote = peerListener(16).address();
        RecordingHandler handler = handler();
        loop().execute(() -> {
            group().connect(remote, ConnectOptions.DEFAULT, handler);
            group().close();
        });
        CloseReason reason = handler.closed();
        assertEquals(Kind.SHUT_DOWN, reason.kind());
        assertEquals(Scope.GROUP, reason.scope());
        assertEquals(List.of(Event.CLOSED), handler.events());
    }

    @Test
    void aConnectToAnUnresolvedAddressIsRefusedToItsCaller() {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("backend.invalid", 80);
        RecordingHandler handler = handler();
        Throwable refusal = assertThrows(
                IllegalArgumentException.class, () -> group().connect(unresolved, ConnectOptions.DEFAULT, handler));
        assertTrue(refusal.getMessage().contains("backend.invalid"), refusal.getMessage());
        OnLoop.turns(loop(), 3);
        assertEquals(List.of(), handler.events());
    }

    @Test
    void twoLoopsThatCloseTheirGroupDoNotWaitForEachOther() {
        EventLoopGroup group = start(builder -> builder.loops(2).callerDriven());
        CountDownLatch bothInATurn = new CountDownLatch(2);
        List<Thread> callers = new ArrayList<>();
        for (EventLoop loop : group.loops()) {
            loop.execute(() -> {
                bothInATurn.countDown();
                Await.latch("the other loop's turn", bothInATurn);
                group.close();
            });
            Thread caller = new Thread(() -> loop.runOnce(0), "caller of " + loop.name());
            caller.setDaemon(true);
            callers.add(caller);
        }
        callers.forEach(Thread::start);
        callers.forEach(Await::end);
        assertTrue(group.closed().isDone());
    }
}
