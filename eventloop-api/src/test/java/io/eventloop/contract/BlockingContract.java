package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.BlockingConnection;
import io.eventloop.BlockingOptions;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionClosedException;
import io.eventloop.Listener;
import io.eventloop.contract.Background.Call;
import io.eventloop.contract.RecordingHandler.Event;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Reads, writes and ends of a blocking connection, from threads that are not the loop's. */
public abstract class BlockingContract extends TransportContract {
    private static final Duration SHORT = Duration.ofMillis(1);

    private Peer peer;

    /** A connection that was accepted, and {@link #peer}. */
    private BlockingConnection accepted(BlockingOptions options) throws IOException {
        CompletableFuture<BlockingConnection> accepted = new CompletableFuture<>();
        Listener listener = listen(c -> BlockingConnection.handler(options, accepted::complete));
        peer = connectTo(listener);
        return Await.value("a blocking connection", accepted);
    }

    private BlockingConnection accepted() throws IOException {
        return accepted(BlockingOptions.DEFAULT);
    }

    private static byte[] read(BlockingConnection connection, int count) throws IOException {
        return connection.input().readNBytes(count);
    }

    private static int readOne(BlockingConnection connection) throws IOException {
        return connection.input().read();
    }

    private static Kind kind(Throwable failure) {
        return assertInstanceOf(ConnectionClosedException.class, failure)
                .reason()
                .kind();
    }

    private static Kind closedKind(BlockingConnection connection) {
        return Await.value("the end", connection.closed()).kind();
    }

    @Test
    void readsAndWritesBetweenTwoThreads() throws IOException {
        BlockingConnection connection = accepted();
        byte[] sent = Payload.random(300_000, 1);
        Call<Void> echo = Background.call(() -> {
            connection.input().transferTo(connection.output());
            connection.close();
            return null;
        });
        assertArrayEquals(sent, peer.exchange(sent, sent.length));
        peer.shutdownOutput();
        echo.value();
        assertEquals(Peer.End.FIN, peer.awaitEnd());
        peer.close();
        assertTrue(Await.value("the end", connection.closed()).isOrderly());
    }

    @Test
    void waitsForTheFirstByteAndTakesWhatIsThere() throws IOException {
        BlockingConnection connection = accepted();
        byte[] target = new byte[100];
        Call<Integer> reading =
                Background.call(() -> connection.read(target, 10, 90)).waiting(loop());
        peer.send(Payload.ascii("some"));
        assertEquals(4, reading.value());
        assertEquals("some", Payload.text(Arrays.copyOfRange(target, 10, 14)));
        assertEquals(0, connection.read(target, 0, 0));
    }

    @Test
    void tellsThePeersEndAfterItsBytesAgainAndAgain() throws IOException {
        BlockingConnection connection = accepted();
        peer.send(Payload.ascii("ab")).shutdownOutput();
        assertEquals("ab", Payload.text(read(connection, 10)));
        assertEquals(-1, readOne(connection));
        connection.write(Payload.ascii("answer"));
        assertEquals("answer", Payload.text(peer.receive(6)));
        connection.close();
        assertEquals(Peer.End.FIN, peer.awaitEnd());
        assertThrows(IOException.class, () -> readOne(connection));
    }

    @Test
    void throwsTheReasonOfAResetAfterTheBytesBeforeIt() throws IOException {
        BlockingConnection connection = accepted();
        peer.send(Payload.ascii("last"));
        assertEquals('l', readOne(connection));
        peer.reset();
        assertEquals("ast", Payload.text(read(connection, 3)));
        assertEquals(Kind.RESET, kind(assertThrows(IOException.class, () -> readOne(connection))));
        Await.value("the end", connection.closed());
        assertEquals(Kind.RESET, kind(assertThrows(IOException.class, () -> connection.write(new byte[1]))));
    }

    @Test
    void aResetEndsAReadThatWaits() throws IOException {
        BlockingConnection connection = accepted();
        Call<Integer> reading = Background.call(() -> readOne(connection)).waiting(loop());
        peer.reset();
        Throwable failure = reading.failure();
        assertEquals(Kind.RESET, kind(failure));
        assertTrue(
                failure.getMessage()
                        .contains("connection " + connection.connection().id()),
                failure.getMessage());
    }

    @Test
    void aReadThatTimedOutHasTakenNothing() throws IOException {
        BlockingConnection connection = accepted(BlockingOptions.DEFAULT.withReadTimeout(SHORT));
        SocketTimeoutException late = assertThrows(SocketTimeoutException.class, () -> readOne(connection));
        assertEquals(0, late.bytesTransferred);
        peer.send(Payload.ascii("xyz"));
        byte[] three = new byte[3];
        int count = 0;
        while (count < 3) {
            count += connection.read(three, count, 3 - count, Duration.ofSeconds(10));
        }
        assertEquals("xyz", Payload.text(three));
    }

    @Test
    void aWriteThatTimedOutTellsHowFarItCame() throws IOException {
        BlockingConnection connection = accepted(BlockingOptions.DEFAULT.withWriteTimeout(SHORT));
        byte[] all = Payload.random(20_000_000, 2);
        int sent = 0;
        for (boolean late = false; !late; ) {
            try {
                connection.write(all, sent, all.length - sent);
                throw new AssertionError("nobody reads, and all was written");
            } catch (SocketTimeoutException e) {
                late = e.bytesTransferred == 0;
                sent += e.bytesTransferred;
            }
        }
        int from = sent;
        Call<Void> rest = Background.call(() -> {
            connection.write(all, from, all.length - from, Duration.ZERO);
            return null;
        });
        assertArrayEquals(all, peer.receive(all.length));
        rest.value();
    }

    @Test
    void anInterruptedReadLeavesTheConnectionUsable() throws IOException {
        BlockingConnection connection = accepted();
        Call<Boolean> reading = Background.call(() -> {
            assertThrows(InterruptedIOException.class, () -> readOne(connection));
            return Thread.currentThread().isInterrupted();
        });
        reading.waiting(loop()).interrupt();
        assertTrue(reading.value(), "the flag stays");
        peer.send(Payload.ascii("x"));
        assertEquals('x', readOne(connection));
    }

    @Test
    void anInterruptedWriteTellsHowFarItCame() throws IOException {
        BlockingConnection connection = accepted();
        byte[] all = Payload.random(20_000_000, 3);
        Call<Void> writing = Background.call(() -> {
            connection.write(all);
            return null;
        });
        Await.until(
                "a write that waits",
                loop(),
                () -> OnLoop.call(loop(), () -> !connection.connection().isWritable()));
        writing.interrupt();
        int sent = assertInstanceOf(InterruptedIOException.class, writing.failure()).bytesTransferred;
        assertTrue(sent > 0 && sent < all.length, sent + " bytes");
        connection.shutdownOutput();
        assertArrayEquals(Arrays.copyOf(all, sent), peer.receiveToEnd());
    }

    @Test
    void refusesToBlockALoop() throws IOException {
        BlockingConnection connection = accepted();
        Listener listener = listen(c -> handler());
        OnLoop.run(loop(), () -> {
            assertThrows(IllegalStateException.class, () -> readOne(connection));
            assertThrows(IllegalStateException.class, () -> connection.write(new byte[1]));
            assertThrows(IllegalStateException.class, connection::shutdownOutput);
            assertThrows(IllegalStateException.class, connection::close);
            assertThrows(IllegalStateException.class, connection::abort);
            assertThrows(
                    IllegalStateException.class,
                    () -> BlockingConnection.connect(
                            group(), listener.address(), ConnectOptions.DEFAULT, BlockingOptions.DEFAULT));
        });
    }

    @Test
    void closeSendsWhatWasWrittenAndTellsThoseWhoWait() throws IOException {
        BlockingConnection connection = accepted();
        Call<Integer> reading = Background.call(() -> readOne(connection)).waiting(loop());
        byte[] all = Payload.random(400_000, 4);
        Call<byte[]> receiving = Background.call(peer::receiveToEnd);
        connection.write(all);
        connection.close();
        connection.close();
        assertInstanceOf(IOException.class, reading.failure());
        assertArrayEquals(all, receiving.value());
        assertThrows(IOException.class, () -> connection.write(new byte[1]));
        peer.close();
        assertEquals(Kind.CLOSED, closedKind(connection));
    }

    @Test
    void closeEndsAWriteThatWaits() throws IOException {
        BlockingConnection connection = accepted();
        Call<Void> writing = Background.call(() -> {
            connection.write(new byte[20_000_000]);
            return null;
        });
        Await.until(
                "a write that waits",
                loop(),
                () -> OnLoop.call(loop(), () -> !connection.connection().isWritable()));
        connection.abort();
        assertInstanceOf(IOException.class, writing.failure());
        assertEquals(Peer.End.RESET, peer.awaitEnd());
        assertEquals(Kind.ABORTED, closedKind(connection));
    }

    @Test
    void readsOnAfterTheOutputWasShutDown() throws IOException {
        BlockingConnection connection = accepted();
        connection.write(Payload.ascii("question"));
        connection.shutdownOutput();
        assertThrows(IOException.class, () -> connection.write(new byte[1]));
        assertEquals("question", Payload.text(peer.receiveToEnd()));
        peer.send(Payload.ascii("answer")).close();
        assertEquals("answer", Payload.text(read(connection, 100)));
        assertEquals(Kind.FINISHED, closedKind(connection));
    }

    @Test
    void readsFirstWhatTheHandlerBeforeLeft() throws IOException {
        RecordingHandler before = handler().replaced().whenData((c, in) -> {
            if (in.readableBytes() == 10) {
                in.skip(4);
                c.pauseReading();
            }
        });
        Peer sender = peerOf(before);
        sender.send(Payload.ascii("0123456789"));
        Await.until("the pause", loop(), () -> OnLoop.call(loop(), before.opened()::isReadingPaused));
        BlockingConnection connection =
                OnLoop.call(loop(), () -> BlockingConnection.of(before.opened(), BlockingOptions.DEFAULT));
        sender.send(Payload.ascii("ab"));
        assertEquals("456789ab", Payload.text(read(connection, 8)));
        connection.abort();
        closedKind(connection);
    }

    @Test
    void takesOnlyOpenConnections() throws IOException {
        RecordingHandler handler = handler().whenInputClosed(c -> {});
        peerOf(handler).shutdownOutput();
        handler.seen(Event.INPUT_CLOSED, 1);
        Connection connection = handler.opened();
        on(connection, () -> {
            assertThrows(IllegalStateException.class, () -> BlockingConnection.of(connection, BlockingOptions.DEFAULT));
            connection.abort();
            assertThrows(IllegalStateException.class, () -> BlockingConnection.of(connection, BlockingOptions.DEFAULT));
        });
        handler.closed();
    }

    @Test
    void connectsAndTellsWhyItCouldNot() throws IOException {
        Listener listener = listen(c -> handler().whenData((echo, in) -> echo.write(in.detach())));
        try (BlockingConnection connection = BlockingConnection.connect(
                group(), listener.address(), ConnectOptions.DEFAULT, BlockingOptions.DEFAULT)) {
            connection.write(Payload.ascii("hello"));
            assertEquals("hello", Payload.text(read(connection, 5)));
        }
        listener.close();
        Await.value("the listener's end", listener.closed());
        Throwable failure = assertThrows(
                IOException.class,
                () -> BlockingConnection.connect(
                        group(), listener.address(), ConnectOptions.DEFAULT, BlockingOptions.DEFAULT));
        assertEquals(Kind.CONNECT_FAILED, kind(failure));
    }

    @Test
    void theEndOfTheGroupEndsWhatWaits() throws IOException {
        BlockingConnection connection = accepted();
        Call<Integer> reading = Background.call(() -> readOne(connection)).waiting(loop());
        group().close();
        assertEquals(Kind.SHUT_DOWN, kind(reading.failure()));
        assertEquals(Kind.SHUT_DOWN, kind(assertThrows(IOException.class, () -> connection.write(new byte[1]))));
        connection.close();
    }

    @Test
    void tellsThatTheGroupDrains() throws IOException {
        BlockingConnection connection = accepted();
        assertFalse(connection.isDraining());
        var report = group().shutdown(Duration.ofSeconds(5));
        Await.until("the drain", loop(), connection::isDraining);
        peer.shutdownOutput();
        connection.close();
        assertEquals(0, Await.value("the drain's end", report).aborted());
    }
}
