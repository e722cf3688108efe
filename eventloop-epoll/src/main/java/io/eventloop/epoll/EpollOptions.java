package io.eventloop.epoll;

import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.epoll.NativeOption.Kind;
import io.eventloop.epoll.NativeOption.Side;
import java.net.SocketOption;
import java.util.Map;

/**
 * Sets and reads socket options.
 *
 * <p><b>Threading:</b> as the workspace. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> an option that a socket does not have throws {@link UnsupportedOperationException} naming it, a
 * refusal by the kernel {@link SystemCallException}.
 */
final class EpollOptions {
    private static final int INT_BYTES = Integer.BYTES;
    private static final int LINGER_BYTES = 8;
    private static final int FPROG_BYTES = 16;
    private static final int FILTER_BYTES = 8;
    private static final int BPF_LD_W_ABS = 0x20;
    private static final int BPF_ALU_MOD_K = 0x94;
    private static final int BPF_RET_A = 0x16;

    /** {@code SKF_AD_OFF + SKF_AD_CPU}: where a filter finds the number of the CPU it runs on. */
    private static final int SKF_CPU = -0x1000 + 36;

    private EpollOptions() {}

    /** Sets the options of a connection; those for listening sockets are left out. */
    static void setAll(Workspace workspace, int fd, int family, SocketOptions options) throws SystemCallException {
        for (Map.Entry<SocketOption<?>, Object> entry : options.values().entrySet()) {
            NativeOption known = known(entry.getKey());
            if (known.side() != Side.LISTENING && isFor(known, family)) {
                set(workspace, fd, family, entry.getKey(), known, entry.getValue());
            }
        }
    }

    /** Sets the options of a listening socket before it is bound; those for connections alone are left out. */
    static void setForListening(Workspace workspace, int fd, int family, SocketOptions options)
            throws SystemCallException {
        for (Map.Entry<SocketOption<?>, Object> entry : options.values().entrySet()) {
            NativeOption known = known(entry.getKey());
            if (known.side() != Side.CONNECTION && known.kind() != Kind.STEERING && isFor(known, family)) {
                set(workspace, fd, family, entry.getKey(), known, entry.getValue());
            }
        }
    }

    /** Sets what a socket can only have once it listens, and shares its address with others. */
    static void setWhenListening(Workspace workspace, int fd, int family, SocketOptions options)
            throws SystemCallException {
        for (Map.Entry<SocketOption<?>, Object> entry : options.values().entrySet()) {
            NativeOption known = known(entry.getKey());
            if (known.kind() == Kind.STEERING && isFor(known, family)) {
                set(workspace, fd, family, entry.getKey(), known, entry.getValue());
            }
        }
    }

    /** What an accepted socket does not have from a listener that was given {@code inherited}. */
    static SocketOptions notInherited(SocketOptions options, SocketOptions inherited, int family) {
        SocketOptions.Builder rest = SocketOptions.builder();
        for (Map.Entry<SocketOption<?>, Object> entry : options.values().entrySet()) {
            NativeOption known = NativeOption.named(entry.getKey().name());
            boolean isInherited = known != null
                    && known.isInherited()
                    && family != Linux.AF_UNIX
                    && entry.getValue().equals(inherited.values().get(entry.getKey()));
            if (!isInherited) {
                setUnchecked(rest, entry.getKey(), entry.getValue());
            }
        }
        return rest.build();
    }

    @SuppressWarnings("unchecked")
    private static <T> void setUnchecked(SocketOptions.Builder builder, SocketOption<T> option, Object value) {
        builder.set(option, (T) value);
    }

    private static boolean isFor(NativeOption option, int family) {
        return family != Linux.AF_UNIX || !option.belongsToInternet();
    }

    private static NativeOption known(SocketOption<?> option) {
        NativeOption known = NativeOption.named(option.name());
        if (known == null) {
            throw new UnsupportedOperationException(option.name() + " is not supported by transport epoll");
        }
        return known;
    }

    private static NativeOption known(SocketOption<?> option, int family) {
        NativeOption known = known(option);
        if (!isFor(known, family)) {
            throw new UnsupportedOperationException(option.name() + " is not supported by UNIX-domain sockets");
        }
        return known;
    }

    static void set(Workspace workspace, int fd, int family, SocketOption<?> option, Object value)
            throws SystemCallException {
        set(workspace, fd, family, option, known(option, family), value);
    }

    private static void set(
            Workspace workspace, int fd, int family, SocketOption<?> option, NativeOption known, Object value)
            throws SystemCallException {
        if (known.kind() != Kind.LINGER_SECONDS && value instanceof Integer number && number < 0) {
            throw new IllegalArgumentException(option.name() + " is " + value + ", must not be negative");
        }
        int result = switch (known.kind()) {
            case NUMBER, BUFFER_BYTES -> workspace.setInt(fd, known.level(), known.number(), (Integer) value);
            case FLAG -> workspace.setInt(fd, known.level(), known.number(), (Boolean) value ? 1 : 0);
            case LINGER_SECONDS -> setLinger(workspace, fd, (Integer) value);
            case TYPE_OF_SERVICE ->
                family == Linux.AF_INET6
                        ? workspace.setInt(fd, Linux.IPPROTO_IPV6, Linux.IPV6_TCLASS, (Integer) value)
                        : workspace.setInt(fd, known.level(), known.number(), (Integer) value);
            case STEERING -> steer(workspace, fd, (Integer) value);
        };
        if (result < 0) {
            throw EpollErrors.failed("setsockopt(2)", option.name() + "=" + value, result);
        }
    }

    /** {@code setsockopt(2)} with {@code SO_LINGER}; 0 seconds turn a close into a reset. */
    static int setLinger(Workspace workspace, int fd, int seconds) {
        Memory.putInt(workspace.value, seconds < 0 ? 0 : 1);
        Memory.putInt(workspace.value + INT_BYTES, Math.max(0, seconds));
        return workspace.kernel.setsockopt(fd, Linux.SOL_SOCKET, Linux.SO_LINGER, workspace.value, LINGER_BYTES);
    }

    /** A {@code struct sock_fprog}, and its filter behind it: the CPU's number modulo the number of sockets. */
    private static int steer(Workspace workspace, int fd, int sockets) {
        long program = workspace.value;
        long filter = program + FPROG_BYTES;
        Memory.putLong(program, 3);
        Memory.putLong(program + Long.BYTES, filter);
        filter(filter, BPF_LD_W_ABS, SKF_CPU);
        filter(filter + FILTER_BYTES, BPF_ALU_MOD_K, sockets);
        filter(filter + 2 * FILTER_BYTES, BPF_RET_A, 0);
        return workspace.kernel.setsockopt(fd, Linux.SOL_SOCKET, Linux.SO_ATTACH_REUSEPORT_CBPF, program, FPROG_BYTES);
    }

    private static void filter(long at, int code, int operand) {
        Memory.putInt(at, code);
        Memory.putInt(at + INT_BYTES, operand);
    }

    static <T> T get(Workspace workspace, int fd, int family, SocketOption<T> option) throws SystemCallException {
        NativeOption known = known(option, family);
        if (known.kind() == Kind.STEERING) {
            throw new UnsupportedOperationException(option.name() + " cannot be read");
        }
        boolean isTrafficClass = known.kind() == Kind.TYPE_OF_SERVICE && family == Linux.AF_INET6;
        int result = workspace.getOption(
                fd,
                isTrafficClass ? Linux.IPPROTO_IPV6 : known.level(),
                isTrafficClass ? Linux.IPV6_TCLASS : known.number(),
                known.kind() == Kind.LINGER_SECONDS ? LINGER_BYTES : INT_BYTES);
        if (result < 0) {
            throw EpollErrors.failed("getsockopt(2)", option.name(), result);
        }
        int number = Memory.getInt(workspace.value);
        return option.type()
                .cast(
                        switch (known.kind()) {
                            case FLAG -> number != 0;
                            case BUFFER_BYTES -> number / 2;
                            case LINGER_SECONDS -> number == 0 ? -1 : Memory.getInt(workspace.value + INT_BYTES);
                            default -> number;
                        });
    }
}
