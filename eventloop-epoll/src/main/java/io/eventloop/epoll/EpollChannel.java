package io.eventloop.epoll;

import io.eventloop.spi.RawChannel;
import java.net.SocketAddress;

/**
 * A descriptor, and the thread's way to the kernel that its calls take: the poller's once it is registered, before that
 * the calling thread's own.
 *
 * <p><b>Threading:</b> see {@link RawChannel}. <b>Ownership:</b> see {@link RawChannel}. <b>Failure:</b> see
 * {@link RawChannel}; calls on a closed channel fail with {@code EBADF}.
 */
abstract sealed class EpollChannel implements RawChannel permits EpollSocket, EpollListener {
    private static final int CLOSED = -1;

    final EpollTransport transport;

    /** The poller it is registered with, or null; the poller's to set. */
    EpollPoller poller;

    /** Below 0 once it is closed. */
    int fd;

    /** As the socket has it, also for IPv4 addresses mapped into IPv6. */
    final byte family;

    /** Whether another process may have the descriptor too, so that to close ours does not deregister it. */
    private boolean isShared;

    EpollChannel(EpollTransport transport, int fd, int family) {
        this.transport = transport;
        this.fd = fd;
        this.family = (byte) family;
    }

    /** Its way to the kernel, for the calling thread. */
    final Workspace workspace() {
        EpollPoller registered = poller;
        return registered == null ? transport.workspace() : registered.workspace;
    }

    /** What it waits for, in {@code EPOLL} constants. */
    abstract int interest();

    final void share() {
        isShared = true;
    }

    final void closeDescriptor() {
        int closing = fd;
        if (closing >= 0) {
            fd = CLOSED;
            if (isShared && poller != null) {
                poller.deregister(closing);
            }
            // close(2) gives the descriptor up whatever it returns, on Linux also with EINTR.
            workspace().kernel.close(closing);
        }
    }

    /** The kernel's answer to {@code getsockname(2)}, or null if it has none. */
    final SocketAddress boundAddress() {
        Workspace workspace = workspace();
        int result = workspace.kernel.getsockname(fd, workspace.address, workspace.emptyAddress());
        return result < 0 ? null : SocketAddresses.decode(workspace.address, Memory.getInt(workspace.addressLength));
    }
}
