package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.Buffer;
import io.eventloop.contract.ClassPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reaches the JVM's own limit of direct memory, in a process of its own. */
@Timeout(120)
final class DirectMemoryTest {
    @Test
    void reachingTheLimitOfTheJvmIsARefusal() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process child = new ProcessBuilder(
                        java.toString(),
                        "-XX:MaxDirectMemorySize=3m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        ClassPath.of(DirectMemoryProgram.class, Buffer.class, NanoClock.class),
                        DirectMemoryProgram.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), output);
        assertEquals(
                List.of(
                        "BufferLimitExceededException for OutOfMemoryError",
                        "some",
                        "BufferLimitExceededException for OutOfMemoryError",
                        "0 collections",
                        "BufferLimitExceededException for OutOfMemoryError",
                        "asked again",
                        "again",
                        "23"),
                output.lines().toList());
    }
}
