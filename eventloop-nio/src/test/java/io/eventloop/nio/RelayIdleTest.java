package io.eventloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionLimits;
import io.eventloop.Environment;
import io.eventloop.EventLoopGroup;
import io.eventloop.RelayOptions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time stands still but for {@code advance}. */
@Timeout(120)
class RelayIdleTest {
    private static final RelayOptions TEN_SECONDS = new RelayOptions(Duration.ofSeconds(10));
    private static final int MUCH_BYTES = 32 << 20;

    private static final ConnectionLimits LIMITS = ConnectionLimits.builder()
            .waterMarks(MUCH_BYTES, 2 * MUCH_BYTES)
            .maxQueuedBytes(4 * MUCH_BYTES)
            .maxQueuedWrites(1 << 20)
            .idleTimeout(Duration.ofSeconds(1))
            .writeTimeout(Duration.ZERO)
            .build();

    private final AtomicLong now = new AtomicLong();

    @Test
    void endsBothWhenNothingMoves() throws Exception {
        try (RelayFixture f = joined(TEN_SECONDS)) {
            advance(f, 11);
            RelayFixture.Completion end = f.completion();
            assertEquals(
                    EnumSet.of(Kind.IDLE_TIMEOUT, Kind.ABORTED),
                    EnumSet.of(end.a().kind(), end.b().kind()));
        }
    }

    @Test
    void replacesTheIdleTimeoutsOfItsConnections() throws Exception {
        try (RelayFixture f = joined(TEN_SECONDS)) {
            advance(f, 9);
            assertOpen(f);
        }
    }

    @Test
    void startsAgainWithEachByte() throws Exception {
        try (RelayFixture f = joined(TEN_SECONDS)) {
            for (int i = 0; i < 5; i++) {
                advance(f, 7);
                f.peerB.getOutputStream().write(i);
                assertEquals(i, f.peerA.getInputStream().read());
            }
            assertOpen(f);
        }
    }

    @Test
    void waitsForASideThatIsStillTakingBytes() throws Exception {
        try (RelayFixture f = joined(TEN_SECONDS)) {
            f.peerA.getOutputStream().write(new byte[MUCH_BYTES]);
            f.await(() -> f.relay.bytesFromA() == MUCH_BYTES);
            long taken = f.onLoop(f.b::bytesSent);
            advance(f, 6);
            f.peerB.getInputStream().readNBytes(MUCH_BYTES / 2);
            f.await(() -> f.b.bytesSent() > taken);
            advance(f, 5);
            assertOpen(f);
            advance(f, 6);
            RelayFixture.Completion end = f.completion();
            assertEquals(Kind.ABORTED, end.a().kind());
            assertEquals(Kind.IDLE_TIMEOUT, end.b().kind());
        }
    }

    @Test
    void neverEndsWithoutATimeout() throws Exception {
        try (RelayFixture f = joined(new RelayOptions(Duration.ZERO))) {
            advance(f, 1_000_000);
            assertOpen(f);
        }
    }

    private RelayFixture joined(RelayOptions options) throws Exception {
        RelayFixture fixture = new RelayFixture(EventLoopGroup.builder().environment(environment()), LIMITS);
        fixture.join(options);
        return fixture;
    }

    private void advance(RelayFixture f, int seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
        // Two turns: the first reads the clock and fires timers after this task, the second comes after them.
        f.onLoop(() -> null);
        f.onLoop(() -> null);
    }

    private static void assertOpen(RelayFixture f) {
        assertSame(State.OPEN, f.onLoop(f.a::state));
        assertSame(State.OPEN, f.onLoop(f.b::state));
    }

    private Environment environment() {
        Environment system = Environment.system();
        return new Environment() {
            @Override
            public NanoClock clock() {
                return now::get;
            }

            @Override
            public EpochClock wallClock() {
                return system.wallClock();
            }

            @Override
            public long randomLong() {
                return system.randomLong();
            }

            @Override
            public Thread newThread(String name, Runnable body) {
                return system.newThread(name, body);
            }
        };
    }
}
