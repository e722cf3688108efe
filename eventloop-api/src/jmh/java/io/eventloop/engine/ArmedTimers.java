package io.eventloop.engine;

/**
 * A number of armed timers in one implementation. Deadlines are in ticks of 2<sup>20</sup> ns, our wheel's tick; the
 * wheels that need a size have 1,024 slots, so that no deadline of {@link TimerBenchmark} shares a slot with one of
 * another turn of the wheel: their best case.
 */
interface ArmedTimers {
    int TICK_SHIFT = TimerWheel.DEFAULT_TICK_SHIFT;
    int SLOTS = 1024;

    /** Arms one more timer and cancels it. */
    void scheduleAndCancel(long delayTicks);

    /** Moves the deadline of one of the timers. */
    void rearm(int timer, long delayTicks);

    /**
     * Moves time on by a tick. Each timer that is due fires and arms itself again, {@link TimerBenchmark#PERIOD_TICKS}
     * later.
     *
     * @return how many fired
     */
    int tick();

    /** Ends what runs in the background. */
    default void close() {}
}
