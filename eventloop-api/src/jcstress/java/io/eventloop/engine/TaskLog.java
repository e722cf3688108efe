package io.eventloop.engine;

/**
 * Tasks that note that they ran. Of each submitter there are up to four, and they have to run once each, in the order
 * of their submission. Run by one thread at a time, like the tasks of a loop.
 */
final class TaskLog {
    private final int[] ran;
    private boolean isOutOfOrder;
    private int total;

    TaskLog(int submitters) {
        ran = new int[submitters];
    }

    /** The task number {@code ordinal}, from 0, of a submitter. */
    Runnable task(int submitter, int ordinal) {
        return () -> {
            isOutOfOrder |= ran[submitter] != ordinal;
            ran[submitter]++;
            total++;
        };
    }

    /** How many ran, or -1 if one of them ran twice or before its turn. */
    int total() {
        return isOutOfOrder ? -1 : total;
    }
}
