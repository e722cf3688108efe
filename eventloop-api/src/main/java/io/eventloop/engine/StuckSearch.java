package io.eventloop.engine;

import io.eventloop.Explanation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/**
 * One search through all loops of a group for connections on which something is pending and nothing has moved for a time.
 * Each loop looks through its own in one step, which costs it a few comparisons for each connection, and explains those
 * that have been stuck for longest.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> a loop that has ended has no connections.
 */
final class StuckSearch {
    /** Explaining one takes a loop about ten microseconds, and nobody reads more. */
    static final int MOST_REPORTED = 256;

    private static final Comparator<Explanation> LONGEST_FIRST =
            Comparator.comparing(Explanation::sinceProgress).reversed().thenComparing(Explanation::connectionId);

    private StuckSearch() {}

    static CompletableFuture<List<Explanation>> start(List<Loop> loops, Duration still) {
        List<CompletableFuture<List<Explanation>>> parts = new ArrayList<>();
        for (Loop loop : loops) {
            CompletableFuture<List<Explanation>> part = new CompletableFuture<>();
            parts.add(part);
            if (!loop.order(() -> searchOn(loop, still.toNanos(), part))) {
                part.complete(List.of());
            }
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream()
                        .flatMap(part -> part.join().stream())
                        .sorted(LONGEST_FIRST)
                        .limit(MOST_REPORTED)
                        .toList());
    }

    private static void searchOn(Loop loop, long stillNanos, CompletableFuture<List<Explanation>> found) {
        try {
            found.complete(search(loop, stillNanos));
        } catch (RuntimeException e) {
            found.completeExceptionally(e);
        }
    }

    private static List<Explanation> search(Loop loop, long stillNanos) {
        long nowNanos = loop.nanoTime();
        PriorityQueue<SocketConnection> longest = new PriorityQueue<>(
                Comparator.comparingLong(connection -> connection.deadlines().stillNanos(nowNanos)));
        loop.slots().forEach(endpoint -> {
            if (endpoint instanceof SocketConnection connection
                    && connection.deadlines().stillNanos(nowNanos) >= stillNanos
                    && ConnectionReport.isPending(connection)) {
                longest.add(connection);
                if (longest.size() > MOST_REPORTED) {
                    longest.remove();
                }
            }
        });
        return longest.stream()
                .map(connection -> ConnectionReport.explain(connection, nowNanos))
                .toList();
    }
}
