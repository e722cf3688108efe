package io.eventloop.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.eventloop.BufferPoolOptions;
import io.eventloop.EventLoopGroup;
import io.eventloop.LoopOptions;
import java.util.concurrent.RejectedExecutionException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The end of a whole loop, driven by its caller, against what other threads ask of it. */
public final class LoopEndStress {
    private static final LoopOptions SMALL = LoopOptions.DEFAULT
            .withMaxQueuedTasks(4)
            .withBuffers(BufferPoolOptions.builder()
                    .classes(256, 256, 256)
                    .slabBytes(256)
                    .maxBytes(3 * 256)
                    .guarded(false)
                    .build());

    private LoopEndStress() {}

    private abstract static class Group {
        final EventLoopGroup group = EventLoopGroup.builder()
                .loops(1)
                .callerDriven()
                .transport(new ScriptedTransport())
                .options(SMALL)
                .build();
        final Loop loop = (Loop) group.loops().get(0);
        private int ran;

        final void task() {
            ran++;
        }

        /** How often the task ran. */
        final int ran() {
            return ran;
        }

        final int isClosed() {
            return group.closed().isDone() ? 1 : 0;
        }

        final int execute() {
            try {
                loop.execute(this::task);
                return 1;
            } catch (RejectedExecutionException e) {
                return 0;
            }
        }

        final void turn() {
            try {
                loop.runOnce(0);
            } catch (IllegalStateException e) {
                // It has ended already.
            }
        }
    }

    /** A task is submitted while the group is closed. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 1", "1, 1, 1"},
            expect = ACCEPTABLE,
            desc = "Accepted and run, or refused.")
    @Outcome(expect = FORBIDDEN, desc = "An accepted task never ran, or a refused one did.")
    @State
    public static class Execute extends Group {
        /** A thread that submits. */
        @Actor
        public void submitter(III_Result r) {
            r.r1 = execute();
        }

        /** A thread that closes. */
        @Actor
        public void closer() {
            group.close();
        }

        /** Afterwards. */
        @Arbiter
        public void after(III_Result r) {
            r.r2 = ran();
            r.r3 = isClosed();
        }
    }

    /** An order of the engine is given while the group is closed. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 1", "1, 1, 1"},
            expect = ACCEPTABLE,
            desc = "Accepted and carried out, or refused.")
    @Outcome(expect = FORBIDDEN, desc = "An accepted order was never carried out, or a refused one was.")
    @State
    public static class Order extends Group {
        /** A thread that orders. */
        @Actor
        public void ordering(III_Result r) {
            r.r1 = loop.order(this::task) ? 1 : 0;
        }

        /** A thread that closes. */
        @Actor
        public void closer() {
            group.close();
        }

        /** Afterwards. */
        @Arbiter
        public void after(III_Result r) {
            r.r2 = ran();
            r.r3 = isClosed();
        }
    }

    /** The group is closed while its loop is being driven: whoever is last ends it, and the task has run. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Ended, after its task.")
    @Outcome(expect = FORBIDDEN, desc = "Nobody ended the loop, or its task was lost.")
    @State
    public static class Turn extends Group {
        /** With a task to run. */
        public Turn() {
            execute();
        }

        /** The thread that drives the loop. */
        @Actor
        public void driver() {
            turn();
        }

        /** A thread that closes. */
        @Actor
        public void closer() {
            group.close();
        }

        /** Afterwards. */
        @Arbiter
        public void after(II_Result r) {
            r.r1 = ran();
            r.r2 = isClosed();
        }
    }
}
