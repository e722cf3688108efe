package io.eventloop.engine;

import io.eventloop.spi.RawSocket;
import java.io.IOException;

/**
 * Bytes in a write queue that are not in the process's memory: of a file, or in a pipe.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> the queue's once added. <b>Failure:</b> that of the socket.
 */
abstract class KernelPart {
    /** Bytes still to be sent. */
    long remaining;

    /**
     * Sends some of it.
     *
     * @param most at least 1, at most {@link #remaining}
     * @return bytes sent; 0 if it would block
     */
    abstract long send(RawSocket socket, long most) throws IOException;

    /** Whether the socket took so little of what was offered that it takes no more for now. */
    boolean isBlocked(long sent, long offered) {
        return sent == 0;
    }

    /** The queue has no more use for it, whether all was sent or not. */
    abstract void done();
}
