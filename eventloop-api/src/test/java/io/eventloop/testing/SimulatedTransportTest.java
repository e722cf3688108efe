package io.eventloop.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Errno;
import io.eventloop.EventLoopGroup;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The simulated TCP behaves as Linux does. */
class SimulatedTransportTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final ConnectOptions NO_TIMEOUT = ConnectOptions.DEFAULT.withConnectTimeout(Duration.ZERO);

    private final SimulatedNetwork network = SimulatedNetwork.builder().seed(1).build();
    private final SimulatedHost server = network.host("server");
    private final SimulatedHost client = network.host("client");
    private final RecordingHandler recorded = new RecordingHandler();

    @AfterEach
    void nothingIsLeft() {
        network.invariants().allowTimers();
        network.invariants().checkEnd();
    }

    private InetSocketAddress serve(ConnectionHandler handler) throws IOException {
        server.group(1).listen(server.address(7), connection -> LegalOrder.of(network, handler));
        return server.address(7);
    }

    private void connect(InetSocketAddress to, ConnectOptions options) {
        client.group(1).connect(to, options, LegalOrder.of(network, recorded));
    }

    private ScriptedPeer peer() throws IOException {
        return ScriptedPeer.connect(client, server.address(7));
    }

    private void await(ScriptedPeer peer) {
        assertTrue(network.runUntil(peer::isDone, MINUTE), "the script is not done");
    }

    private void awaitClosed() {
        assertTrue(network.runUntil(recorded::isClosed, Duration.ofMinutes(10)), "not closed");
    }

    private Kind kind() {
        return recorded.reason().map(CloseReason::kind).orElseThrow();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    @Test
    void echoesAMillionBytes() throws IOException {
        serve(new Echo());
        PatternClient handler = new PatternClient(network, 1, 1_000_000, 5000);
        client.group(1).connect(server.address(7), ConnectOptions.DEFAULT, LegalOrder.of(network, handler));
        assertTrue(network.runUntil(handler::isOver, MINUTE));
        assertTrue(handler.isComplete());
    }

    @Test
    void refusesConnectToPortWithoutListener() {
        connect(server.address(9), ConnectOptions.DEFAULT);
        awaitClosed();
        assertEquals(List.of("onClosed"), recorded.callbacks());
        assertEquals(Kind.CONNECT_FAILED, kind());
        assertEquals(100_000, network.time().toNanos(), 10_000, "one way and back");
    }

    @Test
    void doesNotAnswerForAddressesThatNobodyHas() throws IOException {
        connect(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 9, 9, 9}), 7),
                ConnectOptions.DEFAULT.withConnectTimeout(Duration.ofSeconds(3)));
        awaitClosed();
        assertEquals(Kind.CONNECT_TIMEOUT, kind());
        assertEquals(3000, network.time().toMillis(), 3);
    }

    @Test
    void givesConnectUpAfterSixRetries() {
        network.partition(server, client);
        connect(server.address(7), NO_TIMEOUT);
        awaitClosed();
        assertEquals(Kind.CONNECT_FAILED, kind());
        assertEquals(127, network.time().toSeconds());
    }

    @Test
    void readsQueuedBytesBeforeTheReset() throws IOException {
        serve(recorded);
        await(peer().send(bytes("last words")).reset());
        awaitClosed();
        assertArrayEquals(bytes("last words"), recorded.received());
        assertEquals(Kind.RESET, kind());
        assertFalse(recorded.has("onInputClosed"));
    }

    @Test
    void closingWithUnreadBytesResets() throws IOException {
        serve(new RecordingHandler() {
            @Override
            public void onOpen(Connection connection) {
                super.onOpen(connection);
                connection.write(bytes("nobody reads this"));
            }

            @Override
            public void onClosed(Connection connection, CloseReason reason) {
                recorded.onClosed(connection, reason);
            }
        });
        await(peer().hold().pause(Duration.ofMillis(5)).close());
        awaitClosed();
        assertEquals(Kind.RESET, kind());
    }

    @Test
    void answersAfterThePeersFin() throws IOException {
        serve(new RecordingHandler() {
            @Override
            public void onInputClosed(Connection connection) {
                connection.write(received());
                connection.close();
            }
        });
        await(peer().send(bytes("ping"))
                .shutdownOutput()
                .expect(bytes("ping"))
                .expectEnd()
                .close());
    }

    @Test
    void holdsTheSenderBackByItsWindow() throws IOException {
        byte[] large = new byte[500_000];
        serve(new RecordingHandler() {
            @Override
            public void onOpen(Connection connection) {
                recorded.onOpen(connection);
                connection.write(large);
                connection.close();
            }
        });
        ScriptedPeer peer = peer().hold().pause(Duration.ofSeconds(1));
        await(peer);
        Connection connection = recorded.connection().orElseThrow();
        assertTrue(connection.queuedBytes() > 300_000, "queued are " + connection.queuedBytes());
        await(peer.read().expect(large).expectEnd().close());
    }

    @Test
    void dropsConnectsWhenTheBacklogIsFull() throws IOException {
        ListenOptions options = ListenOptions.builder().backlog(1).build();
        Listener listener = server.group(1).listen(server.address(7), options, connection -> recorded);
        listener.pause();
        ScriptedPeer first = peer().close();
        await(first);
        ScriptedPeer second = peer().close();
        network.run(Duration.ofMillis(900));
        assertFalse(second.isDone(), "there was no room");
        listener.resume();
        await(second);
        assertTrue(network.time().toMillis() >= 1000, "SYN is sent again after a second");
        network.run(MINUTE);
    }

    @Test
    void refusesAnAddressInUse() throws IOException {
        InetSocketAddress taken = serve(new Echo());
        EventLoopGroup other = server.group(1);
        SystemCallException failure =
                assertThrows(SystemCallException.class, () -> other.listen(taken, connection -> new Echo()));
        assertEquals(Errno.EADDRINUSE, failure.errno());
        SystemCallException foreign = assertThrows(
                SystemCallException.class, () -> other.listen(client.address(1), connection -> new Echo()));
        assertEquals(Errno.EADDRNOTAVAIL, foreign.errno());
    }

    @Test
    void failsWithoutDescriptors() throws IOException {
        serve(new Echo());
        client.descriptorLimit(0);
        connect(server.address(7), ConnectOptions.DEFAULT);
        awaitClosed();
        assertEquals(Kind.CONNECT_FAILED, kind());
        assertEquals(
                Errno.EMFILE,
                ((SystemCallException) recorded.reason().orElseThrow().failure().orElseThrow()).errno());
    }

    @Test
    void continuesAfterAPartition() throws IOException {
        serve(new Echo());
        PatternClient handler = new PatternClient(network, 1, 300_000, 3000);
        client.group(1).connect(server.address(7), ConnectOptions.DEFAULT, LegalOrder.of(network, handler));
        network.after(Duration.ofNanos(300_000), () -> network.partition(server, client));
        network.after(Duration.ofSeconds(20), () -> network.heal(server, client));
        assertTrue(network.runUntil(handler::isOver, MINUTE));
        assertTrue(handler.isComplete());
        assertTrue(network.time().toSeconds() >= 20);
    }

    @Test
    void tellsNothingOfAPeerThatVanished() throws IOException {
        serve(recorded);
        await(peer().send(bytes("hello")).pause(Duration.ofMillis(1)).vanish());
        network.run(MINUTE);
        assertFalse(recorded.isClosed());
        awaitClosed();
        assertEquals(Kind.IDLE_TIMEOUT, kind());
    }

    @Test
    void resetsWhatIsWrittenToAClosedPeer() throws IOException {
        serve(new RecordingHandler() {
            @Override
            public void onInputClosed(Connection connection) {
                connection.write(bytes("too late"));
                connection.loop().schedule(Duration.ofMillis(10), () -> connection.write(bytes("much too late")));
            }

            @Override
            public void onClosed(Connection connection, CloseReason reason) {
                recorded.onClosed(connection, reason);
            }
        });
        await(peer().close());
        awaitClosed();
        assertEquals(Kind.RESET, kind());
    }

    @Test
    void jumpsTheWallClockAlone() throws IOException {
        long wall = server.environment().wallClock().time();
        long nanos = server.environment().clock().nanoTime();
        server.jumpWallClock(Duration.ofHours(-1));
        assertEquals(wall - 3_600_000, server.environment().wallClock().time());
        assertEquals(nanos, server.environment().clock().nanoTime());
    }

    @Test
    void doesNotRunAStalledLoop() throws IOException {
        serve(new Echo());
        network.run(Duration.ofMillis(1));
        server.stall(Duration.ofSeconds(5));
        await(peer().send(bytes("x")).expect(bytes("x")).close());
        assertTrue(network.time().toMillis() >= 5000);
    }

    @Test
    void reportsBytesThatAreNotTheExpected() throws IOException {
        try (SimulatedNetwork other = SimulatedNetwork.builder().build()) {
            SimulatedHost host = other.host("both");
            ScriptedListener listener = ScriptedListener.listen(
                    host, host.address(0), 5, peer -> peer.expect(bytes("abc")).close());
            ScriptedPeer.connect(host, listener.address()).send(bytes("abd")).close();
            SimulationFailure failure = assertThrows(SimulationFailure.class, () -> other.run(MINUTE));
            assertTrue(failure.getMessage().contains("instead of"), failure.getMessage());
        }
    }

    @Test
    void talksBetweenScriptedPeers() throws IOException {
        ScriptedListener listener = ScriptedListener.listen(
                server,
                server.address(7),
                5,
                peer -> peer.expect(bytes("abc")).send(bytes("def")).close());
        await(peer().send(bytes("a"))
                .pause(Duration.ofSeconds(1))
                .send(bytes("bc"))
                .expect(bytes("def"))
                .expectEnd()
                .close());
        listener.close();
        network.run(MINUTE);
    }

    @Test
    void feedsDecodersInEveryWay() {
        byte[] lines = bytes("one\ntwo\n\nthree\nrest");
        DecoderFeeds.check(lines, 100, StringBuilder::new, SimulatedTransportTest::decodeLines);
        assertThrows(
                AssertionError.class,
                () -> DecoderFeeds.check(lines, 100, StringBuilder::new, (text, in) -> {
                    text.append('[').append(in.toString(US_ASCII)).append(']');
                    in.skip(in.readableBytes());
                }));
    }

    private static void decodeLines(StringBuilder text, Buffer in) {
        int end = in.indexOf((byte) '\n', in.readIndex(), in.writeIndex());
        while (end >= 0) {
            byte[] line = new byte[end - in.readIndex()];
            in.readBytes(line, 0, line.length).skip(1);
            text.append('[').append(new String(line, US_ASCII)).append(']');
            end = in.indexOf((byte) '\n', in.readIndex(), in.writeIndex());
        }
    }
}
