package io.eventloop.nio;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Set;

/**
 * Sets and reads options of channels.
 *
 * <p><b>Threading:</b> thread-safe. <b>Ownership:</b> none. <b>Failure:</b> an option a channel does not have throws
 * {@link UnsupportedOperationException} naming it; a value that is refused, {@link SystemCallException}.
 */
final class NioOptions {
    private NioOptions() {}

    /** Sets the options of a connection. */
    static void setAll(SocketChannel channel, boolean isUnix, SocketOptions options) throws IOException {
        for (Map.Entry<SocketOption<?>, Object> entry : options.values().entrySet()) {
            if (!isUnix || !belongsToTcp(entry.getKey())) {
                setUnchecked(channel, entry.getKey(), entry.getValue());
            }
        }
    }

    /**
     * Sets the options of a listening socket. Options that only connections have in {@code java.nio} are left to those
     * accepted.
     */
    static void setForListening(ServerSocketChannel channel, boolean isUnix, boolean reusePort, SocketOptions options)
            throws IOException {
        if (!isUnix) {
            set(channel, StandardSocketOptions.SO_REUSEADDR, true);
        }
        if (reusePort) {
            set(channel, StandardSocketOptions.SO_REUSEPORT, true);
        }
        Set<SocketOption<?>> supported = channel.supportedOptions();
        for (Map.Entry<SocketOption<?>, Object> entry : options.values().entrySet()) {
            SocketOption<?> option = entry.getKey();
            if (supported.contains(option)) {
                setUnchecked(channel, option, entry.getValue());
            } else if (!belongsToTcp(option) && !belongsToConnections(option)) {
                throw unsupported(option);
            }
        }
    }

    static <T> void set(NetworkChannel channel, SocketOption<T> option, T value) throws IOException {
        if (!channel.supportedOptions().contains(option)) {
            throw unsupported(option);
        }
        try {
            channel.setOption(option, value);
        } catch (IOException e) {
            throw NioErrors.failed("setsockopt(2)", option.name() + "=" + value, e);
        } catch (IllegalArgumentException e) {
            // The JDK checks ranges itself, as with a negative buffer size.
            throw new SystemCallException("setsockopt(2)", option.name() + "=" + value, Errno.EINVAL, "");
        }
    }

    static <T> T get(NetworkChannel channel, SocketOption<T> option) throws IOException {
        if (!channel.supportedOptions().contains(option)) {
            throw unsupported(option);
        }
        try {
            return channel.getOption(option);
        } catch (IOException e) {
            throw NioErrors.failed("getsockopt(2)", option.name(), e);
        }
    }

    /** The builder of the options has checked the value's type. */
    @SuppressWarnings("unchecked")
    private static <T> void setUnchecked(NetworkChannel channel, SocketOption<T> option, Object value)
            throws IOException {
        set(channel, option, (T) value);
    }

    /** Whether it configures TCP or IP, by the naming of the standard and the JDK's own options. */
    private static boolean belongsToTcp(SocketOption<?> option) {
        return option.name().startsWith("TCP_")
                || option.name().startsWith("IP_")
                || option == StandardSocketOptions.SO_KEEPALIVE;
    }

    private static boolean belongsToConnections(SocketOption<?> option) {
        return option == StandardSocketOptions.SO_SNDBUF || option == StandardSocketOptions.SO_LINGER;
    }

    private static UnsupportedOperationException unsupported(SocketOption<?> option) {
        return new UnsupportedOperationException(option.name() + " is not supported by transport nio here");
    }
}
