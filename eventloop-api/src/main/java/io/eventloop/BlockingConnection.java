package io.eventloop;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Blocking reads and writes, with streams, on a connection of a loop: for code that has a thread for each connection,
 * a virtual one if there are many. It replaces the connection's handler.
 *
 * <p>A read returns as soon as there is a byte, −1 after the peer's end; what came before a reset is read first. A write
 * returns once its bytes are on their way to the loop, which sends them without further calls; it waits while the peer
 * does not keep up. Inbound bytes are bounded by pausing the peer, outbound bytes by waiting.
 *
 * <p><b>Threading:</b> thread-safe for all threads but those of its group's loops: what would block throws
 * {@link IllegalStateException} there. Of several threads that read, each gets other bytes; the bytes of one write stay
 * together. Waiting does not pin a virtual thread.
 *
 * <p><b>Ownership:</b> the connection is this object's: others may look at it, or abort it.
 *
 * <p><b>Failure:</b> an end of the connection, other than the peer's in order, is a {@link ConnectionClosedException}
 * with the reason, in all calls that wait and all later ones. A call that takes too long throws
 * {@link java.net.SocketTimeoutException}; one that is interrupted while it waits throws {@link InterruptedIOException} and
 * leaves the thread's interrupt flag set. Both leave the connection usable: a read has taken nothing then, and of a write
 * {@code bytesTransferred} bytes will be sent.
 */
public final class BlockingConnection implements AutoCloseable {
    private final Connection connection;
    private final BlockingOptions options;
    private final BlockingInput input;
    private final BlockingOutput output;
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    private volatile boolean draining;

    private BlockingConnection(Connection connection, BlockingOptions options) {
        this.connection = connection;
        this.options = options;
        String subject = "connection " + connection.id() + " to " + connection.remoteAddress();
        this.input = new BlockingInput(connection, subject, options.inboundBytes());
        this.output = new BlockingOutput(connection, subject, options.outboundBytes());
    }

    /**
     * Takes a connection over, on its loop. Bytes its handler has not consumed are the first to be read. The peer's end
     * must not have been told to the handler before.
     *
     * @throws IllegalStateException if the connection is not open
     */
    public static BlockingConnection of(Connection connection, BlockingOptions options) {
        if (connection.state() != Connection.State.OPEN || connection.isInputEnded()) {
            throw ConnectionTrace.attach(
                    new IllegalStateException("connection " + connection.id() + " is " + connection.state()
                            + (connection.isInputEnded() ? ", its input has ended" : "")
                            + ": it cannot be made blocking"),
                    connection);
        }
        BlockingConnection blocking = new BlockingConnection(connection, options);
        connection.handler(blocking.new Handler());
        connection.resumeReading();
        return blocking;
    }

    /**
     * A handler for an acceptor that makes its connection blocking when it opens.
     *
     * @param opened called on the loop, to start the thread that serves the connection; what it throws ends the connection
     */
    public static ConnectionHandler handler(BlockingOptions options, Consumer<BlockingConnection> opened) {
        return new Opening(options, opened, reason -> {});
    }

    /**
     * Connects from the group's next loop, and waits for the outcome as long as the connect timeout lets it.
     *
     * @throws ConnectionClosedException if it could not be made
     * @throws IOException if the loop takes no task now
     */
    public static BlockingConnection connect(
            EventLoopGroup group, SocketAddress remote, ConnectOptions connect, BlockingOptions options)
            throws IOException {
        Ranges.checkResolved(remote);
        group.loops().forEach(BlockingConnection::checkNotOn);
        EventLoop loop = group.next();
        CompletableFuture<BlockingConnection> outcome = new CompletableFuture<>();
        Opening opening = new Opening(
                options,
                blocking -> {
                    if (!outcome.complete(blocking)) {
                        blocking.connection.abort();
                    }
                },
                reason -> outcome.completeExceptionally(new ConnectionClosedException("connect to " + remote, reason)));
        try {
            loop.execute(() -> {
                try {
                    loop.connect(remote, connect, opening);
                } catch (RuntimeException e) {
                    outcome.completeExceptionally(e);
                }
            });
            return outcome.get();
        } catch (RejectedExecutionException e) {
            throw new IOException("connect to " + remote + ": " + e.getMessage(), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConnectionClosedException failure) {
                throw failure;
            }
            throw new IOException("connect to " + remote + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            outcome.cancel(false);
            throw new InterruptedIOException("connect to " + remote + ": interrupted");
        }
    }

    private static void checkNotOn(EventLoop loop) {
        if (loop.inLoop()) {
            throw new IllegalStateException(
                    "a blocking call on " + Thread.currentThread().getName() + ", the thread of loop " + loop.name());
        }
    }

    /** The connection, for its loop. */
    public Connection connection() {
        return connection;
    }

    /** Reads at least one byte, within the read timeout of the options. See {@link #read(byte[], int, int, Duration)}. */
    public int read(byte[] target, int offset, int length) throws IOException {
        return read(target, offset, length, options.readTimeout());
    }

    /**
     * Reads at least one byte and what else is there.
     *
     * @param timeout zero for none
     * @return the bytes read, 0 only if {@code length} is; −1 at the peer's end
     */
    public int read(byte[] target, int offset, int length, Duration timeout) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        Ranges.checkTimeout("timeout", timeout);
        checkNotOn(connection.loop());
        return length == 0 ? 0 : input.read(target, offset, length, timeout);
    }

    /** Writes all of the bytes, within the write timeout of the options. */
    public void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length, options.writeTimeout());
    }

    /** Writes all of the bytes, within the write timeout of the options; they may be changed when it returns. */
    public void write(byte[] source, int offset, int length) throws IOException {
        write(source, offset, length, options.writeTimeout());
    }

    /**
     * Writes all of the bytes; they may be changed when it returns.
     *
     * @param timeout zero for none
     */
    public void write(byte[] source, int offset, int length, Duration timeout) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        Ranges.checkTimeout("timeout", timeout);
        checkNotOn(connection.loop());
        output.write(source, offset, length, timeout);
    }

    /** Reads as a stream; to close it closes the connection. */
    public InputStream input() {
        return new BlockingStreams.Input(this);
    }

    /** Writes as a stream, which needs no flush; to close it closes the connection. */
    public OutputStream output() {
        return new BlockingStreams.Output(this);
    }

    /** Bytes that can be read without waiting. */
    public int available() {
        return input.available();
    }

    /** Whether the group is draining: finish what is under way, then close. */
    public boolean isDraining() {
        return draining;
    }

    /** Ends our output after what was written; reading goes on. Does not wait for the peer. */
    public void shutdownOutput() throws IOException {
        checkNotOn(connection.loop());
        output.shutdown();
    }

    /**
     * Closes the connection in order after what was written, in the background: {@link #closed()} tells when it is over. It
     * takes at most twice the connection's close timeout. Threads that wait here are told at once.
     */
    @Override
    public void close() throws IOException {
        checkNotOn(connection.loop());
        input.close();
        output.close();
    }

    /** Resets the connection; what was written and not sent is discarded. */
    public void abort() throws IOException {
        checkNotOn(connection.loop());
        input.close();
        output.abort();
    }

    /** Completed with the reason when the connection is over. */
    public CompletableFuture<CloseReason> closed() {
        return closed.copy();
    }

    @Override
    public String toString() {
        return "blocking connection " + connection.id();
    }

    /** The connection's handler from then on. */
    private final class Handler implements ConnectionHandler {
        @Override
        public void onData(Connection from, Buffer in) {
            input.take(in);
        }

        @Override
        public void onWritable(Connection to) {
            output.drain();
        }

        @Override
        public void onInputClosed(Connection from) {
            input.end();
        }

        @Override
        public void onDrain(Connection of) {
            draining = true;
        }

        @Override
        public String explain(Connection of) {
            return "blocking, " + input.available() + " bytes to be read, " + input.waitingReaders()
                    + " threads waiting to read, " + output.pendingBytes() + " bytes written and not queued";
        }

        @Override
        public void onClosed(Connection of, CloseReason reason) {
            CloseReason why = output.over(reason);
            input.over(why);
            closed.complete(why);
        }
    }

    /** Until the connection opens. */
    private record Opening(BlockingOptions options, Consumer<BlockingConnection> opened, Consumer<CloseReason> failed)
            implements ConnectionHandler {

        Opening {
            Objects.requireNonNull(options);
            Objects.requireNonNull(opened);
        }

        @Override
        public void onOpen(Connection connection) {
            opened.accept(of(connection, options));
        }

        @Override
        public void onData(Connection connection, Buffer in) {
            throw new IllegalStateException("bytes before the connection was made blocking");
        }

        @Override
        public void onClosed(Connection connection, CloseReason reason) {
            failed.accept(reason);
        }
    }
}
