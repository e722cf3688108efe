package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.BlockingConnection;
import io.eventloop.BlockingOptions;
import io.eventloop.BufferLimitExceededException;
import io.eventloop.BufferPoolOptions;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionLimits;
import io.eventloop.Listener;
import io.eventloop.contract.Background.Call;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The bounds of a blocking connection, and many threads on them at once. */
public abstract class BlockingLimitsContract extends TransportContract {
    private static final Duration SHORT = Duration.ofMillis(1);

    private Peer peer;

    private BlockingConnection accepted(BlockingOptions options, ConnectionLimits limits) throws IOException {
        CompletableFuture<BlockingConnection> accepted = new CompletableFuture<>();
        Listener listener = listen(with(limits), c -> BlockingConnection.handler(options, accepted::complete));
        peer = connectTo(listener);
        return Await.value("a blocking connection", accepted);
    }

    private boolean isPaused(BlockingConnection connection) {
        return OnLoop.call(loop(), connection.connection()::isReadingPaused);
    }

    @Test
    void holdsThePeerBackAtTheInboundBound() throws IOException {
        BlockingConnection connection = accepted(
                BlockingOptions.DEFAULT.withInboundBytes(100),
                ConnectionLimits.builder().maxInboundBytes(1000).build());
        byte[] sent = Payload.random(10_000, 1);
        peer.send(sent);
        Await.until("the pause", loop(), () -> isPaused(connection));
        OnLoop.turns(loop(), 5);
        assertEquals(100, connection.available());
        assertTrue(OnLoop.call(loop(), connection.connection()::bytesReceived) <= 1000);
        assertArrayEquals(sent, connection.input().readNBytes(sent.length));
    }

    @Test
    void boundsThePiecesItKeeps() throws IOException {
        BlockingConnection connection = accepted(BlockingOptions.DEFAULT, ConnectionLimits.DEFAULT);
        Connection inner = connection.connection();
        for (int i = 1; i <= 100; i++) {
            peer.send(new byte[] {(byte) i});
            int sent = i;
            Await.until(
                    "byte " + i,
                    loop(),
                    () -> isPaused(connection) || OnLoop.call(loop(), inner::bytesReceived) == sent);
        }
        assertTrue(isPaused(connection));
        assertEquals(64, connection.available());
        byte[] all = connection.input().readNBytes(100);
        assertEquals(1, all[0]);
        assertEquals(100, all[99]);
    }

    @Test
    void writesWaitAtTheOutboundBound() throws IOException {
        BlockingConnection connection = accepted(
                BlockingOptions.DEFAULT.withOutboundBytes(1000).withWriteTimeout(SHORT),
                ConnectionLimits.builder()
                        .waterMarks(1000, 2000)
                        .maxQueuedBytes(2500)
                        .build());
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        byte[] part = Payload.random(700, 2);
        int waiting = 0;
        while (waiting < 1000) {
            // The system may take some more a while after it took no more.
            fill(connection, part, written);
            String said = OnLoop.call(loop(), connection.connection()::explain).toString();
            waiting = number(said, "([0-9]+) bytes written and not queued");
        }
        assertEquals(1000, waiting);
        assertTrue(OnLoop.call(loop(), connection.connection()::queuedBytes) <= 2500);
        connection.shutdownOutput();
        assertArrayEquals(written.toByteArray(), peer.receiveToEnd());
    }

    @Test
    void aCloseThatThePeerHoldsUpEndsInTime() throws IOException {
        BlockingConnection connection =
                accepted(BlockingOptions.DEFAULT.withWriteTimeout(SHORT), ConnectionLimits.DEFAULT);
        fill(connection, new byte[100_000], new ByteArrayOutputStream());
        connection.close();
        OnLoop.turns(loop(), 3);
        environment.advance(ConnectionLimits.DEFAULT.closeTimeout().plus(ManualEnvironment.SLACK), loop());
        assertEquals(
                CloseReason.Kind.ABORTED,
                Await.value("the end", connection.closed()).kind());
    }

    /** Writes until the loop, the connection and the system are full. */
    private void fill(BlockingConnection connection, byte[] part, ByteArrayOutputStream written) throws IOException {
        for (int tries = 0; tries < 3; ) {
            try {
                connection.write(part);
                written.writeBytes(part);
                tries = 0;
            } catch (SocketTimeoutException e) {
                written.write(part, 0, e.bytesTransferred);
                tries = e.bytesTransferred == 0 ? tries + 1 : 0;
                OnLoop.turns(loop(), 3);
            }
        }
    }

    private static int number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), text);
        return Integer.parseInt(matcher.group(1));
    }

    @Test
    void aFullTaskQueueIsWaitedFor() throws IOException {
        start(b -> b.options(LOOP.withMaxQueuedTasks(4)));
        BlockingConnection connection =
                accepted(BlockingOptions.DEFAULT.withInboundBytes(10), ConnectionLimits.DEFAULT);
        peer.send(Payload.random(40, 3));
        Await.until("the pause", loop(), () -> isPaused(connection));
        LoopGate.whileHeld(loop(), () -> {
            assertThrows(RejectedExecutionException.class, () -> {
                while (true) {
                    loop().execute(() -> {});
                }
            });
            assertThrows(SocketTimeoutException.class, () -> connection.write(new byte[5], 0, 5, SHORT));
            assertEquals(10, connection.input().readNBytes(10).length);
            assertThrows(SocketTimeoutException.class, () -> connection.read(new byte[1], 0, 1, SHORT));
        });
        assertEquals(30, connection.input().readNBytes(30).length);
        connection.write(Payload.ascii("done"));
        assertEquals("done", Payload.text(peer.receive(4)));
    }

    @Test
    void aPoolWithoutRoomEndsTheConnectionAndSaysSo() throws IOException {
        BufferPoolOptions small = BufferPoolOptions.builder()
                .classes(1024, 2048, 4096)
                .slabBytes(4096)
                .maxBytes(16 << 10)
                .guarded(true)
                .build();
        start(b -> b.options(LOOP.withBuffers(small)));
        BlockingConnection connection = accepted(BlockingOptions.DEFAULT, ConnectionLimits.DEFAULT);
        Call<Void> writing = Background.call(() -> {
            while (true) {
                connection.write(new byte[32 << 10]);
            }
        });
        Throwable failure = writing.failure();
        assertInstanceOf(IOException.class, failure);
        assertInstanceOf(BufferLimitExceededException.class, failure.getCause(), failure.toString());
    }

    @Test
    void refusesOptionsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> BlockingOptions.DEFAULT.withInboundBytes(0));
        assertThrows(IllegalArgumentException.class, () -> BlockingOptions.DEFAULT.withOutboundBytes(0));
        assertThrows(
                IllegalArgumentException.class, () -> BlockingOptions.DEFAULT.withReadTimeout(Duration.ofNanos(1)));
        assertThrows(
                IllegalArgumentException.class, () -> BlockingOptions.DEFAULT.withWriteTimeout(Duration.ofDays(-1)));
    }

    @Test
    void eachByteIsReadByOneOfManyThreads() throws IOException {
        assertEachByteIsReadOnce(50, Background::call);
    }

    /** More than the carriers that the run time would ever add: threads that pinned theirs would not all get here. */
    @Test
    void eachByteIsReadByOneOfManyVirtualThreads() throws IOException {
        Assumptions.assumeTrue(Background.hasVirtualThreads(), "this run time has no virtual threads");
        assertEachByteIsReadOnce(600, Background::callVirtual);
    }

    private void assertEachByteIsReadOnce(int count, Function<Callable<Integer>, Call<Integer>> start)
            throws IOException {
        BlockingConnection connection = accepted(BlockingOptions.DEFAULT, ConnectionLimits.DEFAULT);
        List<Call<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            readers.add(start.apply(() -> connection.input().read()));
        }
        readers.forEach(reader -> reader.waiting(loop()));
        byte[] sent = new byte[count];
        for (int i = 0; i < count; i++) {
            sent[i] = (byte) (i % 100);
        }
        peer.send(sent);
        List<Integer> read = new ArrayList<>(readers.stream().map(Call::value).toList());
        Collections.sort(read);
        List<Integer> expected = new ArrayList<>();
        for (byte each : sent) {
            expected.add((int) each);
        }
        Collections.sort(expected);
        assertEquals(expected, read);
    }

    @Test
    void writesOfManyThreadsStayTogether() throws IOException {
        BlockingConnection connection = accepted(
                BlockingOptions.DEFAULT.withOutboundBytes(500),
                ConnectionLimits.builder().waterMarks(300, 700).build());
        List<Call<Void>> writers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] mine = new byte[1200];
            Arrays.fill(mine, (byte) i);
            writers.add(Background.call(() -> {
                for (int round = 0; round < 20; round++) {
                    connection.write(mine);
                }
                return null;
            }));
        }
        byte[] all = peer.receive(20 * 20 * 1200);
        writers.forEach(Call::value);
        int[] runs = new int[20];
        for (int at = 0; at < all.length; at += 1200) {
            for (int i = 1; i < 1200; i++) {
                assertEquals(all[at], all[at + i], "byte " + (at + i));
            }
            runs[all[at]]++;
        }
        for (int run : runs) {
            assertEquals(20, run);
        }
    }

    @Test
    void manyConnectionsAtOnceOnSmallBounds() throws IOException {
        exchangeOnMany(Background::call);
    }

    @Test
    void manyConnectionsAtOnceOnVirtualThreads() throws IOException {
        Assumptions.assumeTrue(Background.hasVirtualThreads(), "this run time has no virtual threads");
        exchangeOnMany(Background::callVirtual);
    }

    /** Each connection is written and read by a thread of its own at each end: all four would wait for one lost signal. */
    private void exchangeOnMany(Function<Callable<Object>, Call<Object>> start) throws IOException {
        start(b -> b.loops(2));
        BlockingOptions small = BlockingOptions.DEFAULT.withInboundBytes(777).withOutboundBytes(555);
        ConnectionLimits limits = ConnectionLimits.builder()
                .waterMarks(100, 1000)
                .maxQueuedBytes(1100)
                .maxInboundBytes(500)
                .build();
        Listener listener = listen(
                with(limits),
                c -> BlockingConnection.handler(
                        small,
                        blocking -> start.apply(() -> {
                            blocking.input().transferTo(blocking.output());
                            blocking.close();
                            return null;
                        })));
        List<Call<Object>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            byte[] sent = Payload.random(100_000, i);
            BlockingConnection connection = BlockingConnection.connect(
                    group(), listener.address(), ConnectOptions.DEFAULT.withLimits(limits), small);
            calls.add(start.apply(() -> {
                for (int at = 0; at < sent.length; ) {
                    int count = Math.min(sent.length - at, 1 + at % 3000);
                    connection.write(sent, at, count);
                    at += count;
                }
                connection.shutdownOutput();
                return null;
            }));
            calls.add(start.apply(() -> {
                assertArrayEquals(sent, connection.input().readAllBytes());
                connection.close();
                return connection.closed().get();
            }));
        }
        calls.forEach(Call::value);
    }
}
