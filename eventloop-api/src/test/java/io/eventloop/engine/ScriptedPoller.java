package io.eventloop.engine;

import io.eventloop.spi.Poller;
import io.eventloop.spi.RawChannel;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A poller that never waits: it reports the events a test has queued, and those of sockets whose script says that they
 * are ready for what is awaited. It keeps how often it was asked and for how long it was to wait.
 */
final class ScriptedPoller implements Poller {

    /** One event, made up or real. */
    record Event(int slot, int generation, int readyOps) {}

    /** One registered channel and what is awaited of it. */
    static final class Registration {
        final RawChannel channel;
        final int slot;
        final int generation;
        boolean awaitsReadable = true;
        boolean awaitsWritable;

        Registration(RawChannel channel, int slot, int generation) {
            this.channel = channel;
            this.slot = slot;
            this.generation = generation;
        }
    }

    /** Reported by the next poll, in this order, before anything else. */
    final List<Event> events = new ArrayList<>();

    /** What the next polls throw. */
    final Deque<IOException> failures = new ArrayDeque<>();

    /** What the next registrations throw. */
    final Deque<IOException> registerFailures = new ArrayDeque<>();

    final List<Registration> registrations = new ArrayList<>();
    final List<Long> timeouts = new ArrayList<>();
    boolean closed;

    @Override
    public void register(RawChannel channel, int slot, int generation) throws IOException {
        if (!registerFailures.isEmpty()) {
            throw registerFailures.pop();
        }
        registrations.add(new Registration(channel, slot, generation));
    }

    @Override
    public void awaitReadable(RawChannel channel) {
        registration(channel).awaitsReadable = true;
    }

    @Override
    public void awaitWritable(RawChannel channel) {
        registration(channel).awaitsWritable = true;
    }

    @Override
    public int poll(long timeoutNanos, ReadySink sink) throws IOException {
        timeouts.add(timeoutNanos);
        if (!failures.isEmpty()) {
            throw failures.pop();
        }
        List<Event> now = new ArrayList<>(events);
        events.clear();
        registrations.removeIf(registration -> registration.channel instanceof ScriptedSocket s && s.isClosed());
        for (Registration registration : registrations) {
            int readyOps = readyOps(registration);
            if (readyOps != 0) {
                now.add(new Event(registration.slot, registration.generation, readyOps));
            }
        }
        now.forEach(event -> sink.ready(event.slot(), event.generation(), event.readyOps()));
        return now.size();
    }

    private static int readyOps(Registration registration) {
        int readyOps = 0;
        if (registration.channel instanceof ScriptedSocket socket) {
            if (registration.awaitsReadable && socket.isReadable()) {
                readyOps |= ReadySink.READABLE;
                registration.awaitsReadable = false;
            }
            if (registration.awaitsWritable && socket.isWritable()) {
                readyOps |= ReadySink.WRITABLE;
                registration.awaitsWritable = false;
            }
        } else if (registration.channel instanceof ScriptedListener listener
                && registration.awaitsReadable
                && listener.isReadable()) {
            readyOps = ReadySink.READABLE;
            registration.awaitsReadable = false;
        }
        return readyOps;
    }

    /** Queues an event of a registered channel. */
    void report(RawChannel channel, int readyOps) {
        Registration registration = registration(channel);
        events.add(new Event(registration.slot, registration.generation, readyOps));
    }

    /** The latest registration of a channel. */
    Registration registration(RawChannel channel) {
        for (int i = registrations.size() - 1; i >= 0; i--) {
            if (registrations.get(i).channel == channel) {
                return registrations.get(i);
            }
        }
        throw new AssertionError(channel + " was never registered");
    }

    @Override
    public void wakeup() {}

    @Override
    public void close() {
        closed = true;
    }
}
