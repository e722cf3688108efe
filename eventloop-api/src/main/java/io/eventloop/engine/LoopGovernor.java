package io.eventloop.engine;

import io.eventloop.CloseReason;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.CloseReason.Scope;
import io.eventloop.Connection.State;
import io.eventloop.MemoryMetrics.Pressure;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One loop's part in keeping the group's memory budget: reports its use, and under pressure looks through its connections,
 * pauses the largest readers and resets the slowest consumers.
 *
 * <p>A <b>reader</b> is as large as the buffers it holds, except those that can leave, and the bytes it has brought since the last look; those below one
 * large buffer are left alone. Paused readers may read for {@link #BREATH_NANOS} in every {@link #PERIOD_NANOS}: one whose
 * handler needs more bytes before it can let go of those it has comes to its end, so that pausing slows the growth down
 * and stops nothing for good.
 *
 * <p>A <b>consumer</b> is as slow as the buffers it holds times the time without progress: for queued bytes, since the peer
 * took some; for unconsumed ones, since a byte moved. So a large queue that moves is not slow, and a small one that stands
 * becomes slow in time. Without buffers it is never reset. What a {@link Layer} above the connection holds is the
 * connection's own, for readers and consumers alike.
 *
 * <p>A look costs a visit to each connection. There is one when the pressure changes, when the use has grown by a
 * step under pressure, and twice in each period.
 *
 * <p><b>Threading:</b> loop-confined, except {@link #askToLook()} and the figures. Never runs within a callback.
 *
 * <p><b>Ownership:</b> none; what a reset consumer holds is given back at once.
 *
 * <p><b>Failure:</b> resets are reported to the failure listener, a bounded number in a second, the rest as a number.
 */
final class LoopGovernor {
    /** Long enough that a look at many connections is a small part of it, short enough that nobody times out over it. */
    static final long PERIOD_NANOS = 100_000_000L;

    static final long BREATH_NANOS = 10_000_000L;

    /** The most readers newly paused by one look. */
    static final int PAUSES_PER_LOOK = 64;

    /** The most consumers reset by one look. */
    static final int RESETS_PER_LOOK = 32;

    /** The most resets told one by one in a second. */
    static final int REPORTS_PER_SECOND = 16;

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long MILLI_NANOS = 1_000_000L;

    private final Loop loop;
    private final SlabPool pool;
    private final MemoryGovernor shared;
    private final WheelTimer period;
    private final PausedReaders paused = new PausedReaders();
    private final Ranking readers = new Ranking(PAUSES_PER_LOOK);
    private final Ranking consumers = new Ranking(RESETS_PER_LOOK);
    private final AtomicBoolean asked = new AtomicBoolean();
    private final OwnerCounter connectionsShed = new OwnerCounter();
    private final OwnerCounter bytesFreed = new OwnerCounter();

    /** What the group knows of. */
    private long reportedBytes;

    /** Above this the use is looked at before the turn's end. */
    private long alarmBytes;

    private long usedAtLookBytes;

    /** Whether the bytes brought since the last look are known. */
    private boolean looked;

    private boolean breathing;
    private long secondBeganNanos;
    private int toldInSecond;
    private long untold;

    LoopGovernor(Loop loop, SlabPool pool, MemoryGovernor shared) {
        this.loop = loop;
        this.pool = pool;
        this.shared = shared;
        this.period = new WheelTimer(loop, this::periodPassed);
        this.alarmBytes = shared.stepBytes();
    }

    long readersPaused() {
        return paused.pauses();
    }

    long readersResumed() {
        return paused.resumes();
    }

    long connectionsShed() {
        return connectionsShed.get();
    }

    long bytesFreed() {
        return bytesFreed.get();
    }

    /** Between two callbacks: looks early if the use has grown far. */
    void check() {
        if (pool.usedBytes() > alarmBytes) {
            grown();
        }
    }

    private void grown() {
        // What was written and can leave is not held.
        loop.work().flushWritten();
        report();
    }

    /** At the end of a turn. */
    void turnEnded() {
        long used = pool.usedBytes();
        if (used != reportedBytes
                && (shared.pressure() != Pressure.NONE || Math.abs(used - reportedBytes) >= shared.stepBytes())) {
            report();
        }
    }

    private void report() {
        boolean changed = tell();
        if (changed
                || shared.pressure() != Pressure.NONE && reportedBytes - usedAtLookBytes >= shared.leastStepBytes()) {
            look();
        }
        alarmBytes = reportedBytes + shared.stepBytes();
    }

    private boolean tell() {
        long used = pool.usedBytes();
        long change = used - reportedBytes;
        reportedBytes = used;
        return shared.report(loop, change);
    }

    /** Has the loop look soon; from any thread. */
    void askToLook() {
        if (asked.compareAndSet(false, true)) {
            loop.order(this::lookAsAsked);
        }
    }

    private void lookAsAsked() {
        asked.set(false);
        if (!loop.isStopping()) {
            look();
            alarmBytes = reportedBytes + shared.stepBytes();
        }
    }

    private void periodPassed() {
        if (!breathing && shared.pressure() != Pressure.NONE) {
            breathing = true;
            paused.letRead();
            period.scheduleNanos(BREATH_NANOS);
            return;
        }
        if (breathing) {
            breathing = false;
            paused.hold(reader -> isLarge(
                    reader.in().throttle().stuckBytes() + reader.in().throttle().takeReceivedBytes()));
        }
        look();
    }

    /** Looks through the connections and does what the pressure asks for. */
    private void look() {
        if (shared.pressure() == Pressure.NONE) {
            relax();
            return;
        }
        if (breathing) {
            breathing = false;
            paused.hold();
        }
        // What was written in this turn and can leave is not held.
        loop.work().flushWritten();
        tell();
        loop.slots().forEach(this::consider);
        looked = true;
        for (int i = 0; i < readers.size(); i++) {
            paused.pause(readers.connection(i));
        }
        shed();
        readers.clear();
        consumers.clear();
        usedAtLookBytes = reportedBytes;
        period.scheduleNanos(PERIOD_NANOS - BREATH_NANOS);
    }

    private void relax() {
        usedAtLookBytes = reportedBytes;
        paused.resumeAll();
        period.cancel();
        looked = false;
        breathing = false;
        shared.slowest(loop, 0);
        tellUntold();
    }

    private void consider(Endpoint endpoint) {
        if (!(endpoint instanceof SocketConnection connection) || connection.phase() == State.CLOSED) {
            return;
        }
        ReadThrottle throttle = connection.in().throttle();
        if (!throttle.isOn()) {
            long received = throttle.takeReceivedBytes();
            long size = throttle.stuckBytes() + (looked ? received : 0);
            if (isLarge(size) && throttle.isOfUse()) {
                readers.offer(connection, size);
            }
        }
        long slowness = slowness(connection);
        if (slowness > 0) {
            consumers.offer(connection, slowness);
        }
    }

    private boolean isLarge(long size) {
        return size >= pool.largestClassBytes();
    }

    private long slowness(SocketConnection connection) {
        ConnectionDeadlines deadlines = connection.deadlines();
        ReadThrottle throttle = connection.in().throttle();
        long now = loop.nanoTime();
        return throttle.outboundBytes() * (1 + Math.max(0, deadlines.stalledNanos(now)) / MILLI_NANOS)
                + throttle.inboundBytes() * (1 + deadlines.quietNanos(now) / MILLI_NANOS);
    }

    private void shed() {
        shared.slowest(loop, consumers.highest());
        long goalBytes = shared.shedGoalBytes(loop.nanoTime());
        for (int i = 0; i < consumers.size() && shared.usedBytes() >= goalBytes; i++) {
            if (!shared.mayShed(consumers.score(i))) {
                return;
            }
            reset(consumers.connection(i));
            tell();
        }
        if (consumers.size() == RESETS_PER_LOOK && shared.usedBytes() >= goalBytes) {
            askToLook();
        }
    }

    private void reset(SocketConnection connection) {
        long freed = connection.in().throttle().heldBytes();
        String what = connection + " is reset to free memory";
        IOException detail = new IOException("it held " + freed + " bytes of buffers, "
                + connection.out().queuedBytes() + " bytes were queued, none was taken for "
                + Math.max(0, connection.deadlines().stalledNanos(loop.nanoTime())) / MILLI_NANOS + " ms, and "
                + shared.usedBytes()
                + " of the group's budget of " + shared.budgetBytes() + " bytes were in use");
        connection.life().end(CloseReason.of(Scope.CONNECTION, Initiator.LIBRARY, Kind.MEMORY_SHED, detail), true);
        connection.deadlines().unstall();
        connection.out().clear();
        connection.in().clear();
        if (connection.calls().handler() instanceof Layer layer) {
            layer.discard();
        }
        connectionsShed.add(1);
        bytesFreed.add(freed);
        tell(what, detail);
    }

    private void tell(String what, IOException detail) {
        if (loop.nanoTime() - secondBeganNanos >= SECOND_NANOS) {
            secondBeganNanos = loop.nanoTime();
            toldInSecond = 0;
            tellUntold();
        }
        if (toldInSecond < REPORTS_PER_SECOND) {
            toldInSecond++;
            loop.failed(what + ": " + detail.getMessage(), detail);
        } else {
            untold++;
        }
    }

    private void tellUntold() {
        if (untold > 0) {
            String what = untold + " more connections of " + loop.name() + " were reset to free memory";
            untold = 0;
            loop.failed(what, new IOException(what));
        }
    }

    /** At the loop's end: what it had in use is no longer anybody's concern. */
    void close() {
        period.cancel();
        tellUntold();
        shared.slowest(loop, 0);
        shared.report(loop, -reportedBytes);
        reportedBytes = 0;
        alarmBytes = Long.MAX_VALUE;
    }
}
