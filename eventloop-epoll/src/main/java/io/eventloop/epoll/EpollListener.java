package io.eventloop.epoll;

import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A listening socket, with a descriptor in reserve.
 *
 * <p>It is registered edge-triggered, as sockets are: the engine accepts until none waits, over as many turns as its
 * bounds ask for, and a listener that is paused or backs off costs no event.
 *
 * <p><b>Threading:</b> see {@link RawListener}. <b>Ownership:</b> the descriptor, the reserve, and the path of a
 * UNIX-domain socket; a path that someone has bound anew in the meantime is left alone.
 *
 * <p><b>Failure:</b> see {@link RawListener}.
 */
final class EpollListener extends EpollChannel implements RawListener {
    private static final int STREAM = Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC;
    private static final int ACCEPT_FLAGS = Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC;
    private static final int NO_DESCRIPTOR = -1;

    /** Bounds the time one accept spends on connections that were given up; a kernel queue is rarely longer. */
    private static final int MOST_PASSED_OVER = 4096;

    private final SocketOptions ownOptions;
    private SocketAddress localAddress;

    /** Where accepted connections find their local address; null if it differs from one to the next. */
    private SocketAddress acceptedLocalAddress;

    /** Identifies the file behind a UNIX-domain address; null elsewhere. */
    private Object fileKey;

    private int reserve = NO_DESCRIPTOR;

    /** The options last accepted with, and those of them that have to be set on each socket. */
    private SocketOptions acceptOptions;

    private SocketOptions notInherited;

    private EpollListener(EpollTransport transport, int fd, int family, SocketOptions ownOptions) {
        super(transport, fd, family);
        this.ownOptions = ownOptions;
    }

    static EpollListener open(
            EpollTransport transport, SocketAddress local, int backlog, boolean reusePort, SocketOptions options)
            throws IOException {
        SocketAddresses.check(local);
        if (local.equals(SocketAddresses.UNNAMED)) {
            throw new IllegalArgumentException("a UNIX-domain listener needs a path");
        }
        int family = transport.listeningFamily(local);
        String subject = "to " + EpollErrors.text(local);
        Workspace workspace = transport.workspace();
        int fd = require("socket(2)", subject, workspace.kernel.socket(family, STREAM, 0));
        EpollListener listener = new EpollListener(transport, fd, family, options);
        boolean isDone = false;
        try {
            listener.bind(workspace, local, backlog, reusePort, subject);
            isDone = true;
            return listener;
        } finally {
            if (!isDone) {
                listener.close();
            }
        }
    }

    private void bind(Workspace workspace, SocketAddress local, int backlog, boolean reusePort, String subject)
            throws IOException {
        Syscalls kernel = workspace.kernel;
        setFlag(workspace, Linux.SOL_SOCKET, Linux.SO_REUSEADDR, family != Linux.AF_UNIX);
        setFlag(workspace, Linux.SOL_SOCKET, Linux.SO_REUSEPORT, reusePort);
        if (family == Linux.AF_INET6) {
            // Dual-stack, whatever net.ipv6.bindv6only says.
            require("setsockopt(2)", subject, workspace.setInt(fd, Linux.IPPROTO_IPV6, Linux.IPV6_V6ONLY, 0));
        }
        EpollOptions.setForListening(workspace, fd, family, ownOptions);
        reserve = require("eventfd(2)", "in reserve", openReserve(kernel));
        int length = SocketAddresses.encode(local, family, workspace.address);
        require("bind(2)", subject, kernel.bind(fd, workspace.address, length));
        localAddress = boundAddress();
        if (localAddress instanceof UnixDomainSocketAddress unix) {
            fileKey = fileKey(unix.getPath());
        }
        acceptedLocalAddress = SocketAddresses.isWildcard(localAddress) ? null : localAddress;
        require("listen(2)", subject, kernel.listen(fd, backlog));
        if (reusePort) {
            EpollOptions.setWhenListening(workspace, fd, family, ownOptions);
        }
        rehearse(workspace);
    }

    private void setFlag(Workspace workspace, int level, int name, boolean isOn) throws SystemCallException {
        if (isOn) {
            require("setsockopt(2)", "", workspace.setInt(fd, level, name, 1));
        }
    }

    private static int require(String call, String subject, int result) throws SystemCallException {
        if (result < 0) {
            throw EpollErrors.failed(call, subject, result);
        }
        return result;
    }

    /**
     * Loads what an accept needs, failed or not: once descriptors are out, a class may not be loadable any more, and an
     * error for want of one would end the loop.
     */
    private void rehearse(Workspace workspace) throws SystemCallException {
        failedAccept(-Linux.EAGAIN);
        SocketOptions none = EpollOptions.notInherited(SocketOptions.NONE, ownOptions, family);
        EpollSocket.accepted(transport, workspace, NO_DESCRIPTOR, family, localAddress, none)
                .remoteAddress();
    }

    private SystemCallException failedAccept(int result) {
        return EpollErrors.failed("accept4(2)", "on " + EpollErrors.text(localAddress), result);
    }

    private static int openReserve(Syscalls kernel) {
        return kernel.eventfd(0, Linux.EFD_CLOEXEC);
    }

    @Override
    int interest() {
        return Linux.EPOLLIN | Linux.EPOLLET;
    }

    @Override
    public RawSocket accept(SocketOptions options) throws IOException {
        Workspace workspace = workspace();
        int accepted = acceptNext(workspace);
        if (accepted == -Linux.EAGAIN) {
            return null;
        }
        if (accepted < 0) {
            throw failedAccept(accepted);
        }
        if (options != acceptOptions) {
            acceptOptions = options;
            notInherited = EpollOptions.notInherited(options, ownOptions, family);
        }
        return EpollSocket.accepted(transport, workspace, accepted, family, acceptedLocalAddress, notInherited);
    }

    private int acceptNext(Workspace workspace) {
        int accepted = -Linux.EAGAIN;
        for (int i = 0; i < MOST_PASSED_OVER; i++) {
            accepted = workspace.kernel.accept4(fd, workspace.address, workspace.emptyAddress(), ACCEPT_FLAGS);
            if (accepted >= 0 || !isOfTheConnection(-accepted)) {
                break;
            }
        }
        return accepted;
    }

    /** Whether an accept failed for the sake of the connection, so that the next one may do better; see accept(2). */
    private static boolean isOfTheConnection(int errno) {
        return switch (errno) {
            case Linux.EINTR,
                    Linux.ECONNABORTED,
                    Linux.EPERM,
                    Linux.EPROTO,
                    Linux.ENOPROTOOPT,
                    Linux.EOPNOTSUPP,
                    Linux.ENONET,
                    Linux.ENETDOWN,
                    Linux.ENETUNREACH,
                    Linux.EHOSTDOWN,
                    Linux.EHOSTUNREACH -> true;
            default -> false;
        };
    }

    @Override
    public boolean shed() {
        if (fd < 0) {
            return false;
        }
        Workspace workspace = workspace();
        if (reserve < 0) {
            reserve = openReserve(workspace.kernel);
            if (reserve < 0) {
                return false;
            }
        }
        workspace.kernel.close(reserve);
        // Fails if another thread of the process takes the descriptor first.
        int victim = acceptNext(workspace);
        if (victim >= 0) {
            EpollOptions.setLinger(workspace, victim, 0);
            workspace.kernel.close(victim);
        }
        reserve = openReserve(workspace.kernel);
        return victim >= 0;
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public void close() {
        if (fd < 0) {
            return;
        }
        if (fileKey != null) {
            removePath(((UnixDomainSocketAddress) localAddress).getPath());
        }
        closeDescriptor();
        if (reserve >= 0) {
            workspace().kernel.close(reserve);
            reserve = NO_DESCRIPTOR;
        }
    }

    private void removePath(Path path) {
        try {
            if (fileKey.equals(fileKey(path))) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // Removed by someone else, or its directory is closed to us.
        }
    }

    private static Object fileKey(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    @Override
    public String toString() {
        return "epoll listener on " + EpollErrors.text(localAddress);
    }
}
