package io.eventloop.spi;

import java.io.IOException;

/**
 * A kernel pipe that moves bytes from one socket to another without passing them through the process, {@code splice(2)}.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> the caller's until {@link #close()}; bytes left in it then are lost.
 *
 * <p><b>Failure:</b> {@link io.eventloop.SystemCallException} of the socket at fault; the bytes in the pipe stay there.
 */
public interface RawPipe extends AutoCloseable {

    /**
     * Moves bytes from a socket into the pipe.
     *
     * @return bytes moved, 0 if the socket has none, −1 at its end of input; not called while the pipe holds bytes
     */
    long fill(RawSocket from, long maxBytes) throws IOException;

    /**
     * Moves the pipe's bytes to a socket.
     *
     * @return bytes moved, fewer than {@link #bufferedBytes()} if the socket took no more
     */
    long drain(RawSocket to) throws IOException;

    /** Bytes now in the pipe. */
    long bufferedBytes();

    /** Gives the pipe back for the next flow if it is empty, otherwise closes it. */
    @Override
    void close();
}
