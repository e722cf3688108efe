package io.eventloop.epoll;

import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Turns {@code errno} numbers into system failures.
 *
 * <p>The numbers are those of {@code asm-generic/errno.h}, which x86-64 and aarch64 share.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none.
 *
 * <p><b>Failure:</b> a number without a place in {@link Errno} is {@link Errno#OTHER} with its name as the detail.
 */
final class EpollErrors {
    private static final Errno[] KNOWN = new Errno[134];
    private static final String[] NAMES = new String[134];

    static {
        known(2, Errno.ENOENT);
        known(11, Errno.EAGAIN);
        known(12, Errno.ENOMEM);
        known(13, Errno.EACCES);
        known(22, Errno.EINVAL);
        known(23, Errno.ENFILE);
        known(24, Errno.EMFILE);
        known(32, Errno.EPIPE);
        known(95, Errno.EOPNOTSUPP);
        known(98, Errno.EADDRINUSE);
        known(99, Errno.EADDRNOTAVAIL);
        known(101, Errno.ENETUNREACH);
        known(103, Errno.ECONNABORTED);
        known(104, Errno.ECONNRESET);
        known(105, Errno.ENOBUFS);
        known(107, Errno.ENOTCONN);
        known(110, Errno.ETIMEDOUT);
        known(111, Errno.ECONNREFUSED);
        known(113, Errno.EHOSTUNREACH);
        known(1, "EPERM");
        known(4, "EINTR");
        known(5, "EIO");
        known(9, "EBADF");
        known(14, "EFAULT");
        known(16, "EBUSY");
        known(17, "EEXIST");
        known(19, "ENODEV");
        known(20, "ENOTDIR");
        known(27, "EFBIG");
        known(28, "ENOSPC");
        known(29, "ESPIPE");
        known(30, "EROFS");
        known(33, "EDOM");
        known(34, "ERANGE");
        known(36, "ENAMETOOLONG");
        known(38, "ENOSYS");
        known(40, "ELOOP");
        known(64, "ENONET");
        known(71, "EPROTO");
        known(75, "EOVERFLOW");
        known(88, "ENOTSOCK");
        known(89, "EDESTADDRREQ");
        known(90, "EMSGSIZE");
        known(91, "EPROTOTYPE");
        known(92, "ENOPROTOOPT");
        known(93, "EPROTONOSUPPORT");
        known(94, "ESOCKTNOSUPPORT");
        known(96, "EPFNOSUPPORT");
        known(97, "EAFNOSUPPORT");
        known(100, "ENETDOWN");
        known(102, "ENETRESET");
        known(106, "EISCONN");
        known(108, "ESHUTDOWN");
        known(109, "ETOOMANYREFS");
        known(112, "EHOSTDOWN");
        known(114, "EALREADY");
        known(115, "EINPROGRESS");
        known(125, "ECANCELED");
    }

    private EpollErrors() {}

    private static void known(int number, Errno errno) {
        KNOWN[number] = errno;
    }

    private static void known(int number, String name) {
        NAMES[number] = name;
    }

    /**
     * The failure of {@code call}.
     *
     * @param call the call with its manual section
     * @param subject what it was about; may be empty
     * @param number the {@code errno}, positive or as a negative result
     */
    static SystemCallException failed(String call, String subject, long number) {
        int positive = (int) Math.abs(number);
        return new SystemCallException(call, subject, errno(positive), name(positive));
    }

    static Errno errno(int number) {
        Errno known = number < KNOWN.length ? KNOWN[number] : null;
        return known == null ? Errno.OTHER : known;
    }

    /** The number's C name. */
    static String name(int number) {
        Errno known = errno(number);
        if (known != Errno.OTHER) {
            return known.name();
        }
        String name = number < NAMES.length ? NAMES[number] : null;
        return name == null ? "errno " + number : name;
    }

    /** An address as users write it: {@code 10.0.0.1:80}, {@code [::1]:80}, {@code /run/app.sock}. */
    static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            return String.valueOf(address);
        }
        String host = inet.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
    }
}
