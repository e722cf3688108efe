package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.eventloop.ConnectOptions;
import io.eventloop.DrainReport;
import io.eventloop.Environment;
import io.eventloop.EventLoop;
import io.eventloop.ListenOptions;
import io.eventloop.ListenOptions.Distribution;
import io.eventloop.Listener;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A group one of whose loops is no more: everything else goes on without it, and nobody waits for it. */
public abstract class FailedLoopContract extends TransportContract {

    /** The system's environment, which keeps the threads of the loops: only their end tells that a loop is no more. */
    private static final class KnownThreads implements Environment {
        private final Environment system = Environment.system();
        private final List<Thread> threads = new CopyOnWriteArrayList<>();

        @Override
        public NanoClock clock() {
            return system.clock();
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
            Thread thread = system.newThread(name, body);
            threads.add(thread);
            return thread;
        }

        Thread of(EventLoop loop) {
            return threads.stream()
                    .filter(thread -> thread.getName().equals(loop.name()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private final KnownThreads environment = new KnownThreads();

    @BeforeEach
    void startTwoLoops() {
        start(builder -> builder.loops(2).environment(environment));
    }

    /** Ends a loop by an error and waits until it is no more. */
    private void fail(EventLoop loop) {
        Fatal fatal = new Fatal();
        loop.execute(() -> {
            throw fatal;
        });
        failures.take(fatal);
        Await.end(environment.of(loop));
    }

    private Listener greeting(Distribution distribution) throws IOException {
        ListenOptions options =
                ListenOptions.builder().distribution(distribution).build();
        return listen(options, c -> handler().whenOpen(open -> open.write(Payload.ascii("hi"))));
    }

    private void assertServes(Listener listener, int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            assertEquals("hi", Payload.text(connectTo(listener).receive(2)));
        }
    }

    @Test
    void nextPassesItOver() {
        EventLoop alive = group().loops().get(1);
        fail(group().loops().get(0));
        for (int i = 0; i < 4; i++) {
            assertSame(alive, group().next());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Distribution.class,
            names = {"AUTO", "ROUND_ROBIN"})
    void aLaterListenerServesEveryConnectionAndCloses(Distribution distribution) throws IOException {
        fail(group().loops().get(0));
        Listener listener = greeting(distribution);
        assertServes(listener, 20);
        listener.close();
        Await.value("the closed listener", listener.closed());
    }

    @Test
    void anEarlierListenerHandsItNothingMore() throws IOException {
        Listener listener = greeting(Distribution.ROUND_ROBIN);
        OnLoop.turn(group().loops().get(0));
        // The first listener of a group is on its first loop.
        fail(group().loops().get(1));
        assertServes(listener, 10);
    }

    @Test
    void connectsOfTheGroupGoElsewhere() throws IOException {
        PeerListener listener = peerListener(16);
        fail(group().loops().get(0));
        for (int i = 0; i < 4; i++) {
            RecordingHandler handler = handler();
            group().connect(listener.address(), ConnectOptions.DEFAULT, handler);
            accept(listener);
            assertSame(group().loops().get(1), handler.opened().loop());
        }
    }

    @Test
    void shutdownDoesNotWaitForIt() throws IOException {
        fail(group().loops().get(0));
        DrainReport report = Await.value("the drain", group().shutdown(Duration.ofSeconds(30)));
        assertEquals(new DrainReport(0, 0), report);
        Await.value("the closed group", group().closed());
    }

    @Test
    void shutdownEndsWhatTheOthersServe() throws IOException {
        Listener listener = greeting(Distribution.ROUND_ROBIN);
        OnLoop.turn(group().loops().get(0));
        fail(group().loops().get(1));
        assertServes(listener, 3);
        assertEquals(new DrainReport(3, 3), Await.value("the drain", group().shutdown(Duration.ZERO)));
        Await.value("the closed listener", listener.closed());
    }
}
