package io.eventloop.jfr;

import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.MemoryMetrics.Pressure;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * What the library tells Java Flight Recorder. Each method is one event; this class does nothing in any of them and is
 * what there is where the module {@code jdk.jfr} is missing.
 *
 * <p>All events are off until a recording switches them on by name. Until then, and where nothing was ever recorded, a
 * call costs two reads and allocates nothing. No event is made for single reads and writes.
 *
 * <p><b>Threading:</b> any thread. <b>Ownership:</b> none, arguments are read at once. <b>Failure:</b> none.
 */
public class FlightEvents {
    private static final FlightEvents EVENTS = load();

    FlightEvents() {}

    /** The events of this virtual machine. */
    public static FlightEvents events() {
        return EVENTS;
    }

    /** The module is optional for us, so it may be absent, or present and not readable. */
    private static FlightEvents load() {
        try {
            Class.forName("jdk.jfr.Event", false, FlightEvents.class.getClassLoader());
            return new RecordedEvents();
        } catch (ClassNotFoundException | LinkageError e) {
            return new FlightEvents();
        }
    }

    /** A connection was established; on its loop. */
    public void connectionOpened(Connection connection) {}

    /** A connection is over; on its loop. */
    public void connectionClosed(Connection connection, CloseReason reason) {}

    /**
     * The peer takes queued bytes again, or the connection ended first; on its loop.
     *
     * @param stalledNanos for how long not all that was queued could be handed to the system
     */
    public void writeStalled(Connection connection, long stalledNanos) {}

    /**
     * Somebody waited for a pooled connection.
     *
     * @param pool the address its connections lead to
     * @param waitedNanos for how long
     * @param served false if the wait ended without a connection
     */
    public void poolWaited(SocketAddress pool, long waitedNanos, boolean served) {}

    /**
     * A pooled connection was taken out of its pool and closed.
     *
     * @param connectionId its {@link Connection#id()}
     * @param reason in a word: IDLE_TIMEOUT, LIFETIME, PEER_CLOSED
     */
    public void poolEvicted(SocketAddress pool, long connectionId, String reason) {}

    /** The use of a group's memory budget crossed a threshold. */
    public void memoryPressure(String loop, Pressure before, Pressure after, long usedBytes, long budgetBytes) {}

    /** A callback has been running for longer than the threshold; while it runs, on the watchdog's thread. */
    public void callbackBlocked(String loop, Duration running, StackTraceElement[] stack) {}
}
