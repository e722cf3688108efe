package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What TLS.md names as tests are tests. */
class TlsTableTest {
    private static final Path TABLES = Path.of("TLS.md");
    private static final Path TESTS = Path.of("src/test/java/io/eventloop");
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+(?:Test|Contract))\\.([a-z]\\w*)`");
    private static final Pattern TRAP = Pattern.compile("^\\| (\\d+) \\|.*$", Pattern.MULTILINE);

    @Test
    void namesTestsThatExist() throws IOException {
        List<String> missing = new ArrayList<>();
        int names = 0;
        for (Matcher name = NAME.matcher(Files.readString(TABLES)); name.find(); names++) {
            if (!source(name.group(1)).contains(" void " + name.group(2) + "(")) {
                missing.add(name.group());
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(names > 40, names + " names");
    }

    @Test
    void hasATestForEachTrap() throws IOException {
        List<Integer> traps = new ArrayList<>();
        for (Matcher row = TRAP.matcher(Files.readString(TABLES)); row.find(); ) {
            traps.add(Integer.valueOf(row.group(1)));
            assertTrue(NAME.matcher(row.group()).find(), row.group());
        }
        assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), traps);
    }

    private static String source(String type) throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            List<Path> found =
                    files.filter(file -> file.endsWith(type + ".java")).toList();
            return found.isEmpty() ? "" : Files.readString(found.get(0));
        }
    }
}
