package io.eventloop.tls;

import io.eventloop.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps a server's hosts as some files say: looks at them now and then and, when their contents changed, reads the hosts again
 * and has the server {@linkplain TlsServer#reload reload} them.
 *
 * <pre>{@code
 * IdentityFiles files = IdentityFiles.watch(tls, () -> TlsHosts.of(TlsIdentity.pem(chain, key)))
 *         .files(chain, key)
 *         .start();
 * }</pre>
 *
 * <p>Contents decide, not the time of the last change: that is too coarse, is copied along, and says nothing where a symbolic
 * link was turned. A change is acted upon when two looks in a row, a second apart, find the same, so that files still being
 * written are left alone.
 *
 * <p><b>Threading:</b> thread-safe. Files are looked at and read by a thread of its own.
 *
 * <p><b>Ownership:</b> owns its thread until {@link #close()}; does not own the server.
 *
 * <p><b>Failure:</b> if the hosts cannot be read or used, what the server has stays. That is counted in {@link #failures()}, told
 * in the log {@code io.eventloop.tls} once for each change, and {@link #problem()} says it for as long as it is so; it is tried
 * again at each look.
 */
public final class IdentityFiles implements AutoCloseable {
    /** Looking is reading; more want to be told of changes by other means, and {@link TlsServer#reload}. */
    public static final int MAX_FILES = 256;

    /** Far more than a chain, a key or a store of both has. */
    public static final int MAX_FILE_BYTES = 1 << 20;

    /** Who writes several files is done with all of them after this time. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private static final String TOO_LONG = "more than " + MAX_FILE_BYTES + " bytes";

    private static final System.Logger LOG = System.getLogger("io.eventloop.tls");

    /**
     * Reads the hosts from their files.
     *
     * <p><b>Threading:</b> called by one thread at a time. <b>Ownership:</b> none.
     *
     * <p><b>Failure:</b> may throw whatever {@link TlsIdentity} throws.
     */
    @FunctionalInterface
    public interface Reader {
        /** The hosts as the files have them now. */
        TlsHosts read() throws IOException;
    }

    private final TlsServer server;
    private final Reader reader;
    private final List<Path> files;
    private final Duration interval;
    private final MessageDigest digest;
    private final LongAdder reloads = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile Optional<String> problem = Optional.empty();
    private List<String> seen = List.of();
    private List<String> tried = List.of();
    private Optional<Upkeep> upkeep = Optional.empty();

    IdentityFiles(Builder builder) {
        if (builder.files.isEmpty()) {
            throw new IllegalArgumentException("no files");
        }
        server = builder.server;
        reader = builder.reader;
        files = List.copyOf(builder.files);
        interval = builder.interval;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Begins with no files, and an interval of 10 s.
     *
     * @param reader what the server's hosts are read with; it should read no others than the files that are named next
     */
    public static Builder watch(TlsServer server, Reader reader) {
        return new Builder(Objects.requireNonNull(server), Objects.requireNonNull(reader));
    }

    /** How often the server was given hosts: once at the start, and for each change that could be used. */
    public long reloads() {
        return reloads.sum();
    }

    /** Changes that could not be used. */
    public long failures() {
        return failures.sum();
    }

    /** What is wrong with the files as they are; empty if the server has what they say. */
    public Optional<String> problem() {
        return problem;
    }

    /** Looks once. Returns after how many nanoseconds to look again. */
    long look() {
        List<String> now = files.stream().map(this::fingerprint).toList();
        if (!now.equals(seen)) {
            seen = now;
            return Math.min(SETTLE.toNanos(), interval.toNanos());
        }
        if (!now.equals(tried) || problem.isPresent()) {
            reload(!now.equals(tried));
            tried = now;
        }
        return interval.toNanos();
    }

    private void reload(boolean changed) {
        try {
            for (int i = 0; i < files.size(); i++) {
                if (seen.get(i).equals(TOO_LONG)) {
                    throw new IllegalArgumentException(files.get(i) + " has " + TOO_LONG);
                }
            }
            server.reload(reader.read());
            problem = Optional.empty();
            reloads.increment();
            System.Logger.Level level = tried.isEmpty() ? System.Logger.Level.DEBUG : System.Logger.Level.INFO;
            LOG.log(level, () -> "the hosts were read again from " + files);
        } catch (NoSuchFileException e) {
            failed(e.getMessage() + " is not there", changed);
        } catch (IllegalArgumentException e) {
            failed(e.getMessage(), changed);
        } catch (IOException | RuntimeException e) {
            failed(e.toString(), changed);
        }
    }

    private void failed(String why, boolean changed) {
        if (changed || !problem.equals(Optional.of(why))) {
            problem = Optional.of(why);
            failures.increment();
            LOG.log(System.Logger.Level.WARNING, () -> "the hosts stay as they are: " + why);
        }
    }

    /** What a file has, as something to compare; its absence and other failures are comparable too. */
    private String fingerprint(Path file) {
        byte[] contents = new byte[0];
        try (InputStream in = Files.newInputStream(file)) {
            contents = in.readNBytes(MAX_FILE_BYTES + 1);
            return contents.length > MAX_FILE_BYTES ? TOO_LONG : HexFormat.of().formatHex(digest.digest(contents));
        } catch (IOException e) {
            return e.toString();
        } finally {
            // It may be a key.
            Arrays.fill(contents, (byte) 0);
        }
    }

    /** Ends it; a look that has begun is completed. */
    @Override
    public void close() {
        upkeep.ifPresent(Upkeep::close);
    }

    /** Collects what is to be watched; not thread-safe. */
    public static final class Builder {
        private final TlsServer server;
        private final Reader reader;
        private final List<Path> files = new ArrayList<>();
        private Duration interval = Duration.ofSeconds(10);
        private Environment environment = Environment.system();

        private Builder(TlsServer server, Reader reader) {
            this.server = server;
            this.reader = reader;
        }

        /** More files to look at; at most {@link #MAX_FILES} of up to {@link #MAX_FILE_BYTES} each. */
        public Builder files(Path... paths) {
            if (files.size() + paths.length > MAX_FILES) {
                throw new IllegalArgumentException("more than " + MAX_FILES + " files");
            }
            files.addAll(List.of(paths));
            return this;
        }

        /** From one look to the next; default 10 s. */
        public Builder interval(Duration value) {
            if (value.compareTo(Duration.ofMillis(100)) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("interval is " + value + ", must be within PT0.1S..PT24H");
            }
            interval = value;
            return this;
        }

        /** Where its thread comes from; by default {@link Environment#system()}. */
        public Builder environment(Environment value) {
            environment = Objects.requireNonNull(value);
            return this;
        }

        /** Looks for the first time, and goes on until {@link #close()}. */
        public IdentityFiles start() {
            IdentityFiles started = new IdentityFiles(this);
            started.upkeep = Optional.of(new Upkeep(environment, "tls-files", started::look));
            return started;
        }
    }
}
