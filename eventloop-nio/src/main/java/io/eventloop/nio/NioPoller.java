package io.eventloop.nio;

import io.eventloop.spi.Poller;
import io.eventloop.spi.RawChannel;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.WriteVector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A poller over {@link Selector}.
 *
 * <p><b>Interest.</b> A selector is level-triggered: an event comes back with every select until it is acted on or the
 * key's interest goes off. Switching interest off at each event and on again at each await would cost two
 * {@code epoll_ctl(2)} per message. Instead an event only strikes what it reported from {@link NioChannel#wanted} and
 * notes the channel; an await before the next poll puts it back. The next poll compares both sides of the noted
 * channels: a connection that was read empty is as it was and costs nothing; one that is paused loses its interest.
 *
 * <pre>
 *             await                      event                     poll
 *   idle ─────────────► wanted = key ─────────────► struck ─────────────────► interest off
 *                            ▲                        │                            │
 *                            └──────── await ─────────┘        await, then poll ───┴──► wanted = key
 * </pre>
 *
 * <p><b>Closing.</b> The JDK keeps a closed channel's descriptor while a key refers to it, and lets go of cancelled keys
 * at the start of a select, before it waits. So a close takes effect at the next poll at the latest, and a connected
 * socket sends FIN at once because the JDK shuts its output down when it has to keep the descriptor.
 *
 * <p><b>Allocation.</b> None of ours. The JDK's epoll selector boxes the descriptor of each event, 16 bytes above
 * descriptor 127; {@code -XX:AutoBoxCacheMax} set to the descriptor limit makes that nothing.
 *
 * <p><b>Wake-ups</b> are coalesced by the selector: it writes to its descriptor once until the next select reads it.
 *
 * <p><b>Threading:</b> see {@link Poller}. An interrupted thread does not wait: polls return at once while its
 * interrupt status is set, which is left alone. <b>Ownership:</b> the selector, closed by {@link #close()}.
 *
 * <p><b>Failure:</b> see {@link Poller}.
 */
final class NioPoller implements Poller {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Room for one full batch of the JDK's epoll selector is reached by doubling; a quiet loop stays small. */
    private static final int INITIAL_NOTES = 64;

    private static final Consumer<SelectionKey> IGNORE = key -> {};

    private final Selector selector;
    private final Consumer<SelectionKey> onReady = this::onReady;
    private final ByteBuffer[] views = new ByteBuffer[WriteVector.MAX_BUFFERS];

    /** Channels whose interest may have to change, each once; never more than are registered. */
    private NioChannel[] noted = new NioChannel[INITIAL_NOTES];

    private int notedCount;

    /** The sink of the poll that is under way, otherwise null. */
    private ReadySink sink;

    private int events;

    NioPoller(Selector selector) {
        this.selector = selector;
    }

    @Override
    public void register(RawChannel channel, int slot, int generation) throws IOException {
        NioChannel registered = (NioChannel) channel;
        if (registered.poller != null) {
            throw new IllegalStateException("already registered, as slot " + registered.slot);
        }
        registered.slot = slot;
        registered.generation = generation;
        registered.wanted = ReadySink.READABLE;
        registered.interest = registered.interestForWanted();
        try {
            registered.key = registered.channel().register(selector, registered.interest, registered);
        } catch (ClosedChannelException e) {
            throw NioErrors.failed("SelectableChannel.register()", "", e);
        }
        registered.poller = this;
    }

    @Override
    public void awaitReadable(RawChannel channel) {
        await((NioChannel) channel, ReadySink.READABLE);
    }

    @Override
    public void awaitWritable(RawChannel channel) {
        await((NioChannel) channel, ReadySink.WRITABLE);
    }

    private void await(NioChannel channel, int op) {
        if (channel.poller == this) {
            channel.wanted |= op;
            note(channel);
        }
    }

    /** Has the next poll compare what the channel wants with what its key waits for. */
    void note(NioChannel channel) {
        if (channel.isNoted) {
            return;
        }
        if (notedCount == noted.length) {
            noted = Arrays.copyOf(noted, notedCount * 2);
        }
        channel.isNoted = true;
        noted[notedCount] = channel;
        notedCount++;
    }

    @Override
    public int poll(long timeoutNanos, ReadySink sink) throws IOException {
        updateInterests();
        this.sink = sink;
        events = 0;
        try {
            if (timeoutNanos == 0) {
                selector.selectNow(onReady);
            } else {
                selector.select(onReady, selectTimeoutMillis(timeoutNanos));
            }
        } catch (IOException e) {
            throw NioErrors.failed("Selector.select()", "", e);
        } finally {
            this.sink = null;
        }
        return events;
    }

    private void updateInterests() {
        for (int i = 0; i < notedCount; i++) {
            NioChannel channel = noted[i];
            noted[i] = null;
            channel.isNoted = false;
            int interest = channel.interestForWanted();
            if (interest != channel.interest && channel.key.isValid()) {
                channel.key.interestOps(interest);
                channel.interest = interest;
            }
        }
        notedCount = 0;
    }

    /** Rounded up, so that a timer is due when the wait is over; 0 means without end, as selectors have it. */
    static long selectTimeoutMillis(long timeoutNanos) {
        if (timeoutNanos < 0) {
            return 0;
        }
        long millis = timeoutNanos / NANOS_PER_MILLI;
        return timeoutNanos % NANOS_PER_MILLI == 0 ? millis : millis + 1;
    }

    private void onReady(SelectionKey key) {
        NioChannel channel = (NioChannel) key.attachment();
        // An earlier event of this batch may have closed the channel, or changed what it waits for.
        int ready = key.isValid() ? readyOps(key.readyOps()) & channel.wanted : 0;
        if (ready != 0) {
            channel.wanted &= ~ready;
            note(channel);
            events++;
            sink.ready(channel.slot, channel.generation, ready);
        }
    }

    private static int readyOps(int keyOps) {
        int ops = 0;
        if ((keyOps & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0) {
            ops |= ReadySink.READABLE;
        }
        if ((keyOps & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0) {
            ops |= ReadySink.WRITABLE;
        }
        return ops;
    }

    /** Frees the descriptors of closed channels now, unless a poll is under way: then the next one does. */
    void releaseClosed() {
        if (sink != null || !selector.isOpen()) {
            return;
        }
        try {
            selector.selectNow(IGNORE);
        } catch (IOException e) {
            // The next poll meets the same failure and reports it.
        }
        // The select above may have swallowed a wake-up that the next poll has to see.
        selector.wakeup();
    }

    /** Room for the views of one gathering write. */
    ByteBuffer[] views() {
        return views;
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            // Nothing is left to do with it.
        }
    }
}
