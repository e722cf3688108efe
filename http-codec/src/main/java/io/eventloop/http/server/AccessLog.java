package io.eventloop.http.server;

import io.eventloop.Environment;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * An access log, written by a thread of its own. What it has no room for is dropped and counted: a slow disk slows no
 * request. A request has an entry once a response to it has begun, also if the rest was cut; one whose client went away
 * before has none, and is in {@link HttpServerMetrics#aborted()}.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> owns its writer and its thread until {@link #close()}.
 *
 * <p><b>Failure:</b> what cannot be written is counted as dropped, and told once in the log {@code io.eventloop.http}.
 */
public final class AccessLog implements AutoCloseable {
    /** Entries that wait to be written, by default: some 2 MB of them. */
    public static final int DEFAULT_CAPACITY = 8192;

    private static final System.Logger LOG = System.getLogger("io.eventloop.http");
    private static final long LOOK_MILLIS = 100;
    private static final AccessEntry END = new AccessEntry(0, "", "", "", "", 0, 0, Duration.ZERO, "", "");

    private final BlockingQueue<AccessEntry> queue;
    private final Function<AccessEntry, String> format;
    private final Writer writer;
    private final Thread thread;
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean closed;
    private volatile boolean isOver;
    private boolean hasFailed;

    private AccessLog(Writer writer, Function<AccessEntry, String> format, int capacity, Environment environment) {
        this.writer = writer;
        this.format = format;
        queue = new ArrayBlockingQueue<>(capacity);
        thread = environment.newThread("http-access-log", this::run);
        thread.start();
    }

    /** A log that is appended to a file, in UTF-8. */
    public static AccessLog toFile(Path file, Function<AccessEntry, String> format) throws IOException {
        BufferedWriter out = Files.newBufferedWriter(
                file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return to(out, format, DEFAULT_CAPACITY, Environment.system());
    }

    /**
     * A log that goes to a writer, and closes it.
     *
     * @param format makes a line without its end, such as {@link AccessLogFormat#COMMON}
     * @param capacity entries that wait to be written at most, at least 1
     */
    public static AccessLog to(
            Writer writer, Function<AccessEntry, String> format, int capacity, Environment environment) {
        return new AccessLog(Objects.requireNonNull(writer), Objects.requireNonNull(format), capacity, environment);
    }

    /** Queues an entry, if there is room. */
    public void log(AccessEntry entry) {
        if (closed || !queue.offer(entry)) {
            dropped.incrementAndGet();
        } else if (isOver && queue.remove(entry)) {
            // It was closed in between. Of the two that look, the one counts it that finds it.
            dropped.incrementAndGet();
        }
    }

    /** Entries that were not written, since the start. */
    public long dropped() {
        return dropped.get();
    }

    private void run() {
        List<AccessEntry> batch = new ArrayList<>();
        try {
            boolean ended = false;
            while (!ended) {
                batch.add(queue.take());
                queue.drainTo(batch, 255);
                ended = write(batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            // What is left is counted.
        } finally {
            isOver = true;
            for (AccessEntry left = queue.poll(); left != null; left = queue.poll()) {
                dropped.addAndGet(left == END ? 0 : 1);
            }
            try {
                writer.close();
            } catch (IOException e) {
                failed(e, 0);
            }
        }
    }

    /** Whether the end was among them. */
    private boolean write(List<AccessEntry> batch) {
        boolean ended = batch.remove(END);
        try {
            for (AccessEntry entry : batch) {
                writer.write(format.apply(entry));
                writer.write('\n');
            }
            writer.flush();
        } catch (IOException | RuntimeException e) {
            failed(e, batch.size());
        }
        return ended;
    }

    private void failed(Exception e, int entries) {
        dropped.addAndGet(entries);
        if (!hasFailed) {
            hasFailed = true;
            LOG.log(System.Logger.Level.WARNING, "the access log cannot be written: {0}", e.toString());
        }
    }

    /** Writes what is queued and ends the thread; waits for that. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            while (thread.isAlive() && !queue.offer(END, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                // Full. Its thread makes room, unless an Error has ended it.
            }
            thread.join();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
