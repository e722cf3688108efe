package io.eventloop.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eventloop.EventLoop;
import io.eventloop.EventLoopGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.Test;

/** Tasks and wake-ups: all run, in order, once, on the loop's thread, and not past the bound. */
public abstract class LoopContract extends TransportContract {

    @Test
    void runsTasksOnItsThreadInOrder() {
        List<Integer> ran = new ArrayList<>();
        CompletableFuture<String> thread = new CompletableFuture<>();
        for (int i = 0; i < 1000; i++) {
            int number = i;
            loop().execute(() -> ran.add(number));
        }
        loop().execute(() -> thread.complete(Thread.currentThread().getName()));
        assertEquals(loop().name(), Await.value("the last task", thread));
        assertEquals(1000, ran.size());
        for (int i = 0; i < 1000; i++) {
            assertEquals(i, ran.get(i));
        }
    }

    @Test
    void runsTasksOfManyThreadsEachInOrder() {
        int threads = 4;
        int each = 5000;
        int[] last = new int[threads];
        AtomicInteger disorder = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(threads * each);
        List<Thread> senders = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int thread = t;
            senders.add(new Thread(() -> {
                for (int i = 1; i <= each; i++) {
                    int number = i;
                    loop().execute(() -> {
                        disorder.addAndGet(last[thread] == number - 1 ? 0 : 1);
                        last[thread] = number;
                        done.countDown();
                    });
                }
            }));
        }
        loop();
        senders.forEach(Thread::start);
        Await.latch("all tasks", done);
        senders.forEach(Await::end);
        assertEquals(0, disorder.get());
    }

    @Test
    void wakesASleepingLoopForEachTask() {
        for (int i = 0; i < 2000; i++) {
            OnLoop.turn(loop());
        }
        assertTrue(loop().metrics().tasksRun() >= 2000);
    }

    @Test
    void wakesFewTimesForManyTasks() {
        CountDownLatch done = new CountDownLatch(100);
        long before = loop().metrics().wakeups();
        LoopGate.whileHeld(loop(), () -> {
            for (int i = 0; i < 100; i++) {
                loop().execute(done::countDown);
            }
        });
        Await.latch("all tasks", done);
        long wakeups = loop().metrics().wakeups() - before;
        assertTrue(wakeups <= 5, wakeups + " wake-ups for 100 tasks that were queued at once");
    }

    @Test
    void tasksFromTheLoopItselfNeedNoWakeUp() {
        OnLoop.turn(loop());
        CountDownLatch done = new CountDownLatch(500);
        long before = loop().metrics().wakeups();
        loop().execute(new Runnable() {
            @Override
            public void run() {
                done.countDown();
                if (done.getCount() > 0) {
                    loop().execute(this);
                }
            }
        });
        Await.latch("all tasks", done);
        long wakeups = loop().metrics().wakeups() - before;
        assertTrue(wakeups <= 5, wakeups + " wake-ups");
    }

    @Test
    void aTaskThatSubmitsItselfStarvesNobody() throws IOException {
        AtomicBoolean stopped = new AtomicBoolean();
        RecordingHandler handler = handler();
        Peer peer = peerOf(handler);
        loop().execute(new Runnable() {
            @Override
            public void run() {
                if (!stopped.get()) {
                    loop().execute(this);
                }
            }
        });
        for (int i = 1; i <= 20; i++) {
            peer.send(new byte[10]);
            handler.received(10 * i);
        }
        stopped.set(true);
    }

    @Test
    void rejectsTasksPastTheBound() {
        start(builder -> builder.options(LOOP.withMaxQueuedTasks(64)));
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch last = new CountDownLatch(1);
        LoopGate.whileHeld(loop(), () -> {
            for (int i = 0; i < 63; i++) {
                loop().execute(ran::incrementAndGet);
            }
            loop().execute(last::countDown);
            for (int i = 0; i < 3; i++) {
                Throwable refusal =
                        assertThrows(RejectedExecutionException.class, () -> loop().execute(ran::incrementAndGet));
                assertTrue(refusal.getMessage().contains(loop().name()), refusal.getMessage());
            }
        });
        Await.latch("the last task", last);
        OnLoop.turn(loop());
        assertEquals(63, ran.get());
        assertEquals(3, loop().metrics().tasksRejected());
    }

    @Test
    void roundsTheBoundUpToAPowerOfTwo() {
        start(builder -> builder.options(LOOP.withMaxQueuedTasks(5)));
        AtomicInteger accepted = new AtomicInteger();
        LoopGate.whileHeld(
                loop(),
                () -> assertThrows(RejectedExecutionException.class, () -> {
                    while (accepted.get() < 100) {
                        loop().execute(() -> {});
                        accepted.incrementAndGet();
                    }
                }));
        assertEquals(8, accepted.get());
    }

    @Test
    void rejectsTasksAfterTheGroupClosed() {
        EventLoop loop = loop();
        group().close();
        assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
    }

    @Test
    void runsOrRejectsEveryTaskAroundTheClose() {
        EventLoop loop = loop();
        AtomicInteger accepted = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch some = new CountDownLatch(100);
        Thread sender = new Thread(() -> {
            while (true) {
                try {
                    loop.execute(() -> {
                        ran.incrementAndGet();
                        some.countDown();
                    });
                    accepted.incrementAndGet();
                } catch (RejectedExecutionException e) {
                    if (group().closed().isDone()) {
                        return;
                    }
                    Thread.onSpinWait();
                }
            }
        });
        sender.start();
        // Not by tasks of its own, as other tests wait: the sender may have filled the queue.
        Await.latch("some tasks", some);
        group().close();
        Await.end(sender);
        assertEquals(accepted.get(), ran.get());
    }

    @Test
    void reportsAFailingTaskAndGoesOn() {
        RuntimeException failure = new RuntimeException("in a task");
        long before = loop().metrics().failedCallbacks();
        loop().execute(() -> {
            throw failure;
        });
        failures.take(failure);
        OnLoop.turn(loop());
        assertEquals(1, loop().metrics().failedCallbacks() - before);
    }

    @Test
    void knowsItsThread() {
        assertFalse(loop().inLoop());
        assertTrue(OnLoop.call(loop(), () -> loop().inLoop()));
        String thread = OnLoop.call(loop(), () -> Thread.currentThread().getName());
        assertEquals(loop().name(), thread);
    }

    @Test
    void loopsOfAGroupAreNumberedAndNamed() {
        EventLoopGroup group = start(builder -> builder.loops(3).namePrefix("worker"));
        for (int i = 0; i < 3; i++) {
            EventLoop loop = group.loops().get(i);
            assertEquals(i, loop.index());
            assertTrue(loop.name().startsWith("worker"), loop.name());
            for (int j = 0; j < i; j++) {
                assertNotEquals(group.loops().get(j).name(), loop.name());
            }
        }
    }

    @Test
    void nextGoesRoundTheLoops() {
        EventLoopGroup group = start(builder -> builder.loops(3));
        EventLoop first = group.next();
        EventLoop second = group.next();
        EventLoop third = group.next();
        assertEquals(3, List.of(first, second, third).stream().distinct().count());
        assertSame(first, group.next());
    }

    @Test
    void theGroupNamesItsTransport() {
        assertEquals(provider().name(), group().transport());
        assertTrue(group().transportReason().contains(provider().name()), group().transportReason());
    }

    @Test
    void anIdleStrategyRunsBetweenPollsThatFoundNothing() throws IOException {
        CountDownLatch idled = new CountDownLatch(20);
        start(builder -> builder.idleStrategy(() -> new IdleStrategy() {
            @Override
            public void idle(int workCount) {
                if (workCount == 0) {
                    idle();
                }
            }

            @Override
            public void idle() {
                idled.countDown();
                Thread.yield();
            }

            @Override
            public void reset() {}
        }));
        RecordingHandler handler = handler();
        handler.whenData((c, in) -> c.write(in.detach()));
        Peer peer = peerOf(handler);
        for (int i = 0; i < 20; i++) {
            byte[] sent = Payload.random(1000, i);
            assertArrayEquals(sent, peer.exchange(sent, sent.length));
        }
        Await.latch("twenty idle calls", idled);
        OnLoop.turn(loop());
    }

    @Test
    void timeStandsStillWithinATurn() {
        OnLoop.run(loop(), () -> {
            long first = loop().nanoTime();
            long later = System.nanoTime() + 2_000_000;
            while (System.nanoTime() - later < 0) {
                Thread.onSpinWait();
            }
            assertEquals(first, loop().nanoTime());
        });
    }
}
