package io.eventloop.nio;

import io.eventloop.Errno;
import io.eventloop.SystemCallException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;

/**
 * Turns the exceptions of {@code java.nio} into system failures with their {@code errno}.
 *
 * <p>The JDK does not hand the number out, only the system's message, so the message decides; it is in the language of
 * the process's locale. Where it is not English the exception's class decides, as far as it says something.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> an unknown reason is {@link Errno#OTHER},
 * with the message and the original as the cause.
 */
final class NioErrors {
    /** Fragments of messages as Linux, macOS, Windows and the JDK itself word them; the first that occurs counts. */
    private static final List<Wording> WORDINGS = List.of(
            new Wording("Connection reset", Errno.ECONNRESET),
            new Wording("forcibly closed", Errno.ECONNRESET),
            new Wording("Broken pipe", Errno.EPIPE),
            new Wording("Connection refused", Errno.ECONNREFUSED),
            new Wording("timed out", Errno.ETIMEDOUT),
            new Wording("No route to host", Errno.EHOSTUNREACH),
            new Wording("Network is unreachable", Errno.ENETUNREACH),
            new Wording("ddress already in use", Errno.EADDRINUSE),
            new Wording("assign requested address", Errno.EADDRNOTAVAIL),
            new Wording("Permission denied", Errno.EACCES),
            new Wording("Too many open files in system", Errno.ENFILE),
            new Wording("Too many open files", Errno.EMFILE),
            new Wording("No buffer space", Errno.ENOBUFS),
            new Wording("Cannot allocate memory", Errno.ENOMEM),
            new Wording("No such file or directory", Errno.ENOENT),
            new Wording("is not connected", Errno.ENOTCONN),
            new Wording("Operation not supported", Errno.EOPNOTSUPP),
            new Wording("connection abort", Errno.ECONNABORTED),
            new Wording("Resource temporarily unavailable", Errno.EAGAIN),
            new Wording("Invalid argument", Errno.EINVAL));

    private record Wording(String fragment, Errno errno) {}

    private NioErrors() {}

    /**
     * The failure of {@code call}.
     *
     * @param call the call with its manual section
     * @param subject what it was about; may be empty
     */
    static SystemCallException failed(String call, String subject, IOException cause) {
        Errno errno = errno(cause);
        if (errno != Errno.OTHER) {
            return new SystemCallException(call, subject, errno, "");
        }
        SystemCallException failure = new SystemCallException(call, subject, errno, detail(cause));
        failure.initCause(cause);
        return failure;
    }

    static Errno errno(IOException cause) {
        String message = cause.getMessage();
        if (message != null) {
            for (Wording wording : WORDINGS) {
                if (message.contains(wording.fragment)) {
                    return wording.errno;
                }
            }
        }
        if (cause instanceof ConnectException) {
            return Errno.ECONNREFUSED;
        }
        if (cause instanceof NoRouteToHostException) {
            return Errno.EHOSTUNREACH;
        }
        return cause instanceof BindException ? Errno.EADDRINUSE : Errno.OTHER;
    }

    private static String detail(IOException cause) {
        if (cause instanceof ClosedChannelException) {
            return "closed";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
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
