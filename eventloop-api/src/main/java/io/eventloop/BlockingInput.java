package io.eventloop;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The inbound half of a blocking connection: bytes that the loop has taken from the connection and no thread has read.
 * When they reach their bound the loop pauses reading; the thread that reads them down to half of it has it resumed.
 *
 * <p><b>Threading:</b> thread-safe. The lock is held for moments, and for one copy of what a reader asked for at most.
 *
 * <p><b>Ownership:</b> keeps copies, no buffer of the loop's. <b>Failure:</b> see {@link BlockingConnection}.
 */
final class BlockingInput {
    /** Many small pieces cost more memory than their bytes: further ones are left to the connection, which joins them. */
    private static final int MOST_PIECES = 64;

    private final Connection connection;
    private final String subject;
    private final int mostBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>(4);
    private int headOffset;
    private int bytes;

    /** Whether reading is paused until there is room. */
    private boolean held;

    private boolean ended;
    private boolean closed;
    private CloseReason over;

    BlockingInput(Connection connection, String subject, int mostBytes) {
        this.connection = connection;
        this.subject = subject;
        this.mostBytes = mostBytes;
    }

    // On the loop.

    /** Takes as much as there is room for, and pauses reading if something is left or the bound is reached. */
    void take(Buffer in) {
        if (isClosed()) {
            in.skip(in.readableBytes());
            return;
        }
        byte[] piece = new byte[Math.min(in.readableBytes(), room())];
        in.readBytes(piece, 0, piece.length);
        boolean pause;
        lock.lock();
        try {
            if (piece.length > 0 && !closed) {
                pieces.add(piece);
                bytes += piece.length;
                arrived.signal();
            }
            held = in.isReadable() || bytes >= mostBytes || pieces.size() >= MOST_PIECES;
            pause = held;
        } finally {
            lock.unlock();
        }
        if (pause) {
            connection.pauseReading();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private int room() {
        lock.lock();
        try {
            return pieces.size() >= MOST_PIECES ? 0 : mostBytes - bytes;
        } finally {
            lock.unlock();
        }
    }

    /** The peer's FIN came. */
    void end() {
        lock.lock();
        try {
            ended = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The connection is over. What came before can still be read. */
    void over(CloseReason reason) {
        lock.lock();
        try {
            over = reason;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // On any thread.

    /** Nothing more is to be read here. */
    void close() {
        lock.lock();
        try {
            closed = true;
            pieces.clear();
            bytes = 0;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int available() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    int waitingReaders() {
        lock.lock();
        try {
            return lock.getWaitQueueLength(arrived);
        } finally {
            lock.unlock();
        }
    }

    int read(byte[] target, int offset, int length, Duration timeout) throws IOException {
        BlockingWait wait = new BlockingWait(subject + ": read", timeout);
        boolean refused = false;
        while (true) {
            int count;
            boolean resume;
            lock.lock();
            try {
                if (refused) {
                    held = true;
                    wait.shortly(arrived);
                }
                count = poll(target, offset, length);
                resume = held && bytes <= mostBytes / 2 && pieces.size() <= MOST_PIECES / 2;
                if (count == 0 && !resume) {
                    wait.on(arrived);
                }
                held &= !resume;
            } finally {
                lock.unlock();
            }
            refused = resume && !BlockingWait.submitted(connection.loop(), connection::resumeReading);
            if (count != 0) {
                if (refused) {
                    holdAgain();
                }
                return count;
            }
        }
    }

    /** The next read is to ask the loop once more. */
    private void holdAgain() {
        lock.lock();
        try {
            held = true;
        } finally {
            lock.unlock();
        }
    }

    /** What there is now: bytes, −1 at the end, 0 if nothing has come. */
    private int poll(byte[] target, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException(subject + ": closed");
        }
        byte[] head = pieces.peek();
        if (head == null) {
            if (ended) {
                return -1;
            }
            if (over != null) {
                throw new ConnectionClosedException(subject, over);
            }
            return 0;
        }
        int count = Math.min(length, head.length - headOffset);
        System.arraycopy(head, headOffset, target, offset, count);
        headOffset += count;
        bytes -= count;
        if (headOffset == head.length) {
            pieces.remove();
            headOffset = 0;
        }
        if (!pieces.isEmpty()) {
            arrived.signal();
        }
        return count;
    }
}
