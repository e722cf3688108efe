package io.eventloop.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.RejectedExecutionException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Every task accepted runs once, those of one thread in their order, whatever the queue does meanwhile: it grows by
 * chunks, here of the smallest size there is.
 */
public final class TaskHandOffStress {
    private TaskHandOffStress() {}

    private abstract static class Queue {
        final TaskLog log = new TaskLog(2);
        final TaskQueue tasks;

        Queue(int limit) {
            tasks = new TaskQueue(limit, new NotedWakeups(), new LoopCounters(), "loop-0");
        }

        /** Submits three tasks and returns how many were accepted. */
        final int submit(int submitter) {
            int accepted = 0;
            for (int i = 0; i < 3; i++) {
                try {
                    tasks.execute(log.task(submitter, accepted));
                    accepted++;
                } catch (RejectedExecutionException e) {
                    // The limit, where a test reaches it.
                }
            }
            return accepted;
        }

        final void run() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    /** Two threads submit. */
    @JCStressTest
    @Outcome(id = "6", expect = ACCEPTABLE, desc = "All run once, in order.")
    @Outcome(expect = FORBIDDEN, desc = "A task was lost, ran twice or out of order.")
    @State
    public static class TwoSubmitters extends Queue {
        /** Room for all. */
        public TwoSubmitters() {
            super(8);
        }

        /** A thread that submits. */
        @Actor
        public void first() {
            submit(0);
        }

        /** Another one. */
        @Actor
        public void second() {
            submit(1);
        }

        /** The loop, afterwards. */
        @Arbiter
        public void after(I_Result r) {
            run();
            r.r1 = log.total();
        }
    }

    /** A thread submits while the loop runs what it finds. */
    @JCStressTest
    @Outcome(id = "3", expect = ACCEPTABLE, desc = "All run once, in order.")
    @Outcome(expect = FORBIDDEN, desc = "A task was lost, ran twice or out of order.")
    @State
    public static class SubmitterAndLoop extends Queue {
        /** Room for all. */
        public SubmitterAndLoop() {
            super(8);
        }

        /** A thread that submits. */
        @Actor
        public void submitter() {
            submit(0);
        }

        /** The loop. */
        @Actor
        public void loop() {
            run();
            run();
        }

        /** Afterwards. */
        @Arbiter
        public void after(I_Result r) {
            run();
            r.r1 = log.total();
        }
    }

    /** Two threads submit more than there is room for. */
    @JCStressTest
    @Outcome(id = "4, 4", expect = ACCEPTABLE, desc = "As many were accepted as there is room, and all of these run.")
    @Outcome(id = "-1, .*", expect = FORBIDDEN, desc = "A task ran twice or out of order.")
    @Outcome(expect = FORBIDDEN, desc = "The limit does not hold, or a task was lost.")
    @State
    public static class FullQueue extends Queue {
        private int first;
        private int second;

        /** Room for four. */
        public FullQueue() {
            super(4);
        }

        /** A thread that submits. */
        @Actor
        public void first() {
            first = submit(0);
        }

        /** Another one. */
        @Actor
        public void second() {
            second = submit(1);
        }

        /** The loop, afterwards. */
        @Arbiter
        public void after(II_Result r) {
            run();
            r.r1 = log.total();
            r.r2 = first + second;
        }
    }

    /** A thread submits while the loop ends. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 1", "2, 2", "3, 3"},
            expect = ACCEPTABLE,
            desc = "Refused from some moment on.")
    @Outcome(expect = FORBIDDEN, desc = "An accepted task never ran, or a refused one did.")
    @State
    public static class Close extends Queue {
        private int accepted;

        /** Room for all. */
        public Close() {
            super(8);
        }

        /** A thread that submits. */
        @Actor
        public void submitter() {
            accepted = submit(0);
        }

        /** The loop. */
        @Actor
        public void loop() {
            tasks.close(Runnable::run);
        }

        /** Afterwards. */
        @Arbiter
        public void after(II_Result r) {
            r.r1 = log.total();
            r.r2 = accepted;
        }
    }

    /** A thread submits a task for which the queue has to grow, while the loop ends. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "It came in time and ran.")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "It was refused and did not run.")
    @Outcome(expect = FORBIDDEN, desc = "It was accepted and never ran, or refused and ran.")
    @State
    public static class CloseOfGrowingQueue extends Queue {
        private int accepted;

        /** As many tasks as the first chunk holds. */
        public CloseOfGrowingQueue() {
            super(4);
            tasks.execute(() -> {});
        }

        /** A thread that submits. */
        @Actor
        public void submitter() {
            try {
                tasks.execute(log.task(0, 0));
                accepted = 1;
            } catch (RejectedExecutionException e) {
                accepted = 0;
            }
        }

        /** The loop. */
        @Actor
        public void loop() {
            tasks.close(Runnable::run);
        }

        /** Afterwards. */
        @Arbiter
        public void after(II_Result r) {
            r.r1 = log.total();
            r.r2 = accepted;
        }
    }
}
