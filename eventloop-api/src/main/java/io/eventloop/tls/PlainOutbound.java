package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.BufferLimitExceededException;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection;
import io.eventloop.Connection.State;
import io.eventloop.ConnectionLimits;
import io.eventloop.WriteLimitExceededException;
import io.eventloop.engine.Layering;
import io.eventloop.tls.TlsException.Alert;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The outbound half of a TLS connection. Plaintext waits here; when the ciphertext before it has left, one batch is encrypted
 * and handed to the connection below. So what is in flight is bounded, and small writes of a turn share a record.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns what is queued.
 *
 * <p><b>Failure:</b> a write past a bound throws {@link WriteLimitExceededException}; others end the connection.
 */
final class PlainOutbound {
    /** Enough for the kernel to be busy, and little to have encrypted for a peer that is gone. */
    private static final int BATCH_BYTES = 64 << 10;

    /** A record shorter than this is not begun only because a little room is left in the batch. */
    private static final int MIN_RECORD_BYTES = 1024;

    private final SecuredConnection connection;
    private final RecordSizing sizing;
    private PlainQueue queue;
    private boolean aboveHigh;
    private boolean ending;
    private boolean ended;

    /** Plaintext accepted, and of the batch on its way, with what the connection below had sent before it. */
    private long accepted;

    private long inFlight;
    private long sentBefore;

    PlainOutbound(SecuredConnection connection, RecordSize size) {
        this.connection = connection;
        this.sizing = new RecordSizing(size);
    }

    boolean isEnding() {
        return ending;
    }

    boolean isEnded() {
        return ended;
    }

    boolean isAboveHigh() {
        return aboveHigh;
    }

    boolean isOpen() {
        State state = connection.life().state();
        return (state == State.OPEN || state == State.CONNECTING) && !ending;
    }

    /** Plaintext of which nothing has left: a batch counts as sent when its first byte is. */
    long queuedBytes() {
        long waiting = queue == null ? 0 : queue.bytes();
        Connection below = connection.transport();
        boolean untouched = inFlight > 0 && below.bytesSent() == sentBefore;
        return untouched ? waiting + inFlight : waiting;
    }

    /** Pooled memory of what waits to be encrypted, by capacity. */
    long heldBytes() {
        return queue == null ? 0 : queue.pooledBytes();
    }

    long bytesSent() {
        return accepted - queuedBytes();
    }

    boolean write(Buffer buffer) {
        int bytes = buffer.readableBytes();
        if (!isOpen() || bytes == 0) {
            buffer.release();
            return accepts() && !aboveHigh;
        }
        String refusal = refusal(bytes);
        if (refusal != null) {
            buffer.release();
            throw new WriteLimitExceededException(refusal);
        }
        queue().add(Layering.takeOver(buffer));
        return queued(bytes);
    }

    boolean write(ByteBuffer bytes) {
        int length = bytes.remaining();
        if (!accepts()) {
            return false;
        }
        if (length == 0) {
            return !aboveHigh;
        }
        requireRoom(length);
        if (bytes.isDirect() && length > PlainQueue.GATHER_BYTES) {
            queue().add(connection.loop().buffers().wrap(bytes));
        } else {
            queue().roomFor(length).writeBytes(bytes.duplicate());
            queue().grew(length);
        }
        return queued(length);
    }

    boolean write(byte[] bytes) {
        if (!accepts()) {
            return false;
        }
        if (bytes.length == 0) {
            return !aboveHigh;
        }
        requireRoom(bytes.length);
        queue().roomFor(bytes.length).writeBytes(bytes);
        queue().grew(bytes.length);
        return queued(bytes.length);
    }

    boolean write(FileChannel file, long position, long count, boolean close) {
        FileRun run = new FileRun(file, position, count, close);
        if (!isOpen() || count == 0) {
            run.done();
            return accepts() && !aboveHigh;
        }
        if (queue != null && queue.count() >= connection.limits().maxQueuedWrites()) {
            run.done();
            throw new WriteLimitExceededException(refusal(0));
        }
        queue().add(run);
        return queued(count);
    }

    private void requireRoom(int length) {
        String refusal = refusal(length);
        if (refusal != null) {
            throw new WriteLimitExceededException(refusal);
        }
    }

    /** {@link #isOpen()}, and throws if it was the application that ended the output. */
    private boolean accepts() {
        State state = connection.life().state();
        boolean byPeer = connection.in().isEnded() && ended;
        if (ending && !byPeer && (state == State.OPEN || state == State.CONNECTING)) {
            throw new IllegalStateException(connection + ": write after shutdownOutput");
        }
        return isOpen();
    }

    private String refusal(int bytes) {
        ConnectionLimits limits = connection.limits();
        long held = queue == null ? 0 : queue.memoryBytes();
        int writes = queue == null ? 0 : queue.count();
        if (held + bytes <= limits.maxQueuedBytes() && writes < limits.maxQueuedWrites()) {
            return null;
        }
        return connection + ": " + bytes + " bytes written while " + held + " bytes in " + writes
                + " pieces are queued; the bounds are " + limits.maxQueuedBytes() + " bytes, "
                + limits.maxQueuedWrites() + " pieces";
    }

    private PlainQueue queue() {
        if (queue == null) {
            queue = new PlainQueue(connection.loop().buffers());
        }
        return queue;
    }

    private boolean queued(long bytes) {
        accepted += bytes;
        if (connection.life().state() == State.OPEN) {
            connection.visitSoon();
        }
        ConnectionLimits limits = connection.limits();
        if (queue.bytes() > limits.highWaterBytes()
                || queuedBytes() >= limits.maxQueuedBytes()
                || queue.count() >= limits.maxQueuedWrites()) {
            // With a batch under way: who goes by queuedBytes finds no room then, and has to be told when there is.
            aboveHigh = true;
        }
        return !aboveHigh;
    }

    /** Ends our output after what is queued. */
    void end() {
        if (!ending) {
            ending = true;
            connection.visitSoon();
        }
    }

    /** Encrypts the next batch if the one before it has left, and our end if it is time for it. */
    void encrypt() {
        State state = connection.life().state();
        if (state != State.OPEN && state != State.CLOSING || connection.pump().isFrozen() || ended) {
            return;
        }
        try {
            if (queue != null && connection.transport().queuedBytes() == 0) {
                encryptBatch();
            }
            if (queue == null && ending && !ended) {
                ended = true;
                connection.pump().engine().closeOutbound();
                connection.pump().sendOwn();
                connection.life().outputEnded();
            }
        } catch (TlsException e) {
            connection.life().fail(e);
        } catch (BufferLimitExceededException e) {
            connection.life().end(Initiator.LIBRARY, Kind.OUT_OF_MEMORY, e);
        } catch (IOException e) {
            connection.life().end(Initiator.LIBRARY, Kind.SYSTEM_FAILED, e);
        }
    }

    private void encryptBatch() throws IOException {
        connection.pump().sendOwn();
        long now = connection.loop().nanoTime();
        int record = sizing.next(now);
        long wanted = Math.min(queue.bytes(), BATCH_BYTES);
        long records = wanted / record + 2;
        int capacity = (int) Math.min(
                wanted + records * TlsEngine.MAX_OVERHEAD_BYTES,
                Math.max(MIN_RECORD_BYTES, connection.loop().buffers().largestClassBytes()));
        Buffer batch = connection.loop().buffers().acquire(capacity);
        int taken = 0;
        try {
            while (!queue.isEmpty()) {
                int room = batch.writableBytes() - 2 * TlsEngine.MAX_OVERHEAD_BYTES;
                int most = Math.min(record, room);
                if (most <= 0 || batch.isReadable() && most < Math.min(queue.bytes(), MIN_RECORD_BYTES)) {
                    break;
                }
                taken += connection.pump().engine().encrypt(queue, most, batch);
            }
        } catch (IOException | RuntimeException e) {
            batch.release();
            throw e;
        }
        inFlight = taken;
        sentBefore = connection.transport().bytesSent();
        sizing.sent(taken, now);
        if (queue.isEmpty()) {
            queue = null;
        }
        connection.transport().write(batch);
    }

    /** All ciphertext has left. */
    void left() {
        inFlight = 0;
        encrypt();
        if (aboveHigh && isBelowMarks() && connection.life().state() == State.OPEN && !ending) {
            aboveHigh = false;
            connection.writable();
        }
    }

    private boolean isBelowMarks() {
        ConnectionLimits limits = connection.limits();
        return queuedBytes() <= limits.lowWaterBytes()
                && (queue == null || queue.count() <= limits.maxQueuedWrites() / 2);
    }

    /** The peer ended its output, which before TLS 1.3 is the end of ours too. RFC 5246 §7.2.1 */
    void peerEnded() {
        if (!connection.pump().engine().isOutputEnded() || ended) {
            return;
        }
        long lost = queue == null ? 0 : queue.bytes();
        ending = true;
        ended = true;
        clear();
        if (lost > 0) {
            TlsException failure = new TlsException(
                    Alert.NONE, "the peer ended a connection of TLS 1.2, " + lost + " bytes could not be sent");
            connection.life().end(Initiator.PEER, Kind.RESET, failure);
        }
    }

    /** The connection below is over: a batch of which nothing has left never will. */
    void over() {
        clear();
        accepted = bytesSent();
        inFlight = 0;
    }

    /** Discards what is queued. */
    void clear() {
        if (queue != null) {
            accepted -= queue.bytes();
            queue.clear();
            queue = null;
        }
    }
}
