package io.eventloop.jfr;

import io.eventloop.CloseReason;
import io.eventloop.Connection;
import io.eventloop.MemoryMetrics.Pressure;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * The events of {@link FlightEvents} as Java Flight Recorder knows them. The recorder is not started for their sake: as
 * long as nobody has made a recording, none of the event classes is loaded.
 *
 * <p><b>Threading:</b> any thread. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class RecordedEvents extends FlightEvents {

    /** Loaded with the first event after a recording was made. */
    private static final class Types {
        static final EventType OPEN = EventType.getEventType(ConnectionOpen.class);
        static final EventType CLOSE = EventType.getEventType(ConnectionClose.class);
        static final EventType STALL = EventType.getEventType(WriteStall.class);
        static final EventType WAIT = EventType.getEventType(PoolWait.class);
        static final EventType EVICTION = EventType.getEventType(PoolEviction.class);
        static final EventType PRESSURE = EventType.getEventType(MemoryPressure.class);
        static final EventType SLOW = EventType.getEventType(SlowCallback.class);

        private Types() {}
    }

    @Override
    public void connectionOpened(Connection connection) {
        if (FlightRecorder.isInitialized() && Types.OPEN.isEnabled()) {
            ConnectionOpen event = new ConnectionOpen();
            event.of(connection);
            event.commit();
        }
    }

    @Override
    public void connectionClosed(Connection connection, CloseReason reason) {
        if (FlightRecorder.isInitialized() && Types.CLOSE.isEnabled()) {
            ConnectionClose event = new ConnectionClose();
            event.of(connection);
            event.reason = reason.toString();
            event.kind = reason.kind().name();
            event.initiator = reason.initiator().name();
            event.bytesReceived = connection.bytesReceived();
            event.bytesSent = connection.bytesSent();
            event.commit();
        }
    }

    @Override
    public void writeStalled(Connection connection, long stalledNanos) {
        if (FlightRecorder.isInitialized() && Types.STALL.isEnabled()) {
            WriteStall event = new WriteStall();
            event.of(connection);
            event.stalled = stalledNanos;
            event.queuedBytes = connection.queuedBytes();
            event.commit();
        }
    }

    @Override
    public void poolWaited(SocketAddress pool, long waitedNanos, boolean served) {
        if (FlightRecorder.isInitialized() && Types.WAIT.isEnabled()) {
            PoolWait event = new PoolWait();
            event.remote = pool.toString();
            event.waited = waitedNanos;
            event.served = served;
            event.commit();
        }
    }

    @Override
    public void poolEvicted(SocketAddress pool, long connectionId, String reason) {
        if (FlightRecorder.isInitialized() && Types.EVICTION.isEnabled()) {
            PoolEviction event = new PoolEviction();
            event.remote = pool.toString();
            event.connectionId = connectionId;
            event.reason = reason;
            event.commit();
        }
    }

    @Override
    public void memoryPressure(String loop, Pressure before, Pressure after, long usedBytes, long budgetBytes) {
        if (FlightRecorder.isInitialized() && Types.PRESSURE.isEnabled()) {
            MemoryPressure event = new MemoryPressure();
            event.loop = loop;
            event.before = before.name();
            event.after = after.name();
            event.usedBytes = usedBytes;
            event.budgetBytes = budgetBytes;
            event.commit();
        }
    }

    @Override
    public void callbackBlocked(String loop, Duration running, StackTraceElement[] stack) {
        if (FlightRecorder.isInitialized() && Types.SLOW.isEnabled()) {
            SlowCallback event = new SlowCallback();
            event.loop = loop;
            event.running = running.toNanos();
            event.frames = Arrays.stream(stack).map(StackTraceElement::toString).collect(Collectors.joining("\n"));
            event.commit();
        }
    }

    /** What all events of connections have. */
    @Enabled(false)
    @StackTrace(false)
    @Category("eventloop")
    private abstract static class ConnectionEvent extends Event {
        @Label("Loop")
        String loop;

        @Label("Connection")
        long connectionId;

        @Label("Remote Address")
        String remote;

        final void of(Connection connection) {
            loop = connection.loop().name();
            connectionId = connection.id();
            remote = String.valueOf(connection.remoteAddress());
        }
    }

    @Name("io.eventloop.ConnectionOpen")
    @Label("Connection Open")
    @Enabled(false)
    @StackTrace(false)
    @Category("eventloop")
    private static final class ConnectionOpen extends ConnectionEvent {}

    @Name("io.eventloop.ConnectionClose")
    @Label("Connection Close")
    @Enabled(false)
    @StackTrace(false)
    @Category("eventloop")
    private static final class ConnectionClose extends ConnectionEvent {
        @Label("Reason")
        String reason;

        @Label("Kind")
        String kind;

        @Label("Initiator")
        String initiator;

        @Label("Bytes Received")
        @DataAmount
        long bytesReceived;

        @Label("Bytes Sent")
        @DataAmount
        long bytesSent;
    }

    @Name("io.eventloop.WriteStall")
    @Label("Write Stall")
    @Description("For a while the peer did not take all that was queued; told when that is over")
    @Enabled(false)
    @StackTrace(false)
    @Category("eventloop")
    private static final class WriteStall extends ConnectionEvent {
        @Label("Stalled")
        @Timespan(Timespan.NANOSECONDS)
        long stalled;

        @Label("Still Queued")
        @DataAmount
        long queuedBytes;
    }

    @Name("io.eventloop.PoolWait")
    @Label("Connection Pool Wait")
    @Enabled(false)
    @StackTrace(false)
    @Category("eventloop")
    private static final class PoolWait extends Event {
        @Label("Remote Address")
        String remote;

        @Label("Waited")
        @Timespan(Timespan.NANOSECONDS)
        long waited;

        @Label("Served")
        boolean served;
    }

    @Name("io.eventloop.PoolEviction")
    @Label("Connection Pool Eviction")
    @Enabled(false)
    @StackTrace(false)
    @Category("eventloop")
    private static final class PoolEviction extends Event {
        @Label("Remote Address")
        String remote;

        @Label("Connection")
        long connectionId;

        @Label("Reason")
        String reason;
    }

    @Name("io.eventloop.MemoryPressure")
    @Label("Memory Pressure")
    @Description("The buffers in use crossed a threshold of the group's memory budget")
    @Enabled(false)
    @StackTrace(false)
    @Category("eventloop")
    private static final class MemoryPressure extends Event {
        @Label("Loop")
        String loop;

        @Label("Before")
        String before;

        @Label("After")
        String after;

        @Label("Used")
        @DataAmount
        long usedBytes;

        @Label("Budget")
        @DataAmount
        long budgetBytes;
    }

    @Name("io.eventloop.SlowCallback")
    @Label("Slow Callback")
    @Enabled(false)
    @StackTrace(false)
    @Category("eventloop")
    private static final class SlowCallback extends Event {
        @Label("Loop")
        String loop;

        @Label("Running For")
        @Timespan(Timespan.NANOSECONDS)
        long running;

        @Label("Stack")
        String frames;
    }
}
