package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Connection;
import io.eventloop.testing.Simulation;
import io.eventloop.testing.SimulationFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/testing-your-protocol.md says: its code is what is compiled here, its failure is what happens. */
final class TestingGuideTest {
    private static final String PAGE = "docs/testing-your-protocol.md";
    private static final String FOLDER = "samples/src/test/java/io/eventloop/samples/";
    private static final Pattern JAVA_BLOCK = Pattern.compile("(?s)```java\\n(.*?)```");

    private static final Pattern CLASS = Pattern.compile("(?m)^(?:final )?class ");

    private final Repository repository = Repository.find();

    private static SimulationFailure failureOf(Simulation simulation) {
        return assertThrows(SimulationFailure.class, () -> simulation.check(FrameEchoSimulation.SEEDS));
    }

    /** A block is a whole class, or methods of the test. */
    @Test
    void showsTheCodeAsItIs() throws IOException {
        List<String> sources = new ArrayList<>();
        for (String name : List.of("HastyFrameEcho", "FrameClient", "FrameEchoSimulation", "FrameEcho")) {
            String source = repository.text(FOLDER + name + ".java");
            Matcher declaration = CLASS.matcher(source);
            assertTrue(declaration.find(), name);
            sources.add(source.substring(declaration.start()));
        }
        String tests = repository.text(FOLDER + "FrameEchoTest.java");
        List<String> unknown = new ArrayList<>();
        List<String> blocks = JAVA_BLOCK
                .matcher(repository.text(PAGE))
                .results()
                .map(match -> match.group(1))
                .toList();
        for (String block : blocks) {
            if (sources.stream().noneMatch(source -> source.equals(block))
                    && !tests.contains(block.replaceAll("(?m)^(?=.)", "    "))) {
                unknown.add(block);
            }
        }
        assertEquals(List.of(), unknown);
        assertTrue(blocks.size() >= 8, blocks.size() + " blocks of code");
    }

    @Test
    void showsTheFailureAsItIs() throws IOException {
        SimulationFailure failure = failureOf(FrameEchoSimulation.of(HastyFrameEcho::new, "HastyFrameEchoDemo"));
        String page = repository.text(PAGE);
        for (String line : failure.getMessage().lines().limit(3).toList()) {
            assertTrue(page.contains(line + "\n"), line);
        }
    }

    @Test
    void findsAMissingOnWritable() throws IOException {
        SimulationFailure failure = failureOf(FrameEchoSimulation.of(DeafFrameEcho::new, "none"));
        String where = "seed " + failure.seed() + " says `" + failure.what() + "`";
        assertTrue(repository.text(PAGE).replace('\n', ' ').contains(where), where);
    }

    private static final class DeafFrameEcho extends FrameEcho {
        @Override
        public void onWritable(Connection connection) {
            // Held back for ever.
        }
    }
}
