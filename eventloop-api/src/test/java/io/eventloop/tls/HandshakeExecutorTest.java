package io.eventloop.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads, those who wait for them, and the bounds of both. */
@Timeout(60)
class HandshakeExecutorTest {
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());

    private WaitingTask task(String name) {
        return new WaitingTask(false, () -> done.add(name), () -> done.add("shed " + name));
    }

    /** Its own bound, with a thread of its own that is busy. */
    @Test
    void shedsTheLongestWaitingWhenAllPlacesAreTaken() throws InterruptedException {
        HandshakeExecutor executor = HandshakeExecutor.of(1, 2);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(2);
        executor.execute(new WaitingTask(
                false,
                () -> {
                    begun.countDown();
                    await(goOn);
                    done.add("long");
                },
                () -> done.add("shed long")));
        await(begun);
        for (String name : List.of("a", "b", "c", "d")) {
            executor.execute(new WaitingTask(
                    false,
                    () -> {
                        done.add(name);
                        over.countDown();
                    },
                    () -> done.add("shed " + name)));
        }
        assertEquals(2, executor.waiting());
        goOn.countDown();
        await(over);
        assertEquals(List.of("shed a", "shed b", "long", "d", "c"), done);
        assertEquals(0, executor.waiting());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(50, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void runsAsManyAtATimeAsItHasThreads() {
        Deque<Runnable> given = new ArrayDeque<>();
        HandshakeExecutor executor = HandshakeExecutor.of(given::add, 2, 8);
        for (String name : List.of("a", "b", "c", "d")) {
            executor.execute(task(name));
        }
        assertEquals(2, given.size());
        while (!given.isEmpty()) {
            given.poll().run();
            assertTrue(given.size() <= 2);
        }
        assertEquals(List.of("a", "b", "c", "d"), done);
        executor.execute(task("e"));
        given.poll().run();
        assertEquals("e", done.get(4));
        assertTrue(given.isEmpty());
    }

    @Test
    void goesOnInTheThreadItHasWhenItGetsNoOther() {
        Deque<Runnable> given = new ArrayDeque<>();
        HandshakeExecutor executor = HandshakeExecutor.of(
                task -> {
                    if (!done.isEmpty()) {
                        throw new RejectedExecutionException("full");
                    }
                    given.add(task);
                },
                1,
                8);
        executor.execute(task("a"));
        executor.execute(task("b"));
        given.poll().run();
        assertEquals(List.of("a", "b"), done);
    }

    @Test
    void shedsThoseWhoWaitWhenThereIsNoThreadAtAll() {
        HandshakeExecutor executor = HandshakeExecutor.of(
                task -> {
                    throw new RejectedExecutionException("shut down");
                },
                2,
                8);
        executor.execute(task("a"));
        executor.execute(task("b"));
        assertEquals(List.of("shed a", "shed b"), done);
        assertEquals(0, executor.waiting());
    }

    /** What an executor throws against its contract costs the one handshake, and no place for good. */
    @Test
    void goesOnAfterAnExecutorThatThrows() {
        Deque<Runnable> given = new ArrayDeque<>();
        boolean[] throwing = {true};
        HandshakeExecutor executor = HandshakeExecutor.of(
                task -> {
                    if (throwing[0]) {
                        throw new IllegalStateException("on purpose");
                    }
                    given.add(task);
                },
                1,
                8);
        executor.execute(task("a"));
        assertEquals(List.of("shed a"), done);
        throwing[0] = false;
        executor.execute(task("b"));
        assertEquals(1, given.size());
        throwing[0] = true;
        executor.execute(task("c"));
        given.poll().run();
        assertEquals(List.of("shed a", "b", "c"), done);
    }

    @Test
    void doesNotComputeWhatIsForgotten() {
        Deque<Runnable> given = new ArrayDeque<>();
        HandshakeExecutor executor = HandshakeExecutor.of(given::add, 1, 8);
        WaitingTask task = task("a");
        executor.execute(task);
        executor.forget(task);
        executor.forget(task);
        given.poll().run();
        assertTrue(given.isEmpty());
        assertEquals(List.of(), done);
        executor.execute(task("b"));
        given.poll().run();
        assertEquals(List.of("b"), done);
    }
}
