package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.Buffer;
import io.eventloop.contract.ClassPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscChunkedVarHandleArrayQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JVM's own limit of direct memory, in processes of their own: reached, and kept away from. */
@Timeout(120)
final class DirectMemoryTest {
    private static List<String> run(List<String> flags, Class<?> program, String... args) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(ClassPath.of(
                program,
                Buffer.class,
                NanoClock.class,
                MessagePassingQueue.class,
                MpscChunkedVarHandleArrayQueue.class));
        command.add(program.getName());
        command.addAll(List.of(args));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), output);
        return output.lines().toList();
    }

    @Test
    void reachingTheLimitOfTheJvmIsARefusal() throws Exception {
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
                run(List.of("-XX:MaxDirectMemorySize=3m"), DirectMemoryProgram.class));
    }

    @Test
    void theDefaultBudgetIsBelowTheLimitOfTheJvm() throws Exception {
        assertEquals(
                List.of("4194304 bytes", "MEMORY_SHED"),
                run(List.of("-Xmx64m", "-XX:MaxDirectMemorySize=8m"), DefaultBudgetProgram.class, "fill"));
    }

    @Test
    void theDefaultBudgetIsNoMoreThanHalfOfTheHeap() throws Exception {
        assertEquals(
                List.of("half of the heap"),
                run(List.of("-Xmx64m", "-XX:MaxDirectMemorySize=1g"), DefaultBudgetProgram.class));
    }

    @Test
    void theDefaultBudgetDoesWithoutTheModuleThatKnowsTheLimit() throws Exception {
        assertEquals(
                List.of("half of the heap"),
                run(
                        List.of("-Xmx64m", "-XX:MaxDirectMemorySize=8m", "--limit-modules", "java.base"),
                        DefaultBudgetProgram.class));
    }
}
