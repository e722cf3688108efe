package io.eventloop;

import io.eventloop.engine.GroupSettings;
import io.eventloop.engine.LoopGroup;
import io.eventloop.engine.TransportSelection;
import io.eventloop.spi.TransportProvider;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.agrona.concurrent.IdleStrategy;

/**
 * Builds an {@link EventLoopGroup}.
 *
 * <p><b>Threading:</b> used by one thread. <b>Ownership:</b> none; may build several groups.
 *
 * <p><b>Failure:</b> {@link #build()} throws {@link IllegalStateException} naming the transport that was asked for and
 * why it cannot run.
 */
public final class EventLoopGroupBuilder {
    private static final System.Logger LOG = System.getLogger("io.eventloop");

    private int loops = Runtime.getRuntime().availableProcessors();
    private TransportSelection transport = TransportSelection.named("auto");
    private String namePrefix = "eventloop";
    private LoopOptions options = LoopOptions.DEFAULT;
    private MemoryBudget memory;
    private Environment environment = Environment.system();
    private boolean callerDriven;
    private Supplier<IdleStrategy> idleStrategy;
    private int[] cpus = {};
    private BiConsumer<String, Throwable> failureListener =
            (what, failure) -> LOG.log(System.Logger.Level.WARNING, what, failure);

    EventLoopGroupBuilder() {}

    /** The number of loops, 1..1024; default one per processor. */
    public EventLoopGroupBuilder loops(int count) {
        Ranges.check("loops", count, 1, 1024);
        loops = count;
        return this;
    }

    /** The transport by name: {@code auto} (default), {@code nio}, {@code epoll}, or any on the class or module path. */
    public EventLoopGroupBuilder transport(String name) {
        transport = TransportSelection.named(name);
        return this;
    }

    /** The transport itself. */
    public EventLoopGroupBuilder transport(TransportProvider provider) {
        transport = TransportSelection.given(provider);
        return this;
    }

    /** What thread names begin with; default {@code eventloop}. */
    public EventLoopGroupBuilder namePrefix(String prefix) {
        namePrefix = Objects.requireNonNull(prefix);
        return this;
    }

    /** The limits of each loop. */
    public EventLoopGroupBuilder options(LoopOptions loopOptions) {
        options = Objects.requireNonNull(loopOptions);
        return this;
    }

    /** How much buffer memory the loops may have in use together; for the default see {@link MemoryBudget}. */
    public EventLoopGroupBuilder memory(MemoryBudget budget) {
        memory = Objects.requireNonNull(budget);
        return this;
    }

    /** Where time, randomness and threads come from; default the system. */
    public EventLoopGroupBuilder environment(Environment source) {
        environment = Objects.requireNonNull(source);
        return this;
    }

    /** No threads: the caller runs the loops by {@link EventLoop#runOnce}. */
    public EventLoopGroupBuilder callerDriven() {
        callerDriven = true;
        return this;
    }

    /**
     * Has the loops poll without waiting, and do this between polls that found nothing: lower latency for a processor that
     * is never idle. By default a loop waits in its poll. A strategy that parks delays whatever comes meanwhile.
     *
     * @param strategy makes one for each loop, on its thread
     */
    public EventLoopGroupBuilder idleStrategy(Supplier<IdleStrategy> strategy) {
        idleStrategy = Objects.requireNonNull(strategy);
        return this;
    }

    /**
     * Binds the loops' threads to these processors in turn, {@code sched_setaffinity(2)}; where the transport cannot, or the
     * system refuses, that is reported and the loop runs unbound.
     *
     * @param numbers from 0; none for no binding
     */
    public EventLoopGroupBuilder cpus(int... numbers) {
        cpus = numbers.clone();
        return this;
    }

    /**
     * Told of exceptions thrown by handlers, tasks and timers, and of blocked callbacks; default a warning in the log
     * {@code io.eventloop}. Called on the loop or on the watchdog's thread; must not block.
     */
    public EventLoopGroupBuilder failureListener(BiConsumer<String, Throwable> listener) {
        failureListener = Objects.requireNonNull(listener);
        return this;
    }

    /**
     * The group, its loops running.
     *
     * @throws IllegalArgumentException if the memory budget is too small for so many loops
     */
    public EventLoopGroup build() {
        BufferPoolOptions pools = options.buffers();
        MemoryBudget budget = memory == null ? MemoryBudget.ofPools(loops, pools) : memory.checkedFor(loops, pools);
        return LoopGroup.start(
                new GroupSettings(
                        loops,
                        namePrefix,
                        options,
                        budget,
                        environment,
                        callerDriven,
                        failureListener,
                        idleStrategy,
                        cpus),
                transport);
    }
}
