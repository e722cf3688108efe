package io.eventloop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.EventLoopGroup;
import io.eventloop.Explanation;
import io.eventloop.Explanation.Wait;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Connections that are stuck, in the simulated network: found in virtual time, the same in each run, and only so many. */
class StuckConnectionsTest {
    private static final Duration STILL = Duration.ofSeconds(10);

    private final SimulatedNetwork network = SimulatedNetwork.builder().seed(7).build();
    private final SimulatedHost server = network.host("server");
    private final SimulatedHost client = network.host("client");

    private List<Explanation> stuck(EventLoopGroup group) {
        CompletableFuture<List<Explanation>> search = group.stuckConnections(STILL);
        assertFalse(search.isDone(), "it needs a turn of the loop");
        assertTrue(network.runUntil(search::isDone, Duration.ofMinutes(1)));
        return search.join();
    }

    private String textOfAPeerThatDoesNotRead() throws IOException {
        EventLoopGroup group = server.group(1);
        group.listen(server.address(7), connection -> new Sender());
        ScriptedPeer.connect(client, server.address(7)).hold();
        network.run(Duration.ofSeconds(9));
        assertEquals(List.of(), stuck(group));
        network.run(Duration.ofSeconds(3));
        List<Explanation> found = stuck(group);
        assertEquals(1, found.size());
        assertTrue(found.get(0).waits().contains(Wait.PEER_TO_READ));
        return found.get(0).toString();
    }

    @Test
    void findsAPeerThatDoesNotReadTheSameEachTime() throws IOException {
        assertEquals(textOfAPeerThatDoesNotRead(), new StuckConnectionsTest().textOfAPeerThatDoesNotRead());
    }

    @Test
    void reportsNoMoreThanItsBoundAndTheLongestOfThem() {
        EventLoopGroup group = client.group(1);
        network.partition(server, client);
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ConnectOptions patient = ConnectOptions.DEFAULT.withConnectTimeout(Duration.ofMinutes(1));
            group.loops()
                    .get(0)
                    .execute(() -> connections.add(
                            group.loops().get(0).connect(server.address(7), patient, new RecordingHandler())));
            network.run(Duration.ofMillis(1));
        }
        network.run(STILL.plusSeconds(1));
        List<Explanation> found = stuck(group);
        assertEquals(
                connections.stream().limit(256).map(Connection::id).toList(),
                found.stream().map(Explanation::connectionId).toList());
    }

    /** Writes more than a peer's window holds. */
    private static final class Sender implements ConnectionHandler {
        @Override
        public void onOpen(Connection connection) {
            connection.write(new byte[4_000_000]);
        }

        @Override
        public void onData(Connection connection, io.eventloop.Buffer in) {}
    }
}
