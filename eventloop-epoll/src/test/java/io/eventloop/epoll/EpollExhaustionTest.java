package io.eventloop.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.Buffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reaches the descriptor limit in a process of its own. */
@Timeout(120)
class EpollExhaustionTest {
    @Test
    void refusesShedsAndAcceptsAgain() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process child = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -n 128 && exec \"$0\" \"$@\"",
                        java.toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        ClassPath.of(ExhaustionProgram.class, EpollTransport.class, Buffer.class, Test.class),
                        ExhaustionProgram.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), output);
        assertEquals(
                List.of("EMFILE", "shed", "java.net.SocketException: Connection reset", "EMFILE", "accepted"),
                output.lines().toList());
    }
}
