package io.eventloop.epoll;

/**
 * Empty pipes of one poller, kept for the next splice.
 *
 * <p><b>Threading:</b> confined to the polling thread. <b>Ownership:</b> owns the pipes in it, not those taken.
 *
 * <p><b>Failure:</b> {@link #take()} answers null if none is left and the system makes no more.
 */
final class PipePool {
    /**
     * Two descriptors and {@link EpollPipe#CAPACITY_BYTES} of the user's share of pipe memory each, 64 MiB altogether
     * (pipe(7), {@code pipe-user-pages-soft}). More flows than this at a time pay for opening and closing theirs.
     */
    static final int MAX_SPARE = 16;

    /** Descriptors of spare pipes: reading end, writing end. */
    private final int[] spare = new int[2 * MAX_SPARE];

    private final Workspace workspace;
    private int count;
    private boolean isClosed;

    PipePool(Workspace workspace) {
        this.workspace = workspace;
    }

    int spareCount() {
        return count;
    }

    /** An empty pipe, or null. */
    EpollPipe take() {
        if (count > 0) {
            count--;
            return new EpollPipe(workspace, this, spare[2 * count], spare[2 * count + 1]);
        }
        int result = EpollPipe.open(workspace);
        return result < 0
                ? null
                : new EpollPipe(workspace, this, EpollPipe.readEnd(workspace), EpollPipe.writeEnd(workspace));
    }

    /** Takes an empty pipe back, or closes it if there are enough. */
    void giveBack(int readEnd, int writeEnd) {
        if (isClosed || count == MAX_SPARE) {
            workspace.kernel.close(readEnd);
            workspace.kernel.close(writeEnd);
            return;
        }
        spare[2 * count] = readEnd;
        spare[2 * count + 1] = writeEnd;
        count++;
    }

    void close() {
        isClosed = true;
        for (int i = 0; i < 2 * count; i++) {
            workspace.kernel.close(spare[i]);
        }
        count = 0;
    }
}
