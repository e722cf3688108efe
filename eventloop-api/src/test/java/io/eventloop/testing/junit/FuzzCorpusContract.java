package io.eventloop.testing.junit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Gives each fuzz target of a module the inputs that are kept for it, without a fuzzer. A target is a class {@code XFuzz}
 * in {@code src/fuzz/java} with a method {@code fuzzerTestOneInput}; its inputs are the files in the folder of its name in
 * {@code src/fuzz/resources}: what is worth trying, and each input that has ever failed.
 *
 * <p><b>Threading:</b> the test's thread. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> {@link AssertionError} naming the file; so does a target without inputs, and a module without targets.
 */
public abstract class FuzzCorpusContract {
    private static final Path SOURCES = Path.of("src/fuzz/java");
    private static final Path CORPORA = Path.of("src/fuzz/resources");

    /** For the class that a module has of this. */
    protected FuzzCorpusContract() {}

    @TestFactory
    final List<DynamicTest> survivesEveryInputKept() throws IOException {
        List<DynamicTest> tests = files(SOURCES).stream()
                .map(FuzzCorpusContract::pathWithoutSuffix)
                .filter(path -> path.endsWith("Fuzz"))
                .map(path -> dynamicTest(path.substring(path.lastIndexOf('/') + 1), () -> replay(path)))
                .toList();
        assertFalse(tests.isEmpty(), "no fuzz targets in " + SOURCES.toAbsolutePath());
        return tests;
    }

    /** The path of a source file below the root of the sources; also that of its corpus and, but for dots, its class. */
    private static String pathWithoutSuffix(Path source) {
        String path = SOURCES.relativize(source).toString().replace('\\', '/');
        return path.replaceFirst("\\.java$", "");
    }

    private static void replay(String path) throws Exception {
        Method target = Class.forName(path.replace('/', '.')).getMethod("fuzzerTestOneInput", byte[].class);
        List<Path> inputs = files(CORPORA.resolve(path));
        assertFalse(inputs.isEmpty(), "no inputs in " + CORPORA.resolve(path).toAbsolutePath());
        for (Path input : inputs) {
            try {
                target.invoke(null, Files.readAllBytes(input));
            } catch (InvocationTargetException e) {
                throw new AssertionError(input + ": " + e.getCause(), e.getCause());
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
