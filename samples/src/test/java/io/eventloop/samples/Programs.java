package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Runs another program to its end; a test whose program is not there is skipped, and says so. */
final class Programs {
    private Programs() {}

    static Process start(String... command) {
        return start(Path.of("."), command);
    }

    static Process start(Path folder, String... command) {
        try {
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            System.out.println("skipped: " + command[0] + " is not installed");
            return Assumptions.abort(command[0] + " is not installed");
        }
    }

    /** Its output, once it has ended well. */
    static String run(String... command) throws IOException, InterruptedException {
        return output(start(command));
    }

    static String output(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
