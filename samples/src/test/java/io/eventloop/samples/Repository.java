package io.eventloop.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The working copy that the tests run in: its root is the nearest folder above with a {@code .mvn} in it. */
final class Repository {
    /** The modules of the design, and no others. */
    static final Set<String> MODULES =
            Set.of("eventloop-api", "eventloop-nio", "eventloop-epoll", "http-codec", "samples");

    private static final Pattern EXPORTS = Pattern.compile("\\bexports\\s+([\\w.]+)\\s*;");

    private final Path root;

    private Repository(Path root) {
        this.root = root;
    }

    static Repository find() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isDirectory(folder.resolve(".mvn"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("no folder above " + Path.of("").toAbsolutePath() + " has a .mvn");
        }
        return new Repository(folder);
    }

    boolean has(String path) {
        return Files.exists(root.resolve(path));
    }

    /** The text of a file, by its path from the root. */
    String text(String path) throws IOException {
        return Files.readString(root.resolve(path));
    }

    /** The names of the folders at the root. */
    Set<String> folders() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            Set<String> names = new TreeSet<>();
            entries.filter(Files::isDirectory)
                    .forEach(entry -> names.add(entry.getFileName().toString()));
            return names;
        }
    }

    /** Paths from the root of all files below a folder whose names end in {@code suffix}, sorted. */
    List<String> files(String folder, String suffix) throws IOException {
        Path start = root.resolve(folder);
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(start)) {
            return paths.filter(path -> path.toString().endsWith(suffix))
                    .map(path -> root.relativize(path).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    /** Every Java file of every module: main, tests, benchmarks. */
    List<SourceFile> sources() throws IOException {
        List<SourceFile> sources = new ArrayList<>();
        for (String module : new TreeSet<>(MODULES)) {
            for (String path : files(module + "/src", ".java")) {
                sources.add(new SourceFile(path, text(path)));
            }
        }
        return sources;
    }

    /** The packages that the modules export to everybody. */
    Set<String> exportedPackages() throws IOException {
        Set<String> packages = new TreeSet<>();
        for (SourceFile file : sources()) {
            if (file.path().endsWith("/src/main/java/module-info.java")) {
                packages.addAll(exportedPackages(file));
            }
        }
        return packages;
    }

    static Set<String> exportedPackages(SourceFile moduleInfo) {
        Set<String> packages = new TreeSet<>();
        Matcher exports = EXPORTS.matcher(moduleInfo.code());
        while (exports.find()) {
            packages.add(exports.group(1));
        }
        return packages;
    }
}
