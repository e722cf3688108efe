package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The shape of the code: modules, layers, and where the world outside comes in. Each rule is shown to be able to fail. */
final class ArchitectureTest {
    private static final Set<String> EXPORTED = Set.of("io.eventloop", "io.eventloop.spi");
    private static final Set<String> HOUSEKEEPING = Set.of("docs", "target");

    /** Rule, file and a piece of code that the rule has to find in that file. */
    private static final String OFFENCES = """
            DIRECTION | eventloop-nio/src/main/java/io/eventloop/nio/A.java | import io.eventloop.epoll.Epoll;
            DIRECTION | eventloop-nio/src/test/java/io/eventloop/nio/A.java | import io.eventloop.epoll.Epoll;
            DIRECTION | eventloop-nio/src/main/java/io/eventloop/nio/A.java | import io.eventloop.engine.Loop;
            DIRECTION | eventloop-epoll/src/main/java/io/eventloop/epoll/A.java | import static io.eventloop.nio.Nio.OPEN;
            DIRECTION | eventloop-api/src/main/java/io/eventloop/A.java | import io.eventloop.nio.NioTransport;
            DIRECTION | eventloop-api/src/main/java/io/eventloop/A.java | Object a = new io.eventloop.epoll.Epoll();
            DIRECTION | http-codec/src/main/java/io/eventloop/http/A.java | import io.eventloop.spi.Poller;
            DIRECTION | http-codec/src/main/java/module-info.java | requires transitive io.eventloop.nio;
            DIRECTION | samples/src/main/java/io/eventloop/samples/A.java | import io.eventloop.nio.*;
            FOREIGN_FUNCTIONS | eventloop-nio/src/main/java/io/eventloop/nio/A.java | import java.lang.foreign.Arena;
            ENGINE | eventloop-api/src/main/java/io/eventloop/Buffer.java | import io.eventloop.engine.SlabPool;
            ENGINE | eventloop-api/src/main/java/io/eventloop/spi/Poller.java | import io.eventloop.engine.Loop;
            ENGINE | samples/src/main/java/io/eventloop/samples/A.java | io.eventloop.engine.SlabPool pool;
            ENVIRONMENT | eventloop-api/src/main/java/io/eventloop/A.java | long now = System.nanoTime();
            ENVIRONMENT | eventloop-api/src/main/java/io/eventloop/A.java | LongSupplier now = System::currentTimeMillis;
            ENVIRONMENT | eventloop-api/src/main/java/io/eventloop/engine/A.java | Object s = new IdentityHashMap<>();
            ENVIRONMENT | eventloop-api/src/main/java/io/eventloop/spi/SystemEnvironment.java | System.nanoTime();
            ENVIRONMENT | eventloop-nio/src/main/java/io/eventloop/nio/A.java | Object r = new Random(1);
            ENVIRONMENT | eventloop-epoll/src/main/java/io/eventloop/epoll/A.java | double r = Math.random();
            ENVIRONMENT | http-codec/src/main/java/io/eventloop/http/A.java | ThreadLocalRandom.current().nextInt();
            ENVIRONMENT | samples/src/main/java/io/eventloop/samples/A.java | Thread t = new Thread(task);
            NO_SLEEP | eventloop-api/src/main/java/io/eventloop/A.java | Thread.sleep(10);
            NO_SLEEP | eventloop-nio/src/test/java/io/eventloop/nio/A.java | TimeUnit.DAYS.sleep(1);
            NO_UNSAFE | eventloop-api/src/main/java/io/eventloop/A.java | import org.agrona.concurrent.UnsafeBuffer;
            NO_UNSAFE | eventloop-api/src/main/java/io/eventloop/A.java | import org.jctools.queues.MpscArrayQueue;
            LABELS | eventloop-api/src/main/java/io/eventloop/A.java | public final class A {}
            LABELS | eventloop-api/src/main/java/io/eventloop/spi/A.java | /** A thing. */ @Deprecated public record A() {}
            LABELS | eventloop-api/src/main/java/io/eventloop/A.java | /** <b>Failure:</b> none. */ public interface A {}
            """;

    private final Repository repository = Repository.find();

    @ParameterizedTest
    @EnumSource
    void holdsInTheWholeRepository(ArchitectureRule rule) throws IOException {
        List<SourceFile> sources = repository.sources();
        Set<String> exported = repository.exportedPackages();
        List<String> found = new ArrayList<>();
        for (SourceFile file : sources) {
            found.addAll(rule.violations(file, exported));
        }
        assertEquals(List.of(), found);
        assertTrue(sources.size() > 100, "only " + sources.size() + " files were looked at");
    }

    /** A row of {@link #OFFENCES}. */
    private record Offence(ArchitectureRule rule, SourceFile file) {}

    private static List<Offence> offences() {
        return OFFENCES.lines()
                .map(row -> row.split(" \\| ", 3))
                .map(cells -> new Offence(ArchitectureRule.valueOf(cells[0]), fileAt(cells[1], cells[2])))
                .toList();
    }

    private static SourceFile fileAt(String path, String code) {
        if (path.endsWith("module-info.java")) {
            return new SourceFile(path, code);
        }
        String folder = path.substring(path.indexOf("/java/") + "/java/".length(), path.lastIndexOf('/'));
        return new SourceFile(path, "package " + folder.replace('/', '.') + ";\n\n" + code);
    }

    @ParameterizedTest
    @MethodSource("offences")
    void findsEachOffence(Offence offence) {
        assertFalse(offence.rule().violations(offence.file(), EXPORTED).isEmpty());
    }

    @Test
    void hasAnOffenceForEachRule() {
        Set<ArchitectureRule> tried = EnumSet.noneOf(ArchitectureRule.class);
        offences().forEach(offence -> tried.add(offence.rule()));
        assertEquals(EnumSet.allOf(ArchitectureRule.class), tried);
    }

    @ParameterizedTest
    @EnumSource
    void letsAFaultlessFilePass(ArchitectureRule rule) {
        SourceFile file = fileAt("eventloop-api/src/main/java/io/eventloop/EventLoopGroupBuilder.java", """
                import io.eventloop.engine.LoopGroup;
                import org.jctools.queues.varhandle.MpscChunkedVarHandleArrayQueue;

                /**
                 * Is not <code>new Thread</code>, see {@link io.eventloop.nio.NioPoller}.
                 *
                 * <p><b>Threading:</b> any. <b>Ownership:</b> none. <b>Failure:</b> never.
                 */
                @SuppressWarnings("unused")
                public final class EventLoopGroupBuilder {
                    // System.nanoTime() is read elsewhere, so is java.lang.foreign.
                    String text = "Thread.sleep(1) \\" + new Random()";
                    char quote = '"';
                    /* IdentityHashMap */ char escaped = '\\'';
                }
                """);
        assertEquals(List.of(), rule.violations(file, EXPORTED));
    }

    @Test
    void looksAtExportedPublicTypesOnlyForLabels() {
        SourceFile hidden = fileAt("eventloop-api/src/main/java/io/eventloop/Ranges.java", "final class Ranges {}");
        SourceFile engine = fileAt("eventloop-api/src/main/java/io/eventloop/engine/A.java", "public final class A {}");
        assertEquals(List.of(), ArchitectureRule.LABELS.violations(hidden, EXPORTED));
        assertEquals(List.of(), ArchitectureRule.LABELS.violations(engine, EXPORTED));
    }

    @Test
    void readsWhatAModuleExports() {
        SourceFile moduleInfo = new SourceFile(
                "eventloop-api/src/main/java/module-info.java",
                "module m {\n    exports a.b;\n    // exports a.c;\n    exports a.d to a.e;\n}\n");
        assertEquals(Set.of("a.b"), Repository.exportedPackages(moduleInfo));
    }

    @Test
    void hasAModuleDeclarationInEachModule() {
        for (String module : Repository.MODULES) {
            assertTrue(repository.has(module + "/src/main/java/module-info.java"), module);
        }
    }

    @Test
    void hasTheFoldersOfTheDesignAndNoOthers() throws IOException {
        assertEquals(Set.of(), strangers(repository.folders()));
        assertEquals(Set.of("lib"), strangers(Set.of("eventloop-api", "docs", ".git", "target", "lib")));
        assertEquals(Repository.MODULES, modulesOf(repository.text("pom.xml")));
        assertEquals(Set.of("a"), modulesOf("<modules><module>a</module></modules>"));
    }

    private static Set<String> strangers(Set<String> folders) {
        Set<String> strangers = new TreeSet<>(folders);
        strangers.removeAll(Repository.MODULES);
        strangers.removeAll(HOUSEKEEPING);
        strangers.removeIf(name -> name.startsWith("."));
        return strangers;
    }

    private static Set<String> modulesOf(String pom) {
        Set<String> modules = new TreeSet<>();
        Matcher matcher = Pattern.compile("<module>([^<]+)</module>").matcher(pom);
        while (matcher.find()) {
            modules.add(matcher.group(1));
        }
        return modules;
    }
}
