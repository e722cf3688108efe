package io.eventloop.nio;

import io.eventloop.Buffer;
import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import io.eventloop.spi.WriteVector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * A socket over {@link SocketChannel}.
 *
 * <p><b>Threading:</b> see {@link RawSocket}. <b>Ownership:</b> the channel, closed by {@link #close()}; while it is
 * registered its descriptor is freed by the next poll. <b>Failure:</b> see {@link RawSocket}.
 */
final class NioSocket extends NioChannel implements RawSocket {
    private static final SocketAddress UNBOUND = new InetSocketAddress(0);

    private final SocketChannel channel;
    private SocketAddress remoteAddress;
    private SocketAddress localAddress;
    private boolean isConnected;
    private boolean isConnecting;
    private boolean isOutputShut;

    private NioSocket(SocketChannel channel, SocketAddress remote, boolean isConnected) {
        this.channel = channel;
        this.remoteAddress = remote;
        this.isConnected = isConnected;
    }

    /** Takes over a new channel; it is closed if this fails. */
    static NioSocket unconnected(SocketChannel channel, SocketAddress remote, SocketOptions options)
            throws IOException {
        return configured(new NioSocket(channel, remote, false), options);
    }

    /** Takes over an accepted channel; it is closed if this fails. */
    static NioSocket accepted(SocketChannel channel, SocketOptions options) throws IOException {
        // Kept by the channel since accept(2), so no system call that could fail for a peer that is gone.
        return configured(new NioSocket(channel, channel.getRemoteAddress(), true), options);
    }

    private static NioSocket configured(NioSocket socket, SocketOptions options) throws IOException {
        boolean isDone = false;
        try {
            socket.channel.configureBlocking(false);
            NioOptions.setAll(socket.channel, NioTransport.isUnix(socket.remoteAddress), options);
            isDone = true;
            return socket;
        } finally {
            if (!isDone) {
                socket.close();
            }
        }
    }

    @Override
    public int read(Buffer target) throws IOException {
        int count;
        try {
            count = channel.read(target.writable());
        } catch (IOException e) {
            throw failed("recv(2)", "from ", e);
        } catch (NotYetConnectedException e) {
            return notConnected("recv(2)");
        }
        if (count > 0) {
            target.writeIndex(target.writeIndex() + count);
        }
        return count;
    }

    @Override
    public long write(WriteVector vector) throws IOException {
        try {
            return vector.count() == 1 ? channel.write(vector.buffer(0).readable()) : gather(vector);
        } catch (IOException e) {
            throw failed("send(2)", "to ", e);
        } catch (NotYetConnectedException e) {
            return notConnected("send(2)");
        }
    }

    private long gather(WriteVector vector) throws IOException {
        ByteBuffer[] views = poller == null ? new ByteBuffer[WriteVector.MAX_BUFFERS] : poller.views();
        int count = vector.count();
        try {
            for (int i = 0; i < count; i++) {
                views[i] = vector.buffer(i).readable();
            }
            return channel.write(views, 0, count);
        } finally {
            for (int i = 0; i < count; i++) {
                views[i] = null;
            }
        }
    }

    @Override
    public long sendFile(FileChannel file, long position, long count) throws IOException {
        // A file channel used by an interrupted thread closes itself and the socket with it.
        boolean isInterrupted = Thread.interrupted();
        try {
            long sent = file.transferTo(position, count, channel);
            return sent == 0 && count > 0 && position >= file.size() ? -1 : sent;
        } catch (IOException e) {
            throw failed("sendfile(2)", "to ", e);
        } catch (NotYetConnectedException e) {
            return notConnected("sendfile(2)");
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        NioTransport.requireResolved(remote);
        remoteAddress = remote;
        try {
            isConnected = channel.connect(remote);
        } catch (IOException e) {
            throw failed("connect(2)", "to ", e);
        }
        isConnecting = !isConnected;
        interestChanged();
        return isConnected;
    }

    @Override
    public boolean finishConnect() throws IOException {
        boolean wasConnected = isConnected;
        try {
            isConnected = channel.finishConnect();
        } catch (IOException e) {
            throw failed("connect(2)", "to ", e);
        }
        if (isConnected && !wasConnected) {
            isConnecting = false;
            interestChanged();
        }
        return isConnected;
    }

    private void interestChanged() {
        if (poller != null) {
            poller.note(this);
        }
    }

    @Override
    int interestForWanted() {
        if (!isConnected) {
            // A key with OP_READ would be ready at once and for ever: an unconnected socket counts as hung up.
            return isConnecting && (wanted & ReadySink.WRITABLE) != 0 ? SelectionKey.OP_CONNECT : 0;
        }
        int read = (wanted & ReadySink.READABLE) != 0 ? SelectionKey.OP_READ : 0;
        int write = (wanted & ReadySink.WRITABLE) != 0 ? SelectionKey.OP_WRITE : 0;
        return read | write;
    }

    @Override
    public void shutdownOutput() throws IOException {
        try {
            channel.shutdownOutput();
            isOutputShut = true;
        } catch (IOException e) {
            throw failed("shutdown(2)", "of ", e);
        } catch (NotYetConnectedException e) {
            throw new SystemCallException("shutdown(2)", "of " + NioErrors.text(remoteAddress), Errno.ENOTCONN, "");
        }
    }

    @Override
    public void closeWithReset() {
        if (!NioTransport.isUnix(remoteAddress)) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // Closed already, or the peer was faster with its own reset: there is nothing left to reset.
            }
        }
        close();
    }

    @Override
    public void close() {
        localAddress();
        try {
            channel.close();
        } catch (IOException e) {
            // close(2) gives the descriptor up whatever it returns.
        }
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public SocketAddress localAddress() {
        if (localAddress == null) {
            try {
                // Null until it is connected.
                localAddress = channel.getLocalAddress();
            } catch (IOException e) {
                // Closed, and it never had one.
            }
        }
        if (localAddress != null) {
            return localAddress;
        }
        return NioTransport.isUnix(remoteAddress) ? UnixDomainSocketAddress.of("") : UNBOUND;
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        NioOptions.set(channel, option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return NioOptions.get(channel, option);
    }

    @Override
    SocketChannel channel() {
        return channel;
    }

    /** As the kernel has it: a pending connect makes calls wait, an unconnected socket fails them. */
    private int notConnected(String call) throws SystemCallException {
        if (isConnecting) {
            return 0;
        }
        throw new SystemCallException(call, "on " + NioErrors.text(remoteAddress), Errno.ENOTCONN, "");
    }

    private SystemCallException failed(String call, String preposition, IOException cause) {
        String subject = preposition + NioErrors.text(remoteAddress);
        if (cause instanceof ClosedChannelException && isOutputShut && channel.isOpen()) {
            // The JDK refuses by itself what the kernel would answer with EPIPE after shutdown(2).
            return new SystemCallException(call, subject, Errno.EPIPE, "");
        }
        return NioErrors.failed(call, subject, cause);
    }

    @Override
    public String toString() {
        return "nio socket to " + NioErrors.text(remoteAddress);
    }
}
