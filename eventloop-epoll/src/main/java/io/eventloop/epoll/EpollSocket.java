package io.eventloop.epoll;

import io.eventloop.Buffer;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.TcpInfo;
import io.eventloop.spi.WriteVector;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.FileChannel;

/**
 * A stream socket. It is kept small, since there is one for every idle connection: a remote address is held as numbers
 * until it is asked for.
 *
 * <p><b>Threading:</b> see {@link RawSocket}. <b>Ownership:</b> the descriptor. <b>Failure:</b> see {@link RawSocket}.
 */
final class EpollSocket extends EpollChannel implements RawSocket {
    private SocketAddress localAddress;

    /** Null while the remote address is in the numbers below, which are those of {@link SocketAddresses}. */
    private SocketAddress remoteAddress;

    private long remoteHigh;
    private long remoteLow;
    private char remotePort;
    private boolean isConnected;

    private EpollSocket(EpollTransport transport, int fd, int family) {
        super(transport, fd, family);
    }

    /** Takes over a new descriptor; it is closed if this fails. */
    static EpollSocket unconnected(
            EpollTransport transport, int fd, int family, SocketAddress remote, SocketOptions options)
            throws SystemCallException {
        EpollSocket socket = new EpollSocket(transport, fd, family);
        socket.remoteAddress = remote;
        socket.configure(transport.workspace(), options);
        return socket;
    }

    /**
     * Takes over an accepted descriptor; it is closed if this fails.
     *
     * @param workspace with the remote address, as {@code accept4(2)} left it
     * @param local null if it is not known yet
     */
    static EpollSocket accepted(
            EpollTransport transport,
            Workspace workspace,
            int fd,
            int family,
            SocketAddress local,
            SocketOptions options)
            throws SystemCallException {
        EpollSocket socket = new EpollSocket(transport, fd, family);
        socket.isConnected = true;
        socket.localAddress = local;
        socket.remember(workspace);
        socket.configure(workspace, options);
        return socket;
    }

    /** Takes over a descriptor that was passed here; whether it is connected is found out. */
    static EpollSocket passed(EpollTransport transport, Workspace workspace, int fd, int family) {
        EpollSocket socket = new EpollSocket(transport, fd, family);
        socket.isConnected = workspace.kernel.getpeername(fd, workspace.address, workspace.emptyAddress()) >= 0;
        if (socket.isConnected) {
            socket.remember(workspace);
        } else {
            socket.remoteAddress = family == Linux.AF_UNIX ? SocketAddresses.UNNAMED : SocketAddresses.UNBOUND;
        }
        socket.share();
        return socket;
    }

    private void remember(Workspace workspace) {
        long at = workspace.address;
        if (family == Linux.AF_UNIX || SocketAddresses.scope(at) != 0) {
            remoteAddress = SocketAddresses.decode(at, Memory.getInt(workspace.addressLength));
            return;
        }
        remoteHigh = SocketAddresses.high(at);
        remoteLow = SocketAddresses.low(at);
        remotePort = (char) SocketAddresses.port(at);
    }

    private void configure(Workspace workspace, SocketOptions options) throws SystemCallException {
        boolean isDone = false;
        try {
            EpollOptions.setAll(workspace, fd, family, options);
            isDone = true;
        } finally {
            if (!isDone) {
                closeDescriptor();
            }
        }
    }

    @Override
    int interest() {
        return Linux.EPOLLIN | Linux.EPOLLPRI | Linux.EPOLLOUT | Linux.EPOLLRDHUP | Linux.EPOLLET;
    }

    @Override
    public int read(Buffer target) throws IOException {
        Syscalls kernel = workspace().kernel;
        int at = target.writeIndex();
        int room = target.writableBytes();
        long count;
        do {
            count = kernel.recv(fd, target.address() + at, room, 0);
        } while (count == -Linux.EINTR);
        if (count > 0) {
            target.writeIndex(at + (int) count);
            return (int) count;
        }
        if (count == 0) {
            return room == 0 ? 0 : -1;
        }
        return blockedOrFailed("recv(2)", "from ", count);
    }

    @Override
    public long write(WriteVector vector) throws IOException {
        Workspace workspace = workspace();
        long count;
        do {
            if (vector.count() == 1) {
                Buffer only = vector.buffer(0);
                long bytes = only.address() + only.readIndex();
                count = workspace.kernel.send(fd, bytes, only.readableBytes(), Linux.MSG_NOSIGNAL);
            } else {
                count = workspace.kernel.sendmsg(fd, workspace.message(vector), Linux.MSG_NOSIGNAL);
            }
        } while (count == -Linux.EINTR);
        return count >= 0 ? count : blockedOrFailed("send(2)", "to ", count);
    }

    @Override
    public long sendFile(FileChannel file, long position, long count) throws IOException {
        if (poller != null) {
            return poller.filePipe().send(file, position, count, this);
        }
        try (FilePipe pipe = new FilePipe(transport.workspace())) {
            return pipe.send(file, position, count, this);
        }
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        SocketAddresses.check(remote);
        remoteAddress = remote;
        Workspace workspace = workspace();
        int length = SocketAddresses.encode(remote, family, workspace.address);
        int result = workspace.kernel.connect(fd, workspace.address, length);
        if (result == -Linux.EINPROGRESS || result == -Linux.EINTR) {
            return false;
        }
        if (result < 0) {
            throw failed("connect(2)", "to ", result);
        }
        isConnected = true;
        return true;
    }

    @Override
    public boolean finishConnect() throws IOException {
        if (isConnected) {
            return true;
        }
        Workspace workspace = workspace();
        int error = workspace.getInt(fd, Linux.SOL_SOCKET, Linux.SO_ERROR);
        if (error != 0) {
            throw failed("connect(2)", "to ", error);
        }
        int result = workspace.kernel.getpeername(fd, workspace.address, workspace.emptyAddress());
        if (result == -Linux.ENOTCONN) {
            return false;
        }
        if (result < 0) {
            throw failed("connect(2)", "to ", result);
        }
        isConnected = true;
        return true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        int result = workspace().kernel.shutdown(fd, Linux.SHUT_WR);
        // A peer's reset ended the output before us; the next read tells.
        if (result < 0 && !(result == -Linux.ENOTCONN && isConnected)) {
            throw failed("shutdown(2)", "of ", result);
        }
    }

    @Override
    public int peek() throws IOException {
        return KernelView.peek(this);
    }

    @Override
    public int unreadBytes() throws IOException {
        return KernelView.bytes(this, Linux.SIOCINQ);
    }

    @Override
    public int unsentBytes() throws IOException {
        return KernelView.bytes(this, Linux.SIOCOUTQ);
    }

    @Override
    public TcpInfo tcpInfo() throws IOException {
        return KernelView.tcpInfo(this);
    }

    @Override
    public int sendDescriptor(RawSocket passed, Buffer payload) throws IOException {
        return DescriptorPassing.send(this, (EpollSocket) passed, payload);
    }

    @Override
    public int receiveDescriptor(Buffer target, RawSocket[] passed) throws IOException {
        return DescriptorPassing.receive(this, target, passed);
    }

    @Override
    public void closeWithReset() {
        if (fd >= 0 && family != Linux.AF_UNIX) {
            // Fails only if there is nothing left to reset.
            EpollOptions.setLinger(workspace(), fd, 0);
        }
        close();
    }

    @Override
    public void close() {
        if (fd < 0) {
            return;
        }
        if (isConnected) {
            // The last chance to find it out.
            localAddress();
        }
        if (poller != null) {
            poller.forget(this);
        }
        closeDescriptor();
    }

    @Override
    public SocketAddress remoteAddress() {
        if (remoteAddress == null) {
            remoteAddress = SocketAddresses.internet(family, remoteHigh, remoteLow, remotePort, 0);
        }
        return remoteAddress;
    }

    @Override
    public SocketAddress localAddress() {
        if (localAddress != null) {
            return localAddress;
        }
        SocketAddress bound = fd < 0 ? null : boundAddress();
        if (bound == null) {
            return family == Linux.AF_UNIX ? SocketAddresses.UNNAMED : SocketAddresses.UNBOUND;
        }
        if (isConnected) {
            localAddress = bound;
        }
        return bound;
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        EpollOptions.set(workspace(), fd, family, option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return EpollOptions.get(workspace(), fd, family, option);
    }

    /** 0 for a call that would block, also because the connect is pending; everything else is thrown. */
    int blockedOrFailed(String call, String preposition, long result) throws SystemCallException {
        if (result == -Linux.EAGAIN || result == -Linux.EINPROGRESS) {
            return 0;
        }
        throw failed(call, preposition, result);
    }

    SystemCallException failed(String call, String preposition, long number) {
        return EpollErrors.failed(call, preposition + EpollErrors.text(remoteAddress()), number);
    }

    @Override
    public String toString() {
        return "epoll socket to " + EpollErrors.text(remoteAddress());
    }
}
