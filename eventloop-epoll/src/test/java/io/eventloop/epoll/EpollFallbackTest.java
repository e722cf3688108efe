package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eventloop.EventLoopGroup;
import io.eventloop.contract.ClassPath;
import io.eventloop.contract.Programs;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.agrona.concurrent.NanoClock;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscChunkedVarHandleArrayQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What programs see where the transport cannot run, each in a virtual machine of its own. The program is compiled for
 * Java 17, as an application's classes would be.
 */
@Timeout(120)
class EpollFallbackTest {
    /** The home of a Java 17; otherwise one is looked for where distributions put them. */
    private static final String HOME_17_PROPERTY = "java17.home";

    private static final Path HOMES = Path.of("/usr/lib/jvm");
    private static final Path NIO_CLASSES = Path.of("../eventloop-nio/target/classes");
    private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    private static final String PROGRAM = """
            import io.eventloop.EventLoopGroup;
            import io.eventloop.epoll.EpollSocketOptions;
            import io.eventloop.epoll.EpollTransportProvider;
            import java.net.InetAddress;
            import java.net.InetSocketAddress;

            public class Program {
                public static void main(String[] args) throws Exception {
                    System.out.println(EpollSocketOptions.TCP_KEEPIDLE_SECONDS.name());
                    System.out.println(new EpollTransportProvider().availability().reason());
                    try (EventLoopGroup group = EventLoopGroup.builder().loops(1).build()) {
                        group.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), c -> null);
                        System.out.println(group.transportReason());
                    } catch (IllegalStateException e) {
                        System.out.println(e.getMessage());
                    }
                }
            }
            """;

    private static final String LIBRARY = ClassPath.of(
            EpollTransportProvider.class,
            EventLoopGroup.class,
            NanoClock.class,
            MessagePassingQueue.class,
            MpscChunkedVarHandleArrayQueue.class);

    @TempDir
    private static Path folder;

    @BeforeAll
    static void compile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assumeTrue(compiler != null, "skipped: needs a JDK, this is a run time without a compiler");
        Path source = Files.writeString(folder.resolve("Program.java"), PROGRAM);
        int result = compiler.run(
                null,
                null,
                null,
                "--release",
                "17",
                "-proc:none",
                "-d",
                folder.toString(),
                "-cp",
                LIBRARY,
                source.toString());
        assertEquals(0, result);
    }

    /** Runs the program; its lines. */
    private static List<String> run(Path home, String extraClasses, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/java").toString()));
        command.addAll(List.of(options));
        String classes = folder + extraClasses + File.pathSeparator + LIBRARY;
        command.addAll(List.of("-cp", classes, "Program"));
        Path errors = folder.resolve("errors");
        Process child = Programs.start(new ProcessBuilder(command).redirectError(errors.toFile()));
        String output;
        try (InputStream said = child.getInputStream()) {
            output = new String(said.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertEquals(0, child.waitFor(), () -> output + errorText(errors));
        List<String> lines = output.lines().toList();
        assertEquals(3, lines.size(), () -> output + errorText(errors));
        assertEquals("TCP_KEEPIDLE", lines.get(0));
        return lines;
    }

    private static String errorText(Path errors) {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static List<String> run(String... options) throws Exception {
        return run(Path.of(System.getProperty("java.home")), "", options);
    }

    private static void assertRefused(String reason, List<String> lines) {
        assertEquals(reason, lines.get(1));
        assertTrue(lines.get(2).contains("epoll: " + reason), lines.get(2));
    }

    private static Path home17() throws IOException {
        String given = System.getProperty(HOME_17_PROPERTY);
        if (given != null) {
            return Path.of(given);
        }
        if (Files.isDirectory(HOMES)) {
            try (Stream<Path> homes = Files.list(HOMES)) {
                for (Path home : homes.sorted().toList()) {
                    if (home.getFileName().toString().matches(".*17.*") && Files.exists(home.resolve("bin/java"))) {
                        return home;
                    }
                }
            }
        }
        String reason = "skipped: no Java 17 in " + HOMES + ", and " + HOME_17_PROPERTY + " is not set";
        System.out.println(reason);
        assumeTrue(false, reason);
        throw new AssertionError();
    }

    @Test
    void loadsOnJava17AndSaysWhatItNeeds() throws Exception {
        assertRefused("needs Java 22, this is 17", run(home17(), ""));
    }

    @Test
    void givesWayToNioOnJava17() throws Exception {
        if (!Files.isDirectory(NIO_CLASSES)) {
            System.out.println("skipped: " + NIO_CLASSES + " is not built");
        }
        assumeTrue(Files.isDirectory(NIO_CLASSES));
        List<String> lines = run(home17(), File.pathSeparator + NIO_CLASSES.toAbsolutePath());
        assertEquals("nio (java.nio on Linux; epoll: needs Java 22, this is 17)", lines.get(2));
    }

    @Test
    void runsWhereNativeAccessIsGranted() throws Exception {
        List<String> lines = run(NATIVE_ACCESS);
        assertTrue(lines.get(1).startsWith("epoll on Linux "), lines.get(1));
        assertEquals("epoll (" + lines.get(1) + ")", lines.get(2));
    }

    @Test
    void runsWhereNativeAccessIsOnlyWarnedOf() throws Exception {
        assertTrue(run().get(2).startsWith("epoll (epoll on Linux "));
    }

    @Test
    void saysThatNativeAccessIsDenied() throws Exception {
        assumeTrue(Runtime.version().feature() >= 24, "skipped: --illegal-native-access is of Java 24");
        assertRefused("native access is denied: needs " + NATIVE_ACCESS, run("--illegal-native-access=deny"));
    }

    @Test
    void saysWhichSymbolIsMissing() throws Exception {
        assertRefused("the C library has no accept4", run(NATIVE_ACCESS, "-Dio.eventloop.epoll.missing=accept4"));
    }

    @Test
    void runsWithoutTheSymbolsItCanDoWithout() throws Exception {
        List<String> lines = run(NATIVE_ACCESS, "-Dio.eventloop.epoll.missing=epoll_pwait2");
        assertTrue(lines.get(2).startsWith("epoll (epoll on Linux "), lines.get(2));
    }

    @Test
    void isSwitchedOffByAProperty() throws Exception {
        String property = EpollTransportProvider.DISABLED_PROPERTY;
        assertRefused("disabled by " + property + ": a test", run("-D" + property + "=a test"));
        assertRefused("disabled by " + property, run("-D" + property));
    }

    @Test
    void saysThatTheArchitectureIsNotKnown() throws Exception {
        assertRefused("needs x86-64 or aarch64, this is riscv64", run("-Dos.arch=riscv64"));
        assertRefused("needs Linux, this is Plan 9", run("-Dos.name=Plan 9"));
    }
}
