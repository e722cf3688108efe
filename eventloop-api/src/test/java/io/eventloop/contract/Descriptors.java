package io.eventloop.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The descriptors this process has open that a transport may have made, where the system shows them. */
public final class Descriptors {
    private static final Path TABLE = Path.of("/proc/self/fd");

    private Descriptors() {}

    /** Whether the system shows them. */
    public static boolean areVisible() {
        return Files.isDirectory(TABLE);
    }

    /**
     * What they refer to: sockets, and the anonymous kinds that pollers are made of. Plain files are left out, since
     * loading a class may open one at any time.
     */
    public static List<String> open() {
        List<String> targets = new ArrayList<>();
        try (Stream<Path> entries = Files.list(TABLE)) {
            for (Path entry : entries.toList()) {
                target(entry, targets);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return targets;
    }

    private static void target(Path entry, List<String> targets) {
        String target;
        try {
            target = Files.readSymbolicLink(entry).toString();
        } catch (IOException e) {
            return; // It was the listing's own, or was closed meanwhile.
        }
        if (target.startsWith("socket:") || target.startsWith("anon_inode:") || target.startsWith("pipe:")) {
            targets.add(target);
        }
    }
}
