package io.eventloop.tls;

/**
 * A handshake task that waits for a thread.
 *
 * <p><b>Threading:</b> its links belong to the {@link WaitingRoom}; it is run or shed once, by any thread.
 *
 * <p><b>Ownership:</b> none. <b>Failure:</b> neither of its actions throws.
 */
final class WaitingTask {
    /** Whether it goes before those that only begin. */
    final boolean goesFirst;

    private final Runnable action;
    private final Runnable shedding;

    WaitingTask older;
    WaitingTask newer;
    boolean isWaiting;

    /**
     * A task.
     *
     * @param action the work, and to say that it is done
     * @param shedding to say that it will not be done
     */
    WaitingTask(boolean goesFirst, Runnable action, Runnable shedding) {
        this.goesFirst = goesFirst;
        this.action = action;
        this.shedding = shedding;
    }

    void run() {
        action.run();
    }

    void shed() {
        shedding.run();
    }
}
