package io.eventloop.testing;

import io.eventloop.spi.Poller;
import io.eventloop.spi.RawChannel;
import io.eventloop.spi.ReadySink;
import java.util.Arrays;

/**
 * The poller of one simulated loop. It never waits: time passes between the turns.
 *
 * <p>Edge-triggered, an event says all that is ready when it is reported, and follows each change; level-triggered, it
 * says what is awaited, once for each await, and knows neither {@link ReadySink#INPUT_ENDED} nor {@link ReadySink#ERROR}.
 *
 * <p><b>Threading:</b> the simulation's thread. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class SimulatedPoller implements Poller {
    private static final int BOTH = ReadySink.READABLE | ReadySink.WRITABLE;

    private final SimulatedHost host;
    private final SeededRandom random;
    private final boolean edgeTriggered;
    private SimulatedChannel[] ready = new SimulatedChannel[16];
    private int readyCount;
    private SimulatedChannel[] registered = new SimulatedChannel[16];
    private int registeredCount;
    private SimulatedLoop loop;
    private boolean woken;
    private boolean closed;
    private int goneSlot = -1;
    private int goneGeneration;

    SimulatedPoller(SimulatedHost host, boolean edgeTriggered, SeededRandom random) {
        this.host = host;
        this.random = random;
        this.edgeTriggered = edgeTriggered;
    }

    void loop(SimulatedLoop owner) {
        loop = owner;
    }

    SeededRandom random() {
        return random;
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether a poll would find something. */
    boolean hasReady() {
        return readyCount > 0 || woken;
    }

    @Override
    public void register(RawChannel channel, int slot, int generation) {
        SimulatedChannel added = (SimulatedChannel) channel;
        if (added.poller != null) {
            throw new IllegalStateException("already registered, as slot " + added.slot);
        }
        if (registeredCount == registered.length) {
            registered = Arrays.copyOf(registered, registeredCount * 2);
        }
        added.poller = this;
        added.slot = slot;
        added.generation = generation;
        added.wanted = ReadySink.READABLE;
        added.index = registeredCount;
        registered[registeredCount++] = added;
        if (added.readyOps() != 0) {
            added.changed();
        }
    }

    void deregister(SimulatedChannel channel) {
        registeredCount--;
        SimulatedChannel last = registered[registeredCount];
        registered[channel.index] = last;
        last.index = channel.index;
        registered[registeredCount] = null;
        channel.poller = null;
        goneSlot = channel.slot;
        goneGeneration = channel.generation;
    }

    /** The channel may have become ready. */
    void changed(SimulatedChannel channel) {
        if (channel.queued || (!edgeTriggered && (channel.readyOps() & channel.wanted) == 0)) {
            return;
        }
        channel.queued = true;
        if (readyCount == ready.length) {
            ready = Arrays.copyOf(ready, readyCount * 2);
        }
        ready[readyCount++] = channel;
        if (loop != null) {
            loop.schedule();
        }
    }

    @Override
    public void awaitReadable(RawChannel channel) {
        await((SimulatedChannel) channel, ReadySink.READABLE);
    }

    @Override
    public void awaitWritable(RawChannel channel) {
        await((SimulatedChannel) channel, ReadySink.WRITABLE);
    }

    private void await(SimulatedChannel channel, int op) {
        if (channel.poller == this && !edgeTriggered) {
            channel.wanted |= op;
            changed(channel);
        }
    }

    @Override
    public int poll(long timeoutNanos, ReadySink sink) {
        woken = false;
        SystemFaults faults = host.faults();
        if (random.chance(faults.earlyPollProbability())) {
            return 0;
        }
        int events = random.chance(faults.spuriousProbability()) ? reportSpurious(sink) : 0;
        int count = readyCount;
        if (count > 1 && random.chance(faults.reorderProbability())) {
            shuffle(count);
        }
        for (int i = 0; i < count; i++) {
            SimulatedChannel channel = ready[i];
            ready[i] = null;
            channel.queued = false;
            if (channel.poller == this) {
                events += report(channel, sink);
            }
        }
        readyCount = 0;
        return events;
    }

    private int report(SimulatedChannel channel, ReadySink sink) {
        int ops = channel.readyOps();
        if (!edgeTriggered) {
            ops &= channel.wanted;
            channel.wanted &= ~ops;
        }
        if (ops == 0) {
            return 0;
        }
        host.note(Step.REPORTED, channel.id(), ops, 0);
        sink.ready(channel.slot, channel.generation, ops);
        return 1;
    }

    private int reportSpurious(ReadySink sink) {
        if (goneSlot >= 0 && random.nextInt(4) == 0) {
            host.note(Step.REPORTED, 0, BOTH, goneSlot);
            sink.ready(goneSlot, goneGeneration, BOTH);
            return 1;
        }
        if (registeredCount == 0) {
            return 0;
        }
        SimulatedChannel channel = registered[random.nextInt(registeredCount)];
        int ops = 1 + random.nextInt(BOTH);
        host.note(Step.REPORTED, channel.id(), ops, 1);
        if (!edgeTriggered) {
            ops &= channel.wanted;
            channel.wanted &= ~ops;
            if (ops == 0) {
                return 0;
            }
        }
        sink.ready(channel.slot, channel.generation, ops);
        return 1;
    }

    private void shuffle(int count) {
        for (int i = count - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            SimulatedChannel channel = ready[i];
            ready[i] = ready[other];
            ready[other] = channel;
        }
    }

    @Override
    public void wakeup() {
        if (!woken && !closed) {
            woken = true;
            if (loop != null) {
                loop.wokenUp();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
