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
}
