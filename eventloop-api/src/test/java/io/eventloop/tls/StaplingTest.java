package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.testing.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When responses are fetched, and how long they are shown. */
class StaplingTest {
    private static final TlsIdentity A = OcspResponses.identity("a.example", "http://ocsp.example/");
    private static final TlsIdentity B = OcspResponses.identity("b.example", "http://ocsp.example/");

    private final ManualClock clock = new ManualClock(1);
    private final List<byte[]> asked = new ArrayList<>();
    private final Stapling stapling = new Stapling(clock.environment(), this::fetch);
    private byte[] response = new byte[0];

    @BeforeEach
    void setClock() {
        clock.jumpWallClock(Duration.ofMillis(Certificates.NOW.toEpochMilli()));
    }

    private byte[] fetch(URI responder, byte[] request) throws IOException {
        asked.add(request);
        if (response.length == 0) {
            throw new IOException("nobody there");
        }
        return response;
    }

    private byte[] holding(Duration life) {
        Instant now = Instant.ofEpochMilli(clock.environment().wallClock().time());
        return OcspResponses.about(A)
                .valid(
                        now.minusSeconds(5),
                        Optional.of(Instant.ofEpochSecond(now.getEpochSecond()).plus(life)))
                .write();
    }

    private Duration refresh() {
        return Duration.ofNanos(stapling.refresh());
    }

    @Test
    void refreshesWhenHalfOfTheLifeIsOver() {
        Staple staple = stapling.of(A).orElseThrow();
        assertEquals(0, staple.get().length);
        response = holding(Duration.ofMinutes(40));
        Duration wait = refresh();
        assertEquals(20, wait.plusSeconds(1).toMinutes());
        assertArrayEquals(response, staple.get());
        assertEquals(wait, refresh());
        assertEquals(1, asked.size(), "nothing is due");
        clock.advance(wait);
        response = holding(Duration.ofDays(7));
        assertEquals(Staple.MAX_WAIT, refresh());
        assertArrayEquals(response, staple.get());
        assertEquals(new OcspMetrics(1, 1, 2, 0), stapling.metrics());
    }

    @Test
    void asksForResponsesOfMomentsNoMoreThanEachMinute() {
        stapling.of(A);
        response = holding(Duration.ofSeconds(10));
        assertEquals(Staple.MIN_WAIT, refresh());
    }

    @Test
    void showsTheLastOneForAsLongAsItHolds() {
        Staple staple = stapling.of(A).orElseThrow();
        response = holding(Duration.ofMinutes(10));
        byte[] first = response;
        clock.advance(refresh());
        response = new byte[0];
        assertEquals(Staple.MIN_WAIT, refresh());
        assertArrayEquals(first, staple.get());
        clock.advance(Duration.ofMinutes(5));
        assertEquals(0, staple.get().length, "it is out of date");
        assertEquals(Staple.MIN_WAIT, refresh());
        response = OcspResponses.refusal(3);
        clock.advance(Staple.MIN_WAIT);
        assertEquals(Staple.MIN_WAIT, refresh());
        assertEquals(new OcspMetrics(1, 0, 1, 3), stapling.metrics());
        clock.advance(Staple.MIN_WAIT);
        response = holding(Duration.ofMinutes(10));
        refresh();
        assertArrayEquals(response, staple.get());
    }

    @Test
    void waitsOnceForAResponderThatIsNotThere() {
        stapling.of(A);
        stapling.of(B);
        assertEquals(Staple.MIN_WAIT, refresh());
        assertEquals(1, asked.size());
        assertEquals(2, stapling.metrics().failed());
    }

    @Test
    void forgetsWhoIsNotServed() {
        Staple staple = stapling.of(A).orElseThrow();
        assertEquals(staple, stapling.of(A).orElseThrow(), "one for each identity");
        stapling.serve(Set.of(B));
        assertEquals(Staple.MAX_WAIT, refresh());
        assertEquals(0, asked.size());
    }
}
