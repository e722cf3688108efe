package io.eventloop.samples;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A sample in a JVM of its own, as users run it. */
final class SampleProcess implements AutoCloseable {
    private static final Pattern TEST_ONLY = Pattern.compile("junit|jqwik|opentest4j|apiguardian|test-classes");
    private static final Pattern LISTENING = Pattern.compile(", listening on \\S*:(\\d+)");
    private static final Pattern METRICS = Pattern.compile(", metrics on \\S*:(\\d+)");

    /** The JVM's after SIGTERM. */
    static final int STATUS_AFTER_SIGTERM = 128 + 15;

    /** A sample that speaks TLS warms it up before it listens: five seconds of a processor that may have other work. */
    private static final int START_PATIENCE_SECONDS = 100;

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();
    private String announcement = "";

    private SampleProcess(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread reader = new Thread(this::read, "output");
        reader.setDaemon(true);
        reader.start();
    }

    static SampleProcess start(String... arguments) throws IOException {
        return new SampleProcess(command(classPath(), arguments));
    }

    /** In a JVM with flags. */
    static SampleProcess startWithFlags(List<String> flags, String... arguments) throws IOException {
        List<String> command = command(classPath(), arguments);
        command.addAll(1, flags);
        return new SampleProcess(command);
    }

    /** A program of somebody else's, whose lines are waited for in the same way. */
    static SampleProcess startOther(String... command) throws IOException {
        return new SampleProcess(List.of(command));
    }

    /**
     * With no more than this many descriptors. Its classes are in jars, as in {@code samples.jar}: from folders none can be
     * loaded any more when descriptors have run out.
     */
    static SampleProcess startWithDescriptors(int most, Path folder, String... arguments) throws IOException {
        List<String> jars = new ArrayList<>();
        for (String entry : classPath()) {
            Path path = Path.of(entry);
            jars.add(Files.isDirectory(path) ? jar(path, folder.resolve(jars.size() + ".jar")) : entry);
        }
        List<String> command = new ArrayList<>(List.of("bash", "-c", "ulimit -n " + most + "; exec \"$@\"", "bash"));
        command.addAll(command(jars, arguments));
        return new SampleProcess(command);
    }

    private static String jar(Path folder, Path jar) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(folder.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
        return jar.toString();
    }

    private static List<String> classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !TEST_ONLY.matcher(entry).find())
                .filter(entry -> Files.exists(Path.of(entry)))
                .toList();
    }

    private static List<String> command(List<String> classPath, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command =
                new ArrayList<>(List.of(java, "-cp", String.join(File.pathSeparator, classPath), Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("output closed");
        }
    }

    /** The next line with this text. */
    String line(String part) throws InterruptedException {
        return line(part, Await.PATIENCE_SECONDS);
    }

    private String line(String part, int patienceSeconds) throws InterruptedException {
        while (true) {
            String line = lines.poll(patienceSeconds, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no line with '" + part + "' after " + seen);
            }
            seen.add(line);
            if (line.contains(part)) {
                return line;
            }
        }
    }

    /** The line in which a sample says what it runs on and where it listens, once it does. */
    String announcement() throws InterruptedException {
        if (announcement.isEmpty()) {
            announcement = line(", listening on ", START_PATIENCE_SECONDS);
        }
        return announcement;
    }

    /** Where the sample listens, once it does. */
    InetSocketAddress address() throws InterruptedException {
        return announced(LISTENING);
    }

    /** Where it has its figures for Prometheus. */
    InetSocketAddress metricsAddress() throws InterruptedException {
        return announced(METRICS);
    }

    private InetSocketAddress announced(Pattern where) throws InterruptedException {
        Matcher port = where.matcher(announcement());
        if (!port.find()) {
            throw new AssertionError("no '" + where + "' in " + announcement);
        }
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1)));
    }

    /** Ends the sample as users do, and returns the figures that it prints at its end. */
    String end() throws InterruptedException {
        terminate();
        String drained = line(": drained ");
        String figures = line(drained.substring(0, drained.indexOf(" drained ")));
        int status = exitStatus();
        if (status != STATUS_AFTER_SIGTERM) {
            throw new AssertionError("status " + status + " after " + seen);
        }
        return figures;
    }

    /** One of the figures on a line or page, as in {@code requests 7} or <code>{4=7}</code>, wherever it stands there. */
    static long figure(String figures, String name) {
        Matcher value =
                Pattern.compile("(?<!\\w)" + Pattern.quote(name) + "[ =](\\d+)").matcher(figures);
        if (!value.find()) {
            throw new AssertionError("no '" + name + "' in " + figures);
        }
        return Long.parseLong(value.group(1));
    }

    long pid() {
        return process.pid();
    }

    /** Sends SIGTERM; the process's own {@code destroy} would close its output as well. */
    void terminate() {
        process.toHandle().destroy();
    }

    int exitStatus() throws InterruptedException {
        if (!process.waitFor(Await.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + seen);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
