package io.eventloop.nio;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.Capability;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Makes selectors and socket channels.
 *
 * <p>Internet sockets are opened without naming a family, so the JDK makes them dual-stack where the host has IPv6: a
 * wildcard listener accepts IPv4 and IPv6, whichever of the two wildcards it was given.
 *
 * <p>{@code java.nio} does not set close-on-exec; processes started from Java do not inherit descriptors nevertheless,
 * because the JDK closes them in the child.
 */
final class NioTransport implements Transport {
    private final Set<Capability> capabilities = Collections.unmodifiableSet(probeCapabilities());

    @Override
    public String name() {
        return NioTransportProvider.NAME;
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public Poller openPoller() throws IOException {
        try {
            return new NioPoller(Selector.open());
        } catch (IOException e) {
            throw NioErrors.failed("Selector.open()", "", e);
        }
    }

    @Override
    public RawListener listen(SocketAddress local, int backlog, boolean reusePort, SocketOptions options)
            throws IOException {
        if (reusePort && !capabilities.contains(Capability.REUSE_PORT)) {
            throw new UnsupportedOperationException("SO_REUSEPORT is not supported by transport nio here");
        }
        if (local instanceof UnixDomainSocketAddress unix
                && unix.getPath().toString().isEmpty()) {
            throw new SystemCallException("bind(2)", "to an empty path", Errno.EINVAL, "");
        }
        return NioListener.open(local, backlog, reusePort, options);
    }

    @Override
    public RawSocket openSocket(SocketAddress remote, SocketOptions options) throws IOException {
        requireResolved(remote);
        SocketChannel channel;
        try {
            channel = isUnix(remote) ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        } catch (IOException e) {
            throw NioErrors.failed("socket(2)", "for " + NioErrors.text(remote), e);
        }
        return NioSocket.unconnected(channel, remote, options);
    }

    @Override
    public long address(ByteBuffer direct) {
        return 0;
    }

    static boolean isUnix(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress;
    }

    static void requireResolved(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new IllegalArgumentException("unresolved address " + inet.getHostString() + ":" + inet.getPort());
        }
        if (!(address instanceof InetSocketAddress) && !isUnix(address)) {
            throw new IllegalArgumentException("neither an internet nor a UNIX-domain address: " + address);
        }
    }

    private static EnumSet<Capability> probeCapabilities() {
        EnumSet<Capability> found = EnumSet.noneOf(Capability.class);
        String os = System.getProperty("os.name");
        if (!os.startsWith("Windows")) {
            // There the JDK has no system call for a non-blocking channel; sendFile works, through the process.
            found.add(Capability.SENDFILE);
        }
        if (os.equals("Linux") && hasReusePort()) {
            // Elsewhere the option exists but the newest listener gets every connection.
            found.add(Capability.REUSE_PORT);
        }
        if (hasUnixSockets()) {
            found.add(Capability.UNIX_SOCKETS);
        }
        return found;
    }

    private static boolean hasReusePort() {
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            return probe.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean hasUnixSockets() {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.isOpen();
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
