package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.Buffer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A raw listener at the descriptor limit, which is reached in a process of its own. */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
public abstract class ExhaustionContract extends TransportContract {
    @Test
    void refusesShedsAndAcceptsAgain() throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", "-c", "ulimit -n 128 && exec \"$0\" \"$@\""));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--enable-native-access"))
                .forEach(command::add);
        command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(ClassPath.of(ExhaustionProgram.class, provider().getClass(), Buffer.class));
        command.addAll(
                List.of(ExhaustionProgram.class.getName(), provider().getClass().getName()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), output);
        assertEquals(
                List.of("EMFILE", "shed", "EMFILE", "others accepted", "java.net.SocketException: Connection reset"),
                output.lines().toList());
    }
}
