package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A loop whose caller takes its time from one turn to the next, and uses the loop meanwhile. */
final class BetweenTurnsTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration DELAY = Duration.ofSeconds(5);

    private final EngineRig rig = new EngineRig();
    private int fired;

    @AfterEach
    void close() {
        rig.close();
    }

    private void fire() {
        fired++;
    }

    private long lastWait() {
        List<Long> timeouts = rig.poller().timeouts;
        return timeouts.get(timeouts.size() - 1);
    }

    @Test
    void doesNotWaitForATimerThatIsDue() {
        rig.loop.schedule(DELAY, this::fire);
        rig.environment.advance(DELAY.plusSeconds(1));
        rig.loop.runOnce(-1);
        assertEquals(0, lastWait());
        assertEquals(1, fired);
    }

    @Test
    void waitsForWhatIsLeftOfADelay() {
        rig.loop.schedule(LONG, this::fire);
        long deadline = rig.loop.nextDeadlineNanos();
        rig.environment.advance(DELAY);
        long left = deadline - rig.environment.clock().nanoTime();
        rig.loop.runOnce(-1);
        assertEquals(left, lastWait());
    }

    @Test
    void aDelayBeginsWhenItIsAskedFor() {
        rig.environment.advance(LONG);
        rig.loop.schedule(DELAY, this::fire);
        rig.turns(2);
        assertEquals(0, fired, "fired at once");
        rig.advance(DELAY.plusMillis(2));
        assertEquals(1, fired);
    }

    @Test
    void aConnectHasItsWholeTime() {
        RecordingHandler handler = new RecordingHandler();
        ScriptedSocket socket = new ScriptedSocket();
        socket.isStuck = true;
        socket.connects.add(false);
        rig.transport.sockets.add(socket);
        rig.environment.advance(LONG);
        Connection connection = rig.loop.connect(ScriptedTransport.REMOTE, ConnectOptions.DEFAULT, handler);
        rig.turns(2);
        assertEquals(Connection.State.CONNECTING, connection.state());
        connection.abort();
        rig.turn();
        assertEquals(List.of(Event.CLOSED), handler.events());
    }

    @Test
    void timeStandsStillWithinATurn() {
        long[] times = new long[2];
        rig.loop.execute(() -> {
            times[0] = rig.loop.nanoTime();
            rig.environment.advance(DELAY);
            times[1] = rig.loop.nanoTime();
        });
        rig.turn();
        assertEquals(times[0], times[1]);
        assertEquals(rig.environment.clock().nanoTime(), rig.loop.nanoTime());
    }
}
