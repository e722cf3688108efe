package io.eventloop.epoll;

import io.eventloop.Buffer;
import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawSocket;
import java.io.IOException;

/**
 * Descriptors beside bytes on a UNIX-domain socket: {@code SCM_RIGHTS} of unix(7).
 *
 * <p>A peer may send more than one, or one that is no stream socket. What is not asked for is closed at once, so that a
 * peer cannot fill our table of descriptors.
 *
 * <p><b>Threading:</b> as the sockets. <b>Ownership:</b> a received descriptor is the caller's.
 *
 * <p><b>Failure:</b> see {@link RawSocket#receiveDescriptor}.
 */
final class DescriptorPassing {
    private static final int HEADER_BYTES = 16;
    private static final int LEVEL = 8;
    private static final int TYPE = 12;
    private static final int RECEIVE_FLAGS = Linux.MSG_CMSG_CLOEXEC | Linux.MSG_DONTWAIT;

    private DescriptorPassing() {}

    static int send(EpollSocket over, EpollSocket passed, Buffer payload) throws IOException {
        requireUnix(over);
        int length = payload.readableBytes();
        if (length == 0) {
            throw new IllegalArgumentException("a descriptor needs at least one byte to go with");
        }
        Workspace workspace = over.workspace();
        long control = workspace.control;
        Memory.putLong(control, HEADER_BYTES + Integer.BYTES);
        Memory.putInt(control + LEVEL, Linux.SOL_SOCKET);
        Memory.putInt(control + TYPE, Linux.SCM_RIGHTS);
        Memory.putLong(control + HEADER_BYTES, passed.fd);
        long message = workspace.message(payload.address() + payload.readIndex(), length, HEADER_BYTES + Long.BYTES);
        long count;
        do {
            count = workspace.kernel.sendmsg(over.fd, message, Linux.MSG_NOSIGNAL);
        } while (count == -Linux.EINTR);
        if (count < 0) {
            return over.blockedOrFailed("sendmsg(2)", "to ", count);
        }
        passed.share();
        return (int) count;
    }

    static int receive(EpollSocket over, Buffer target, RawSocket[] passed) throws IOException {
        requireUnix(over);
        passed[0] = null;
        int at = target.writeIndex();
        int room = target.writableBytes();
        Workspace workspace = over.workspace();
        long count;
        do {
            long message = workspace.message(target.address() + at, room, Workspace.CONTROL_BYTES);
            count = workspace.kernel.recvmsg(over.fd, message, RECEIVE_FLAGS);
        } while (count == -Linux.EINTR);
        if (count < 0) {
            return over.blockedOrFailed("recvmsg(2)", "from ", count);
        }
        target.writeIndex(at + (int) count);
        passed[0] = takeDescriptors(over, workspace);
        return count > 0 || room == 0 ? (int) count : -1;
    }

    /** The first of the descriptors that came; the others are closed. */
    private static EpollSocket takeDescriptors(EpollSocket over, Workspace workspace) throws SystemCallException {
        long control = workspace.control;
        long end = control + workspace.controlLength();
        int first = -1;
        while (control + HEADER_BYTES <= end) {
            long length = Memory.getLong(control);
            if (length < HEADER_BYTES || control + length > end) {
                break;
            }
            if (Memory.getInt(control + LEVEL) == Linux.SOL_SOCKET
                    && Memory.getInt(control + TYPE) == Linux.SCM_RIGHTS) {
                for (long at = control + HEADER_BYTES; at + Integer.BYTES <= control + length; at += Integer.BYTES) {
                    int fd = Memory.getInt(at);
                    if (first < 0) {
                        first = fd;
                    } else {
                        workspace.kernel.close(fd);
                    }
                }
            }
            control += (length + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
        }
        return first < 0 ? null : adopt(over, workspace, first);
    }

    private static EpollSocket adopt(EpollSocket over, Workspace workspace, int fd) throws SystemCallException {
        int type = workspace.getInt(fd, Linux.SOL_SOCKET, Linux.SO_TYPE);
        int family = workspace.getInt(fd, Linux.SOL_SOCKET, Linux.SO_DOMAIN);
        boolean isKnown = family == Linux.AF_UNIX || family == Linux.AF_INET || family == Linux.AF_INET6;
        if (type != Linux.SOCK_STREAM || !isKnown) {
            workspace.kernel.close(fd);
            throw new SystemCallException(
                    "recvmsg(2)",
                    "from " + EpollErrors.text(over.remoteAddress()),
                    Errno.OTHER,
                    "the descriptor passed is no stream socket");
        }
        int flags = workspace.kernel.fcntl(fd, Linux.F_GETFL, 0);
        if ((flags & Linux.O_NONBLOCK) == 0) {
            workspace.kernel.fcntl(fd, Linux.F_SETFL, flags | Linux.O_NONBLOCK);
        }
        return EpollSocket.passed(over.transport, workspace, fd, family);
    }

    private static void requireUnix(EpollSocket over) {
        if (over.family != Linux.AF_UNIX) {
            throw new UnsupportedOperationException("descriptors are passed over UNIX-domain sockets alone");
        }
    }
}
