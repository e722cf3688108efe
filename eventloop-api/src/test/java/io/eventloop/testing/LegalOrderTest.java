package io.eventloop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.Buffer;
import io.eventloop.CloseReason.Kind;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the watch over the order of callbacks holds for legal. */
class LegalOrderTest {
    @Test
    void anEndAfterAnExceptionOfOnDataIsNotWithinIt() throws IOException {
        try (SimulatedNetwork network = SimulatedNetwork.builder().build()) {
            SimulatedHost server = network.host("server");
            RuntimeException failure = new RuntimeException("in onData");
            List<Throwable> reported = new ArrayList<>();
            LegalOrder order = LegalOrder.of(network, new ConnectionHandler() {
                @Override
                public void onData(Connection connection, Buffer in) {
                    throw failure;
                }
            });
            server.group(builder -> builder.failureListener((what, thrown) -> reported.add(thrown)))
                    .listen(server.address(7), connection -> order);
            RecordingHandler client = new RecordingHandler() {
                @Override
                public void onOpen(Connection connection) {
                    super.onOpen(connection);
                    connection.write(new byte[1]);
                }
            };
            network.host("client").group(1).connect(server.address(7), ConnectOptions.DEFAULT, client);
            network.run(Duration.ofSeconds(10));
            assertEquals(List.of(failure), reported);
            assertEquals(Kind.HANDLER_FAILED, order.reason().kind());
            network.invariants().checkEnd();
        }
    }
}
