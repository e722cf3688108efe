package io.eventloop.engine;

import io.eventloop.spi.Poller;
import io.eventloop.spi.RawChannel;
import io.eventloop.spi.ReadySink;
import java.util.concurrent.atomic.AtomicInteger;

/** A poller that never waits, and keeps whether it has been woken since it was last asked, and how often in all. */
final class NotedWakeups implements Poller {
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean isWoken;

    @Override
    public void wakeup() {
        count.incrementAndGet();
        isWoken = true;
    }

    @Override
    public int poll(long timeoutNanos, ReadySink sink) {
        isWoken = false;
        return 0;
    }

    /** Whether the next poll would return at once. */
    boolean isWoken() {
        return isWoken;
    }

    int count() {
        return count.get();
    }

    @Override
    public void register(RawChannel channel, int slot, int generation) {}

    @Override
    public void awaitReadable(RawChannel channel) {}

    @Override
    public void awaitWritable(RawChannel channel) {}

    @Override
    public void close() {}
}
