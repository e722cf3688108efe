package io.eventloop.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.ConnectionHandler;
import io.eventloop.Errno;
import io.eventloop.ListenOptions;
import io.eventloop.Listener;
import io.eventloop.contract.RecordingHandler;
import io.eventloop.contract.RecordingHandler.Event;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A listener that the system refuses: it backs off, sheds what waits, goes on by itself, and never spins. */
final class AcceptBackoffTest {
    private static final ConnectionHandler DISCARDING = (connection, in) -> in.skip(in.readableBytes());

    private final EngineRig rig = new EngineRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private Listener refusing(Errno errno, int times) throws IOException {
        Listener listener = rig.listen(ListenOptions.DEFAULT, DISCARDING);
        for (int i = 0; i < times; i++) {
            rig.transport.listener.answers.add(ScriptedSocket.failure("accept(2)", errno));
        }
        return listener;
    }

    /** Takes so many reports, and has the close of the group, which looks into the backlog once more, find nothing. */
    private void takeReports(int count) {
        rig.transport.listener.answers.clear();
        for (int i = 0; i < count; i++) {
            rig.failures.take("a report of the refused accept", report -> true);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "OTHER"})
    void waitsForTheBackOffInsteadOfSpinning(Errno errno) throws IOException {
        Listener listener = refusing(errno, 1000);
        rig.turns(50);
        assertEquals(1, rig.transport.listener.accepts);
        assertEquals(1, listener.metrics().acceptFailures());
        assertFalse(rig.turn(), "nothing is pending while it backs off");
        long wait = rig.loop.nextDeadlineNanos() - rig.environment.clock().nanoTime();
        assertTrue(wait >= Duration.ofMillis(50).toNanos(), wait + " ns");
        takeReports(1);
    }

    @Test
    void ignoresReadinessWhileItBacksOff() throws IOException {
        refusing(Errno.EMFILE, 1000);
        rig.turns(3);
        for (int i = 0; i < 20; i++) {
            rig.poller().report(rig.transport.listener, ReadySink.READABLE);
            rig.turn();
        }
        assertEquals(1, rig.transport.listener.accepts);
        takeReports(1);
    }

    @Test
    void triesAgainLessAndLessOftenUpToOnceASecond() throws IOException {
        Listener listener = refusing(Errno.EMFILE, 1000);
        rig.turns(3);
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            int before = rig.transport.listener.accepts;
            long waited = 0;
            while (rig.transport.listener.accepts == before) {
                rig.advance(Duration.ofMillis(10));
                waited += 10;
                assertTrue(waited <= 2000, "no further try in 2 s");
            }
            assertEquals(before + 1, rig.transport.listener.accepts);
            waits.add(waited);
        }
        assertTrue(waits.get(0) >= 100, waits.toString());
        for (int i = 1; i < waits.size(); i++) {
            assertTrue(waits.get(i) >= waits.get(i - 1), waits.toString());
        }
        assertTrue(waits.get(6) >= 1000 && waits.get(6) <= 1100, waits.toString());
        assertEquals(8, listener.metrics().acceptFailures());
        takeReports(8);
    }

    @Test
    void acceptsAgainOnceTheSystemDoes() throws IOException {
        RecordingHandler handler = new RecordingHandler();
        Listener listener = rig.listen(ListenOptions.DEFAULT, handler);
        rig.transport.listener.answers.add(ScriptedSocket.failure("accept(2)", Errno.EMFILE));
        rig.transport.listener.answers.add(new ScriptedSocket());
        rig.turns(5);
        assertEquals(0, handler.count(Event.OPEN));
        rig.advance(Duration.ofMillis(500));
        assertEquals(1, handler.count(Event.OPEN));
        assertEquals(1, listener.metrics().accepted());
        takeReports(1);
    }

    @Test
    void startsWithAShortWaitAgainAfterASuccess() throws IOException {
        refusing(Errno.EMFILE, 4);
        rig.turns(3);
        for (int i = 0; i < 3; i++) {
            rig.advance(Duration.ofSeconds(2));
        }
        rig.transport.listener.answers.add(new ScriptedSocket());
        rig.transport.listener.answers.add(ScriptedSocket.failure("accept(2)", Errno.EMFILE));
        rig.advance(Duration.ofSeconds(2));
        int before = rig.transport.listener.accepts;
        rig.advance(Duration.ofMillis(150));
        assertTrue(rig.transport.listener.accepts > before, "the wait after a success is the first one again");
        takeReports(5);
    }

    @Test
    void shedsWhatWaitsWhenDescriptorsRanOut() throws IOException {
        Listener listener = refusing(Errno.EMFILE, 1);
        rig.transport.listener.toShed = 3;
        rig.turns(3);
        assertEquals(3, listener.metrics().shed());
        takeReports(1);
    }

    @Test
    void shedsNoMoreThanATurnMayAccept() throws IOException {
        ListenOptions options = ListenOptions.builder().maxAcceptsPerTurn(10).build();
        Listener listener = rig.listen(options, DISCARDING);
        rig.transport.listener.answers.add(ScriptedSocket.failure("accept(2)", Errno.ENFILE));
        rig.transport.listener.toShed = 1000;
        rig.turns(3);
        assertEquals(10, listener.metrics().shed());
        assertEquals(10, rig.transport.listener.sheds);
        takeReports(1);
    }

    @Test
    void shedsNothingForOtherReasons() throws IOException {
        Listener listener = refusing(Errno.ENOBUFS, 1);
        rig.transport.listener.toShed = 3;
        rig.turns(3);
        assertEquals(0, listener.metrics().shed());
        takeReports(1);
    }

    @Test
    void leavesOpenConnectionsAlone() throws IOException {
        ScriptedSocket socket = new ScriptedSocket();
        RecordingHandler handler = new RecordingHandler();
        rig.accept(socket, handler);
        for (int i = 0; i < 100; i++) {
            rig.transport.listener.answers.add(ScriptedSocket.failure("accept(2)", Errno.EMFILE));
        }
        rig.turns(3);
        socket.input.add(new byte[10]);
        rig.turns(2);
        assertEquals(10, handler.received(10).length);
        takeReports(1);
    }

    @Test
    void closesWhileItBacksOff() throws IOException {
        Listener listener = refusing(Errno.EMFILE, 1000);
        rig.turns(3);
        listener.close();
        rig.turns(3);
        assertTrue(listener.closed().isDone());
        assertTrue(rig.transport.listener.closed);
        assertEquals(0, rig.loop.metrics().timersArmed());
        rig.failures.left().forEach(report -> rig.failures.take(report.failure()));
    }

    @Test
    void aValueThatASocketRefusesTakesNoPlace() throws IOException {
        Listener listener = rig.listen(ListenOptions.DEFAULT, DISCARDING);
        rig.transport.listener.answers.add(new IllegalArgumentException("IP_TOS is -1"));
        rig.turns(3);
        assertEquals(0, listener.metrics().active());
        assertEquals(1, listener.metrics().acceptFailures());
        takeReports(1);
    }

    @Test
    void aValueThatASocketRefusesDoesNotEndTheLoopWithItsListener() throws IOException {
        Listener listener = rig.listen(ListenOptions.DEFAULT, DISCARDING);
        rig.transport.listener.answers.add(new IllegalArgumentException("IP_TOS is -1"));
        listener.close();
        rig.turns(3);
        assertTrue(listener.closed().isDone());
        takeReports(1);
    }

    @Test
    void aRefusalGivesItsPlaceAndItsTokenBack() throws IOException {
        RecordingHandler handler = new RecordingHandler();
        ListenOptions options = ListenOptions.builder()
                .maxConnections(1, ListenOptions.Overflow.WAIT)
                .maxAcceptsPerSecond(1)
                .build();
        Listener listener = rig.listen(options, handler);
        rig.transport.listener.answers.add(ScriptedSocket.failure("accept(2)", Errno.EMFILE));
        rig.transport.listener.answers.add(new ScriptedSocket());
        rig.turns(3);
        assertEquals(0, listener.metrics().active());
        rig.advance(Duration.ofMillis(150));
        assertEquals(1, listener.metrics().active());
        assertEquals(1, handler.count(Event.OPEN));
        takeReports(1);
    }
}
