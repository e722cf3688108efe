package io.eventloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that CONFORMANCE.md names are there, in whatever module. */
class ConformanceTest {
    private static final Path PAGE = Path.of("CONFORMANCE.md");
    private static final Path MODULES = Path.of("..");

    /** "RR is `RequestRefusalTest`", and the same without "is". */
    private static final Pattern ABBREVIATION = Pattern.compile("\\b([A-Z]{2})\\s(?:is\\s)?`([A-Z]\\w+)`");

    /** "RR `one`, `other`". */
    private static final Pattern ABBREVIATED = Pattern.compile("\\b([A-Z]{2}) (`[a-z]\\w+`(?:, `[a-z]\\w+`)*)");

    /** "`RequestRefusalTest#one`". */
    private static final Pattern WHOLE = Pattern.compile("`([A-Z]\\w+)#([a-z]\\w+)`");

    private final Map<String, String> sources = new HashMap<>();

    private String source(String testClass) throws IOException {
        String known = sources.get(testClass);
        if (known != null) {
            return known;
        }
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(MODULES)) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    files.filter(file -> file.endsWith(testClass + ".java")).forEach(found::add);
                }
            }
        }
        String text = found.size() == 1 ? Files.readString(found.get(0)) : "";
        sources.put(testClass, text);
        return text;
    }

    private void check(String testClass, String method, List<String> missing) throws IOException {
        if (!source(testClass).contains("void " + method + "(")) {
            missing.add(testClass + "#" + method);
        }
    }

    @Test
    void namesTestsThatAreThere() throws IOException {
        String page = Files.readString(PAGE);
        Map<String, String> classes = new HashMap<>();
        ABBREVIATION.matcher(page).results().forEach(result -> classes.put(result.group(1), result.group(2)));
        List<String> missing = new ArrayList<>();
        int checked = 0;
        for (MatchResult row : ABBREVIATED.matcher(page).results().toList()) {
            for (String method : row.group(2).replace("`", "").split(", ")) {
                check(classes.getOrDefault(row.group(1), row.group(1)), method, missing);
                checked++;
            }
        }
        for (MatchResult name : WHOLE.matcher(page).results().toList()) {
            check(name.group(1), name.group(2), missing);
            checked++;
        }
        assertEquals(List.of(), missing);
        assertTrue(checked > 100, checked + " names");
    }

    @Test
    void hasARowForEachAttack() throws IOException {
        String page = Files.readString(PAGE);
        for (int row = 1; row <= 16; row++) {
            assertTrue(page.contains("\n| A" + row + " |"), "A" + row);
        }
        for (String row : List.of("A18", "C1", "C14")) {
            assertTrue(page.contains("\n| " + row + " |"), row);
        }
    }
}
