package io.eventloop;

/**
 * Figures of a group's memory budget at one moment.
 *
 * <p><b>Threading:</b> immutable. <b>Ownership:</b> none. <b>Failure:</b> none.
 *
 * @param budgetBytes the budget
 * @param usedBytes buffers in use on all loops now, by capacity
 * @param pressure what is being done about it now
 * @param readersPaused pauses of readers since the start
 * @param readersResumed ends of such pauses since the start; a reader that was closed meanwhile does not count
 * @param acceptPauses how often accepting was stopped since the start
 * @param connectionsShed slow consumers reset since the start
 * @param bytesFreed buffers that these held, by capacity, since the start
 */
public record MemoryMetrics(
        long budgetBytes,
        long usedBytes,
        Pressure pressure,
        long readersPaused,
        long readersResumed,
        long acceptPauses,
        long connectionsShed,
        long bytesFreed) {

    /** Which of the measures are being taken; each includes those before it. */
    public enum Pressure {
        /** None. */
        NONE,
        /** The largest readers are paused. */
        PAUSING_READERS,
        /** Nothing is accepted. */
        NOT_ACCEPTING,
        /** The slowest consumers are reset. */
        SHEDDING
    }
}
