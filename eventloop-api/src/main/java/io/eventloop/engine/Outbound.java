package io.eventloop.engine;

import io.eventloop.BufferLimitExceededException;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionLimits;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.spi.RawSocket;
import io.eventloop.spi.WriteVector;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The outbound half of a connection: the write queue with its marks and bounds, and its way to the socket.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns what is queued.
 *
 * <p><b>Failure:</b> a write past a bound throws {@link WriteLimitExceededException}; a failed call tells the connection.
 */
final class Outbound {
    /** The most sent in one turn before others have theirs; of interest for files, queues are shorter. */
    private static final long FLUSH_BUDGET_BYTES = 1 << 20;

    private final SocketConnection connection;
    private final Loop loop;
    private WriteQueue queue;
    private long bytesSent;

    /** Cached readiness: a write is worth trying. */
    private boolean writable;

    private boolean onFlushList;
    private boolean aboveHigh;
    private boolean telling;

    /** Our output is to end after what is queued. */
    private boolean ending;

    private boolean ended;

    /** The peer takes nothing any more. */
    private boolean broken;

    Outbound(SocketConnection connection, Loop loop, boolean writable) {
        this.connection = connection;
        this.loop = loop;
        this.writable = writable;
    }

    long bytesSent() {
        return bytesSent;
    }

    long queuedBytes() {
        return queue == null ? 0 : queue.bytes();
    }

    /** Of these, those in memory. */
    long queuedMemoryBytes() {
        return queue == null ? 0 : queue.memoryBytes();
    }

    int queuedWrites() {
        return queue == null ? 0 : queue.count();
    }

    /** Pooled memory of what is queued, by capacity. */
    long heldBytes() {
        return queue == null ? 0 : queue.pooledBytes();
    }

    boolean isAboveHigh() {
        return aboveHigh;
    }

    boolean isEnding() {
        return ending;
    }

    boolean isEnded() {
        return ended;
    }

    boolean isBroken() {
        return broken;
    }

    /** Whether the next write is worth trying. */
    boolean isWritable() {
        return writable;
    }

    /** Whether bytes may still be written. */
    boolean isOpen() {
        State state = connection.phase();
        return (state == State.OPEN || state == State.CONNECTING) && !ending && !broken;
    }

    /** Notes readiness, and that of a connection just established. */
    void ready() {
        writable = true;
        if (queue != null || (ending && !ended)) {
            schedule();
        }
    }

    /** Queues a buffer, the queue's from here on. */
    boolean write(PooledBuffer buffer) {
        int bytes = buffer.readableBytes();
        if (!isOpen() || bytes == 0) {
            buffer.release();
            return accepts() && !aboveHigh;
        }
        String refusal = refusal(bytes);
        if (refusal != null) {
            buffer.release();
            throw refused(refusal);
        }
        PooledBuffer taken = buffer.takeOver();
        queue().add(taken);
        return queued();
    }

    boolean write(byte[] bytes) {
        if (!accepts()) {
            return false;
        }
        PooledBuffer copy = room(bytes.length);
        if (copy == null) {
            return !aboveHigh;
        }
        copy.writeBytes(bytes, 0, bytes.length);
        return copied(copy, bytes.length);
    }

    boolean write(ByteBuffer bytes) {
        if (!accepts()) {
            return false;
        }
        int length = bytes.remaining();
        if (bytes.isDirect() && length > 0) {
            return write(loop.pool().wrap(bytes));
        }
        PooledBuffer copy = room(length);
        if (copy == null) {
            return !aboveHigh;
        }
        copy.writeBytes(bytes.duplicate());
        return copied(copy, length);
    }

    boolean write(FilePart part) {
        if (!isOpen() || part.remaining == 0) {
            part.done();
            return accepts() && !aboveHigh;
        }
        if (queue != null && queue.count() >= connection.bounds().maxQueuedWrites()) {
            part.done();
            throw refused(refusal(0));
        }
        queue().add(part);
        return queued();
    }

    /** Queues a run that is in a pipe, and sends what the system takes at once. */
    void forward(Forwarding run) {
        if (!isOpen()) {
            run.done();
            return;
        }
        queue().add(run);
        flush();
    }

    /** {@link #isOpen()}, and throws if it was the application that ended the output. */
    private boolean accepts() {
        State state = connection.phase();
        if (ending && !broken && (state == State.OPEN || state == State.CONNECTING)) {
            throw connection.traced(new IllegalStateException(connection + ": write after shutdownOutput"));
        }
        return isOpen();
    }

    /** Where {@code length} bytes can be copied to: the end of the queue, or a new buffer. Null if there are none. */
    private PooledBuffer room(int length) {
        if (length == 0) {
            return null;
        }
        String refusal = refusal(length);
        if (refusal != null) {
            throw refused(refusal);
        }
        PooledBuffer last = queue == null ? null : queue.roomFor(length);
        return last != null ? last : loop.pool().acquire(length);
    }

    private boolean copied(PooledBuffer target, int length) {
        if (queue != null && queue.roomFor(0) == target) {
            queue.grew(length);
        } else {
            queue().add(target);
        }
        return queued();
    }

    private WriteLimitExceededException refused(String refusal) {
        connection.note(ConnectionEvent.WRITE_REFUSED);
        return connection.traced(new WriteLimitExceededException(refusal));
    }

    private String refusal(int bytes) {
        ConnectionLimits limits = connection.bounds();
        long held = queuedMemoryBytes();
        int writes = queuedWrites();
        if (held + bytes <= limits.maxQueuedBytes() && writes < limits.maxQueuedWrites()) {
            return null;
        }
        return connection + ": " + bytes + " bytes written while " + held + " bytes in " + writes
                + " pieces are queued; the bounds are " + limits.maxQueuedBytes() + " bytes, "
                + limits.maxQueuedWrites()
                + " pieces";
    }

    private WriteQueue queue() {
        if (queue == null) {
            queue = loop.memory().takeWriteQueue();
        }
        return queue;
    }

    private boolean queued() {
        schedule();
        ConnectionLimits limits = connection.bounds();
        if (queue.bytes() > limits.highWaterBytes()
                || queue.memoryBytes() >= limits.maxQueuedBytes()
                || queue.count() >= limits.maxQueuedWrites()) {
            risenAboveHigh();
        }
        if (!writable) {
            queue.shrink(loop.pool());
            loop.counters().max(LoopCounters.LARGEST_QUEUE, queue.bytes());
        }
        return !aboveHigh;
    }

    private void risenAboveHigh() {
        if (!aboveHigh) {
            aboveHigh = true;
            connection.note(ConnectionEvent.ABOVE_HIGH);
        }
    }

    private void schedule() {
        if (writable && connection.phase() != State.CONNECTING) {
            visitInFlushStep();
        }
    }

    private void visitInFlushStep() {
        if (!onFlushList) {
            onFlushList = true;
            loop.work().addFlush(connection);
        }
    }

    /** Ends our output after what is queued. */
    void end() {
        if (!ending) {
            ending = true;
            connection.note(ConnectionEvent.OUTPUT_ENDING);
            schedule();
            if (queue == null && !writable && connection.phase() != State.CONNECTING) {
                // FIN needs no room in the socket's buffer.
                visitInFlushStep();
            }
        }
    }

    /** The flush step's share of this connection. */
    void flushStep() {
        onFlushList = false;
        flush();
    }

    /** Hands to the system what it takes now. */
    void flush() {
        if (connection.phase() == State.CLOSED || connection.phase() == State.CONNECTING) {
            return;
        }
        if (queue != null && writable) {
            try {
                send();
            } catch (BufferLimitExceededException e) {
                connection.life().outOfMemory(e);
                return;
            } catch (IOException e) {
                failed(e);
                return;
            }
            loop.counters().max(LoopCounters.LARGEST_QUEUE, queuedBytes());
        }
        if (aboveHigh && isBelowMarks()) {
            tellWritable();
        }
        if (queue == null && ending && !ended && connection.phase() != State.CLOSED) {
            finish();
        }
    }

    /**
     * Sends what is left of a run or a file, at the end of the input. If the system took a part and then met a reset, splice(2)
     * and sendfile(2) have told the part and taken the failure from the socket: the input then seems to have come to its
     * end, and only another write fails.
     */
    void sendRest() {
        if (queue != null && queue.headInKernel() != null) {
            writable = true;
            flush();
        }
    }

    private boolean isBelowMarks() {
        ConnectionLimits limits = connection.bounds();
        return queue == null
                || queue.bytes() <= limits.lowWaterBytes() && queue.count() <= limits.maxQueuedWrites() / 2;
    }

    /** Tells the handler, unless this is a flush of its own within being told or accepted: then the next flush step does. */
    private void tellWritable() {
        if (telling || connection.phase() == State.OPEN && !connection.life().isToldOpen()) {
            visitInFlushStep();
            return;
        }
        aboveHigh = false;
        connection.note(ConnectionEvent.BELOW_LOW);
        telling = true;
        try {
            connection.calls().writable();
        } finally {
            telling = false;
        }
    }

    private void send() throws IOException {
        RawSocket socket = connection.socket();
        long budget = FLUSH_BUDGET_BYTES;
        while (!queue.isEmpty()) {
            if (budget <= 0) {
                schedule();
                return;
            }
            KernelPart part = queue.headInKernel();
            long offered = part == null ? 0 : Math.min(part.remaining, budget);
            long sent;
            if (part == null) {
                WriteVector vector = loop.memory().vector();
                queue.offer(vector);
                offered = vector.bytes();
                try {
                    sent = socket.write(vector);
                } finally {
                    vector.clear();
                }
                queue.sent(sent);
            } else {
                sent = part.send(socket, offered);
                queue.sentFromKernel(part, sent);
            }
            account(sent);
            budget -= sent;
            if (part == null ? sent < offered : part.isBlocked(sent, offered)) {
                blocked(socket);
                return;
            }
        }
        loop.memory().giveWriteQueue(queue);
        queue = null;
        if (connection.deadlines().unstall()) {
            connection.note(ConnectionEvent.ALL_TAKEN);
        }
    }

    private void account(long sent) {
        loop.counters().add(LoopCounters.WRITES, 1);
        if (sent > 0) {
            bytesSent += sent;
            loop.counters().add(LoopCounters.BYTES_SENT, sent);
            connection.deadlines().sent();
        }
    }

    private void blocked(RawSocket socket) {
        writable = false;
        queue.shrink(loop.pool());
        loop.poller().awaitWritable(socket);
        if (connection.deadlines().stall()) {
            connection.note(ConnectionEvent.BLOCKED);
        }
    }

    private void finish() {
        ended = true;
        try {
            connection.socket().shutdownOutput();
        } catch (IOException e) {
            failed(e);
            return;
        }
        connection.note(ConnectionEvent.OUTPUT_ENDED);
        connection.life().outputEnded();
    }

    private void failed(IOException failure) {
        broken = true;
        connection.note(ConnectionEvent.WRITE_FAILED);
        clear();
        connection.deadlines().unstall();
        connection.life().writeFailed(failure);
    }

    /** Discards what is queued. */
    void clear() {
        if (queue != null) {
            queue.clear();
            loop.memory().giveWriteQueue(queue);
            queue = null;
        }
    }
}
