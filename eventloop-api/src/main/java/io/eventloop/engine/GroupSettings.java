package io.eventloop.engine;

import io.eventloop.Environment;
import io.eventloop.LoopOptions;
import io.eventloop.MemoryBudget;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.agrona.concurrent.IdleStrategy;

/**
 * What a group is built from; see {@link io.eventloop.EventLoopGroupBuilder}.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param loops their number
 * @param namePrefix what thread names begin with
 * @param options of each loop
 * @param memory of all loops together
 * @param environment time, randomness, threads
 * @param callerDriven whether the caller runs the loops
 * @param failureListener told of contained failures
 * @param idleStrategy makes what a loop does between polls that found nothing; null to wait in the poll
 * @param cpus the loops' threads are bound to, in turn; empty for none
 */
public record GroupSettings(
        int loops,
        String namePrefix,
        LoopOptions options,
        MemoryBudget memory,
        Environment environment,
        boolean callerDriven,
        BiConsumer<String, Throwable> failureListener,
        Supplier<IdleStrategy> idleStrategy,
        int[] cpus) {}
