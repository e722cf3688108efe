package io.eventloop.epoll;

import io.eventloop.SocketOptions;
import io.eventloop.spi.Capability;
import io.eventloop.spi.Poller;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Makes epoll pollers and sockets.
 *
 * <p>A listener on the wildcard, of either family, is dual-stack where the host has IPv6, unless
 * {@code java.net.preferIPv4Stack} is set; every other socket is of its address's family.
 */
final class EpollTransport implements Transport {
    private static final int STREAM = Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC;

    private final Supplier<Syscalls> kernels;

    /** For channels that are not registered; those that are use their poller's. */
    private final ThreadLocal<Workspace> workspaces;

    private final Set<Capability> capabilities;
    private final boolean hasIpv6;

    EpollTransport() {
        this(Syscalls::new);
    }

    /** @param kernels makes the calls of each thread and each poller */
    EpollTransport(Supplier<Syscalls> kernels) {
        this.kernels = kernels;
        workspaces = ThreadLocal.withInitial(() -> new Workspace(kernels));
        hasIpv6 = !Boolean.getBoolean("java.net.preferIPv4Stack") && canOpen(Linux.AF_INET6);
        EnumSet<Capability> found = EnumSet.of(
                Capability.SPLICE,
                Capability.REUSE_PORT,
                Capability.PEEK,
                Capability.FD_PASSING,
                Capability.TCP_INFO,
                Capability.UNIX_SOCKETS);
        if (FilePipe.isPossible()) {
            found.add(Capability.SENDFILE);
        }
        capabilities = Collections.unmodifiableSet(found);
    }

    private boolean canOpen(int family) {
        Syscalls kernel = workspace().kernel;
        int probe = kernel.socket(family, STREAM, 0);
        if (probe < 0) {
            return false;
        }
        kernel.close(probe);
        return true;
    }

    /** The calling thread's. */
    Workspace workspace() {
        return workspaces.get();
    }

    @Override
    public String name() {
        return EpollTransportProvider.NAME;
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public Poller openPoller() throws IOException {
        return new EpollPoller(new Workspace(kernels));
    }

    @Override
    public RawListener listen(SocketAddress local, int backlog, boolean reusePort, SocketOptions options)
            throws IOException {
        return EpollListener.open(this, local, backlog, reusePort, options);
    }

    /** The family of a listening socket at an address. */
    int listeningFamily(SocketAddress local) {
        return hasIpv6 && SocketAddresses.isWildcard(local) ? Linux.AF_INET6 : SocketAddresses.family(local);
    }

    @Override
    public RawSocket openSocket(SocketAddress remote, SocketOptions options) throws IOException {
        SocketAddresses.check(remote);
        int family = SocketAddresses.family(remote);
        int fd = workspace().kernel.socket(family, STREAM, 0);
        if (fd < 0) {
            throw EpollErrors.failed("socket(2)", "for " + EpollErrors.text(remote), fd);
        }
        return EpollSocket.unconnected(this, fd, family, remote, options);
    }

    @Override
    public long address(ByteBuffer direct) {
        return Memory.address(direct);
    }
}
