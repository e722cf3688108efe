package io.eventloop.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.EventLoopGroup;
import io.eventloop.http.client.HttpClientException.Kind;
import io.eventloop.testing.SimulatedNetwork;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of exchanges whose loop ends. */
class ClientLoopEndTest {

    @Test
    void failsWhatWaitsForALookupThatNeverComesBack() {
        try (SimulatedNetwork network = SimulatedNetwork.builder().build()) {
            EventLoopGroup group = network.host("client").group(1);
            network.run(Duration.ofMillis(1));
            HttpClient client = HttpClient.builder(group.next())
                    .resolver(host -> new CompletableFuture<>())
                    .build();
            Told told = new Told();
            client.send(ClientRequest.get("http://name/"), told);
            assertEquals("", told.toString());
            group.close();
            assertEquals("!CLIENT_CLOSED", told.toString());
            assertEquals(0, client.metrics().active());
            assertEquals(1, client.metrics().failed().get(Kind.CLIENT_CLOSED));
        }
    }
}
