package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.Buffer;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Reaches the descriptor limit in a process of its own. */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class NioExhaustionTest {
    @Test
    void refusesShedsAndAcceptsAgain() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process child = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -n 128 && exec \"$0\" \"$@\"",
                        java.toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(ExhaustionProgram.class, NioTransport.class, Buffer.class, Test.class),
                        ExhaustionProgram.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), output);
        assertEquals(
                List.of("EMFILE", "shed", "java.net.SocketException: Connection reset", "EMFILE", "accepted"),
                output.lines().toList());
    }

    /** Where the classes were loaded from, whatever runs the tests. */
    private static String classPath(Class<?>... classes) throws Exception {
        StringJoiner path = new StringJoiner(File.pathSeparator);
        for (Class<?> type : classes) {
            path.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        return path.toString();
    }
}
