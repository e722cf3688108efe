package io.eventloop.samples;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules of the design that a text search can keep. Each looks at one file, says what is wrong with it, and can
 * therefore be tried on a file that breaks it.
 */
enum ArchitectureRule {
    /** Modules see each other in one direction: nio and epoll never, the api neither, http and samples only the api. */
    DIRECTION {
        @Override
        List<String> violations(SourceFile file, Set<String> exportedPackages) {
            List<String> found = new ArrayList<>();
            for (String name : file.references()) {
                if (isWithin(name, "io.eventloop") && !maySee(file, name)) {
                    found.add(file.path() + " refers to " + name);
                }
            }
            return found;
        }
    },

    /** The Foreign Function and Memory API belongs to one module; all others run on Java 17. */
    FOREIGN_FUNCTIONS {
        @Override
        List<String> violations(SourceFile file, Set<String> exportedPackages) {
            return file.module().equals("eventloop-epoll") ? List.of() : matches(file, FOREIGN);
        }
    },

    /** The engine is reached through the builder alone; the SPI knows nothing of it. */
    ENGINE {
        @Override
        List<String> violations(SourceFile file, Set<String> exportedPackages) {
            boolean isBuilder = file.name().equals("EventLoopGroupBuilder");
            boolean isInside = file.module().equals("eventloop-api")
                    && !file.packageName().equals("io.eventloop.spi")
                    && !(file.packageName().equals("io.eventloop") && !isBuilder);
            if (!file.isMain() || isInside || !file.references().contains("io.eventloop.engine")) {
                return List.of();
            }
            return List.of(file.path() + " refers to io.eventloop.engine");
        }
    },

    /**
     * Time, randomness and threads come from an {@code Environment}, so that a simulation can replace them, and nothing
     * depends on the order of identity hashes. The samples have no exceptions: {@code Environment.system()} serves them.
     */
    ENVIRONMENT {
        @Override
        List<String> violations(SourceFile file, Set<String> exportedPackages) {
            return file.isMain() && !file.path().equals(SYSTEM_ENVIRONMENT) ? matches(file, SYSTEM_SOURCES) : List.of();
        }
    },

    /** A test waits for what it is waiting for, not for time to pass. */
    NO_SLEEP {
        @Override
        List<String> violations(SourceFile file, Set<String> exportedPackages) {
            return file.isMain() || file.isTest() ? matches(file, SLEEP) : List.of();
        }
    },

    /** Nothing shipped needs {@code --add-opens} or warns about Unsafe: neither Agrona's buffers and queues nor Unsafe. */
    NO_UNSAFE {
        @Override
        List<String> violations(SourceFile file, Set<String> exportedPackages) {
            return file.isMain() ? matches(file, UNSAFE) : List.of();
        }
    },

    /** The Javadoc of an exported type says who may call it, who owns what, and what it throws or returns. */
    LABELS {
        @Override
        List<String> violations(SourceFile file, Set<String> exportedPackages) {
            if (!file.isMain() || !exportedPackages.contains(file.packageName()) || !file.isPublic()) {
                return List.of();
            }
            String comment = file.typeComment();
            List<String> found = new ArrayList<>();
            for (String label : List.of("Threading", "Ownership", "Failure")) {
                if (!comment.contains("<b>" + label + ":</b>")) {
                    found.add(file.path() + " has no " + label + " label");
                }
            }
            return found;
        }
    };

    /** The public packages of eventloop-api, those the design plans included. */
    private static final Set<String> PUBLIC_API = Set.of(
            "io.eventloop", "io.eventloop.framing", "io.eventloop.pool", "io.eventloop.testing", "io.eventloop.tls");

    /** What the main sources of a module may refer to besides {@link #PUBLIC_API}; packages below included. */
    private static final Map<String, Set<String>> MAY_SEE = Map.of(
            "eventloop-api",
                    Set.of("io.eventloop.spi", "io.eventloop.engine", "io.eventloop.jfr", "io.eventloop.tls.jdk"),
            "eventloop-nio", Set.of("io.eventloop.spi", "io.eventloop.nio"),
            "eventloop-epoll", Set.of("io.eventloop.spi", "io.eventloop.epoll"),
            "http-codec", Set.of("io.eventloop.http"),
            "samples", Set.of("io.eventloop.http", "io.eventloop.samples"));

    /** Tests may take a pool or a wheel from the engine, sockets from the SPI, the contracts and the JUnit extensions. */
    private static final Set<String> TESTS_MAY_SEE =
            Set.of("io.eventloop.spi", "io.eventloop.engine", "io.eventloop.contract", "io.eventloop.testing.junit");

    private static final String SYSTEM_ENVIRONMENT = "eventloop-api/src/main/java/io/eventloop/SystemEnvironment.java";

    private static final Pattern FOREIGN = anyOf("java.lang.foreign");

    private static final Pattern SYSTEM_SOURCES = anyOf(
            "System.nanoTime",
            "System.currentTimeMillis",
            "Instant.now",
            "SystemNanoClock",
            "SystemEpochClock",
            "new Random",
            "java.util.Random",
            "Math.random",
            "SplittableRandom",
            "ThreadLocalRandom",
            "new Thread",
            "Thread.new",
            "Thread.ofPlatform",
            "Thread.ofVirtual",
            "Executors",
            "IdentityHashMap");

    private static final Pattern SLEEP = anyOf("Thread.sleep", "TimeUnit.\\w+.sleep");

    private static final Pattern UNSAFE = anyOf(
            "Unsafe",
            "UnsafeBuffer",
            "UnsafeAccess",
            "(?:One|Many)To(?:One|Many)Concurrent\\w+Queue",
            "org.jctools.queues.(?:[A-Z*]\\w*|atomic|unpadded)");

    abstract List<String> violations(SourceFile file, Set<String> exportedPackages);

    /** Finds any of these words; a dot stands for a double colon too, a blank for any white space. */
    private static Pattern anyOf(String... words) {
        return Pattern.compile(Stream.of(words)
                .map(word -> "\\b" + word.replace(".", "\\s*(?:\\.|::)\\s*").replace(" ", "\\s+"))
                .collect(Collectors.joining("|", "(?:", ")(?!\\w)")));
    }

    private static List<String> matches(SourceFile file, Pattern pattern) {
        return pattern.matcher(file.code())
                .results()
                .map(match -> file.path() + " has " + match.group())
                .toList();
    }

    private static boolean maySee(SourceFile file, String name) {
        return PUBLIC_API.contains(name)
                || MAY_SEE.get(file.module()).stream().anyMatch(seen -> isWithin(name, seen))
                || (!file.isMain() && TESTS_MAY_SEE.contains(name));
    }

    private static boolean isWithin(String name, String parent) {
        return name.equals(parent) || name.startsWith(parent + ".");
    }
}
