package io.eventloop.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

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
 * <p><b>One shape for all.</b> Every function is linked as one of six {@code long} that returns one. In the calling
 * conventions of x86-64 and aarch64 an {@code int} is the lower half of the same register, and registers beyond a
 * function's parameters are of no interest to it. The linker makes a stub for each shape, and that stub makes an object
 * for {@code errno} of which the compiler gets rid only if it has seen the stub at work. With one stub it always has; with
 * a stub for each shape, a call that is compiled while it is rare would allocate 40 bytes for ever after.
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

    /** For {@code f(a, b, ...)}. */
    private static final Linker.Option VARIADIC = Linker.Option.firstVariadicArg(2);

    private static final long ERRNO_BYTES = Linker.Option.captureStateLayout().byteSize();
    private static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final FunctionDescriptor SHAPE =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle EPOLL_CREATE1 = find("epoll_create1", ERRNO);
    private static final MethodHandle EPOLL_CTL = find("epoll_ctl", ERRNO);
    private static final MethodHandle EPOLL_WAIT = find("epoll_wait", ERRNO);
    private static final MethodHandle EVENTFD = find("eventfd", ERRNO);
    private static final MethodHandle EVENTFD_WRITE = find("eventfd_write");
    private static final MethodHandle SOCKET = find("socket", ERRNO);
    private static final MethodHandle BIND = find("bind", ERRNO);
    private static final MethodHandle LISTEN = find("listen", ERRNO);
    private static final MethodHandle ACCEPT4 = find("accept4", ERRNO);
    private static final MethodHandle CONNECT = find("connect", ERRNO);
    private static final MethodHandle GETSOCKNAME = find("getsockname", ERRNO);
    private static final MethodHandle GETPEERNAME = find("getpeername", ERRNO);
    private static final MethodHandle GETSOCKOPT = find("getsockopt", ERRNO);
    private static final MethodHandle SETSOCKOPT = find("setsockopt", ERRNO);
    private static final MethodHandle RECV = find("recv", ERRNO);
    private static final MethodHandle SEND = find("send", ERRNO);
    private static final MethodHandle RECVMSG = find("recvmsg", ERRNO);
    private static final MethodHandle SENDMSG = find("sendmsg", ERRNO);
    private static final MethodHandle SHUTDOWN = find("shutdown", ERRNO);
    private static final MethodHandle CLOSE = find("close", ERRNO);
    private static final MethodHandle PIPE2 = find("pipe2", ERRNO);
    private static final MethodHandle SPLICE = find("splice", ERRNO);
    private static final MethodHandle OPEN = find("open", ERRNO, VARIADIC);
    private static final MethodHandle FCNTL = find("fcntl", ERRNO, VARIADIC);
    private static final MethodHandle IOCTL = find("ioctl", ERRNO, VARIADIC);
    private static final MethodHandle SCHED_SETAFFINITY = find("sched_setaffinity", ERRNO);
    private static final MethodHandle SCHED_GETAFFINITY = find("sched_getaffinity", ERRNO);

    /** Null where the C library is older than the call. */
    private static final MethodHandle EPOLL_PWAIT2 = isPresent("epoll_pwait2") ? find("epoll_pwait2", ERRNO) : null;

    /** Where a call leaves {@code errno}. */
    private final MemorySegment errno = Memory.allocate(ERRNO_BYTES);

    @SuppressWarnings("restricted")
    private static MethodHandle find(String name, Linker.Option... options) {
        if (!isPresent(name)) {
            throw new UnsatisfiedLinkError("the C library has no " + name);
        }
        return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), SHAPE, options);
    }

    private static boolean isPresent(String name) {
        return !Arrays.asList(System.getProperty(MISSING_PROPERTY, "").split(","))
                        .contains(name)
                && LINKER.defaultLookup().find(name).isPresent();
    }

    private int intResult(long returned) {
        return (int) returned == -1 ? -errno.get(JAVA_INT, ERRNO_OFFSET) : (int) returned;
    }

    private long longResult(long returned) {
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
            return intResult((long) EPOLL_CREATE1.invokeExact(errno, (long) flags, 0L, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int epoll_ctl(int epfd, int op, int fd, long event) {
        try {
            return intResult((long) EPOLL_CTL.invokeExact(errno, (long) epfd, (long) op, (long) fd, event, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int epoll_wait(int epfd, long events, int maxEvents, int timeoutMillis) {
        try {
            return intResult((long)
                    EPOLL_WAIT.invokeExact(errno, (long) epfd, events, (long) maxEvents, (long) timeoutMillis, 0L, 0L));
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
            return intResult(
                    (long) EPOLL_PWAIT2.invokeExact(errno, (long) epfd, events, (long) maxEvents, timespec, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int eventfd(int initial, int flags) {
        try {
            return intResult((long) EVENTFD.invokeExact(errno, (long) initial, (long) flags, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** The one call for any thread: captures no {@code errno}, answers 0 or −1. */
    int eventfd_write(int fd, long value) {
        try {
            return (int) (long) EVENTFD_WRITE.invokeExact((long) fd, value, 0L, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int socket(int domain, int type, int protocol) {
        try {
            return intResult((long) SOCKET.invokeExact(errno, (long) domain, (long) type, (long) protocol, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int bind(int fd, long address, int length) {
        try {
            return intResult((long) BIND.invokeExact(errno, (long) fd, address, (long) length, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int listen(int fd, int backlog) {
        try {
            return intResult((long) LISTEN.invokeExact(errno, (long) fd, (long) backlog, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int accept4(int fd, long address, long length, int flags) {
        try {
            return intResult((long) ACCEPT4.invokeExact(errno, (long) fd, address, length, (long) flags, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int connect(int fd, long address, int length) {
        try {
            return intResult((long) CONNECT.invokeExact(errno, (long) fd, address, (long) length, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int getsockname(int fd, long address, long length) {
        try {
            return intResult((long) GETSOCKNAME.invokeExact(errno, (long) fd, address, length, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int getpeername(int fd, long address, long length) {
        try {
            return intResult((long) GETPEERNAME.invokeExact(errno, (long) fd, address, length, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int getsockopt(int fd, int level, int name, long value, long length) {
        try {
            return intResult(
                    (long) GETSOCKOPT.invokeExact(errno, (long) fd, (long) level, (long) name, value, length, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int setsockopt(int fd, int level, int name, long value, int length) {
        try {
            return intResult((long)
                    SETSOCKOPT.invokeExact(errno, (long) fd, (long) level, (long) name, value, (long) length, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    long recv(int fd, long buffer, long length, int flags) {
        try {
            return longResult((long) RECV.invokeExact(errno, (long) fd, buffer, length, (long) flags, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    long send(int fd, long buffer, long length, int flags) {
        try {
            return longResult((long) SEND.invokeExact(errno, (long) fd, buffer, length, (long) flags, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    long recvmsg(int fd, long message, int flags) {
        try {
            return longResult((long) RECVMSG.invokeExact(errno, (long) fd, message, (long) flags, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    long sendmsg(int fd, long message, int flags) {
        try {
            return longResult((long) SENDMSG.invokeExact(errno, (long) fd, message, (long) flags, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int shutdown(int fd, int how) {
        try {
            return intResult((long) SHUTDOWN.invokeExact(errno, (long) fd, (long) how, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int close(int fd) {
        try {
            return intResult((long) CLOSE.invokeExact(errno, (long) fd, 0L, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int pipe2(long descriptors, int flags) {
        try {
            return intResult((long) PIPE2.invokeExact(errno, descriptors, (long) flags, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** With offsets null, as pipes and sockets need it. */
    long splice(int from, int to, long length, int flags) {
        try {
            return longResult((long) SPLICE.invokeExact(errno, (long) from, 0L, (long) to, 0L, length, (long) flags));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** Without the mode that creating a file would need. */
    int open(long path, int flags) {
        try {
            return intResult((long) OPEN.invokeExact(errno, path, (long) flags, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int fcntl(int fd, int command, long argument) {
        try {
            return intResult((long) FCNTL.invokeExact(errno, (long) fd, (long) command, argument, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int ioctl(int fd, long request, long argument) {
        try {
            return intResult((long) IOCTL.invokeExact(errno, (long) fd, request, argument, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** {@code pid} 0 is the calling thread. */
    int sched_setaffinity(int pid, long size, long mask) {
        try {
            return intResult((long) SCHED_SETAFFINITY.invokeExact(errno, (long) pid, size, mask, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int sched_getaffinity(int pid, long size, long mask) {
        try {
            return intResult((long) SCHED_GETAFFINITY.invokeExact(errno, (long) pid, size, mask, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw broken(e);
        }
    }
}
