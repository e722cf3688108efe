package io.eventloop.nio;

import io.eventloop.Errno;
import io.eventloop.SocketOptions;
import io.eventloop.SystemCallException;
import io.eventloop.spi.RawListener;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.ReadySink;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A listening socket over {@link ServerSocketChannel}, with a descriptor in reserve.
 *
 * <p>Connections given up before they are accepted are passed over by the JDK, which repeats {@code accept(2)} after
 * {@code ECONNABORTED}.
 *
 * <p><b>Threading:</b> see {@link RawListener}. <b>Ownership:</b> the channel, the reserve, and the path of a
 * UNIX-domain socket; a path that someone has bound anew in the meantime is left alone.
 *
 * <p><b>Failure:</b> see {@link RawListener}.
 */
final class NioListener extends NioChannel implements RawListener {
    private final ServerSocketChannel channel;
    private final SocketAddress localAddress;

    /** Identifies the file behind a UNIX-domain address; null elsewhere. */
    private final Object fileKey;

    /** An unconnected socket, or null if it could not be opened again. */
    private SocketChannel reserve;

    private NioListener(ServerSocketChannel channel, SocketAddress local, Object fileKey, SocketChannel reserve) {
        this.channel = channel;
        this.localAddress = local;
        this.fileKey = fileKey;
        this.reserve = reserve;
    }

    static NioListener open(SocketAddress local, int backlog, boolean reusePort, SocketOptions options)
            throws IOException {
        NioTransport.requireResolved(local);
        boolean isUnix = NioTransport.isUnix(local);
        String subject = "to " + NioErrors.text(local);
        ServerSocketChannel channel = null;
        SocketChannel reserve = null;
        boolean isDone = false;
        String call = "socket(2)";
        try {
            channel = isUnix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
            reserve = openReserve(local);
            channel.configureBlocking(false);
            NioOptions.setForListening(channel, isUnix, reusePort, options);
            call = "bind(2)";
            channel.bind(local, backlog);
            SocketAddress bound = channel.getLocalAddress();
            NioListener listener = new NioListener(channel, bound, isUnix ? fileKey(bound) : null, reserve);
            isDone = true;
            return listener;
        } catch (SystemCallException e) {
            throw e;
        } catch (IOException e) {
            throw NioErrors.failed(call, subject, e);
        } finally {
            if (!isDone) {
                closeQuietly(channel);
                closeQuietly(reserve);
            }
        }
    }

    /**
     * Opens the reserve, and walks the path of {@link #shed()} and of a failed accept once: when descriptors are out, a
     * class that is not loaded yet might not be loadable any more.
     */
    private static SocketChannel openReserve(SocketAddress local) throws IOException {
        NioSocket.unconnected(SocketChannel.open(), local, SocketOptions.NONE).closeWithReset();
        NioErrors.failed("accept(2)", "on " + NioErrors.text(local), new IOException("Too many open files"));
        return SocketChannel.open();
    }

    @Override
    public RawSocket accept(SocketOptions options) throws IOException {
        SocketChannel accepted;
        try {
            accepted = channel.accept();
        } catch (IOException e) {
            SystemCallException failed = NioErrors.failed("accept(2)", "on " + NioErrors.text(localAddress), e);
            throw failed.errno() == Errno.OTHER && isOutOfDescriptors() ? outOfDescriptors() : failed;
        } catch (InvalidPathException e) {
            // From the JDK, which cannot name the peer's path in this locale, and has lost the connection.
            throw new SystemCallException(
                    "accept(2)", "on " + NioErrors.text(localAddress), Errno.OTHER, e.getReason());
        }
        return accepted == null ? null : NioSocket.accepted(accepted, options);
    }

    /** Tells by trying, for systems whose messages are in a language that {@link NioErrors} does not know. */
    private static boolean isOutOfDescriptors() {
        try {
            SocketChannel.open().close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private SystemCallException outOfDescriptors() {
        return new SystemCallException("accept(2)", "on " + NioErrors.text(localAddress), Errno.EMFILE, "");
    }

    @Override
    public boolean shed() {
        if (!channel.isOpen()) {
            return false;
        }
        if (reserve == null) {
            reserve = tryOpenReserve();
            if (reserve == null) {
                return false;
            }
        }
        closeQuietly(reserve);
        boolean isShed = false;
        try {
            SocketChannel victim = channel.accept();
            if (victim != null) {
                NioSocket.accepted(victim, SocketOptions.NONE).closeWithReset();
                isShed = true;
            }
        } catch (IOException | InvalidPathException e) {
            // Another thread took the descriptor first, or the peer was faster, or has no name.
        }
        reserve = tryOpenReserve();
        return isShed;
    }

    private static SocketChannel tryOpenReserve() {
        try {
            return SocketChannel.open();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    int interestForWanted() {
        return (wanted & ReadySink.READABLE) != 0 ? SelectionKey.OP_ACCEPT : 0;
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }

    @Override
    ServerSocketChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        if (localAddress instanceof UnixDomainSocketAddress unix) {
            removePath(unix.getPath());
        }
        closeQuietly(channel);
        closeQuietly(reserve);
        reserve = null;
        if (poller != null) {
            // A selector would keep it listening until the next poll, and the address in use.
            poller.releaseClosed();
        }
    }

    private void removePath(Path path) {
        try {
            if (fileKey == null || fileKey.equals(fileKey(localAddress))) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // Removed by someone else, or its directory is closed to us.
        }
    }

    private static Object fileKey(SocketAddress unix) throws IOException {
        Path path = ((UnixDomainSocketAddress) unix).getPath();
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private static void closeQuietly(Channel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // close(2) gives the descriptor up whatever it returns.
            }
        }
    }

    @Override
    public String toString() {
        return "nio listener on " + NioErrors.text(localAddress);
    }
}
