package io.eventloop;

import java.util.Map;

/**
 * Figures of one loop, or of all loops of a group together, at one moment.
 *
 * <p>The map has an entry for every key, in the order of the keys.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param turns turns of the loop since the start
 * @param events readiness events reported by the poller since the start
 * @param staleEvents events dropped because their connection had ended, since the start
 * @param wakeups wake-ups sent to the poller by other threads since the start
 * @param reads read calls that did not fail, since the start
 * @param bytesReceived bytes read since the start
 * @param writes write calls since the start
 * @param bytesSent bytes taken by the system since the start
 * @param opened connections established since the start
 * @param active connections registered now
 * @param closed connections ended since the start, by the way they ended
 * @param largestQueueBytes the most bytes one connection had queued at the end of a turn, since the start
 * @param tasksRun tasks run since the start
 * @param tasksRejected tasks refused because the queue was full or the loop had ended, since the start
 * @param timersFired timers fired since the start
 * @param timersArmed timers armed now
 * @param failedCallbacks failures reported to the group's failure listener, since the start: callbacks, tasks and timers
 *     that threw, accepts and registrations that the system refused
 * @param blockedCallbacks reports of the watchdog since the start
 * @param buffers the buffer pool's figures
 */
public record LoopMetrics(
        long turns,
        long events,
        long staleEvents,
        long wakeups,
        long reads,
        long bytesReceived,
        long writes,
        long bytesSent,
        long opened,
        long active,
        Map<CloseReason.Kind, Long> closed,
        long largestQueueBytes,
        long tasksRun,
        long tasksRejected,
        long timersFired,
        long timersArmed,
        long failedCallbacks,
        long blockedCallbacks,
        BufferPoolMetrics buffers) {}
