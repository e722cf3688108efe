package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** Programs that are not ours, as tests run them. Without one its test is skipped, and says so. */
final class Programs {
    private Programs() {}

    /** Skips the test if a program is missing. */
    static void require(String... names) {
        for (String name : names) {
            boolean isThere = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
            if (!isThere) {
                System.out.println("skipped: " + name + " is not installed");
                Assumptions.abort(name + " is not installed");
            }
        }
    }

    static Process start(String... command) throws IOException {
        return start(Path.of("."), command);
    }

    static Process start(Path folder, String... command) throws IOException {
        require(command[0]);
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
    }

    /** What a program prints, which has to end with status 0. */
    static String run(String... command) throws IOException, InterruptedException {
        return output(start(command));
    }

    static String output(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
