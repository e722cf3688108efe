package io.eventloop.epoll;

import io.eventloop.spi.RawPipe;
import io.eventloop.spi.RawSocket;
import java.io.IOException;

/**
 * A pipe(7) between two sockets, for splice(2).
 *
 * <p><b>Threading:</b> see {@link RawPipe}. <b>Ownership:</b> two descriptors, given back to the pool if nothing is in
 * between. <b>Failure:</b> see {@link RawPipe}.
 */
final class EpollPipe implements RawPipe {
    /** What a pipe holds: a multiple of the default, so that a fast flow needs few calls; less if the system says so. */
    static final int CAPACITY_BYTES = 1 << 20;

    private static final int FLAGS = Linux.SPLICE_F_MOVE | Linux.SPLICE_F_NONBLOCK;
    private static final int CLOSED = -1;

    private final Workspace workspace;
    private final PipePool pool;
    private int readEnd;
    private int writeEnd;
    private long buffered;

    EpollPipe(Workspace workspace, PipePool pool, int readEnd, int writeEnd) {
        this.workspace = workspace;
        this.pool = pool;
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    /**
     * Makes a pipe, non-blocking and close-on-exec.
     *
     * @return below 0 if the system refuses; otherwise the workspace's value holds the two ends
     */
    static int open(Workspace workspace) {
        Syscalls kernel = workspace.kernel;
        int result = kernel.pipe2(workspace.value, Linux.O_NONBLOCK | Linux.O_CLOEXEC);
        if (result >= 0) {
            // Refused beyond the user's share of pipe memory; the pipe then works as it is.
            kernel.fcntl(writeEnd(workspace), Linux.F_SETPIPE_SZ, CAPACITY_BYTES);
        }
        return result;
    }

    /** Of the pipe just made. */
    static int readEnd(Workspace workspace) {
        return Memory.getInt(workspace.value);
    }

    /** Of the pipe just made. */
    static int writeEnd(Workspace workspace) {
        return Memory.getInt(workspace.value + Integer.BYTES);
    }

    @Override
    public long fill(RawSocket from, long maxBytes) throws IOException {
        requireOpen();
        if (maxBytes <= 0) {
            return 0;
        }
        EpollSocket source = (EpollSocket) from;
        long count = splice(source.fd, writeEnd, maxBytes);
        if (count > 0) {
            buffered += count;
            return count;
        }
        return count == 0 ? -1 : source.blockedOrFailed("splice(2)", "from ", count);
    }

    @Override
    public long drain(RawSocket to) throws IOException {
        requireOpen();
        if (buffered == 0) {
            return 0;
        }
        EpollSocket target = (EpollSocket) to;
        long count = splice(readEnd, target.fd, buffered);
        if (count > 0) {
            buffered -= count;
            return count;
        }
        return target.blockedOrFailed("splice(2)", "to ", count);
    }

    private long splice(int from, int to, long bytes) {
        long count;
        do {
            count = workspace.kernel.splice(from, to, bytes, FLAGS);
        } while (count == -Linux.EINTR);
        return count;
    }

    private void requireOpen() {
        if (readEnd < 0) {
            throw new IllegalStateException("the pipe is closed");
        }
    }

    @Override
    public long bufferedBytes() {
        return buffered;
    }

    @Override
    public void close() {
        if (readEnd < 0) {
            return;
        }
        if (buffered == 0) {
            pool.giveBack(readEnd, writeEnd);
        } else {
            workspace.kernel.close(readEnd);
            workspace.kernel.close(writeEnd);
        }
        readEnd = CLOSED;
        writeEnd = CLOSED;
    }
}
