package io.eventloop.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A wait that was announced ends when a task is submitted, and one wake-up is enough for any number of tasks. */
public final class TaskWakeupStress {
    private TaskWakeupStress() {}

    private abstract static class Queue {
        final NotedWakeups poller = new NotedWakeups();
        final TaskQueue tasks = new TaskQueue(4, poller, new LoopCounters(), "loop-0");

        /** What a turn does: announce the wait, poll, run what is there. */
        final void turn() {
            tasks.beforeWait();
            poller.poll(0, null);
            tasks.afterWait();
            run();
        }

        final void run() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    /** One submission against the announcement. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The loop waits and is woken once.")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The loop saw the task and does not wait.")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "It saw the task and is woken all the same.")
    @Outcome(expect = FORBIDDEN, desc = "It sleeps over a task, or is woken twice.")
    @State
    public static class OneTask extends Queue {
        /** A thread that submits. */
        @Actor
        public void submitter() {
            tasks.execute(() -> {});
        }

        /** The loop. */
        @Actor
        public void loop(II_Result r) {
            r.r1 = tasks.beforeWait() ? 1 : 0;
        }

        /** Afterwards. */
        @Arbiter
        public void after(II_Result r) {
            r.r2 = poller.count();
        }
    }

    /** Two submissions to a loop that waits. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "One wake-up, two tasks.")
    @Outcome(expect = FORBIDDEN, desc = "Each submission woke the loop, or neither did.")
    @State
    public static class TwoSubmitters extends Queue {
        /** The loop waits already. */
        public TwoSubmitters() {
            tasks.beforeWait();
        }

        /** A thread that submits. */
        @Actor
        public void first() {
            tasks.execute(() -> {});
        }

        /** Another one. */
        @Actor
        public void second() {
            tasks.execute(() -> {});
        }

        /** Afterwards. */
        @Arbiter
        public void after(II_Result r) {
            r.r1 = poller.count();
            r.r2 = tasks.size();
        }
    }

    /** Two submissions to a loop that turns, polls and comes to its wait. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "It waits only if nothing is left, or is woken.")
    @Outcome(expect = FORBIDDEN, desc = "It sleeps over a task, or is woken more often than it waited.")
    @State
    public static class TurningLoop extends Queue {
        /** A thread that submits. */
        @Actor
        public void submitter() {
            tasks.execute(() -> {});
            tasks.execute(() -> {});
        }

        /** The loop. */
        @Actor
        public void loop(ZZ_Result r) {
            turn();
            turn();
            r.r1 = tasks.beforeWait();
        }

        /** Afterwards. */
        @Arbiter
        public void after(ZZ_Result r) {
            boolean waits = r.r1;
            r.r1 = !waits || tasks.isEmpty() || poller.isWoken();
            r.r2 = poller.count() <= 3;
        }
    }

    /** A submission for which the queue has to grow, while the loop takes what is in it and comes to its wait. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "It waits only if nothing is left, or is woken.")
    @Outcome(expect = FORBIDDEN, desc = "It sleeps over a task, or is woken more often than it waited.")
    @State
    public static class GrowingQueue extends Queue {
        /** As many tasks as the first chunk holds. */
        public GrowingQueue() {
            tasks.execute(() -> {});
            tasks.execute(() -> {});
        }

        /** A thread that submits. */
        @Actor
        public void submitter() {
            tasks.execute(() -> {});
        }

        /** The loop. */
        @Actor
        public void loop(ZZ_Result r) {
            run();
            r.r1 = tasks.beforeWait();
        }

        /** Afterwards. */
        @Arbiter
        public void after(ZZ_Result r) {
            boolean waits = r.r1;
            r.r1 = !waits || tasks.isEmpty() || poller.isWoken();
            r.r2 = poller.count() <= 1;
        }
    }
}
