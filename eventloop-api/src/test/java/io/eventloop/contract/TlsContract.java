package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.Listener;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.contract.RecordingHandler.Event;
import io.eventloop.tls.HandshakeExecutor;
import io.eventloop.tls.TlsClient;
import io.eventloop.tls.TlsConnection;
import io.eventloop.tls.TlsContext;
import io.eventloop.tls.TlsHosts;
import io.eventloop.tls.TlsIdentity;
import io.eventloop.tls.TlsServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A connection over TLS keeps the contract of a connection, on real sockets and with handshakes on threads of their own: bytes,
 * ends, marks, deadlines.
 */
public abstract class TlsContract extends TransportContract {
    private static final TlsIdentity IDENTITY = TlsIdentity.insecureSelfSigned("localhost");
    private static final HandshakeExecutor HANDSHAKES = HandshakeExecutor.of(2, 64);
    private static final int LARGE = 3 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final ConnectionLimits UNTIMED = ConnectionLimits.builder()
            .idleTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .closeTimeout(Duration.ZERO)
            .build();

    private TlsServer server;
    private RecordingHandler ours;
    private RecordingHandler theirs;

    private Listener listenForTls(ConnectionLimits limits, RecordingHandler handler, String... protocols)
            throws IOException {
        server = TlsContext.server()
                .hosts(TlsHosts.of(IDENTITY))
                .protocols(protocols)
                .handshakeTimeout(TIMEOUT)
                .handshakeExecutor(HANDSHAKES)
                .build();
        return listen(with(limits), server.acceptor(connection -> handler));
    }

    private TlsConnection connectTls(Listener listener, ConnectionLimits limits, RecordingHandler handler) {
        TlsClient client = TlsContext.client()
                .authorities(IDENTITY.chain())
                .handshakeExecutor(HANDSHAKES)
                .build();
        ConnectOptions options = ConnectOptions.DEFAULT.withLimits(limits);
        TlsConnection connection =
                OnLoop.call(loop(), () -> client.connect(loop(), listener.address(), options, "localhost", handler));
        handler.opened();
        return connection;
    }

    /** Connects both handlers; {@code ours} is the server's. */
    private void pair(ConnectionLimits limits, String protocol) throws IOException {
        connectTls(listenForTls(limits, ours, protocol), UNTIMED, theirs);
        ours.opened();
    }

    private void pair(String protocol) throws IOException {
        ours = handler();
        theirs = handler();
        pair(UNTIMED, protocol);
    }

    private static RecordingHandler echoing(RecordingHandler handler) {
        return handler.whenData((c, in) -> {
                    if (!c.write(in.detach())) {
                        c.pauseReading();
                    }
                })
                .whenWritable(Connection::resumeReading);
    }

    private static Kind ended(RecordingHandler handler) {
        return handler.closed().kind();
    }

    private static void close(RecordingHandler handler) {
        Connection connection = handler.opened();
        on(connection, connection::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void carriesLargeTransfersBothWaysAtOnce(String protocol) throws IOException {
        byte[] sent = Payload.random(LARGE, 1);
        ours = echoing(handler());
        theirs = handler().whenOpen(c -> c.write(sent));
        pair(UNTIMED, protocol);
        assertArrayEquals(sent, theirs.received(LARGE));
        close(theirs);
        assertEquals(Kind.CLOSED, ended(theirs));
        assertEquals(Kind.FINISHED, ended(ours));
    }

    @Test
    void carriesBytesOneByOne() throws IOException {
        pair("TLSv1.3");
        byte[] sent = Payload.random(300, 2);
        Connection connection = theirs.opened();
        for (byte b : sent) {
            on(connection, () -> {
                connection.write(new byte[] {b});
                connection.flush();
            });
        }
        assertArrayEquals(sent, ours.received(sent.length));
    }

    @Test
    void keepsManyConnectionsApart() throws IOException {
        List<RecordingHandler> clients = new ArrayList<>();
        Listener listener = listen(TlsContext.server()
                .hosts(TlsHosts.of(IDENTITY))
                .handshakeExecutor(HANDSHAKES)
                .build()
                .acceptor(connection -> echoing(handler())));
        for (int i = 0; i < 12; i++) {
            byte[] sent = Payload.random(5000, i);
            clients.add(handler().whenOpen(c -> c.write(sent)));
            connectTls(listener, UNTIMED, clients.get(i));
        }
        for (int i = 0; i < clients.size(); i++) {
            assertArrayEquals(Payload.random(5000, i), clients.get(i).received(5000));
        }
    }

    @Test
    void endsEachDirectionByItselfSinceTls13() throws IOException {
        ours = handler().whenInputClosed(c -> {});
        theirs = handler().whenInputClosed(c -> {});
        pair(UNTIMED, "TLSv1.3");
        Connection asking = theirs.opened();
        on(asking, () -> {
            asking.write(Payload.ascii("request"));
            asking.shutdownOutput();
            assertTrue(asking.isOutputEnded());
        });
        Connection answering = ours.seen(Event.INPUT_CLOSED, 1);
        assertEquals("request", Payload.text(ours.received(7)));
        byte[] answer = Payload.random(LARGE, 3);
        on(answering, () -> {
            assertEquals(Connection.State.OPEN, answering.state());
            answering.write(answer);
            answering.shutdownOutput();
        });
        assertArrayEquals(answer, theirs.received(LARGE));
        assertEquals(Kind.FINISHED, ended(ours));
        assertEquals(Kind.FINISHED, ended(theirs));
        assertEquals(1, theirs.count(Event.INPUT_CLOSED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void sendsWhatIsQueuedBeforeItCloses(String protocol) throws IOException {
        pair(protocol);
        byte[] all = Payload.random(LARGE, 4);
        Connection connection = ours.opened();
        on(connection, () -> {
            connection.write(all);
            connection.close();
        });
        assertArrayEquals(all, theirs.received(LARGE));
        assertTrue(theirs.closed().isOrderly(), theirs.toString());
        assertTrue(ours.closed().isOrderly(), ours.toString());
    }

    @Test
    void holdsAWriterBackAndLetsItGoOn() throws IOException {
        byte[] all = Payload.random(LARGE, 5);
        AtomicInteger at = new AtomicInteger();
        ours = handler().whenOpen(c -> pump(c, all, at)).whenWritable(c -> pump(c, all, at));
        theirs = handler().whenOpen(Connection::pauseReading);
        pair(
                UNTIMED.toBuilder()
                        .waterMarks(10_000, 40_000)
                        .maxQueuedBytes(64 << 10)
                        .build(),
                "TLSv1.3");
        Connection reading = theirs.opened();
        on(reading, reading::resumeReading);
        assertArrayEquals(all, theirs.received(LARGE));
        assertTrue(ours.count(Event.WRITABLE) > 1, ours.toString());
    }

    private static void pump(Connection connection, byte[] all, AtomicInteger at) {
        boolean goOn = true;
        while (goOn && at.get() < all.length) {
            int from = at.getAndAdd(7000);
            goOn = connection.write(ByteBuffer.wrap(all, from, Math.min(7000, all.length - from)));
        }
    }

    @Test
    void refusesWhatIsPastTheBoundAndSendsTheRest() throws IOException {
        ours = handler();
        theirs = handler();
        pair(UNTIMED.toBuilder().waterMarks(1000, 2000).maxQueuedBytes(10_000).build(), "TLSv1.3");
        Connection connection = ours.opened();
        on(connection, () -> {
            assertTrue(connection.write(new byte[2000]), "at the mark");
            assertFalse(connection.write(new byte[7000]), "above the mark");
            assertThrows(WriteLimitExceededException.class, () -> connection.write(new byte[2000]));
            assertEquals(9000, connection.queuedBytes());
        });
        assertEquals(9000, theirs.received(9000).length);
        ours.seen(Event.WRITABLE, 1);
        on(connection, () -> assertTrue(connection.isWritable()));
    }

    @Test
    void tellsAResetFromACut() throws IOException {
        pair("TLSv1.3");
        Connection aborting = theirs.opened();
        on(aborting, aborting::abort);
        assertEquals(Kind.RESET, ended(ours));
        assertEquals(Initiator.PEER, ours.closed().initiator());
        pair("TLSv1.3");
        TlsConnection cut = (TlsConnection) theirs.opened();
        on(cut, () -> cut.transport().shutdownOutput());
        assertEquals(Kind.TLS_TRUNCATED, ended(ours));
        assertEquals(0, ours.count(Event.INPUT_CLOSED));
        assertEquals(1, server.metrics().truncated());
    }

    @Test
    void endsAHandshakeThatTakesTooLong() throws IOException {
        Peer peer = connectTo(listenForTls(UNTIMED, handler(), "TLSv1.3"));
        peer.send(new byte[] {22, 3, 1});
        while (loop().metrics().bytesReceived() < 3) {
            OnLoop.turn(loop());
        }
        environment.advance(TIMEOUT.plus(ManualEnvironment.SLACK), loop());
        assertEquals(Peer.End.RESET, peer.awaitEnd());
        assertEquals(1, server.metrics().timedOut());
    }

    @Test
    void endsWhenIdleUnlessThatIsForgiven() throws IOException {
        AtomicInteger times = new AtomicInteger();
        ours = handler().whenIdle(c -> times.incrementAndGet() == 2);
        theirs = handler();
        pair(UNTIMED.toBuilder().idleTimeout(TIMEOUT).build(), "TLSv1.3");
        environment.advance(TIMEOUT.plus(ManualEnvironment.SLACK), loop());
        assertEquals(List.of(Event.OPEN, Event.IDLE), ours.events());
        environment.advance(TIMEOUT.plus(ManualEnvironment.SLACK), loop());
        assertEquals(Kind.IDLE_TIMEOUT, ended(ours));
        assertEquals(2, times.get());
        ended(theirs);
    }

    @Test
    void endsWhenItsPeerTakesNothing() throws IOException {
        ours = handler();
        theirs = handler().whenOpen(Connection::pauseReading);
        pair(UNTIMED.toBuilder().writeTimeout(TIMEOUT).maxQueuedBytes(32 << 20).build(), "TLSv1.3");
        Connection connection = ours.opened();
        on(connection, () -> connection.write(new byte[16 << 20]));
        awaitTimeout(ours);
        assertEquals(Kind.WRITE_TIMEOUT, ended(ours));
        close(theirs);
    }

    @Test
    void endsACloseThatTakesTooLong() throws IOException {
        ours = handler();
        theirs = handler().whenOpen(Connection::pauseReading);
        pair(UNTIMED.toBuilder().closeTimeout(TIMEOUT).maxQueuedBytes(32 << 20).build(), "TLSv1.3");
        Connection connection = ours.opened();
        on(connection, () -> {
            connection.write(new byte[16 << 20]);
            connection.close();
        });
        awaitTimeout(ours);
        CloseReason reason = ours.closed();
        assertEquals(Kind.CLOSE_TIMEOUT, reason.kind());
        close(theirs);
    }

    /** Lets the time pass again and again: the kernel may take some more a while later, and the timeout begins anew. */
    private void awaitTimeout(RecordingHandler handler) {
        Await.until("a timeout", loop(), () -> {
            environment.advance(TIMEOUT.plus(ManualEnvironment.SLACK), loop());
            return handler.count(Event.CLOSED) > 0;
        });
    }
}
