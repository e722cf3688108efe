package io.eventloop.nio;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Counts the process's open descriptors, on Linux. */
final class Descriptors {
    private static final Path OPEN = Path.of("/proc/self/fd");

    private Descriptors() {}

    /** Sockets now open; other descriptors come and go with class loading. */
    static long sockets() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(OPEN), "needs /proc");
        long count = 0;
        try (DirectoryStream<Path> links = Files.newDirectoryStream(OPEN)) {
            for (Path link : links) {
                count += isSocket(link) ? 1 : 0;
            }
        }
        return count;
    }

    private static boolean isSocket(Path link) {
        try {
            return Files.readSymbolicLink(link).toString().startsWith("socket:");
        } catch (IOException e) {
            // The descriptor of the listing itself.
            return false;
        }
    }
}
