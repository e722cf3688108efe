package io.eventloop.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Buffer;
import io.eventloop.CloseReason;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.EventLoopGroup;
import io.eventloop.framing.FrameHandler;
import io.eventloop.framing.FramedHandler;
import io.eventloop.framing.Lines;
import io.eventloop.pool.ConnectionPool;
import io.eventloop.pool.PoolOptions;
import io.eventloop.testing.FaultKind;
import io.eventloop.testing.FaultPlan;
import io.eventloop.testing.SimulatedHost;
import io.eventloop.testing.SimulatedNetwork;
import io.eventloop.testing.Simulation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The proxy of docs/building-a-proxy.md between clients and a server that is started again and again. */
class LineProxyTest {
    private static final String PAGE = "docs/building-a-proxy.md";
    private static final String FOLDER = "samples/src/test/java/io/eventloop/samples/";
    private static final Pattern JAVA_BLOCK = Pattern.compile("(?s)```java\\n(.*?)```");
    private static final int SEEDS = 300;
    private static final int CLIENTS = 5;
    private static final int REQUESTS = 20;
    private static final PoolOptions SMALL =
            PoolOptions.builder().maxConnections(3, 2).maxWaiters(100).build();

    @Test
    void answersEachRequestOnceWithItsOwnAnswer() {
        Simulation.of(LineProxyTest::play)
                .faults(seed -> FaultPlan.random(seed).without(FaultKind.EXHAUSTION))
                .check(SEEDS);
    }

    private static void play(SimulatedNetwork network) throws IOException {
        SimulatedHost server = network.host("server");
        server.group(1).listen(server.address(9), connection -> new FramedHandler(LineProxy.LINES.decoder(), UPPER));
        SimulatedHost proxy = network.host("proxy");
        EventLoopGroup loops = proxy.group(1);
        ConnectionPool[] pool = new ConnectionPool[1];
        loops.listen(proxy.address(7), client -> {
            if (pool[0] == null) {
                pool[0] = new ConnectionPool(client.loop(), SMALL);
            }
            return new LineProxy(pool[0], server.address(9)).handler();
        });
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Client client = new Client(i);
            clients.add(client);
            network.host("clients")
                    .group(1)
                    .connect(
                            proxy.address(7),
                            ConnectOptions.DEFAULT,
                            new FramedHandler(LineProxy.LINES.decoder(), client));
        }
        assertTrue(
                network.runUntil(() -> clients.stream().allMatch(client -> client.isOver), Duration.ofHours(2)),
                "a client is still waiting");
        network.run(Duration.ofHours(1));
    }

    private static final FrameHandler UPPER = (connection, line) -> {
        String text = line.toString(StandardCharsets.US_ASCII).toUpperCase(java.util.Locale.ROOT);
        connection.write((text + "\n").getBytes(StandardCharsets.US_ASCII));
    };

    /** Asks one thing after the other, and checks that each answer is to its own question. */
    private static final class Client implements FrameHandler {
        private final int number;
        private int asked;
        private boolean isOver;

        Client(int number) {
            this.number = number;
        }

        private String question() {
            return "question " + asked + " of client " + number;
        }

        @Override
        public void onOpen(Connection connection) {
            ask(connection);
        }

        private void ask(Connection connection) {
            if (++asked > REQUESTS) {
                connection.close();
            } else {
                connection.write((question() + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        }

        @Override
        public void onFrame(Connection connection, Buffer line) {
            String answer = line.toString(StandardCharsets.US_ASCII);
            if (!answer.startsWith("ERROR ")) {
                assertEquals(question().toUpperCase(java.util.Locale.ROOT), answer);
            }
            ask(connection);
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            isOver = true;
        }
    }

    @Test
    void thePageShowsTheCodeAsItIs() throws IOException {
        Repository repository = Repository.find();
        String source = repository.text(FOLDER + "LineProxy.java");
        String page = repository.text(PAGE);
        List<String> unknown = new ArrayList<>();
        Matcher block = JAVA_BLOCK.matcher(page);
        int blocks = 0;
        while (block.find()) {
            blocks++;
            String code = block.group(1);
            if (!source.contains(code) && !source.contains(code.replaceAll("(?m)^(?=.)", "    "))) {
                unknown.add(code);
            }
        }
        assertEquals(List.of(), unknown);
        assertTrue(blocks >= 5, blocks + " blocks of code");
    }

    @Test
    void linesHaveTheLimitThePageNames() {
        assertEquals(new Lines(Lines.Ending.LF, 1024), LineProxy.LINES);
    }
}
