package io.eventloop.spi;

import io.eventloop.Buffer;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.FileChannel;

/**
 * One non-blocking stream socket: the system calls, and no state beyond them.
 *
 * <p>Expected outcomes are values and allocate nothing: 0 is "would block", −1 is the end of input.
 *
 * <p><b>Threading:</b> see {@link RawChannel}.
 *
 * <p><b>Ownership:</b> buffers stay the caller's.
 *
 * <p><b>Failure:</b> {@link io.eventloop.SystemCallException} with its {@code errno}; a reset by the peer is
 * {@code ECONNRESET} or {@code EPIPE}, never an end of input.
 */
public interface RawSocket extends RawChannel {

    /**
     * Reads once into the writable part of {@code target} and moves its write index.
     *
     * @return bytes read (at least 1), 0 if it would block, −1 at the end of input
     */
    int read(Buffer target) throws IOException;

    /**
     * Writes the vector's bytes in one call; no index moves.
     *
     * @return bytes written, possibly fewer than offered; 0 if it would block
     */
    long write(WriteVector vector) throws IOException;

    /**
     * Sends file bytes, where the transport has {@link Capability#SENDFILE}.
     *
     * @return bytes sent, 0 if it would block, −1 if the file ends at or before {@code position}
     */
    long sendFile(FileChannel file, long position, long count) throws IOException;

    /**
     * Begins to connect.
     *
     * @return true if it is connected, false if it is under way: {@code awaitWritable}, then {@link #finishConnect()}
     */
    boolean connect(SocketAddress remote) throws IOException;

    /** Whether a pending connect has ended well; false if it is still under way. */
    boolean finishConnect() throws IOException;

    /** Sends FIN after what was written. */
    void shutdownOutput() throws IOException;

    /** Closes so that the peer sees a reset where the protocol has one; otherwise like {@link #close()}. */
    void closeWithReset();

    /** The remote address; known from accept or connect on, also after the peer is gone. */
    SocketAddress remoteAddress();

    /**
     * Sets a socket option.
     *
     * @throws UnsupportedOperationException if this transport or family does not have it
     */
    <T> void setOption(SocketOption<T> option, T value) throws IOException;

    /**
     * Reads a socket option.
     *
     * @throws UnsupportedOperationException if this transport or family does not have it
     */
    <T> T getOption(SocketOption<T> option) throws IOException;

    /**
     * Looks for input without consuming it, where the transport has {@link Capability#PEEK}.
     *
     * @return 1 if a byte waits, 0 if none does, −1 at the end of input
     * @throws UnsupportedOperationException if it has not
     */
    default int peek() throws IOException {
        throw new UnsupportedOperationException("this transport has no " + Capability.PEEK);
    }

    /**
     * Bytes received by the kernel and not read, where the transport has {@link Capability#PEEK}.
     *
     * @throws UnsupportedOperationException if it has not
     */
    default int unreadBytes() throws IOException {
        throw new UnsupportedOperationException("this transport has no " + Capability.PEEK);
    }

    /**
     * Bytes written that the peer's kernel has not acknowledged, on a UNIX-domain socket memory that its process has not
     * read; where the transport has {@link Capability#TCP_INFO}.
     *
     * @throws UnsupportedOperationException if it has not
     */
    default int unsentBytes() throws IOException {
        throw new UnsupportedOperationException("this transport has no " + Capability.TCP_INFO);
    }

    /**
     * The kernel's view of the connection, where the transport has {@link Capability#TCP_INFO}.
     *
     * @throws UnsupportedOperationException if it has not, or if this is no TCP socket
     */
    default TcpInfo tcpInfo() throws IOException {
        throw new UnsupportedOperationException("this transport has no " + Capability.TCP_INFO);
    }

    /**
     * Writes bytes over this UNIX-domain socket and passes another socket along with the first of them, where the
     * transport has {@link Capability#FD_PASSING}. The other process gets a descriptor of its own: the one passed stays
     * the caller's to close, without a reset unless both ends are meant.
     *
     * @param payload its readable bytes, at least one, are written; no index moves
     * @return bytes written, possibly fewer than offered; 0 if it would block, and then nothing was passed
     * @throws UnsupportedOperationException if the transport has not, or if this is no UNIX-domain socket
     */
    default int sendDescriptor(RawSocket passed, Buffer payload) throws IOException {
        throw new UnsupportedOperationException("this transport has no " + Capability.FD_PASSING);
    }

    /**
     * Reads as {@link #read} does, and takes the socket that was passed along with these bytes. One that comes with bytes
     * read by {@link #read} is lost, and so is every one beyond the first.
     *
     * @param passed its first element becomes the socket, the caller's to close, or null if none came
     * @return as {@link #read}; where descriptors come, a short read does not mean that the input is exhausted
     * @throws io.eventloop.SystemCallException also if what came is no stream socket; it is closed, the bytes are read
     * @throws UnsupportedOperationException if the transport has not, or if this is no UNIX-domain socket
     */
    default int receiveDescriptor(Buffer target, RawSocket[] passed) throws IOException {
        throw new UnsupportedOperationException("this transport has no " + Capability.FD_PASSING);
    }
}
