package io.eventloop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The outbound half of a blocking connection: bytes that threads have written and the loop has not queued on the
 * connection. The loop queues them as long as the connection is below its high-water mark; a thread that finds the bound
 * reached waits. The bytes of one write stay together.
 *
 * <p><b>Threading:</b> thread-safe. The lock is held for moments, and for the copy of one piece at most.
 *
 * <p><b>Ownership:</b> keeps copies. <b>Failure:</b> see {@link BlockingConnection}.
 */
final class BlockingOutput {
    /** The largest copy made at once. */
    private static final int PIECE_BYTES = 16 << 10;

    /** Many small pieces cost more memory than their bytes. */
    private static final int MOST_PIECES = 256;

    /** For an order to a loop whose task queue is full. */
    private static final Duration ORDER_TIMEOUT = Duration.ofSeconds(10);

    /** What is to become of the output; a later one replaces an earlier one. */
    private enum End {
        NONE,
        SHUTDOWN,
        CLOSE,
        ABORT
    }

    private final Connection connection;
    private final String subject;
    private final int mostBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition turn = lock.newCondition();
    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>(4);
    private int bytes;
    private boolean writing;
    private boolean scheduled;
    private End end = End.NONE;
    private CloseReason over;

    // The loop's.
    private final Runnable draining = this::drain;
    private int headOffset;
    private Timer closing;
    private RuntimeException failure;

    BlockingOutput(Connection connection, String subject, int mostBytes) {
        this.connection = connection;
        this.subject = subject;
        this.mostBytes = mostBytes;
    }

    // On any thread.

    void write(byte[] source, int offset, int length, Duration timeout) throws IOException {
        BlockingWait wait = new BlockingWait(subject + ": write", timeout);
        lock.lock();
        try {
            checkOpen();
            while (writing) {
                wait.on(turn);
                checkOpen();
            }
            writing = true;
            try {
                while (wait.bytesTransferred < length) {
                    writePiece(source, offset + wait.bytesTransferred, length - wait.bytesTransferred, wait);
                    checkOpen();
                }
            } finally {
                writing = false;
                turn.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Leaves one piece to the loop, or waits. */
    private void writePiece(byte[] source, int offset, int length, BlockingWait wait) throws IOException {
        int count = Math.min(Math.min(length, PIECE_BYTES), mostBytes - bytes);
        if (count <= 0 || pieces.size() >= MOST_PIECES) {
            wait.on(room);
        } else if (!schedule()) {
            wait.shortly(room);
        } else {
            pieces.add(Arrays.copyOfRange(source, offset, offset + count));
            bytes += count;
            wait.bytesTransferred += count;
        }
    }

    private void checkOpen() throws IOException {
        if (over != null) {
            throw new ConnectionClosedException(subject, over);
        }
        if (end != End.NONE) {
            throw new IOException(subject + (end == End.SHUTDOWN ? ": output was shut down" : ": closed"));
        }
    }

    /** Sees to it that the loop comes by, before anything is left for it. Returns false if its task queue is full. */
    private boolean schedule() {
        scheduled = scheduled || BlockingWait.submitted(connection.loop(), draining);
        return scheduled;
    }

    void shutdown() throws IOException {
        order(End.SHUTDOWN);
    }

    void close() throws IOException {
        order(End.CLOSE);
    }

    void abort() throws IOException {
        order(End.ABORT);
    }

    private void order(End wanted) throws IOException {
        BlockingWait wait = new BlockingWait(subject + ": " + wanted, ORDER_TIMEOUT);
        lock.lock();
        try {
            if (over != null || wanted.compareTo(end) <= 0) {
                return;
            }
            end = wanted;
            room.signalAll();
            turn.signalAll();
            while (over == null && !schedule()) {
                wait.shortly(room);
            }
        } finally {
            lock.unlock();
        }
    }

    int pendingBytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    // On the loop.

    /** Queues what the connection takes, then does what was ordered. */
    void drain() {
        End wanted;
        lock.lock();
        try {
            scheduled = false;
            wanted = end;
        } finally {
            lock.unlock();
        }
        if (wanted == End.ABORT) {
            connection.abort();
            return;
        }
        try {
            if (send()) {
                finish(wanted);
            } else if (wanted == End.CLOSE) {
                limitClose();
            }
        } catch (RuntimeException e) {
            // No memory, most likely. What is missing would never be sent.
            failure = e;
            connection.abort();
        }
    }

    /** Returns whether nothing is left. */
    private boolean send() {
        for (byte[] head = head(); head != null; head = head()) {
            if (!connection.isWritable()) {
                return false;
            }
            long free = connection.limits().maxQueuedBytes() - connection.queuedBytes();
            int count = (int) Math.max(1, Math.min(head.length - headOffset, free));
            connection.write(ByteBuffer.wrap(head, headOffset, count));
            headOffset += count;
            if (headOffset == head.length) {
                headOffset = 0;
                removeHead();
            }
        }
        return true;
    }

    private byte[] head() {
        lock.lock();
        try {
            return pieces.peek();
        } finally {
            lock.unlock();
        }
    }

    private void removeHead() {
        lock.lock();
        try {
            bytes -= pieces.remove().length;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** All that was written before the order is queued on the connection. */
    private void finish(End wanted) {
        if (wanted == End.SHUTDOWN) {
            connection.shutdownOutput();
        } else if (wanted == End.CLOSE) {
            connection.close();
        }
    }

    /** The connection's close timeout begins only once everything is queued; the way there is bounded by as much. */
    private void limitClose() {
        // A peer that waits for us to read would not read either; what it sends is discarded.
        connection.resumeReading();
        Duration limit = connection.limits().closeTimeout();
        if (closing == null && !limit.isZero()) {
            closing = connection.loop().schedule(limit, connection::abort);
        }
    }

    /** The connection is over. Returns the reason with the failure that led to it, if there was one. */
    CloseReason over(CloseReason reason) {
        if (closing != null) {
            closing.cancel();
        }
        CloseReason why = failure == null
                ? reason
                : CloseReason.of(reason.scope(), CloseReason.Initiator.LIBRARY, reason.kind(), failure);
        lock.lock();
        try {
            over = why;
            pieces.clear();
            bytes = 0;
            room.signalAll();
            turn.signalAll();
        } finally {
            lock.unlock();
        }
        return why;
    }
}
