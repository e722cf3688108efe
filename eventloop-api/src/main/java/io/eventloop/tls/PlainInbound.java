package io.eventloop.tls;

import io.eventloop.Buffer;
import io.eventloop.BufferLimitExceededException;
import io.eventloop.CloseReason.Initiator;
import io.eventloop.CloseReason.Kind;
import io.eventloop.Connection.State;
import io.eventloop.engine.Layering;
import io.eventloop.tls.TlsEngine.Need;
import java.io.IOException;

/**
 * The inbound half of a TLS connection: plaintext that the handler has not consumed. It holds a buffer only while there is
 * some.
 *
 * <p><b>Threading:</b> loop-confined. <b>Ownership:</b> owns the plaintext; lends it to the handler.
 *
 * <p><b>Failure:</b> plaintext at its limit ends the connection.
 */
final class PlainInbound {
    /** Plaintext up to this part of its buffer is moved to a smaller one before it is kept. */
    private static final int WASTE_FACTOR = 4;

    private final SecuredConnection connection;
    private Buffer kept;
    private Buffer offered;
    private long bytesReceived;
    private boolean paused;
    private boolean offerAgain;
    private boolean endPending;
    private boolean ended;

    PlainInbound(SecuredConnection connection) {
        this.connection = connection;
    }

    long bytesReceived() {
        return bytesReceived;
    }

    boolean isPaused() {
        return paused;
    }

    /** Whether the handler was told of the end. */
    boolean isEnded() {
        return ended;
    }

    /** Whether the peer has said that there is no more. */
    boolean isEnding() {
        return ended || endPending;
    }

    /** Whether the handler is being called with plaintext. */
    boolean isOffering() {
        return offered != null;
    }

    /** Plaintext not consumed, also while it is being offered. */
    int keptBytes() {
        if (offered != null) {
            return Layering.isLent(offered) ? offered.readableBytes() : 0;
        }
        return kept == null ? 0 : kept.readableBytes();
    }

    /** Pooled memory of the kept bytes, by capacity. */
    long heldBytes() {
        return kept == null ? 0 : kept.capacity();
    }

    void pause() {
        paused = true;
        if (connection.life().state() == State.OPEN) {
            connection.transport().pauseReading();
        }
    }

    void resume() {
        if (paused) {
            paused = false;
            if (kept != null || endPending) {
                offerAgain = kept != null;
                connection.visitSoon();
            }
            if (connection.life().state() == State.OPEN && !connection.pump().isFrozen()) {
                connection.transport().resumeReading();
            }
        }
    }

    /** Offers the kept bytes once more, in a later step. */
    void offerKept() {
        if (kept != null || offered != null) {
            offerAgain = true;
            connection.visitSoon();
        }
    }

    void visit() {
        if (offerAgain && !paused) {
            offerAgain = false;
            offer();
        }
        tellEnd();
    }

    /** Has the engine decrypt what there is room for. */
    Need fill(TlsEngine engine, Buffer ciphertext) throws TlsException {
        Buffer target = target(ciphertext);
        int before = target.readableBytes();
        try {
            return engine.feed(ciphertext, target);
        } finally {
            bytesReceived += target.readableBytes() - before;
            if (!target.isReadable()) {
                target.release();
                kept = null;
            }
        }
    }

    /** Where plaintext goes: behind what is kept, with room for the next record at least. */
    private Buffer target(Buffer ciphertext) {
        int record = recordBytes(ciphertext);
        if (kept == null) {
            kept = connection.loop().buffers().acquire(Math.max(1, wanted(record, ciphertext)));
        } else if (kept.writableBytes() < record) {
            int unread = kept.readableBytes();
            int wanted = Math.max(wanted(record, ciphertext), unread);
            Buffer larger = connection.loop().buffers().acquire(unread + wanted);
            larger.writeBytes(kept, unread);
            kept.release();
            kept = larger;
        }
        return kept;
    }

    /** One buffer for all that has come, but no larger than the pool's largest unless a record is. */
    private int wanted(int record, Buffer ciphertext) {
        int most = connection.loop().buffers().largestClassBytes();
        return record == 0 ? 0 : Math.max(record, Math.min(ciphertext.readableBytes(), most));
    }

    /** The length of the next record, 0 if it is not whole. */
    private static int recordBytes(Buffer ciphertext) {
        int there = ciphertext.readableBytes();
        if (there < 5) {
            return 0;
        }
        int length = 5 + (ciphertext.getShort(ciphertext.readIndex() + 3) & 0xFFFF);
        return length <= there ? length : 0;
    }

    /** Offers what is there, unless the handler does not want it now. */
    void offer() {
        if (kept == null || paused || connection.life().state() != State.OPEN) {
            return;
        }
        offerAgain = false;
        Buffer buffer = kept;
        kept = null;
        offered = buffer;
        Layering.lend(buffer);
        try {
            connection.offer(buffer);
        } finally {
            offered = null;
            Buffer ours = Layering.reclaim(buffer);
            if (ours != null) {
                settle(ours);
            }
        }
    }

    /** After an offer: keeps what was not consumed. */
    private void settle(Buffer buffer) {
        int unread = buffer.readableBytes();
        if (unread == 0 || connection.life().state() != State.OPEN) {
            buffer.release();
            return;
        }
        kept = smaller(buffer, unread);
        int limit = connection.limits().maxInboundBytes();
        if (offerAgain && !paused) {
            connection.visitSoon();
        } else if (unread >= limit && !paused) {
            IOException detail = new IOException(unread + " inbound bytes not consumed, the limit is " + limit);
            connection.life().end(Initiator.LIBRARY, Kind.INBOUND_LIMIT, detail);
        }
    }

    private Buffer smaller(Buffer buffer, int unread) {
        if (unread > buffer.capacity() / WASTE_FACTOR) {
            return buffer;
        }
        Buffer smaller;
        try {
            smaller = connection.loop().buffers().acquire(unread);
        } catch (BufferLimitExceededException e) {
            return buffer;
        }
        if (smaller.capacity() >= buffer.capacity()) {
            smaller.release();
            return buffer;
        }
        smaller.writeBytes(buffer, unread);
        buffer.release();
        return smaller;
    }

    /** The peer said that there is no more. */
    void end() {
        if (!isEnding()) {
            endPending = true;
            tellEnd();
        }
    }

    /** Tells the handler of the end, after all bytes. */
    private void tellEnd() {
        if (endPending && !paused && !offerAgain && connection.life().state() == State.OPEN) {
            endPending = false;
            ended = true;
            connection.out().peerEnded();
            if (connection.life().state() == State.OPEN) {
                connection.inputClosed();
            }
            clear();
            connection.life().inputEnded();
        }
    }

    /** Drops what is kept. */
    void clear() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }
}
