package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/** Programs that are not ours, as tests run them. Without one its test is skipped, and says so. */
public final class Programs {
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 12_000;

    /** Begins elsewhere in each process. */
    private static final AtomicInteger PORTS_GIVEN =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 97 % PORTS));

    private Programs() {}

    /** Skips the test if a program is missing. */
    public static void require(String... names) {
        for (String name : names) {
            boolean isThere = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
            if (!isThere) {
                System.out.println("skipped: " + name + " is not installed");
                Assumptions.abort(name + " is not installed");
            }
        }
    }

    /**
     * A port for a program that cannot choose one: free now, given once, and below those that Linux gives to clients, so
     * that no connection takes it before it is used.
     */
    public static int unusedPort() throws IOException {
        while (true) {
            int port = FIRST_PORT + PORTS_GIVEN.getAndIncrement() % PORTS;
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException e) {
                // Somebody else's.
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

    /** Sends SIGINT, after which some programs say what they have seen. */
    static void interrupt(Process process) throws IOException, InterruptedException {
        run("kill", "-INT", "" + process.pid());
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
