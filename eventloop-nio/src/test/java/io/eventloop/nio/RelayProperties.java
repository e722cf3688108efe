package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectionLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/** The model is two byte arrays: what goes in at one side comes out at the other. */
class RelayProperties {
    private static final ExecutorService PEERS = Executors.newCachedThreadPool();

    @AfterContainer
    static void endThreads() {
        PEERS.shutdownNow();
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void deliversBothWaysWhateverTheChunksAndLimits(
            @ForAll("chunks") List<Integer> fromA,
            @ForAll("chunks") List<Integer> fromB,
            @ForAll("limits") ConnectionLimits limits,
            @ForAll boolean slowA,
            @ForAll boolean slowB)
            throws Exception {
        try (RelayFixture f = RelayFixture.joined(limits)) {
            byte[] bytesA = RelayFixture.pattern(total(fromA));
            byte[] bytesB = RelayFixture.pattern(total(fromB) + 1);
            CompletableFuture<Void> writesA = write(f.peerA, bytesA, fromA);
            CompletableFuture<Void> writesB = write(f.peerB, bytesB, fromB);
            CompletableFuture<byte[]> readsA = read(f.peerA, slowA);
            CompletableFuture<byte[]> readsB = read(f.peerB, slowB);
            CompletableFuture.allOf(writesA, writesB, readsA, readsB)
                    .get(RelayFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertArrayEquals(bytesA, readsB.join());
            assertArrayEquals(bytesB, readsA.join());
            RelayFixture.Completion end = f.completion();
            assertEquals(Kind.FINISHED, end.a().kind());
            assertEquals(Kind.FINISHED, end.b().kind());
            assertEquals(bytesA.length, f.onLoop(f.relay::bytesFromA));
            assertEquals(bytesB.length, f.onLoop(f.relay::bytesFromB));
        }
    }

    @Provide
    Arbitrary<List<Integer>> chunks() {
        Arbitrary<Integer> small = Arbitraries.integers().between(1, 600);
        Arbitrary<Integer> large = Arbitraries.integers().between(1, 300_000);
        return Arbitraries.oneOf(small, large).list().ofMaxSize(40);
    }

    @Provide
    Arbitrary<ConnectionLimits> limits() {
        return Arbitraries.integers()
                .between(1_000, 200_000)
                .flatMap(high -> Arbitraries.integers()
                        .between(0, high)
                        .flatMap(low -> Arbitraries.integers()
                                .between(1_000, 300_000)
                                .map(read -> ConnectionLimits.builder()
                                        .waterMarks(low, high)
                                        .maxQueuedBytes(high + 1 + read)
                                        .maxInboundBytes(1 + read / 2)
                                        .readBudgetBytes(read)
                                        .build())));
    }

    private static int total(List<Integer> chunks) {
        return chunks.stream().mapToInt(Integer::intValue).sum();
    }

    /** All of {@code bytes}, in pieces of these sizes, then the end. */
    private static CompletableFuture<Void> write(Socket peer, byte[] bytes, List<Integer> sizes) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        OutputStream out = peer.getOutputStream();
                        int from = 0;
                        for (int size : sizes) {
                            out.write(bytes, from, size);
                            from += size;
                        }
                        out.write(bytes, from, bytes.length - from);
                        peer.shutdownOutput();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                PEERS);
    }

    private static CompletableFuture<byte[]> read(Socket peer, boolean slow) {
        return CompletableFuture.supplyAsync(
                () -> {
                    byte[] all = new byte[64];
                    int length = 0;
                    try {
                        while (true) {
                            if (length == all.length) {
                                all = Arrays.copyOf(all, 2 * length);
                            }
                            int most = slow ? Math.min(1500, all.length - length) : all.length - length;
                            int count = peer.getInputStream().read(all, length, most);
                            if (count < 0) {
                                return Arrays.copyOf(all, length);
                            }
                            length += count;
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                PEERS);
    }
}
