package io.eventloop.http.client;

import static io.eventloop.http.client.ClientRig.OK;
import static io.eventloop.http.client.ClientRig.OK_LOG;
import static io.eventloop.http.client.ClientRig.bytes;
import static io.eventloop.http.client.ClientRig.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.Delivery;
import io.eventloop.http.HttpMethod;
import io.eventloop.http.client.HttpClientException.Kind;
import io.eventloop.pool.PoolConnector;
import io.eventloop.pool.PoolOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Listeners that end an exchange and begin others while the client is in the midst of that exchange. */
class ReentryTest {
    private static final HttpClientOptions ONE_CONNECTION = HttpClientOptions.builder()
            .headTimeout(Duration.ofSeconds(2))
            .pool(PoolOptions.builder()
                    .maxConnections(1, 1)
                    .backoff(Duration.ofMillis(50), Duration.ofMillis(50))
                    .build())
            .build();

    private final ClientRig rig = new ClientRig();
    private boolean isRefusing;

    @AfterEach
    void close() {
        rig.close();
        assertTrue(rig.reported.isEmpty(), rig.reported::toString);
    }

    /** A client that cannot begin a connect while {@link #isRefusing}. */
    private void open() {
        PoolConnector plain = PoolConnector.of(rig.loop);
        rig.client = HttpClient.builder(rig.loop)
                .options(ONE_CONNECTION)
                .plain((remote, pool) -> {
                    if (isRefusing) {
                        throw new IllegalStateException("no");
                    }
                    return plain.connect(remote, pool);
                })
                .build();
    }

    /**
     * The first fails; the second, which waited for its connection, gets none, cancels the first and sends the third. That
     * has the objects of the first, which is not done yet with stopping its content: there is none, so it stops nothing.
     */
    @Test
    void stopsNoContentOfAnotherExchange() {
        open();
        rig.listen(81);
        rig.script(peer -> peer.send(bytes(OK)).pause(Duration.ofSeconds(4)).send(bytes(OK)));
        assertEquals(OK_LOG, rig.send(ClientRequest.get("http://10.0.0.1:81/")).toString());
        Told first = rig.ask(ClientRequest.get(ClientRig.URL + "/"));
        rig.run(Duration.ofSeconds(1));
        isRefusing = true;
        Source source = new Source(1, false);
        Told third = new Told();
        Told second = new Told() {
            @Override
            public void onFailed(Exchange of, HttpClientException why) {
                super.onFailed(of, why);
                assertTrue(first.exchange.cancel());
                rig.client.send(
                        ClientRequest.builder(HttpMethod.POST, "http://10.0.0.1:81/")
                                .body(source)
                                .build(),
                        third);
            }
        };
        rig.client.send(ClientRequest.get(ClientRig.URL + "/"), second);
        rig.run(Duration.ofSeconds(2));
        assertEquals("!NO_CONNECTION", second.toString());
        assertEquals(1, source.starts);
        assertEquals(0, source.stops);
        source.stream.write(bytes("a"));
        source.stream.end();
        rig.await(third);
        assertEquals(OK_LOG, third.toString());
        assertEquals("", first.toString());
    }

    /** The second asks for a connection, the connect fails within that, and the first, told before it, closes the client. */
    @Test
    void isOverWhileItAsksForAConnection() {
        open();
        isRefusing = true;
        rig.get("/", "!NO_CONNECTION");
        boolean[] isAsking = new boolean[1];
        Told first = new Told() {
            @Override
            public void onFailed(Exchange of, HttpClientException why) {
                super.onFailed(of, why);
                assertTrue(isAsking[0]);
                rig.client.close();
            }
        };
        rig.client.send(ClientRequest.get(ClientRig.URL + "/"), first);
        Told second = new Told();
        // Until it is after the wait between two connects, and before the timer that sees that.
        while (first.completions == 0) {
            rig.loop.execute(() -> {
                isAsking[0] = true;
                rig.client.send(ClientRequest.get(ClientRig.URL + "/"), second).cancel();
                isAsking[0] = false;
            });
            rig.network.run(Duration.ofNanos(50_000));
        }
        assertEquals("!NO_CONNECTION", first.toString());
        assertEquals("!CLIENT_CLOSED", second.toString());
    }

    /** Its end is told with how far it got, which decides whether it may be sent again. */
    @Test
    void knowsHowFarItGotWhenItsSourceClosesTheClient() {
        open();
        rig.script(peer -> peer.send(bytes(OK)));
        RequestBody source = new RequestBody() {
            @Override
            public long length() {
                return UNKNOWN_LENGTH;
            }

            @Override
            public boolean isReplayable() {
                return false;
            }

            @Override
            public void start(RequestStream stream) {
                stream.write(bytes("never all of it"));
            }

            @Override
            public void onStopped(RequestStream stream) {
                rig.client.close();
            }
        };
        Told told =
                rig.send(ClientRig.request(HttpMethod.POST, "/").body(source).build());
        assertEquals(Kind.CLIENT_CLOSED, told.failure.kind());
        assertEquals(Delivery.RESPONSE_STARTED, told.failure.delivery());
    }

    @Test
    void remembersOfAnEarlierAttemptHowFarItGot() {
        open();
        rig.script(
                peer -> peer.expect(get("/")).send(bytes(OK)).expect(get("/")).reset());
        rig.get("/", OK_LOG);
        isRefusing = true;
        Told told = rig.get("/", "!NO_CONNECTION");
        assertEquals(1, rig.client.metrics().retried());
        assertEquals(Delivery.SENT, told.failure.delivery());
    }
}
