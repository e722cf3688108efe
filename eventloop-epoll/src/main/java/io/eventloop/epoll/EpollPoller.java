package io.eventloop.epoll;

import io.eventloop.SystemCallException;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawChannel;
import io.eventloop.spi.RawPipe;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A poller over epoll(7).
 *
 * <p><b>Registration.</b> A channel is registered once, edge-triggered, for everything; {@code epoll_ctl(2)} is not called
 * again until it is closed, which deregisters it. The engine's cached readiness is what edge-triggering asks for: it acts
 * until a call would block or comes back short, and the next edge follows from there (epoll(7), questions and answers).
 * The user data of an event is {@code generation << 32 | slot}.
 *
 * <p><b>Wake-ups</b> write to an eventfd(2), which is registered edge-triggered too and never read: each write is an edge,
 * and its counter does not overflow within 2^64 of them. A flag, taken back when the event is seen, keeps further
 * wake-ups from writing.
 *
 * <p><b>Time.</b> {@code epoll_pwait2(2)} takes nanoseconds; where it is missing, timeouts are rounded up to milliseconds.
 *
 * <p><b>Threading:</b> see {@link Poller}. <b>Ownership:</b> its two descriptors, spare pipes, and its workspace, which
 * registered channels go on using after {@link #close()}.
 *
 * <p><b>Failure:</b> see {@link Poller}.
 */
final class EpollPoller implements Poller {
    /** Events taken over by one call; the rest comes with the next. */
    private static final int MAX_EVENTS = 1024;

    /** {@code struct epoll_event} is packed on x86-64 and nowhere else. */
    private static final boolean IS_PACKED = !System.getProperty("os.arch").equals("aarch64");

    static final int EVENT_BYTES = IS_PACKED ? 12 : 16;
    static final int EVENT_DATA = IS_PACKED ? 4 : 8;

    /** Its user data: a slot that the engine does not have. */
    private static final int WAKEUP_SLOT = -1;

    private static final long SLOT_MASK = 0xFFFF_FFFFL;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int CLOSED = -1;

    final Workspace workspace;
    private final Syscalls kernel;

    /** Keeps the two addresses below alive. */
    private final MemorySegment memory;

    private final long events;
    private final long timespec;
    private final PipePool pipes;
    private final AtomicBoolean isWoken = new AtomicBoolean();
    private FilePipe filePipe;
    private boolean hasNanoTimeouts = true;
    private int epoll;

    /** Guarded by {@link #isWoken}'s monitor, so that a late wake-up does not write to a stranger's descriptor. */
    private int eventfd;

    EpollPoller(Workspace workspace) throws SystemCallException {
        this.workspace = workspace;
        kernel = workspace.kernel;
        memory = Memory.allocate((long) MAX_EVENTS * EVENT_BYTES + 2 * Long.BYTES);
        timespec = memory.address();
        events = timespec + 2 * Long.BYTES;
        pipes = new PipePool(workspace);
        epoll = require("epoll_create1(2)", kernel.epoll_create1(Linux.EPOLL_CLOEXEC));
        eventfd = CLOSED;
        boolean isDone = false;
        try {
            eventfd = require("eventfd(2)", kernel.eventfd(0, Linux.EFD_CLOEXEC | Linux.EFD_NONBLOCK));
            require("epoll_ctl(2)", add(eventfd, Linux.EPOLLIN | Linux.EPOLLET, WAKEUP_SLOT, 0));
            isDone = true;
        } finally {
            if (!isDone) {
                close();
            }
        }
    }

    private static int require(String call, int result) throws SystemCallException {
        if (result < 0) {
            throw EpollErrors.failed(call, "", result);
        }
        return result;
    }

    private int add(int fd, int interest, int slot, int generation) {
        Memory.putInt(workspace.value, interest);
        Memory.putLong(workspace.value + EVENT_DATA, (long) generation << Integer.SIZE | slot & SLOT_MASK);
        return kernel.epoll_ctl(epoll, Linux.EPOLL_CTL_ADD, fd, workspace.value);
    }

    @Override
    public void register(RawChannel channel, int slot, int generation) throws IOException {
        EpollChannel registered = (EpollChannel) channel;
        if (registered.poller != null) {
            throw new IllegalStateException("already registered: " + registered);
        }
        int result = add(registered.fd, registered.interest(), slot, generation);
        if (result < 0) {
            throw EpollErrors.failed("epoll_ctl(2)", "of " + registered, result);
        }
        registered.poller = this;
    }

    /** For a descriptor that others may keep open after we close ours. */
    void deregister(int fd) {
        if (epoll >= 0) {
            kernel.epoll_ctl(epoll, Linux.EPOLL_CTL_DEL, fd, 0);
        }
    }

    @Override
    public void awaitReadable(RawChannel channel) {
        // The next edge reports it.
    }

    @Override
    public void awaitWritable(RawChannel channel) {
        // The next edge reports it.
    }

    @Override
    public int poll(long timeoutNanos, ReadySink sink) throws IOException {
        int count = await(timeoutNanos);
        if (count <= 0) {
            return count == 0 || count == -Linux.EINTR ? 0 : failed(count);
        }
        int reported = 0;
        long end = events + (long) count * EVENT_BYTES;
        for (long event = events; event < end; event += EVENT_BYTES) {
            long data = Memory.getLong(event + EVENT_DATA);
            int slot = (int) data;
            if (slot == WAKEUP_SLOT) {
                isWoken.set(false);
            } else {
                sink.ready(slot, (int) (data >>> Integer.SIZE), readyOps(Memory.getInt(event)));
                reported++;
            }
        }
        return reported;
    }

    private int await(long timeoutNanos) {
        if (timeoutNanos <= 0) {
            return kernel.epoll_wait(epoll, events, MAX_EVENTS, timeoutNanos == 0 ? 0 : -1);
        }
        if (hasNanoTimeouts) {
            Memory.putLong(timespec, timeoutNanos / NANOS_PER_SECOND);
            Memory.putLong(timespec + Long.BYTES, timeoutNanos % NANOS_PER_SECOND);
            int count = kernel.epoll_pwait2(epoll, events, MAX_EVENTS, timespec);
            // EPERM is how container sandboxes answer for calls they do not know.
            if (count != -Linux.ENOSYS && count != -Linux.EPERM) {
                return count;
            }
            hasNanoTimeouts = false;
        }
        return kernel.epoll_wait(epoll, events, MAX_EVENTS, timeoutMillis(timeoutNanos));
    }

    /** Rounded up, so that a timer is due when the wait is over. */
    static int timeoutMillis(long timeoutNanos) {
        long millis = timeoutNanos / NANOS_PER_MILLI + (timeoutNanos % NANOS_PER_MILLI == 0 ? 0 : 1);
        return (int) Math.min(Integer.MAX_VALUE, millis);
    }

    /**
     * What the engine is told. Both directions of a socket that hung up are ended, so whatever is tried on it gives an
     * answer, and its input has to be read to the end.
     */
    static int readyOps(int event) {
        int ops = (event & Linux.EPOLLIN) != 0 ? ReadySink.READABLE : 0;
        if ((event & Linux.EPOLLOUT) != 0) {
            ops |= ReadySink.WRITABLE;
        }
        // A read stops short before urgent data, whatever follows it, as it would before a FIN.
        if ((event & (Linux.EPOLLRDHUP | Linux.EPOLLPRI)) != 0) {
            ops |= ReadySink.READABLE | ReadySink.INPUT_ENDED;
        }
        if ((event & Linux.EPOLLHUP) != 0) {
            ops |= ReadySink.READABLE | ReadySink.WRITABLE | ReadySink.INPUT_ENDED;
        }
        if ((event & Linux.EPOLLERR) != 0) {
            ops |= ReadySink.ERROR;
        }
        return ops;
    }

    private int failed(int result) throws SystemCallException {
        if (epoll < 0) {
            throw new IllegalStateException("the poller is closed");
        }
        throw EpollErrors.failed("epoll_wait(2)", "", result);
    }

    @Override
    public void wakeup() {
        if (!isWoken.get() && isWoken.compareAndSet(false, true)) {
            synchronized (isWoken) {
                if (eventfd >= 0) {
                    kernel.eventfd_write(eventfd, 1);
                }
            }
        }
    }

    @Override
    public RawPipe openPipe() {
        return pipes.take();
    }

    @Override
    public void bindThread(int cpu) throws IOException {
        CpuAffinity.bindThread(workspace, cpu);
    }

    /** The way of file bytes to its sockets. */
    FilePipe filePipe() throws IOException {
        if (filePipe == null) {
            filePipe = new FilePipe(workspace);
        }
        return filePipe;
    }

    /** Drops what is held for a socket that is being closed. */
    void forget(EpollSocket socket) {
        if (filePipe != null) {
            filePipe.forget(socket);
        }
    }

    @Override
    public void close() {
        if (epoll < 0) {
            return;
        }
        pipes.close();
        if (filePipe != null) {
            filePipe.close();
        }
        kernel.close(epoll);
        epoll = CLOSED;
        synchronized (isWoken) {
            if (eventfd >= 0) {
                kernel.close(eventfd);
                eventfd = CLOSED;
            }
        }
    }
}
