package io.eventloop.engine;

import io.eventloop.BufferPoolMetrics;
import io.eventloop.CloseReason;
import io.eventloop.LoopMetrics;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The figures of several loops as if they were one.
 *
 * <p><b>Threading:</b> stateless. <b>Ownership:</b> none. <b>Failure:</b> none.
 */
final class MetricsSum {
    private MetricsSum() {}

    static LoopMetrics of(LoopMetrics a, LoopMetrics b) {
        Map<CloseReason.Kind, Long> closed = new EnumMap<>(CloseReason.Kind.class);
        a.closed().forEach((kind, count) -> closed.put(kind, count + b.closed().get(kind)));
        return new LoopMetrics(
                a.turns() + b.turns(),
                a.events() + b.events(),
                a.staleEvents() + b.staleEvents(),
                a.wakeups() + b.wakeups(),
                a.reads() + b.reads(),
                a.bytesReceived() + b.bytesReceived(),
                a.writes() + b.writes(),
                a.bytesSent() + b.bytesSent(),
                a.opened() + b.opened(),
                a.active() + b.active(),
                Collections.unmodifiableMap(closed),
                Math.max(a.largestQueueBytes(), b.largestQueueBytes()),
                a.tasksRun() + b.tasksRun(),
                a.tasksRejected() + b.tasksRejected(),
                a.timersFired() + b.timersFired(),
                a.timersArmed() + b.timersArmed(),
                a.failedCallbacks() + b.failedCallbacks(),
                a.blockedCallbacks() + b.blockedCallbacks(),
                of(a.buffers(), b.buffers()));
    }

    static BufferPoolMetrics of(BufferPoolMetrics a, BufferPoolMetrics b) {
        return new BufferPoolMetrics(
                a.reservedBytes() + b.reservedBytes(),
                a.usedBytes() + b.usedBytes(),
                a.peakUsedBytes() + b.peakUsedBytes(),
                a.acquired() + b.acquired(),
                a.released() + b.released(),
                a.unpooled() + b.unpooled(),
                a.crossThreadReleases() + b.crossThreadReleases(),
                a.refused() + b.refused());
    }
}
