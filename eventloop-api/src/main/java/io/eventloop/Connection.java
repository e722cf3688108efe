package io.eventloop;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.LongConsumer;

/**
 * A stream of bytes each way between two parties.
 *
 * <pre>
 *   CONNECTING ──► OPEN ──► CLOSING ──► CLOSED
 *        └───────────┴─────────┴──────────┘ (abort, failure, reset)
 * </pre>
 *
 * <p>While {@code OPEN} each direction may end by itself: {@link #shutdownOutput()} ends ours,
 * {@link ConnectionHandler#onInputClosed} tells that the peer ended its own. When both have ended the connection is
 * over.
 *
 * <p><b>Threading:</b> loop-confined: every method throws {@link IllegalStateException} naming both threads when called
 * from another one; {@link #loop()} and {@link #id()} alone may be called from anywhere. Other threads go through
 * {@code connection.loop().execute(...)}.
 *
 * <p><b>Ownership:</b> {@code write} takes its buffer over, whatever the outcome. Inbound and queued buffers are
 * reclaimed at the close; buffers the handler acquired stay the handler's.
 *
 * <p><b>Failure:</b> a write to a connection that has ended, or is being closed by {@link #close()}, discards the bytes
 * and returns false: the end is told by {@link ConnectionHandler#onClosed}. A write after {@link #shutdownOutput()}
 * throws {@link IllegalStateException}. A write that copies throws {@link BufferLimitExceededException} if the pool has no
 * room; nothing is queued then.
 */
public interface Connection {

    /** Where a connection stands. */
    enum State {
        /** The connect is under way. */
        CONNECTING,
        /** Bytes may move. */
        OPEN,
        /** {@link #close()} was called: queued bytes are leaving, inbound ones are discarded. */
        CLOSING,
        /** Over. */
        CLOSED
    }

    /** A number no other connection of the group has. */
    long id();

    /** The loop it lives on. */
    EventLoop loop();

    /** Where it stands. */
    State state();

    /** The local address. */
    SocketAddress localAddress();

    /** The remote address; known also after the end. */
    SocketAddress remoteAddress();

    /** The handler. */
    ConnectionHandler handler();

    /**
     * Replaces the handler, as for a protocol upgrade. Inbound bytes not consumed yet are offered to the new one;
     * {@code onOpen} is not called again.
     */
    void handler(ConnectionHandler next);

    /** Stops reading: no {@code onData} until {@link #resumeReading()}; the peer is held back by its window. */
    void pauseReading();

    /** Reads again, and offers bytes kept unconsumed again. */
    void resumeReading();

    /** Whether the handler paused reading. */
    boolean isReadingPaused();

    /** Inbound bytes offered to the handler and not consumed. */
    int unconsumedBytes();

    /**
     * Queues a buffer's readable bytes; they leave at the end of the turn.
     *
     * @return false if the queue went above the high-water mark or to a hard bound and has not fallen to the low-water mark
     *     since: hold back until {@code onWritable}
     * @throws WriteLimitExceededException if the queue would exceed its hard bound
     */
    boolean write(Buffer bytes);

    /**
     * Queues memory: a direct buffer's as it is, so it must not change until it is sent; heap memory is copied, and so are
     * up to 512 bytes that find room behind the last buffer queued.
     *
     * @param bytes its remaining bytes are written; its position does not move
     * @return as {@link #write(Buffer)}
     */
    boolean write(ByteBuffer bytes);

    /** Queues a copy of bytes. Returns as {@link #write(Buffer)}. */
    boolean write(byte[] bytes);

    /**
     * Queues file bytes, which need no memory until they are sent. The file stays the caller's and must stay open until
     * the bytes are sent or the connection is over; a file that is too short ends the connection.
     *
     * @return as {@link #write(Buffer)}
     */
    boolean write(FileChannel file, long position, long count);

    /** As {@link #write(FileChannel, long, long)}, and closes the file after the last byte or with the connection. */
    boolean writeAndClose(FileChannel file, long position, long count);

    /** Hands queued bytes to the system now instead of at the end of the turn. */
    void flush();

    /** Whether the queue is below the mark at which {@code write} returns false. */
    boolean isWritable();

    /** Whether the peer's end of input was read: no more {@code onData}. */
    boolean isInputEnded();

    /** Whether our output has ended, or is to end after what is queued. */
    boolean isOutputEnded();

    /** Bytes queued and not yet taken by the system, file bytes included. */
    long queuedBytes();

    /**
     * Has inbound bytes moved on to another connection of this loop inside the kernel, {@code splice(2)}, without offering
     * them to the handler, as a relay does with large flows. It ends by itself once bytes come in small runs, and with
     * either connection; {@code onData} is called again then. Backpressure is kept: no run is taken before the last one
     * has left.
     *
     * @param moved told the length of each run as it is taken; must not throw
     * @return whether bytes are forwarded from here on; false if the transport cannot, now or ever, or unconsumed bytes
     *     come first: then nothing changes
     */
    boolean forwardTo(Connection target, LongConsumer moved);

    /** Ends our output after what is queued; input goes on. A second call does nothing. */
    void shutdownOutput();

    /**
     * Sends what is queued, ends our output, waits for the peer's end so that nothing sent is lost, then closes; all
     * within the close timeout. Inbound bytes are discarded from here on. A second call does nothing. While connecting it
     * gives up instead: what is queued is discarded, and the end is {@code ABORTED} if that was anything.
     */
    void close();

    /** Ends it at once with a reset; queued bytes are discarded. */
    void abort();

    /**
     * Ends it at once with a reset because the peer broke the protocol: as a callback that throws the violation does, for
     * use where there is no callback, such as a timer.
     */
    void abort(ProtocolViolationException violation);

    /** The limits it runs under. */
    ConnectionLimits limits();

    /** Replaces the limits; they hold from the next read, write or deadline on. */
    void limits(ConnectionLimits limits);

    /**
     * Reads now what has arrived, instead of when the loop comes to it, and makes the callbacks that follow from it within
     * this call. It is how one learns, before bytes are entrusted to a connection that was idle, whether its end is here
     * already.
     *
     * @return false if it could not be done: within a callback for bytes of this connection, before {@code onOpen}, while
     *     reading is paused, or unless it is open
     */
    boolean readNow();

    /** Bytes received since it was opened. */
    long bytesReceived();

    /** Bytes the system has taken since it was opened. */
    long bytesSent();

    /**
     * What it waits for and why: state, directions, queues, deadlines and the last events. It is meant for bug reports and
     * logs; making it allocates. After the end, within {@code onClosed} too, it tells how it came to that.
     */
    default Explanation explain() {
        return Explanation.of(this);
    }

    /**
     * How far an exchange has got that began when {@link #bytesSent()} and {@link #bytesReceived()} were these. Known also
     * after the end; before it this is a view of the moment, and queued bytes may still leave: end the connection, then
     * rely on it. It says no more than what is certain; the kernel is asked where the transport can.
     */
    default Delivery delivery(long sentBefore, long receivedBefore) {
        if (bytesReceived() > receivedBefore) {
            return Delivery.RESPONSE_STARTED;
        }
        return bytesSent() > sentBefore ? Delivery.SENT : Delivery.NOTHING_SENT;
    }

    /**
     * Sets a socket option.
     *
     * @throws UnsupportedOperationException if the transport does not have it
     */
    <T> void option(SocketOption<T> option, T value) throws IOException;

    /**
     * Reads a socket option.
     *
     * @throws UnsupportedOperationException if the transport does not have it
     */
    <T> T option(SocketOption<T> option) throws IOException;
}
