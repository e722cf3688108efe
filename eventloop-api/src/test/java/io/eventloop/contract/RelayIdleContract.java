package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionLimits;
import io.eventloop.RelayOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** A relay ends once neither side has moved a byte for its idle timeout, and not before. */
public abstract class RelayIdleContract extends TransportContract {
    private static final RelayOptions TEN_SECONDS = new RelayOptions(Duration.ofSeconds(10));

    private static final ConnectionLimits LIMITS = RelayPair.DEEP.toBuilder()
            .idleTimeout(Duration.ofSeconds(1))
            .writeTimeout(Duration.ZERO)
            .build();

    private RelayPair joined(RelayOptions options) throws IOException {
        return RelayPair.open(this, LIMITS).join(options);
    }

    private void advance(RelayPair pair, int seconds) {
        environment.advance(Duration.ofSeconds(seconds), pair.loop);
    }

    private static void assertOpen(RelayPair pair) {
        assertSame(State.OPEN, pair.call(pair.a::state));
        assertSame(State.OPEN, pair.call(pair.b::state));
    }

    private static void assertOneIdle(RelayPair.Completion end) {
        assertEquals(
                EnumSet.of(Kind.IDLE_TIMEOUT, Kind.ABORTED),
                EnumSet.of(end.a().kind(), end.b().kind()));
    }

    @Test
    void endsBothWhenNothingMoves() throws IOException {
        RelayPair pair = joined(TEN_SECONDS);
        advance(pair, 11);
        assertOneIdle(pair.completion());
    }

    @Test
    void replacesTheIdleTimeoutsOfItsConnections() throws IOException {
        RelayPair pair = joined(TEN_SECONDS);
        advance(pair, 9);
        assertOpen(pair);
    }

    @Test
    void startsAgainWithEachByte() throws IOException {
        RelayPair pair = joined(TEN_SECONDS);
        for (int i = 0; i < 5; i++) {
            advance(pair, 7);
            byte[] one = {(byte) i};
            pair.peerB.send(one);
            assertArrayEquals(one, pair.peerA.receive(1));
        }
        assertOpen(pair);
    }

    @Test
    void waitsForASideThatIsStillTakingBytes() throws IOException {
        RelayPair pair = joined(TEN_SECONDS);
        pair.peerA.send(new byte[RelayPair.MUCH_BYTES]);
        pair.awaitBytesFromA(RelayPair.MUCH_BYTES);
        long taken = pair.call(pair.b::bytesSent);
        advance(pair, 6);
        pair.peerB.receive(RelayPair.MUCH_BYTES / 2);
        pair.await("more sent", () -> pair.b.bytesSent() > taken);
        advance(pair, 5);
        assertOpen(pair);
        // The kernel may take some more a while later, and time begins anew.
        Await.until("the end", pair.loop, () -> {
            advance(pair, 6);
            return pair.isComplete();
        });
        assertOneIdle(pair.completion());
    }

    @Test
    void neverEndsWithoutATimeout() throws IOException {
        RelayPair pair = joined(new RelayOptions(Duration.ZERO));
        advance(pair, 1_000_000);
        assertOpen(pair);
    }
}
