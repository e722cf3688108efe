package io.eventloop.http.h1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.Buffer;
import io.eventloop.http.HttpLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Reads a corpus of requests beside the parsers of Netty and Tomcat. Each kind of difference has a ruling in CONFORMANCE.md,
 * and each ruling there is still needed.
 */
class DifferentialTest {
    private static final Path RULINGS = Path.of("CONFORMANCE.md");
    private static final Pattern ROW = Pattern.compile("^\\| (Netty|Tomcat) \\| `([^`]+)` \\|", Pattern.MULTILINE);

    @Test
    void readsWhatNettyReadsOrDiffersAsRuled() throws IOException {
        try (PeerParser netty = new NettyPeer()) {
            compare("Netty", netty);
        }
    }

    @Test
    void readsWhatTomcatReadsOrDiffersAsRuled() throws Exception {
        try (PeerParser tomcat = new TomcatPeer()) {
            compare("Tomcat", tomcat);
        }
    }

    private static void compare(String name, PeerParser peer) throws IOException {
        TreeMap<String, String> found = new TreeMap<>();
        Wire.with(4096, in -> {
            for (String request : RequestCorpus.requests()) {
                byte[] bytes = Wire.bytes(request + Wire.GOOD);
                String kind = difference(ours(in.clear().writeBytes(bytes)), peer.read(bytes));
                if (!kind.isEmpty()) {
                    found.merge(kind, request, (a, b) -> a.length() <= b.length() ? a : b);
                }
            }
        });
        assertEquals(ruled(name), found.keySet(), () -> "differences from " + name + " with an example: " + found);
    }

    private static List<String> ours(Buffer in) {
        RequestLines lines = new RequestLines(HttpLimits.DEFAULT);
        lines.feed(in);
        return lines.lines();
    }

    /** Both are the requests that were read, and "!" with perhaps a reason at the end of what was refused. */
    private static String difference(List<String> ours, List<String> theirs) {
        boolean isRefused = isRefused(ours);
        boolean isRefusedThere = isRefused(theirs);
        List<String> here = isRefused ? ours.subList(0, ours.size() - 1) : ours;
        List<String> there = isRefusedThere ? theirs.subList(0, theirs.size() - 1) : theirs;
        int common = Math.min(here.size(), there.size());
        if (!here.subList(0, common).equals(there.subList(0, common))) {
            return "understood otherwise: " + here + " here, " + there + " there";
        }
        if (isRefused && (there.size() > here.size() || !isRefusedThere)) {
            return "refused here: " + ours.get(ours.size() - 1).substring(1);
        }
        return isRefusedThere && here.size() > there.size() ? "refused there" : "";
    }

    private static boolean isRefused(List<String> lines) {
        return !lines.isEmpty() && lines.get(lines.size() - 1).startsWith("!");
    }

    private static Set<String> ruled(String name) throws IOException {
        Matcher rows = ROW.matcher(Files.readString(RULINGS, StandardCharsets.UTF_8));
        Set<String> ruled = new TreeSet<>();
        while (rows.find()) {
            if (rows.group(1).equals(name)) {
                ruled.add(rows.group(2));
            }
        }
        return ruled;
    }
}
