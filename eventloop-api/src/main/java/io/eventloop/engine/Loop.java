package io.eventloop.engine;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.CloseReason.Scope;
import io.eventloop.ConnectOptions;
import io.eventloop.Connection;
import io.eventloop.ConnectionHandler;
import io.eventloop.Environment;
import io.eventloop.EventLoop;
import io.eventloop.LoopMetrics;
import io.eventloop.Timer;
import io.eventloop.spi.Capability;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawChannel;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One event loop. {@link #turn} is the whole of it; its steps are numbered as in the module's README.
 *
 * <p><b>Threading:</b> see {@link EventLoop}. The fields without {@code volatile} belong to the loop's thread.
 *
 * <p><b>Ownership:</b> owns its poller, pool, wheel and everything registered.
 *
 * <p><b>Failure:</b> exceptions are contained where callbacks are called; an {@link Error}, or a poller that fails, ends
 * the loop.
 */
final class Loop implements EventLoop, ReadySink {
    private final LoopGroup group;
    private final int index;
    private final String name;
    private final Environment environment;
    private final Transport transport;
    private final Poller poller;
    private final LoopClock time;
    private final TimerWheel wheel;
    private final SlabPool pool;
    private final TaskQueue tasks;
    private final SlotTable slots;
    private final LoopConnections connections;
    private final LoopDriver driver;
    private final LoopCounters counters = new LoopCounters();
    private final LoopMemory memory;
    private final EndTasks endTasks = new EndTasks();
    private final LoopWork work;
    /** The engine's own orders: few, and never to be refused for want of room. */
    private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();

    private boolean finishing;

    /** Whether the end has come to the connections: none can be made any more. */
    private boolean closing;

    private volatile Thread owner;
    private volatile CloseReason stopReason;
    private volatile boolean ended;

    private final BusyMark busy = new BusyMark();

    Loop(LoopGroup group, int index, Transport transport) throws IOException {
        this.group = group;
        this.index = index;
        GroupSettings settings = group.settings();
        this.name = settings.namePrefix() + "-" + index;
        this.environment = settings.environment();
        this.transport = transport;
        this.time = new LoopClock(environment.clock(), settings.callerDriven());
        this.wheel = new TimerWheel(time.nanoTime(), TimerWheel.DEFAULT_TICK_SHIFT);
        this.poller = transport.openPoller();
        this.pool = new SlabPool(settings.options().buffers(), name, transport::address, this::inLoop);
        this.memory = new LoopMemory(this, pool);
        this.work = new LoopWork(memory.governor());
        this.tasks = new TaskQueue(settings.options().maxQueuedTasks(), poller, counters, name);
        this.slots = new SlotTable(settings.options().maxConnections());
        this.connections = new LoopConnections(this, transport);
        this.driver = new LoopDriver(this, settings);
    }

    // The turn.

    @Override
    public boolean runOnce(long maxWaitNanos) {
        return driver.runOnce(maxWaitNanos);
    }

    /** One turn, on the owner's thread. Returns whether there was something to do. */
    boolean turn(long maxWaitNanos) throws IOException {
        // 1, 2: how long to wait; poll.
        long timeout = timeout(maxWaitNanos);
        boolean waits = timeout != 0 && tasks.beforeWait() && orders.isEmpty() && stopReason == null;
        busy.end();
        int events = poller.poll(waits ? timeout : 0, this);
        if (timeout != 0) {
            tasks.afterWait();
        }
        if (events == 0) {
            // An interrupt flag left standing would make every wait return at once.
            Thread.interrupted();
        }
        // 3: the clock.
        long nowNanos = time.beginTurn();
        wheel.advance(nowNanos, 0);
        busy.begin(nowNanos);
        // 4 to 8.
        int worked = work.dispatchReady() + runOrders() + runTasks() + fireTimers();
        worked += work.flushWritten();
        worked += completeCloses();
        // 9: figures.
        memory.turnEnded();
        counters.add(LoopCounters.TURNS, 1);
        counters.add(LoopCounters.EVENTS, events);
        counters.set(LoopCounters.TIMERS_ARMED, wheel.size());
        return events > 0 || worked > 0;
    }

    private long timeout(long maxWaitNanos) {
        if (maxWaitNanos == 0 || hasWork()) {
            return 0;
        }
        long next = wheel.nextDeadlineNanos();
        if (next == Long.MAX_VALUE) {
            return maxWaitNanos;
        }
        long wait = time.until(next);
        if (wait <= 0) {
            return 0;
        }
        return maxWaitNanos < 0 ? wait : Math.min(wait, maxWaitNanos);
    }

    private boolean hasWork() {
        return !work.isEmpty() || !tasks.isEmpty() || !orders.isEmpty() || stopReason != null;
    }

    @Override
    public void ready(int slot, int generation, int readyOps) {
        Endpoint endpoint = slots.get(slot, generation);
        if (endpoint == null) {
            counters.add(LoopCounters.STALE_EVENTS, 1);
        } else {
            endpoint.ready(readyOps);
        }
    }

    private int runOrders() {
        int count = 0;
        for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
            if (finishing) {
                guarded(order);
            } else {
                order.run();
            }
            count++;
        }
        return count;
    }

    private int runTasks() {
        int count = tasks.size();
        for (int i = 0; i < count; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return i;
            }
            runTask(task);
            memory.governor().check();
        }
        return count;
    }

    private void runTask(Runnable task) {
        counters.add(LoopCounters.TASKS_RUN, 1);
        try {
            task.run();
        } catch (Exception e) {
            failed("task " + task + " threw", e);
        }
    }

    private int fireTimers() {
        int fired = wheel.advance(time.nanoTime(), group.settings().options().maxTimersPerTurn());
        counters.add(LoopCounters.TIMERS_FIRED, fired);
        return fired;
    }

    private int completeCloses() {
        int count = work.completeCloses();
        if (connections.hasJustDrained()) {
            group.drained(this);
        }
        return count;
    }

    // The end.

    /** Asks the loop to end everything on it; from any thread. */
    void stop(CloseReason reason) {
        if (stopReason == null) {
            stopReason = reason;
        }
        tasks.wakeup();
    }

    /** The loop's end, on the owner's thread. */
    void finish(Throwable failure) {
        finishing = true;
        CloseReason reason = stopReason;
        if (failure != null) {
            reason = CloseReason.of(Scope.LOOP, Initiator.LIBRARY, Kind.LOOP_FAILED, failure);
            stopReason = reason;
            failed(name + " failed and ends with every connection on it", failure);
        }
        CloseReason why = reason;
        try {
            tasks.close(task -> guarded(() -> runTask(task)));
            runOrders();
            closing = true;
            guarded(() -> slots.forEach(endpoint -> endpoint.end(why)));
            while (work.hasCloses()) {
                guarded(this::completeCloses);
            }
            endTasks.close(this::guarded);
            ended = true;
            runOrders();
            guarded(memory::close);
            guarded(pool::close);
            guarded(poller::close);
        } finally {
            ended = true;
            busy.end();
            group.loopEnded(this);
        }
    }

    /** A step of the end must not keep the others from being done. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            failed(name + " failed while ending", e);
        }
    }

    // For its endpoints.

    void check() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException(
                    "called on thread " + Thread.currentThread().getName() + ", belongs to loop " + name + " on thread "
                            + (owner == null ? "(none yet)" : owner.getName()));
        }
    }

    void failed(String what, Throwable failure) {
        counters.add(LoopCounters.FAILED_CALLBACKS, 1);
        group.report(what, failure);
    }

    boolean register(Endpoint endpoint, RawChannel channel) throws IOException {
        if (finishing || !slots.add(endpoint)) {
            return false;
        }
        try {
            poller.register(channel, endpoint.slot, endpoint.generation);
        } catch (IOException | RuntimeException e) {
            slots.remove(endpoint);
            throw e;
        }
        if (endpoint instanceof SocketConnection) {
            counters.add(LoopCounters.ACTIVE, 1);
        }
        return true;
    }

    void forget(Endpoint endpoint) {
        if (endpoint.slot >= 0) {
            slots.remove(endpoint);
            if (endpoint instanceof SocketConnection) {
                counters.add(LoopCounters.ACTIVE, -1);
            }
        }
    }

    /** Has an order of the engine run on the loop, from any thread. Returns false if the loop has ended: it never runs. */
    boolean order(Runnable order) {
        orders.add(order);
        tasks.wakeup();
        return !ended || !orders.remove(order);
    }

    Poller poller() {
        return poller;
    }

    TimerWheel wheel() {
        return wheel;
    }

    SlabPool pool() {
        return pool;
    }

    LoopCounters counters() {
        return counters;
    }

    LoopGroup group() {
        return group;
    }

    LoopWork work() {
        return work;
    }

    LoopMemory memory() {
        return memory;
    }

    SlotTable slots() {
        return slots;
    }

    LoopConnections connections() {
        return connections;
    }

    TaskQueue tasks() {
        return tasks;
    }

    boolean hasCapability(Capability capability) {
        return transport.capabilities().contains(capability);
    }

    Thread thread() {
        return owner;
    }

    /** Makes the calling thread the loop's. */
    void own() {
        owner = Thread.currentThread();
    }

    boolean isStopping() {
        return stopReason != null;
    }

    /** Why it stops, null if it does not. */
    CloseReason stopReason() {
        return stopReason;
    }

    boolean hasEnded() {
        return ended;
    }

    LoopClock time() {
        return time;
    }

    LoopDriver driver() {
        return driver;
    }

    BusyMark busy() {
        return busy;
    }

    // The public face.

    @Override
    public Runnable addEndTask(Runnable task) {
        check();
        return endTasks.add(task);
    }

    @Override
    public Connection connect(SocketAddress remote, ConnectOptions options, ConnectionHandler handler) {
        check();
        if (closing) {
            throw new IllegalStateException(name + " is ending");
        }
        return connections.connect(remote, options, handler);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == owner;
    }

    @Override
    public void execute(Runnable task) {
        tasks.execute(Objects.requireNonNull(task));
    }

    @Override
    public Timer timer(Runnable task) {
        return new WheelTimer(this, task);
    }

    @Override
    public SlabPool buffers() {
        return pool;
    }

    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public Environment environment() {
        return environment;
    }

    @Override
    public LoopMetrics metrics() {
        return counters.snapshot(pool.metrics());
    }

    @Override
    public long nextDeadlineNanos() {
        check();
        return hasWork() ? time.nanoTime() : wheel.nextDeadlineNanos();
    }
}
