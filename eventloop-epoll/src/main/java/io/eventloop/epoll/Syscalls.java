package io.eventloop.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Every call into the C library, by its man-page name: the only file that links to native code.
 *
 * <p>A call returns what the C function returns, or {@code -errno} where that says −1. Addresses are plain numbers. No
 * call allocates; {@code errno} is captured into memory of this object's own, so each thread needs an object of its own.
 *
 * <p>It is also the seam for tests, which extend it to play an uncooperative kernel. In production it has no subclass, so
 * that its methods are inlined into their callers without a check.
 *
 * <p><b>Threading:</b> used by one thread at a time. <b>Ownership:</b> its captured {@code errno}.
 *
 * <p><b>Failure:</b> expected ones are values. A symbol that the C library lacks fails the initialisation of this class
 * with {@link UnsatisfiedLinkError}, denied native access with {@link IllegalCallerException}.
 */
class Syscalls {
    /** Names, separated by commas, that are treated as missing; for tests. */
    static final String MISSING_PROPERTY = "io.eventloop.epoll.missing";

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final FunctionDescriptor INT_OF_2 = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor INT_OF_3 = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor INT_OF_FD_ADDRESS_INT =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final FunctionDescriptor INT_OF_FD_2_ADDRESSES =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor INT_OF_FD_INT_LONG =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final FunctionDescriptor INT_OF_ADDRESS_INT = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final FunctionDescriptor LONG_OF_FD_ADDRESS_LENGTH_INT =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final FunctionDescriptor LONG_OF_FD_ADDRESS_INT =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);

    private static final MethodHandle EPOLL_CREATE1 =
            find("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle EPOLL_CTL =
            find("epoll_ctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG), ERRNO);
    private static final MethodHandle EPOLL_WAIT =
            find("epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle EVENTFD = find("eventfd", INT_OF_2, ERRNO);
    private static final MethodHandle EVENTFD_WRITE =
            find("eventfd_write", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle SOCKET = find("socket", INT_OF_3, ERRNO);
    private static final MethodHandle BIND = find("bind", INT_OF_FD_ADDRESS_INT, ERRNO);
    private static final MethodHandle LISTEN = find("listen", INT_OF_2, ERRNO);
    private static final MethodHandle ACCEPT4 =
            find("accept4", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT), ERRNO);
    private static final MethodHandle CONNECT = find("connect", INT_OF_FD_ADDRESS_INT, ERRNO);
    private static final MethodHandle GETSOCKNAME = find("getsockname", INT_OF_FD_2_ADDRESSES, ERRNO);
    private static final MethodHandle GETPEERNAME = find("getpeername", INT_OF_FD_2_ADDRESSES, ERRNO);
    private static final MethodHandle GETSOCKOPT = find(
            "getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), ERRNO);
    private static final MethodHandle SETSOCKOPT = find(
            "setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT), ERRNO);
    private static final MethodHandle RECV = find("recv", LONG_OF_FD_ADDRESS_LENGTH_INT, ERRNO);
    private static final MethodHandle SEND = find("send", LONG_OF_FD_ADDRESS_LENGTH_INT, ERRNO);
    private static final MethodHandle RECVMSG = find("recvmsg", LONG_OF_FD_ADDRESS_INT, ERRNO);
    private static final MethodHandle SENDMSG = find("sendmsg", LONG_OF_FD_ADDRESS_INT, ERRNO);
    private static final MethodHandle SHUTDOWN = find("shutdown", INT_OF_2, ERRNO);
    private static final MethodHandle CLOSE = find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle PIPE2 = find("pipe2", INT_OF_ADDRESS_INT, ERRNO);
    private static final MethodHandle SPLICE = find(
            "splice",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT),
            ERRNO);
    private static final MethodHandle OPEN = find("open", INT_OF_ADDRESS_INT, ERRNO, Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FCNTL =
            find("fcntl", INT_OF_FD_INT_LONG, ERRNO, Linker.Option.firstVariadicArg(2));
    private static final MethodHandle IOCTL = find(
            "ioctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
            ERRNO,
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SCHED_SETAFFINITY = find("sched_setaffinity", INT_OF_FD_2_ADDRESSES, ERRNO);
    private static final MethodHandle SCHED_GETAFFINITY = find("sched_getaffinity", INT_OF_FD_2_ADDRESSES, ERRNO);

    /** Null where the C library is older than the call. */
    private static final MethodHandle EPOLL_PWAIT2 = isPresent("epoll_pwait2")
            ? find(
                    "epoll_pwait2",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG),
                    ERRNO)
            : null;

    private final MemorySegment errno = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());

    @SuppressWarnings("restricted")
    private static MethodHandle find(String name, FunctionDescriptor type, Linker.Option... options) {
        if (!isPresent(name)) {
            throw new UnsatisfiedLinkError("the C library has no " + name);
        }
        return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), type, options);
    }

    private static boolean isPresent(String name) {
        return !Arrays.asList(System.getProperty(MISSING_PROPERTY, "").split(","))
                        .contains(name)
                && LINKER.defaultLookup().find(name).isPresent();
    }

    private int result(int returned) {
        return returned == -1 ? -errno.get(JAVA_INT, ERRNO_OFFSET) : returned;
    }

    private long result(long returned) {
        return returned == -1 ? -errno.get(JAVA_INT, ERRNO_OFFSET) : returned;
    }

    /** Method handles declare {@link Throwable}; a linked C function throws nothing. */
    private static AssertionError broken(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new AssertionError(e);
    }

    int epoll_create1(int flags) {
        try {
            return result((int) EPOLL_CREATE1.invokeExact(errno, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int epoll_ctl(int epfd, int op, int fd, long event) {
        try {
            return result((int) EPOLL_CTL.invokeExact(errno, epfd, op, fd, event));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int epoll_wait(int epfd, long events, int maxEvents, int timeoutMillis) {
        try {
            return result((int) EPOLL_WAIT.invokeExact(errno, epfd, events, maxEvents, timeoutMillis));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** Without a signal mask; {@code -ENOSYS} where the C library does not have it. */
    int epoll_pwait2(int epfd, long events, int maxEvents, long timespec) {
        if (EPOLL_PWAIT2 == null) {
            return -Linux.ENOSYS;
        }
        try {
            return result((int) EPOLL_PWAIT2.invokeExact(errno, epfd, events, maxEvents, timespec, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int eventfd(int initial, int flags) {
        try {
            return result((int) EVENTFD.invokeExact(errno, initial, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** The one call for any thread: captures no {@code errno}, answers 0 or −1. */
    int eventfd_write(int fd, long value) {
        try {
            return (int) EVENTFD_WRITE.invokeExact(fd, value);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int socket(int domain, int type, int protocol) {
        try {
            return result((int) SOCKET.invokeExact(errno, domain, type, protocol));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int bind(int fd, long address, int length) {
        try {
            return result((int) BIND.invokeExact(errno, fd, address, length));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int listen(int fd, int backlog) {
        try {
            return result((int) LISTEN.invokeExact(errno, fd, backlog));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int accept4(int fd, long address, long length, int flags) {
        try {
            return result((int) ACCEPT4.invokeExact(errno, fd, address, length, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int connect(int fd, long address, int length) {
        try {
            return result((int) CONNECT.invokeExact(errno, fd, address, length));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int getsockname(int fd, long address, long length) {
        try {
            return result((int) GETSOCKNAME.invokeExact(errno, fd, address, length));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int getpeername(int fd, long address, long length) {
        try {
            return result((int) GETPEERNAME.invokeExact(errno, fd, address, length));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int getsockopt(int fd, int level, int name, long value, long length) {
        try {
            return result((int) GETSOCKOPT.invokeExact(errno, fd, level, name, value, length));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int setsockopt(int fd, int level, int name, long value, int length) {
        try {
            return result((int) SETSOCKOPT.invokeExact(errno, fd, level, name, value, length));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    long recv(int fd, long buffer, long length, int flags) {
        try {
            return result((long) RECV.invokeExact(errno, fd, buffer, length, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    long send(int fd, long buffer, long length, int flags) {
        try {
            return result((long) SEND.invokeExact(errno, fd, buffer, length, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    long recvmsg(int fd, long message, int flags) {
        try {
            return result((long) RECVMSG.invokeExact(errno, fd, message, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    long sendmsg(int fd, long message, int flags) {
        try {
            return result((long) SENDMSG.invokeExact(errno, fd, message, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int shutdown(int fd, int how) {
        try {
            return result((int) SHUTDOWN.invokeExact(errno, fd, how));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int close(int fd) {
        try {
            return result((int) CLOSE.invokeExact(errno, fd));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int pipe2(long descriptors, int flags) {
        try {
            return result((int) PIPE2.invokeExact(errno, descriptors, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** With offsets null, as pipes and sockets need it. */
    long splice(int from, int to, long length, int flags) {
        try {
            return result((long) SPLICE.invokeExact(errno, from, 0L, to, 0L, length, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int open(long path, int flags) {
        try {
            return result((int) OPEN.invokeExact(errno, path, flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int fcntl(int fd, int command, long argument) {
        try {
            return result((int) FCNTL.invokeExact(errno, fd, command, argument));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int ioctl(int fd, long request, long argument) {
        try {
            return result((int) IOCTL.invokeExact(errno, fd, request, argument));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** {@code pid} 0 is the calling thread. */
    int sched_setaffinity(int pid, long size, long mask) {
        try {
            return result((int) SCHED_SETAFFINITY.invokeExact(errno, pid, size, mask));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int sched_getaffinity(int pid, long size, long mask) {
        try {
            return result((int) SCHED_GETAFFINITY.invokeExact(errno, pid, size, mask));
        } catch (Throwable e) {
            throw broken(e);
        }
    }
}
