package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts the system calls of the echo sample with strace, a process of its own beside it. */
@Tag("interop")
final class EchoSystemCallsInteropTest {
    private static final int WARM_UP = 2_000;
    private static final int MESSAGES = 10_000;
    private static final int MESSAGE_BYTES = 64;

    /** "% time, seconds, usecs/call, calls, errors (may be blank), name" */
    private static final Pattern ROW =
            Pattern.compile("\\s*[\\d.]+\\s+[\\d.]+\\s+\\d+\\s+(\\d+)\\s+(?:(\\d+)\\s+)?([a-z_0-9]+)");

    private record Calls(int made, int failed) {}

    @Test
    void readsOnceAndWritesOncePerMessageOnEpoll(@TempDir Path folder) throws Exception {
        Programs.require("strace");
        Map<String, Calls> calls = new HashMap<>();
        try (SampleProcess echo =
                SampleProcess.start("echo", "--port", "0", "--transport", "epoll", "--threads", "1")) {
            try (Socket socket = ProxyRig.connect(echo.address())) {
                socket.setTcpNoDelay(true);
                exchange(socket, WARM_UP);
                trace(echo.pid(), folder.resolve("summary"), socket, calls);
            }
            echo.end();
        }
        System.out.println("system calls of " + MESSAGES + " echoes: " + calls);
        Calls none = new Calls(0, 0);
        assertEquals(new Calls(MESSAGES, 0), calls.getOrDefault("recvfrom", none));
        assertEquals(new Calls(MESSAGES, 0), calls.getOrDefault("sendto", none));
        assertEquals(none, calls.getOrDefault("epoll_ctl", none));
        Calls polls = calls.getOrDefault("epoll_pwait2", calls.getOrDefault("epoll_wait", none));
        assertTrue(polls.made() <= MESSAGES + 100, "one poll a message at most: " + polls);
    }

    private static void trace(long pid, Path summary, Socket socket, Map<String, Calls> calls) throws Exception {
        Process strace = new ProcessBuilder("strace", "-f", "-c", "-p", Long.toString(pid), "-o", summary.toString())
                .redirectErrorStream(true)
                .start();
        // It prints a line for the threads it has attached to, and only then counts.
        String attached = strace.inputReader().readLine();
        assumeTrue(attached != null && attached.contains("attached"), "strace may not attach here: " + attached);
        exchange(socket, MESSAGES);
        Programs.interrupt(strace);
        assertTrue(strace.waitFor(Await.PATIENCE_SECONDS, TimeUnit.SECONDS), "strace does not end");
        for (String line : Files.readAllLines(summary)) {
            Matcher row = ROW.matcher(line);
            if (row.matches() && !row.group(3).equals("total")) {
                int failed = row.group(2) == null ? 0 : Integer.parseInt(row.group(2));
                calls.put(row.group(3), new Calls(Integer.parseInt(row.group(1)), failed));
            }
        }
    }

    private static void exchange(Socket socket, int messages) throws IOException {
        byte[] message = new byte[MESSAGE_BYTES];
        for (int i = 0; i < messages; i++) {
            socket.getOutputStream().write(message);
            assertEquals(MESSAGE_BYTES, socket.getInputStream().readNBytes(MESSAGE_BYTES).length);
        }
    }
}
