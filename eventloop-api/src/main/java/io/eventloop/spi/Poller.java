package io.eventloop.spi;

import java.io.IOException;

/**
 * Waits for readiness of many sockets, for one loop. What a transport has to implement is this interface, two kinds of
 * socket, and nothing more; what the engine relies on is said here.
 *
 * <p><b>Readiness is cached by the engine.</b> A socket counts as readable until a read would block or comes back
 * short, and as writable until a write would block or comes back short. So an implementation may be edge-triggered
 * (register once, ignore {@link #awaitReadable} and {@link #awaitWritable}) or level-triggered (interest is switched on
 * by the await calls and off by the event).
 *
 * <p><b>Readiness is a hint.</b> Spurious events are allowed, missing ones are not: after a read
 * that would block or came back short, and {@code awaitReadable}, there is
 * an event as soon as a read would not block, even if that became so before the call. A failed or reset socket is reported
 * as readable or writable, whichever is awaited, and may be reported as {@link ReadySink#ERROR}, awaited or not.
 *
 * <p><b>Registration.</b> {@link #register} counts as {@code awaitReadable}; a socket whose connect is pending is given
 * {@code awaitWritable} as well. Closing a raw socket deregisters it. A generation travels with each registration and
 * comes back with its events: an event that was gathered before a close must not reach the slot's next tenant.
 *
 * <p><b>Threading:</b> confined to the polling thread, except {@link #wakeup()}, which any thread may call at any time,
 * also after {@link #close()}.
 *
 * <p><b>Ownership:</b> the poller owns its own descriptors; registered sockets are not closed with it.
 *
 * <p><b>Failure:</b> an interrupted call is retried or returns 0 events; a closed socket in {@code awaitX} is ignored.
 */
public interface Poller extends AutoCloseable {

    /** Adds a socket or a listener and begins to wait for it to become readable. */
    void register(RawChannel channel, int slot, int generation) throws IOException;

    /** Asks for an event once a read (or an accept) would not block. */
    void awaitReadable(RawChannel channel);

    /** Asks for an event once a write would not block or a pending connect ended. */
    void awaitWritable(RawChannel channel);

    /**
     * Waits until something is ready, {@link #wakeup()} was called, or the time is over, and reports what is ready.
     *
     * @param timeoutNanos 0 does not wait, negative waits without end; positive is rounded up, never down
     * @return the number of events reported
     */
    int poll(long timeoutNanos, ReadySink sink) throws IOException;

    /** Ends the current or the next {@link #poll}; any number of calls between two polls cost one system call. */
    void wakeup();

    /**
     * A pipe between two sockets registered here, where the transport has {@link Capability#SPLICE}.
     *
     * @return null if no descriptor or memory is to be had for one now: then bytes are copied
     */
    default RawPipe openPipe() {
        throw new UnsupportedOperationException("this transport has no splice(2)");
    }

    /**
     * Binds the calling thread to one processor, where the transport can.
     *
     * @param cpu from 0
     */
    default void bindThread(int cpu) throws IOException {
        throw new UnsupportedOperationException("this transport cannot bind a thread to a processor");
    }

    @Override
    void close();
}
